package futex

import (
	"sync/atomic"

	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Locks with an owner (futex(2), "Priority-inheritance futexes"). The word of such a
// lock holds its owner's thread id, and FUTEX_WAITERS while somebody waits in the kernel. The
// owner then gives the lock up through the kernel, which hands it to the first waiter
// by writing its id into the word. Nobody's priority changes: there is only one.

// piWaiters counts the tasks that may wait for locks with an owner, so that a task's end
// need not look for any if there are none. It is raised before a waiter looks whether the owner has left.
var piWaiters atomic.Int32

// lockPI is FUTEX_LOCK_PI, and FUTEX_TRYLOCK_PI with try.
func lockPI(t *task.Task, a vm.Addr, private bool, d deadline, try bool) error {
	key, err := t.AS.FutexKey(a, private)
	if err != nil {
		return err
	}
	piWaiters.Add(1)
	defer piWaiters.Add(-1)
	w := &states.Get(t).waiter
	w.key, w.bitset = key, anyBit
	b := bucketOf(key)
	b.mu.Lock()
	owner, err := b.acquire(t, t.TID, a, key, try)
	if err == nil && owner != nil {
		b.addPI(w, a, owner)
	}
	b.mu.Unlock()
	if err != nil || owner == nil {
		return err
	}
	return w.awaitLock(d)
}

// addPI makes w wait for the lock at a, which owner holds. The bucket is locked.
func (b *bucket) addPI(w *waiter, a vm.Addr, owner *task.Task) {
	w.pi, w.addr, w.owner, w.owns = true, a, owner, false
	b.add(w)
}

// awaitLock waits until w is handed the lock.
func (w *waiter) awaitLock(d deadline) error {
	err := w.await(d)
	w.pi, w.owner = false, nil
	switch {
	case err == sys.ERESTARTSYS:
		return sys.ERESTARTNOINTR
	case err == nil && !w.owns:
		return unix.EAGAIN // the owner is gone and the word is not the lock's any more
	}
	return err
}

// acquire takes the lock at a, whose key is key, for the task with the id tid, if nobody has it. If somebody has
// it, it sets FUTEX_WAITERS and returns the owner. t is who calls. The bucket is locked.
//
// The errors are those of futex(2): EDEADLK, ESRCH if the owner does not exist, EINVAL if word and waiters
// do not agree, EAGAIN with try.
func (b *bucket) acquire(t *task.Task, tid int32, a vm.Addr, key vm.Key, try bool) (owner *task.Task, err error) {
	waiters := uint32(0)
	if first := b.first(key); first != nil {
		if !first.pi {
			return nil, unix.EINVAL
		}
		waiters = wordWaiters
	}
	v, err := t.AS.LoadUint32(a)
	for err == nil {
		holder := int32(v & wordTID)
		next := v | wordWaiters
		switch holder {
		case tid:
			return nil, unix.EDEADLK
		case 0:
			next = uint32(tid) | v&wordOwnerDied | waiters
		}
		var cur uint32
		cur, err = t.AS.CompareAndSwapUint32(a, v, next)
		if err != nil {
			break
		}
		if cur != v {
			v = cur
			continue
		}
		if holder == 0 {
			return nil, nil
		}
		if owner = ownerOf(holder); owner != nil {
			if try {
				err = unix.EAGAIN
			}
			return owner, err
		}
		// As it left, it may have changed the word.
		if v, err = t.AS.LoadUint32(a); err == nil && v == next {
			err = unix.ESRCH
		}
	}
	return nil, err
}

// ownerOf returns the task with the id; nil if it does not exist or has given up its locks.
func ownerOf(tid int32) *task.Task {
	t := task.Find(tid)
	if t == nil {
		return nil
	}
	if s := states.Get(t); s == nil || s.left.Load() {
		return nil
	}
	return t
}

// unlockPI is FUTEX_UNLOCK_PI.
func unlockPI(t *task.Task, a vm.Addr, private bool) error {
	v, err := vm.Load[uint32](t.AS, a) // before the address is looked at, as on Linux
	if err != nil {
		return err
	}
	if v&wordTID != uint32(t.TID) {
		return unix.EPERM
	}
	key, err := t.AS.FutexKey(a, private)
	if err != nil {
		return err
	}
	b := bucketOf(key)
	b.mu.Lock()
	defer b.mu.Unlock()
	if v, err = t.AS.LoadUint32(a); err != nil {
		return err
	}
	if v&wordTID != uint32(t.TID) {
		return unix.EPERM
	}
	w := b.first(key)
	if w != nil && !w.pi {
		return unix.EINVAL
	}
	if w != nil {
		return b.handOver(t.AS, a, v, w, 0)
	}
	cur, err := t.AS.CompareAndSwapUint32(a, v, 0)
	if err == nil && cur != v {
		err = unix.EAGAIN
	}
	return err
}

// handOver gives the lock at a, whose word is v, to w, the first who waits for it, with more bits
// in the word. The bucket is locked. It fails with EAGAIN if the word changes meanwhile.
func (b *bucket) handOver(as *vm.AddressSpace, a vm.Addr, v uint32, w *waiter, more uint32) error {
	key, next := w.key, w.task
	word := uint32(next.TID) | wordWaiters | more // without more waiters as well, as on Linux
	cur, err := as.CompareAndSwapUint32(a, v, word)
	if err != nil {
		return err
	}
	if cur != v {
		return unix.EAGAIN
	}
	w.owns = true
	b.wake(w)
	for o := b.head; o != nil; o = o.next {
		if o.key.Equal(key) {
			o.owner = next
		}
	}
	return nil
}

// releaseOwned hands over the locks that others wait for in the kernel and that
// t, which ends, holds: the next owner sees FUTEX_OWNER_DIED.
func (s *state) releaseOwned(t *task.Task) {
	s.left.Store(true)
	if piWaiters.Load() == 0 {
		return
	}
	for i := range buckets {
		b := &buckets[i]
		b.mu.Lock()
		for w := b.head; w != nil; {
			next := w.next
			if w.pi && w.owner == t {
				b.inherit(w)
				next = b.head // others may have gone or changed
			}
			w = next
		}
		b.mu.Unlock()
	}
}

// inherit hands the lock that w is the first to wait for over from an owner that ends. If
// the word cannot be changed, w is woken without the lock. The bucket is locked.
func (b *bucket) inherit(w *waiter) {
	as := w.task.AS
	for {
		v, err := as.LoadUint32(w.addr)
		if err == nil {
			err = b.handOver(as, w.addr, v, w, wordOwnerDied)
		}
		if err == nil {
			return
		}
		if err != unix.EAGAIN {
			b.wake(w)
			return
		}
	}
}
