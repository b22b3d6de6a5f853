package futex

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// waitRequeuePI is FUTEX_WAIT_REQUEUE_PI: it waits at c.addr until FUTEX_CMP_REQUEUE_PI gives the
// caller the lock at c.addr2, at once or in its turn.
func waitRequeuePI(t *task.Task, c *call, d deadline) error {
	if c.addr == c.addr2 {
		return unix.EINVAL
	}
	from, to, err := keys(t.AS, c)
	if err != nil {
		return err
	}
	piWaiters.Add(1)
	defer piWaiters.Add(-1)
	w := &states.Get(t).waiter
	w.key, w.bitset, w.requeue, w.owns = from, anyBit, &to, false
	w.addr = c.addr2
	if err := w.enqueue(t.AS, c.addr, c.val); err != nil {
		w.requeue = nil
		return err
	}
	err = w.await(d)
	w.requeue = nil
	moved := w.pi
	w.pi, w.owner = false, nil
	switch {
	case err == sys.ERESTARTSYS && !moved:
		return sys.ERESTARTNOINTR
	case err == sys.ERESTARTSYS, err == nil && !w.owns:
		return unix.EAGAIN
	}
	return err
}

// requeuePI is FUTEX_CMP_REQUEUE_PI: the first of those who wait at c.addr gets the lock at
// c.addr2 if it is free, and up to limit others wait for it then. It returns how many
// those are together.
func requeuePI(t *task.Task, c *call, limit int) (int, error) {
	if int32(c.val) != 1 || limit < 0 || c.addr == c.addr2 {
		return 0, unix.EINVAL
	}
	from, to, err := keys(t.AS, c)
	if err != nil {
		return 0, err
	}
	b1, b2 := lockBoth(from, to)
	defer unlockBoth(b1, b2)
	if err := expect(t.AS, c.addr, &c.val3); err != nil {
		return 0, err
	}
	done := 0
	for w := b1.head; w != nil && done < 1+limit; {
		next := w.next
		if w.key.Equal(from) {
			if err := b1.giveOrMove(t, w, b2, to, c.addr2); err != nil {
				return done, err
			}
			done++
		}
		w = next
	}
	return done, nil
}

// giveOrMove gives w, which stands in b, the lock at a, whose key is to, or makes it wait for it: EINVAL if w does not
// wait for that lock. Both buckets are locked.
func (b *bucket) giveOrMove(t *task.Task, w *waiter, lock *bucket, to vm.Key, a vm.Addr) error {
	if w.requeue == nil || *w.requeue != to {
		return unix.EINVAL
	}
	owner, err := lock.acquire(t, w.task.TID, a, to, false)
	if err != nil {
		return err
	}
	if owner == nil {
		w.owns = true
		b.wake(w)
		return nil
	}
	w.pi, w.owner = true, owner
	b.move(w, lock, to)
	return nil
}
