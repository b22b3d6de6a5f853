package signal

import (
	"cairn/kernel/clock"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// RtSigtimedwait implements rt_sigtimedwait(2), behind sigwait(3) and sigwaitinfo(2).
//
//cairn:syscall rt_sigtimedwait
func RtSigtimedwait(t *task.Task, set sys.SigSet, info sys.OutSigInfo, timeout sys.Timespec, size sys.Size) (sys.Signal, error) {
	if size != setSize {
		return 0, unix.EINVAL
	}
	want, err := vm.Load[Set](t.AS, vm.Addr(set))
	if err != nil {
		return 0, err
	}
	deadline := clock.Never
	if timeout != 0 {
		ts, err := vm.Load[unix.Timespec](t.AS, vm.Addr(timeout))
		if err != nil {
			return 0, err
		}
		if ts.Sec < 0 || ts.Nsec < 0 || ts.Nsec >= clock.Second {
			return 0, unix.EINVAL
		}
		if ts.Sec < int64(clock.Never)/clock.Second/2 {
			deadline = clock.Now() + clock.Time(ts.Sec)*clock.Second + clock.Time(ts.Nsec)
		}
	}
	var i Info
	if err := slot.Get(t).await(t, want&^unblockable, deadline, &i); err != nil {
		return 0, err
	}
	if info != 0 {
		if err := i.store(t, vm.Addr(info)); err != nil {
			return 0, err
		}
	}
	return sys.Signal(i.Signo()), nil
}

// await takes a pending signal of the set, waiting for one until the deadline: EAGAIN then, EINTR if
// another signal came.
func (s *taskState) await(t *task.Task, want Set, deadline clock.Time, i *Info) error {
	defer s.endAwait(t)
	for {
		if s.takeAwaited(want, i) {
			return nil
		}
		err := t.BlockUntil(deadline)
		switch {
		case err == nil:
		case s.takeAwaited(want, i):
			return nil
		case err == unix.ETIMEDOUT:
			return unix.EAGAIN
		default:
			return unix.EINTR
		}
	}
}

// takeAwaited takes a pending signal of the set, blocked or not, and notes what is awaited.
func (s *taskState) takeAwaited(want Set, i *Info) bool {
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	s.awaited = want
	return s.takeFrom(want, i)
}

// endAwait notes that nothing is awaited any more.
func (s *taskState) endAwait(t *task.Task) {
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	s.awaited = 0
	s.recalculate(t)
}

// Take takes a pending signal of the set, blocked or not, of t or its process, and stores its siginfo_t into
// i. It reports false if there is none (signalfd(2)).
func Take(t *task.Task, want Set, i *Info) bool {
	s := slot.Get(t)
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	ok := s.takeFrom(want&^unblockable, i)
	s.recalculate(t)
	return ok
}

// Waiting returns the signals that wait for t or its process. It is empty if the task has ended.
func Waiting(t *task.Task) Set {
	s := slot.Get(t)
	if s == nil {
		return 0
	}
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	return s.pending.set | s.proc.pending.set
}

// Arrivals returns a queue that is woken at each signal that is queued for t's process or one of its tasks.
func Arrivals(t *task.Task) *wait.Queue {
	p := slot.Get(t).proc
	p.watched.Store(true)
	return &p.arrived
}
