package signal

import (
	"sync"

	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// setSize is the size of a signal set, the only one that the calls accept.
const setSize = 8

// Flags of sigaction(2).
const (
	saNoCldStop     = 0x1
	saNoCldWait     = 0x2
	saSigInfo       = 0x4
	saExposeTagBits = 0x800
	saRestorer      = 0x04000000
	saOnStack       = 0x08000000
	saRestart       = 0x10000000
	saNoDefer       = 0x40000000
	saResetHand     = 0x80000000

	// knownFlags are those that are kept; the kernel clears others, as sigaction(2),
	// "Dynamically probing for flag bit support", describes.
	knownFlags = saNoCldStop | saNoCldWait | saSigInfo | saExposeTagBits | saRestorer | saOnStack | saRestart |
		saNoDefer | saResetHand
)

// An action is what a process does with a signal.
type action struct {
	handler  uint64
	flags    uint64
	restorer uint64
	mask     Set
}

// Values of action.handler that are no address.
const (
	actDefault = 0
	actIgnore  = 1
)

// ignores says whether the action for sig is to do nothing.
func (a *action) ignores(sig int) bool {
	return a.handler == actIgnore || a.handler == actDefault && ignored.Has(sig)
}

// handlers are the actions of the tasks that share them (CLONE_SIGHAND).
type handlers struct {
	mu      sync.Mutex
	actions [NumSignals + 1]action
}

func (h *handlers) get(sig int) action {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.actions[sig]
}

// use returns the action for a signal that is delivered now. A handler that was installed with SA_RESETHAND is
// no more from then on.
func (h *handlers) use(sig int) action {
	h.mu.Lock()
	a := h.actions[sig]
	if a.flags&saResetHand != 0 && a.handler != actDefault && a.handler != actIgnore {
		h.actions[sig].handler = actDefault
	}
	h.mu.Unlock()
	return a
}

// ignores says whether the action for sig is to do nothing.
func (h *handlers) ignores(sig int) bool {
	h.mu.Lock()
	yes := h.actions[sig].ignores(sig)
	h.mu.Unlock()
	return yes
}

func (h *handlers) copy() *handlers {
	h.mu.Lock()
	defer h.mu.Unlock()
	return &handlers{actions: h.actions}
}

// reset makes every handler the default action; what is ignored stays so
// (execve(2), "Effect on process attributes").
func (h *handlers) reset() {
	for i := range h.actions {
		a := &h.actions[i]
		if a.handler != actIgnore {
			a.handler = actDefault
		}
		a.flags, a.restorer, a.mask = 0, 0, 0
	}
}

// sigActionT is a kernel struct sigaction in memory.
type sigActionT struct {
	handler, flags, restorer, mask uint64
}

// RtSigaction implements rt_sigaction(2).
//
// Supports SA_NOCLDSTOP, SA_NOCLDWAIT, SA_SIGINFO, SA_ONSTACK, SA_RESTART, SA_NODEFER, SA_RESETHAND,
// SA_RESTORER and SA_EXPOSE_TAGBITS, which means nothing on x86; clears other flags.
//
//cairn:syscall rt_sigaction
func RtSigaction(t *task.Task, sig sys.Signal, act sys.SigAction, old sys.OutSigAction, size sys.Size) error {
	if size != setSize {
		return unix.EINVAL
	}
	var n sigActionT
	if act != 0 {
		var err error
		if n, err = vm.Load[sigActionT](t.AS, vm.Addr(act)); err != nil {
			return err
		}
	}
	if sig < 1 || sig > NumSignals || act != 0 && unblockable.Has(int(sig)) {
		return unix.EINVAL
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
	ignores := a.ignores(int(sig))
	s.hand.mu.Unlock()
	if act != 0 && ignores {
		s.discard(t, SetOf(unix.Signal(sig)))
	}
	if old == 0 {
		return nil
	}
	return vm.Store(t.AS, vm.Addr(old), sigActionT{before.handler, before.flags, before.restorer, uint64(before.mask)})
}

// discard drops pending signals that the process ignores from now on (POSIX, sigaction).
func (s *taskState) discard(t *task.Task, which Set) {
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	s.proc.pending.drop(s.proc, which)
	for _, other := range t.Proc.Tasks() {
		if o := slot.Get(other); o != nil {
			o.pending.drop(s.proc, which)
			o.recalculate(other)
		}
	}
}
