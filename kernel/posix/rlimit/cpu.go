package rlimit

import (
	"sync/atomic"

	"cairn/kernel/clock"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// cpuLimit is RLIMIT_CPU of a process: how much CPU time it may use until something
// happens. Both are 0 without a limit.
type cpuLimit struct {
	next atomic.Int64 // SIGXCPU then, nanoseconds
	end  atomic.Int64 // SIGKILL then
}

func init() { task.OnPreempt(checkCPU) }

// Signal sends a process that is over a limit a signal of the kernel's. The library of signals replaces it; without
// signals, a process is killed or nothing happens.
var Signal = func(p *task.Process, sig unix.Signal) {
	if sig == unix.SIGKILL {
		p.Exit(task.Killed(int(sig)))
	}
}

func (l *cpuLimit) set(r unix.Rlimit) {
	seconds := func(v uint64) int64 {
		if v > uint64(clock.Never)/clock.Second {
			return 0
		}
		return max(int64(v)*clock.Second, 1)
	}
	l.next.Store(seconds(r.Cur))
	l.end.Store(seconds(r.Max))
}

// checkCPU enforces RLIMIT_CPU when a task was interrupted: at the soft limit SIGXCPU, and
// again for every second more, by which the limit is raised, at the hard limit SIGKILL (getrlimit(2)).
func checkCPU(t *task.Task) {
	l := slot.Get(t)
	next, end := l.cpu.next.Load(), l.cpu.end.Load()
	if next == 0 && end == 0 {
		return
	}
	used := int64(t.Proc.CPUTime())
	switch {
	case end != 0 && used >= end:
		Signal(t.Proc, unix.SIGKILL)
	case next != 0 && used >= next:
		l.raiseCPU()
		Signal(t.Proc, unix.SIGXCPU)
	}
}

// raiseCPU raises the soft limit by a second.
func (l *Limits) raiseCPU() {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &l.pairs[unix.RLIMIT_CPU]
	r.Cur++
	l.cpu.set(*r)
}
