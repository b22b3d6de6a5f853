package time_test

import (
	"testing"
	"time"

	"cairn/kernel/clock"
	pt "cairn/kernel/posix/process/processtest"
	posixtime "cairn/kernel/posix/time"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

const abstime = 1

// spec puts a struct timespec into user memory.
func spec(p *pt.Program, sec, nsec int64) uint64 {
	a := p.Map(16, false)
	if err := vm.Store(p.Task.AS, a, [2]int64{sec, nsec}); err != nil {
		panic(err)
	}
	return uint64(a)
}

func TestClocks(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		out := spec(p, 0, 0)
		get := func(id int) (int64, error) {
			_, err := p.Call(unix.SYS_CLOCK_GETTIME, uint64(uint32(id)), out)
			v, _ := vm.Load[[2]int64](p.Task.AS, vm.Addr(out))
			return v[0]*clock.Second + v[1], err
		}
		self := int(p.Must(unix.SYS_GETPID))
		for _, c := range []struct {
			name string
			id   int
			now  func() int64
		}{
			{"REALTIME", unix.CLOCK_REALTIME, clock.Wall},
			{"TAI", unix.CLOCK_TAI, clock.Wall},
			{"MONOTONIC", unix.CLOCK_MONOTONIC, func() int64 { return int64(clock.Now()) }},
			{"BOOTTIME", unix.CLOCK_BOOTTIME, func() int64 { return int64(clock.Now()) }},
			{"MONOTONIC_COARSE", unix.CLOCK_MONOTONIC_COARSE, func() int64 { return int64(clock.Now()) }},
			{"PROCESS_CPUTIME_ID", unix.CLOCK_PROCESS_CPUTIME_ID, func() int64 { return int64(p.Task.Proc.CPUTime()) }},
			{"THREAD_CPUTIME_ID", unix.CLOCK_THREAD_CPUTIME_ID, func() int64 { return int64(p.Task.CPUTime()) }},
			{"own process by its id", ^self<<3 | 2, func() int64 { return int64(p.Task.Proc.CPUTime()) }},
			{"own thread by its id", ^self<<3 | 6, func() int64 { return int64(p.Task.CPUTime()) }},
		} {
			before := c.now()
			got, err := get(c.id)
			if after := c.now(); err != nil || got < before || got > after {
				t.Errorf("%s: %d, %v; want between %d and %d", c.name, got, err, before, after)
			}
			if _, err := p.Call(unix.SYS_CLOCK_GETRES, uint64(uint32(c.id)), out); err != nil {
				t.Errorf("resolution of %s: %v", c.name, err)
			}
		}
		for _, id := range []int{77, ^30000<<3 | 2, ^1<<3 | 6, ^5<<3 | 3} {
			if _, err := get(id); err != unix.EINVAL {
				t.Errorf("clock %d: %v, want EINVAL", id, err)
			}
		}
	})
}

func TestSettingTheClock(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		real := clock.Wall()
		start := clock.Now()
		defer func() { clock.SetWall(real + int64(clock.Now()-start)) }()
		const year2030 = 1893456000
		set := func(id uint64, sec, nsec int64) error {
			_, err := p.Call(unix.SYS_CLOCK_SETTIME, id, spec(p, sec, nsec))
			return err
		}
		if err := set(unix.CLOCK_REALTIME, year2030, 0); err != nil {
			t.Errorf("clock_settime: %v", err)
		}
		if s := p.Must(unix.SYS_TIME, 0); s < year2030 || s > year2030+60 {
			t.Errorf("time = %d after setting it to %d", s, year2030)
		}
		for name, err := range map[string]error{
			"monotonic":       set(unix.CLOCK_MONOTONIC, 1, 0),
			"before 1970":     set(unix.CLOCK_REALTIME, -1, 0),
			"no nanoseconds":  set(unix.CLOCK_REALTIME, 1e9, 1e9),
			"before the boot": set(unix.CLOCK_REALTIME, 0, 0),
		} {
			if err != unix.EINVAL {
				t.Errorf("%s: %v, want EINVAL", name, err)
			}
		}
		p.Must(unix.SYS_SETTIMEOFDAY, spec(p, year2030, 5), 0)
		p.Must(unix.SYS_GETTIMEOFDAY, spec(p, 0, 0), 0)
		p.Must(unix.SYS_SETUID, 1000)
		if err := set(unix.CLOCK_REALTIME, year2030, 0); err != unix.EPERM {
			t.Errorf("as a user: %v, want EPERM", err)
		}
	})
}

