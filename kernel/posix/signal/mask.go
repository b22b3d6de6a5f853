package signal

import (
	"cairn/kernel/clock"
	"cairn/kernel/posix/poll"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

func init() {
	poll.SetMask = func(t *task.Task, mask uint64) { suspendMask(t, Set(mask)) }
	poll.RestoreMask = restoreMask
}

// suspendMask replaces the mask for the system call that runs, keeping the old one.
func suspendMask(t *task.Task, mask Set) {
	s := slot.Get(t)
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	s.saved, s.hasSaved = s.blocked, true
	s.setBlocked(t, mask)
}

// restoreMask brings the old mask back: now, or, if a signal interrupted the call, when
// that is delivered.
func restoreMask(t *task.Task, interrupted bool) {
	s := slot.Get(t)
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	if interrupted && s.deliverable() != 0 || !s.hasSaved {
		return
	}
	s.hasSaved = false
	s.setBlocked(t, s.saved)
}

// RtSigprocmask implements rt_sigprocmask(2).
//
//cairn:syscall rt_sigprocmask
func RtSigprocmask(t *task.Task, how sys.SigHow, set sys.SigSet, old sys.OutSigSet, size sys.Size) error {
	if size != setSize {
		return unix.EINVAL
	}
	s := slot.Get(t)
	before := s.blocked
	if set != 0 {
		n, err := vm.Load[Set](t.AS, sys.Addr(set))
		if err != nil {
			return err
		}
		mask := before
		switch how {
		case unix.SIG_BLOCK:
			mask |= n
		case unix.SIG_UNBLOCK:
			mask &^= n
		case unix.SIG_SETMASK:
			mask = n
		default:
			return unix.EINVAL
		}
		s.proc.mu.Lock()
		s.setBlocked(t, mask)
		s.proc.mu.Unlock()
	}
	if old == 0 {
		return nil
	}
	return vm.Store(t.AS, sys.Addr(old), before)
}

// RtSigpending implements rt_sigpending(2).
//
//cairn:syscall rt_sigpending
func RtSigpending(t *task.Task, set sys.OutSigSet, size sys.Size) error {
	if size > setSize {
		return unix.EINVAL
	}
	s := slot.Get(t)
	s.proc.mu.Lock()
	pending := (s.pending.set | s.proc.pending.set) & s.blocked
	s.proc.mu.Unlock()
	var b [setSize]byte
	for i := range b {
		b[i] = byte(pending >> (8 * i))
	}
	_, err := t.CopyOut(sys.Addr(set), b[:size])
	return err
}

// RtSigsuspend implements rt_sigsuspend(2).
//
//cairn:syscall rt_sigsuspend
func RtSigsuspend(t *task.Task, set sys.SigSet, size sys.Size) error {
	if size != setSize {
		return unix.EINVAL
	}
	mask, err := vm.Load[Set](t.AS, sys.Addr(set))
	if err != nil {
		return err
	}
	suspendMask(t, mask)
	return Pause(t)
}

// Pause implements pause(2).
//
//cairn:syscall pause
func Pause(t *task.Task) error {
	for t.Block() == nil {
	}
	return sys.ERESTARTNOHAND
}

// RtSigtimedwait implements rt_sigtimedwait(2), behind sigwait(3) and sigwaitinfo(2).
//
//cairn:syscall rt_sigtimedwait
func RtSigtimedwait(t *task.Task, set sys.SigSet, info sys.OutSigInfo, timeout sys.Timespec, size sys.Size) (sys.Signal, error) {
	if size != setSize {
		return 0, unix.EINVAL
	}
	want, err := vm.Load[Set](t.AS, sys.Addr(set))
	if err != nil {
		return 0, err
	}
	deadline := clock.Never
	if timeout != 0 {
		ts, err := vm.Load[unix.Timespec](t.AS, sys.Addr(timeout))
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
	i, err := slot.Get(t).await(t, want&^unblockable, deadline)
	if err != nil {
		return 0, err
	}
	if info != 0 {
		if _, err := t.CopyOut(sys.Addr(info), i[:]); err != nil {
			return 0, err
		}
	}
	return sys.Signal(i.Signo()), nil
}

// await takes a pending signal of the set, waiting for one until the deadline.
func (s *taskState) await(t *task.Task, want Set, deadline clock.Time) (*Info, error) {
	defer func() {
		s.proc.mu.Lock()
		defer s.proc.mu.Unlock()
		s.awaited = 0
		s.recalculate(t)
	}()
	for {
		if i := s.takeAwaited(t, want); i != nil {
			return i, nil
		}
		switch err := t.BlockUntil(deadline); err {
		case nil:
		case unix.ETIMEDOUT:
			if i := s.takeAwaited(t, want); i != nil {
				return i, nil
			}
			return nil, unix.EAGAIN
		default:
			if i := s.takeAwaited(t, want); i != nil {
				return i, nil
			}
			return nil, unix.EINTR
		}
	}
}

// takeAwaited takes a pending signal of the set, blocked or not, and notes what is awaited.
func (s *taskState) takeAwaited(t *task.Task, want Set) *Info {
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	s.awaited = want
	return s.takeFrom(t, want)
}

// takeFrom takes a pending signal of the set: the task's own first. proc.mu is held.
func (s *taskState) takeFrom(t *task.Task, want Set) *Info {
	defer s.recalculate(t)
	if own := s.pending.set & want; own != 0 {
		return s.pending.take(own.first())
	}
	if all := s.proc.pending.set & want; all != 0 {
		i := s.proc.pending.take(all.first())
		s.proc.timers.taken(i)
		return i
	}
	return nil
}

// RestartSyscall implements restart_syscall(2).
//
//cairn:syscall restart_syscall
func RestartSyscall(t *task.Task) (uintptr, error) { return t.RestartBlock() }
