package futex

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// robustHead is the struct robust_list_head of get_robust_list(2). The lowest bit of each address of an
// entry says that its lock is one with an owner (PI).
type robustHead struct {
	Next    uint64
	Offset  int64 // from an entry to its lock's word
	Pending uint64
}

const (
	robustHeadSize = 24
	// maxRobust bounds the walk of a list that may be a circle (ROBUST_LIST_LIMIT).
	maxRobust = 2048
	robustPI  = 1
)

// SetRobustList implements set_robust_list(2).
//
//cairn:syscall set_robust_list
func SetRobustList(t *task.Task, head vm.Addr, size sys.Size) error {
	if size != robustHeadSize {
		return unix.EINVAL
	}
	states.Get(t).robust = head
	return nil
}

// GetRobustList implements get_robust_list(2).
//
// Of another process's task it needs CAP_SYS_PTRACE.
//
//cairn:syscall get_robust_list
func GetRobustList(t *task.Task, tid sys.Pid, head, size vm.Addr) error {
	of := t
	if tid != 0 && int32(tid) != t.TID {
		of = task.Find(int32(tid))
	}
	if of == nil {
		return unix.ESRCH
	}
	if of.Proc != t.Proc && !vfs.CredOf(t).Has(unix.CAP_SYS_PTRACE) {
		return unix.EPERM
	}
	s := states.Get(of)
	if s == nil {
		return unix.ESRCH
	}
	if err := vm.Store(t.AS, size, uint64(robustHeadSize)); err != nil {
		return err
	}
	return vm.Store(t.AS, head, uint64(s.robust))
}

// releaseRobust marks the locks on the task's robust list as left by a dead owner,
// and wakes one of those who wait for each.
func (s *state) releaseRobust(t *task.Task) {
	head, err := vm.Load[robustHead](t.AS, s.robust)
	if err != nil {
		return
	}
	word := func(entry uint64) vm.Addr { return vm.Addr(entry&^robustPI) + vm.Addr(head.Offset) }
	entry := head.Next
	for range maxRobust {
		if vm.Addr(entry&^robustPI) == s.robust {
			break
		}
		// Before the lock is given up: its memory may go then.
		next, err := vm.Load[uint64](t.AS, vm.Addr(entry&^robustPI))
		if entry != head.Pending && releaseLock(t, word(entry), entry&robustPI != 0, false) != nil {
			return
		}
		if err != nil {
			return
		}
		entry = next
	}
	if head.Pending != 0 {
		// It was being taken or given up: nobody to tell if the word cannot be reached.
		_ = releaseLock(t, word(head.Pending), head.Pending&robustPI != 0, true)
	}
}

// releaseLock gives up a lock whose owner ends, if t is the owner. pending says that the owner was
// taking it or giving it up.
func releaseLock(t *task.Task, a vm.Addr, pi, pending bool) error {
	v, err := t.AS.LoadUint32(a)
	for err == nil {
		if pending && !pi && v == 0 {
			// It was given up, but the wake-up did not happen any more.
			Wake(t.AS, a, 1)
			return nil
		}
		if v&wordTID != uint32(t.TID) {
			return nil
		}
		var cur uint32
		cur, err = t.AS.CompareAndSwapUint32(a, v, v&wordWaiters|wordOwnerDied)
		if err == nil && cur == v {
			if !pi && v&wordWaiters != 0 {
				Wake(t.AS, a, 1)
			}
			return nil
		}
		v = cur
	}
	return err
}
