package poll

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// SetMask makes mask, a bit for each signal from 1 up, the task's signal mask
// for the call that runs, and keeps the old one. The library of signals replaces it; without
// one masks mean nothing.
var SetMask = func(t *task.Task, mask uint64) {}

// RestoreMask ends what SetMask began. If the call was interrupted, the old mask comes back
// only after the signal was delivered, else now.
var RestoreMask = func(t *task.Task, interrupted bool) {}

// sigsetSize is the size of a signal set, the only one that the calls accept.
const sigsetSize = 8

// setMask makes the set at user address a, if it is not 0, the signal mask: EINVAL
// if its size is not that of a signal set.
func setMask(t *task.Task, a vm.Addr, size uint64) (set bool, err error) {
	if a == 0 {
		return false, nil
	}
	if size != sigsetSize {
		return false, unix.EINVAL
	}
	mask, err := vm.Load[uint64](t.AS, a)
	if err != nil {
		return false, err
	}
	SetMask(t, mask)
	return true, nil
}

// restoreMask ends what setMask began.
func restoreMask(t *task.Task, set bool, result error) {
	if set {
		RestoreMask(t, result == sys.ERESTARTNOHAND || result == unix.EINTR)
	}
}

// nohand turns what a wait returned into what poll(2) and select(2) return: they go on
// after a signal only if no handler runs.
func nohand(err error) error {
	if err == sys.ERESTARTSYS {
		return sys.ERESTARTNOHAND
	}
	return err
}
