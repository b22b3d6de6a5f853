package sched_test

import (
	"encoding/binary"
	"testing"

	pt "cairn/kernel/posix/process/processtest"
	_ "cairn/kernel/posix/sched"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// check makes a call and compares its result.
func check(t *testing.T, p *pt.Program, name string, want int64, wantErr error, nr uintptr, args ...uint64) {
	t.Helper()
	got, err := p.Call(nr, args...)
	if wantErr != nil {
		want = -1
	}
	if got != want || err != wantErr && !(err == nil && wantErr == nil) {
		t.Errorf("%s: %d, %v; want %d, %v", name, got, err, want, wantErr)
	}
}

func TestAffinity(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		set := uint64(p.Map(64, false))
		check(t, p, "get", 8, nil, unix.SYS_SCHED_GETAFFINITY, 0, 64, set)
		if p.Load(set) != 1 {
			t.Errorf("processors %#x, want processor 0", p.Load(set))
		}
		check(t, p, "get with an odd size", 0, unix.EINVAL, unix.SYS_SCHED_GETAFFINITY, 0, 9, set)
		check(t, p, "get of nobody", 0, unix.ESRCH, unix.SYS_SCHED_GETAFFINITY, 30000, 8, set)
		check(t, p, "set", 0, nil, unix.SYS_SCHED_SETAFFINITY, 0, 1, set)
		p.Store(set, 6)
		check(t, p, "set without a processor", 0, unix.EINVAL, unix.SYS_SCHED_SETAFFINITY, 0, 8, set)
		check(t, p, "getcpu", 0, nil, unix.SYS_GETCPU, set, 0, 0)
		check(t, p, "yield", 0, nil, unix.SYS_SCHED_YIELD)
	})
}

func TestPolicies(t *testing.T) {
	const reset = 0x40000000
	pt.Run(t, func(p *pt.Program) {
		param := func(v uint32) uint64 { return p.Bytes(binary.NativeEndian.AppendUint32(nil, v)) }
		set := uintptr(unix.SYS_SCHED_SETSCHEDULER)
		check(t, p, "FIFO", 0, nil, set, 0, unix.SCHED_FIFO|reset, param(10))
		check(t, p, "its policy", unix.SCHED_FIFO|reset, nil, unix.SYS_SCHED_GETSCHEDULER, 0)
		check(t, p, "FIFO with priority 0", 0, unix.EINVAL, set, 0, unix.SCHED_FIFO, param(0))
		check(t, p, "FIFO with priority 100", 0, unix.EINVAL, set, 0, unix.SCHED_FIFO, param(100))
		check(t, p, "OTHER with a priority", 0, unix.EINVAL, set, 0, unix.SCHED_NORMAL, param(1))
		check(t, p, "an unknown policy", 0, unix.EINVAL, set, 0, 77, param(0))
		check(t, p, "no parameters", 0, unix.EINVAL, set, 0, unix.SCHED_NORMAL, 0)
		check(t, p, "highest of RR", 99, nil, unix.SYS_SCHED_GET_PRIORITY_MAX, unix.SCHED_RR)
		check(t, p, "lowest of BATCH", 0, nil, unix.SYS_SCHED_GET_PRIORITY_MIN, unix.SCHED_BATCH)
		check(t, p, "lowest of nothing", 0, unix.EINVAL, unix.SYS_SCHED_GET_PRIORITY_MIN, 77)
		p.Wait(p.Fork(func(c *pt.Program) {
			check(t, c, "the child's policy, reset", unix.SCHED_NORMAL, nil, unix.SYS_SCHED_GETSCHEDULER, 0)
			c.Must(unix.SYS_SETUID, 1000)
			check(t, c, "FIFO as a user", 0, unix.EPERM, set, 0, unix.SCHED_FIFO, c.Bytes([]byte{1, 0, 0, 0}))
			check(t, c, "BATCH as a user", 0, nil, set, 0, unix.SCHED_BATCH, c.Bytes(make([]byte, 4)))
		}), 0)
	})
}

