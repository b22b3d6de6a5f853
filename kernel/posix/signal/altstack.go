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
	flags uint32 // ssDisable, ssAutoDisarm
}

// contains says whether sp is on the stack.
func (a *altStack) contains(sp uint64) bool {
	if a.flags&ssAutoDisarm != 0 {
		return false
	}
	return sp > uint64(a.base) && sp-uint64(a.base) <= a.size
}

// usable says whether a handler that starts while the stack pointer is sp goes to the top of the stack.
func (a *altStack) usable(sp uint64) bool { return a.size != 0 && !a.contains(sp) }

// state returns ss_flags as the program sees them.
func (a *altStack) state(sp uint64) uint32 {
	switch {
	case a.size == 0:
		return ssDisable
	case a.contains(sp):
		return ssOnStack
	}
	return a.flags & ssAutoDisarm
}

// check says whether the stack can be set.
func (a *altStack) check() error {
	switch a.flags &^ ssAutoDisarm {
	case ssDisable:
		a.base, a.size = 0, 0
	case 0, ssOnStack:
		if a.size < minStack {
			return unix.ENOMEM
		}
	default:
		return unix.EINVAL
	}
	return nil
}

// stackT is a stack_t in memory.
type stackT struct {
	base  uint64
	flags uint32
	pad   uint32
	size  uint64
}

// Sigaltstack implements sigaltstack(2). SS_AUTODISARM is supported.
//
//cairn:syscall sigaltstack
func Sigaltstack(t *task.Task, ss sys.SigStack, old sys.OutSigStack) error {
	s := slot.Get(t)
	sp := t.Regs.SP()
	before := stackT{base: uint64(s.alt.base), flags: s.alt.state(sp), size: s.alt.size}
	if ss != 0 {
		n, err := vm.Load[stackT](t.AS, sys.Addr(ss))
		if err != nil {
			return err
		}
		if s.alt.size != 0 && s.alt.contains(sp) {
			return unix.EPERM
		}
		a := altStack{vm.Addr(n.base), n.size, n.flags}
		if err := a.check(); err != nil {
			return err
		}
		a.flags &^= ssOnStack
		s.alt = a
	}
	if old != 0 {
		return vm.Store(t.AS, sys.Addr(old), before)
	}
	return nil
}
