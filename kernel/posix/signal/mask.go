package signal

import (
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
		n, err := vm.Load[Set](t.AS, vm.Addr(set))
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
		if mask&^unblockable != before {
			s.proc.mu.Lock()
			s.setBlocked(t, mask)
			s.proc.mu.Unlock()
		}
	}
	if old == 0 {
		return nil
	}
	return vm.Store(t.AS, vm.Addr(old), before)
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
	_, err := t.CopyOut(vm.Addr(set), b[:size])
	return err
}

// RtSigsuspend implements rt_sigsuspend(2).
//
//cairn:syscall rt_sigsuspend
func RtSigsuspend(t *task.Task, set sys.SigSet, size sys.Size) error {
	if size != setSize {
		return unix.EINVAL
	}
	mask, err := vm.Load[Set](t.AS, vm.Addr(set))
	if err != nil {
		return err
	}
	suspendMask(t, mask)
	return Pause(t)
}