func TestAttr(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		type attr struct {
			Size, Policy              uint32
			Flags                     uint64
			Nice                      int32
			Priority                  uint32
			Runtime, Deadline, Period uint64
			UtilMin, UtilMax          uint32
		}
		a := p.Map(4096, false)
		set := func(v attr) error {
			vm.Store(p.Task.AS, a, v)
			_, err := p.Call(unix.SYS_SCHED_SETATTR, 0, uint64(a), 0)
			return err
		}
		for _, c := range []struct {
			name string
			v    attr
			want error
		}{
			{"nice", attr{Size: 48, Nice: 7}, nil},
			{"too small", attr{Size: 8}, unix.E2BIG},
			{"more than is known", attr{Size: 64, Flags: 0}, nil},
			{"unknown flags", attr{Size: 48, Flags: 1 << 40}, unix.EINVAL},
			{"a deadline without a runtime", attr{Size: 48, Policy: unix.SCHED_DEADLINE, Deadline: 1 << 20}, unix.EINVAL},
			{"a deadline", attr{Size: 48, Policy: unix.SCHED_DEADLINE, Runtime: 1 << 20, Deadline: 1 << 21, Period: 1 << 21}, nil},
			{"clamps the wrong way", attr{Size: 56, Flags: unix.SCHED_FLAG_UTIL_CLAMP, UtilMin: 5, UtilMax: 4}, unix.EINVAL},
			{"nice again", attr{Size: 48, Nice: 5}, nil},
		} {
			if err := set(c.v); err != c.want && !(err == nil && c.want == nil) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		check(t, p, "get", 0, nil, unix.SYS_SCHED_GETATTR, 0, uint64(a), 56, 0)
		if got, _ := vm.Load[attr](p.Task.AS, a); got.Nice != 5 || got.Size != 56 || got.UtilMax != 1024 {
			t.Errorf("get: %+v", got)
		}
		check(t, p, "get without room", 0, unix.EINVAL, unix.SYS_SCHED_GETATTR, 0, uint64(a), 40, 0)
		check(t, p, "nice value", 15, nil, unix.SYS_GETPRIORITY, unix.PRIO_PROCESS, 0)
	})
}

func TestNice(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		minus := func(n int32) uint64 { return uint64(uint32(-n)) }
		check(t, p, "raise, beyond the range", 0, nil, unix.SYS_SETPRIORITY, unix.PRIO_PROCESS, 0, minus(30))
		check(t, p, "get", 40, nil, unix.SYS_GETPRIORITY, unix.PRIO_PROCESS, 0)
		check(t, p, "a group that does not exist", 0, unix.ESRCH, unix.SYS_GETPRIORITY, unix.PRIO_PGRP, 30000)
		check(t, p, "an unknown kind", 0, unix.EINVAL, unix.SYS_GETPRIORITY, 9, 0)
		check(t, p, "the user", 40, nil, unix.SYS_GETPRIORITY, unix.PRIO_USER, 0)
		p.Must(unix.SYS_SETUID, 1000)
		check(t, p, "lower as a user", 0, nil, unix.SYS_SETPRIORITY, unix.PRIO_PROCESS, 0, 5)
		check(t, p, "raise as a user", 0, unix.EACCES, unix.SYS_SETPRIORITY, unix.PRIO_PROCESS, 0, 4)
		check(t, p, "root's", 0, unix.EPERM, unix.SYS_SETPRIORITY, unix.PRIO_PROCESS, 1, 19)
	})
}

func TestIoprio(t *testing.T) {
	const idle, be, rt = 3 << 13, 2 << 13, 1 << 13
	pt.Run(t, func(p *pt.Program) {
		check(t, p, "default", 0, nil, unix.SYS_IOPRIO_GET, 1, 0)
		check(t, p, "default of the user's", be|4, nil, unix.SYS_IOPRIO_GET, 3, 0)
		check(t, p, "set", 0, nil, unix.SYS_IOPRIO_SET, 1, 0, be|7)
		check(t, p, "get", be|7, nil, unix.SYS_IOPRIO_GET, 1, 0)
		check(t, p, "a level that does not exist", 0, unix.EINVAL, unix.SYS_IOPRIO_SET, 1, 0, be|8)
		check(t, p, "an unknown class", 0, unix.EINVAL, unix.SYS_IOPRIO_SET, 1, 0, 5<<13)
		p.Must(unix.SYS_SETUID, 1000)
		check(t, p, "real-time as a user", 0, unix.EPERM, unix.SYS_IOPRIO_SET, 1, 0, rt)
		check(t, p, "idle as a user", 0, nil, unix.SYS_IOPRIO_SET, 1, 0, idle)
	})
}
