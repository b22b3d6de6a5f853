package process

import (
	"sync/atomic"

	"cairn/kernel/clock"
	"cairn/kernel/posix/rlimit"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// cpuLimit is RLIMIT_CPU of a process: how much CPU time it may use until something
// happens. Both are 0 without a limit.
type cpuLimit struct {
	next atomic.Int64 // SIGXCPU then, nanoseconds
	end  atomic.Int64 // SIGKILL then
}

func init() {
	rlimit.Changed = limitChanged
	task.OnPreempt(checkCPU)
}

// limitChanged takes note that RLIMIT_CPU of a process was set.
func limitChanged(pid int32, resource int) {
	p := Find(pid)
	pairs, ok := rlimit.All(pid)
	if p == nil || !ok || resource != unix.RLIMIT_CPU {
		return
	}
	p.cpuLimit.set(pairs[resource])
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

func (l *cpuLimit) isSet() bool { return l.next.Load() != 0 || l.end.Load() != 0 }

// checkCPU enforces RLIMIT_CPU when a task was interrupted: at the soft limit SIGXCPU, and
// again for every second more, at the hard limit SIGKILL (getrlimit(2)).
func checkCPU(t *task.Task) {
	p := Of(t)
	l := &p.cpuLimit
	next, end := l.next.Load(), l.end.Load()
	if next == 0 && end == 0 {
		return
	}
	used := int64(p.Tasks.CPUTime())
	switch {
	case end != 0 && used >= end:
		Signals.Kernel(p.Tasks, unix.SIGKILL)
	case next != 0 && used >= next && l.next.CompareAndSwap(next, used+clock.Second):
		Signals.Kernel(p.Tasks, unix.SIGXCPU)
	}
}
