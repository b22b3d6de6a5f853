package signal

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// setSize is the size of a signal set, the only one that the calls accept.
const setSize = 8

// knownFlags are the flags of sigaction(2) that mean something here; the kernel clears
// others, as sigaction(2), "Dynamically probing for flag bit support", describes.
const knownFlags = saNoCldStop | saNoCldWait | saSigInfo | saOnStack | saRestart | saNoDefer | saResetHand | saRestorer

const saRestorer = 0x04000000

// sigActionT is a kernel struct sigaction in memory.
type sigActionT struct {
	handler, flags, restorer, mask uint64
}

// RtSigaction implements rt_sigaction(2).
//
// Supports SA_NOCLDSTOP, SA_NOCLDWAIT, SA_SIGINFO, SA_ONSTACK, SA_RESTART, SA_NODEFER, SA_RESETHAND; clears other flags.
//
//cairn:syscall rt_sigaction
func RtSigaction(t *task.Task, sig sys.Signal, act sys.SigAction, old sys.OutSigAction, size sys.Size) error {
	if size != setSize || sig < 1 || sig > NumSignals || act != 0 && unblockable.Has(int(sig)) {
		return unix.EINVAL
	}
	var n sigActionT
	if act != 0 {
		var err error
		if n, err = vm.Load[sigActionT](t.AS, sys.Addr(act)); err != nil {
			return err
		}
	}
	s := slot.Get(t)
	s.hand.mu.Lock()
	a := &s.hand.actions[sig]
	before := *a
	if act != 0 {
		*a = action{n.handler, n.flags & knownFlags, 0, Set(n.mask) &^ unblockable}
		if n.flags&saRestorer != 0 {
			a.restorer = n.restorer
		}
	}
	s.hand.mu.Unlock()
	if act != 0 {
		s.discardIgnored(t, int(sig))
	}
	if old == 0 {
		return nil
	}
	return vm.Store(t.AS, sys.Addr(old), sigActionT{before.handler, before.flags, before.restorer, uint64(before.mask)})
}

// discardIgnored drops pending signals that a new action ignores (POSIX, sigaction).
func (s *taskState) discardIgnored(t *task.Task, sig int) {
	h := s.hand.get(sig).handler
	if h != actIgnore && (h != actDefault || !ignored.Has(sig)) {
		return
	}
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	drop := SetOf(unix.Signal(sig))
	s.proc.pending.drop(drop)
	for _, other := range t.Proc.Tasks() {
		if o := slot.Get(other); o != nil {
			o.pending.drop(drop)
			o.recalculate(other)
		}
	}
}

// IgnoresChildren says whether the process does not want to wait for its children: SIGCHLD
// is ignored, or handled with SA_NOCLDWAIT (wait(2), "NOTES"). stops says whether it does not want to
// hear of stopped children (SA_NOCLDSTOP).
func IgnoresChildren(t *task.Task) (noWait, noStops bool) {
	s := slot.Get(t)
	if s == nil {
		return true, true
	}
	a := s.hand.get(int(unix.SIGCHLD))
	return a.handler == actIgnore || a.flags&saNoCldWait != 0, a.flags&saNoCldStop != 0
}
