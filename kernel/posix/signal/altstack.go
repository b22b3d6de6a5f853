package signal

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Flags of a stack_t (sigaltstack(2)).
const (
	ssOnStack    = 1
	ssDisable    = 2
	ssAutoDisarm = 1 << 31
)

// minStack is MINSIGSTKSZ.
const minStack = 2048

// altStack is a task's alternate signal stack.
type altStack struct {
	base  vm.Addr
	size  uint64
	flags uint32 // as sigaltstack(2) was given them
}

// contains says whether a handler that runs with the stack pointer sp runs on the stack. With SS_AUTODISARM
// none does: the stack was given up when it began.
func (a *altStack) contains(sp uint64) bool {
	return a.flags&ssAutoDisarm == 0 && sp > uint64(a.base) && sp-uint64(a.base) <= a.size
}

// state returns ss_flags as the program sees them.
func (a *altStack) state(sp uint64) uint32 {
	disarm := a.flags & ssAutoDisarm
	switch {
	case a.size == 0:
		return ssDisable | disarm
	case a.contains(sp):
		return ssOnStack | disarm
	}
	return disarm
}

// set changes the stack, for a task whose stack pointer is sp: EPERM if it runs on the stack now, EINVAL for
// unknown flags, ENOMEM if the new one is too small.
func (a *altStack) set(n stackT, sp uint64) error {
	if a.contains(sp) {
		return unix.EPERM
	}
	unchanged := *a == altStack{vm.Addr(n.base), n.size, n.flags}
	switch n.flags &^ ssAutoDisarm {
	case ssDisable:
		n.base, n.size = 0, 0
	case 0, ssOnStack:
		if n.size < minStack && !unchanged {
			return unix.ENOMEM
		}
	default:
		return unix.EINVAL
	}
	*a = altStack{vm.Addr(n.base), n.size, n.flags}
	return nil
}

// stackT is a stack_t in memory.
type stackT struct {
	base  uint64
	flags uint32
	_     uint32
	size  uint64
}

// Sigaltstack implements sigaltstack(2).
//
// Supports SS_DISABLE and SS_AUTODISARM.
//
//cairn:syscall sigaltstack
func Sigaltstack(t *task.Task, ss sys.SigStack, old sys.OutSigStack) error {
	s := slot.Get(t)
	sp := t.Regs.SP()
	before := stackT{base: uint64(s.alt.base), flags: s.alt.state(sp), size: s.alt.size}
	if ss != 0 {
		n, err := vm.Load[stackT](t.AS, vm.Addr(ss))
		if err != nil {
			return err
		}
		if err := s.alt.set(n, sp); err != nil {
			return err
		}
	}
	if old != 0 {
		return vm.Store(t.AS, vm.Addr(old), before)
	}
	return nil
}
