package rlimit_test

import (
	"testing"

	"cairn/kernel/posix/fdtab"
	pt "cairn/kernel/posix/process/processtest"
	"cairn/kernel/posix/rlimit"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// pair puts a struct rlimit into user memory.
func pair(p *pt.Program, cur, max uint64) uint64 {
	a := p.Map(16, false)
	if err := vm.Store(p.Task.AS, a, unix.Rlimit{Cur: cur, Max: max}); err != nil {
		panic(err)
	}
	return uint64(a)
}

func TestCalls(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		out := uint64(p.Map(16, false))
		for _, c := range []struct {
			name string
			nr   uintptr
			args []uint64
			want error
		}{
			{"unknown resource", unix.SYS_GETRLIMIT, []uint64{16, out}, unix.EINVAL},
			{"bad address", unix.SYS_GETRLIMIT, []uint64{0, 8}, unix.EFAULT},
			{"soft above hard", unix.SYS_SETRLIMIT, []uint64{unix.RLIMIT_CORE, pair(p, 2, 1)}, unix.EINVAL},
			{"more descriptors than a table holds", unix.SYS_SETRLIMIT, []uint64{unix.RLIMIT_NOFILE, pair(p, 1, fdtab.MaxDescriptors+1)}, unix.EPERM},
			{"no such process", unix.SYS_PRLIMIT64, []uint64{30000, 0, 0, out}, unix.ESRCH},
			{"another process, by root", unix.SYS_PRLIMIT64, []uint64{1, unix.RLIMIT_STACK, 0, out}, nil},
			{"fewer descriptors", unix.SYS_PRLIMIT64, []uint64{0, unix.RLIMIT_NOFILE, pair(p, 3, 10), out}, nil},
		} {
			if _, err := p.Call(c.nr, c.args...); err != c.want && !(err == nil && c.want == nil) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		if old, _ := vm.Load[unix.Rlimit](p.Task.AS, vm.Addr(out)); old.Cur != fdtab.DefaultSoftLimit {
			t.Errorf("the old limit was %+v", old)
		}
		if got := fdtab.Limit(p.Task); got != 3 {
			t.Errorf("descriptors are limited to %d, want 3", got)
		}
		p.Must(unix.SYS_SETRLIMIT, unix.RLIMIT_AS, pair(p, 1<<30, 1<<40))
		if got := p.Task.AS.Limits().AS; got != 1<<30 {
			t.Errorf("the address space's limit is %#x", got)
		}
	})
}

func TestInheritanceAndPrivilege(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		p.Must(unix.SYS_SETRLIMIT, unix.RLIMIT_FSIZE, pair(p, 100, 200))
		child := p.Fork(func(c *pt.Program) {
			if got := rlimit.Pair(c.Task, unix.RLIMIT_FSIZE); got.Cur != 100 || got.Max != 200 {
				t.Errorf("the child's limit is %+v", got)
			}
			c.Must(unix.SYS_SETUID, 1000)
			for _, l := range []struct {
				cur, max uint64
				want     error
			}{{200, 200, nil}, {50, 150, nil}, {50, 151, unix.EPERM}} {
				if _, err := c.Call(unix.SYS_SETRLIMIT, unix.RLIMIT_FSIZE, pair(c, l.cur, l.max)); err != l.want && !(err == nil && l.want == nil) {
					t.Errorf("%d, %d: %v, want %v", l.cur, l.max, err, l.want)
				}
			}
			if _, err := c.Call(unix.SYS_PRLIMIT64, 1, 0, 0, pair(c, 0, 0)); err != unix.EPERM {
				t.Errorf("looking at root's limits: %v, want EPERM", err)
			}
		})
		p.Wait(child, 0)
		if got := rlimit.Get(p.Task, unix.RLIMIT_FSIZE); got != 100 {
			t.Errorf("the child changed its parent's limit to %d", got)
		}
		if _, ok := rlimit.All(int32(child)); ok {
			t.Error("the limits of a process that ended are still there")
		}
	})
}