func TestSleep(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		const ms = 1_000_000
		start := clock.Now()
		p.Must(unix.SYS_NANOSLEEP, spec(p, 0, 5*ms), 0)
		p.Must(unix.SYS_CLOCK_NANOSLEEP, unix.CLOCK_MONOTONIC, abstime, spec(p, 0, int64(start)+10*ms), 0)
		wall := clock.Wall() + 5*ms
		p.Must(unix.SYS_CLOCK_NANOSLEEP, unix.CLOCK_REALTIME, abstime, spec(p, wall/1e9, wall%1e9), 0)
		if took := clock.Now() - start; took < 15*ms {
			t.Errorf("slept %d ns, want 15 ms at least", took)
		}
		p.Must(unix.SYS_CLOCK_NANOSLEEP, unix.CLOCK_REALTIME, abstime, spec(p, 1, 0), 0)
		for _, c := range []struct {
			name string
			args []uint64
			want error
		}{
			{"bad address", []uint64{unix.CLOCK_MONOTONIC, 0, 8, 0}, unix.EFAULT},
			{"no time", []uint64{unix.CLOCK_MONOTONIC, 0, spec(p, 0, 1e9), 0}, unix.EINVAL},
			{"negative", []uint64{unix.CLOCK_MONOTONIC, 0, spec(p, -1, 0), 0}, unix.EINVAL},
			{"no clock", []uint64{77, 0, spec(p, 0, 0), 0}, unix.EINVAL},
			{"own CPU time", []uint64{unix.CLOCK_THREAD_CPUTIME_ID, 0, spec(p, 0, 0), 0}, unix.EOPNOTSUPP},
			{"a coarse clock", []uint64{unix.CLOCK_MONOTONIC_COARSE, 0, spec(p, 0, 0), 0}, unix.EOPNOTSUPP},
		} {
			if _, err := p.Call(unix.SYS_CLOCK_NANOSLEEP, c.args...); err != c.want {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
	})
}

func TestSleepIsInterruptedAndGoesOn(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		const sleep = 60_000_000
		rem := spec(p, 0, 0)
		tk := p.Task
		start := clock.Now()
		time.AfterFunc(20*time.Millisecond, func() { tk.Post(task.WorkStop) }) // a stop that is over at once
		if err := posixtime.Nanosleep(tk, sys.Timespec(spec(p, 0, sleep)), sys.RemTimespec(rem)); err != sys.ERESTART_RESTARTBLOCK {
			t.Errorf("nanosleep: %v, want ERESTART_RESTARTBLOCK", err)
		}
		tk.Clear(task.WorkStop)
		left, _ := vm.Load[[2]int64](p.Task.AS, vm.Addr(rem))
		if left[0] != 0 || left[1] <= 0 || left[1] > sleep-20_000_000 {
			t.Errorf("time left: %v", left)
		}
		if v, err := tk.RestartBlock(); v != 0 || err != nil {
			t.Errorf("going on: %d, %v", v, err)
		}
		if took := clock.Now() - start; took < sleep {
			t.Errorf("slept %d ns in all, want %d at least", took, sleep)
		}
	})
}

func TestSleepFollowsTheWallClock(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		real := clock.Wall()
		start := clock.Now()
		until := real/1e9 + 3600
		time.AfterFunc(20*time.Millisecond, func() { clock.SetWall((until + 1) * 1e9) })
		p.Must(unix.SYS_CLOCK_NANOSLEEP, unix.CLOCK_REALTIME, abstime, spec(p, until, 0), 0)
		if took := clock.Now() - start; took > 60*clock.Second {
			t.Errorf("slept %d s although the clock was set beyond the end", took/clock.Second)
		}
		clock.SetWall(real + int64(clock.Now()-start))
	})
}

func TestAdjtimex(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		a := p.Map(256, false)
		if state := p.Must(unix.SYS_ADJTIMEX, uint64(a)); state != 5 {
			t.Errorf("adjtimex = %d, want TIME_ERROR", state)
		}
		p.Store(uint64(a), 0x0002) // ADJ_FREQUENCY
		if _, err := p.Call(unix.SYS_ADJTIMEX, uint64(a)); err != unix.EINVAL {
			t.Errorf("changing the frequency: %v, want EINVAL", err)
		}
		if _, err := p.Call(unix.SYS_CLOCK_ADJTIME, unix.CLOCK_MONOTONIC, uint64(a)); err != unix.EOPNOTSUPP {
			t.Errorf("of the monotonic clock: %v, want EOPNOTSUPP", err)
		}
		const single, read = 0x8001, 0xa001 // ADJ_OFFSET_SINGLESHOT, ADJ_OFFSET_SS_READ
		p.Store(uint64(a), single)
		p.Store(uint64(a)+8, 1000)
		if _, err := p.Call(unix.SYS_ADJTIMEX, uint64(a)); err != unix.EINVAL {
			t.Errorf("a gradual adjustment: %v, want EINVAL", err)
		}
		p.Store(uint64(a), single)
		p.Store(uint64(a)+8, 0)
		p.Must(unix.SYS_ADJTIMEX, uint64(a))
		p.Must(unix.SYS_SETUID, 1000)
		if _, err := p.Call(unix.SYS_ADJTIMEX, uint64(a)); err != unix.EPERM {
			t.Errorf("as a user: %v, want EPERM", err)
		}
		p.Store(uint64(a), read)
		p.Must(unix.SYS_ADJTIMEX, uint64(a))
	})
}
