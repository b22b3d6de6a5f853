package futex

import (
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// requeue is FUTEX_REQUEUE and, with compare, FUTEX_CMP_REQUEUE: it wakes up to c.val of
// those who wait at c.addr and makes up to limit others wait at c.addr2. It returns how many
// those are together.
func requeue(as *vm.AddressSpace, c *call, limit int, compare *uint32) (int, error) {
	n := int(int32(c.val))
	if n < 0 || limit < 0 {
		return 0, unix.EINVAL
	}
	from, to, err := keys(as, c)
	if err != nil {
		return 0, err
	}
	b1, b2 := lockBoth(from, to)
	defer unlockBoth(b1, b2)
	if err := expect(as, c.addr, compare); err != nil {
		return 0, err
	}
	done := 0
	for w := b1.head; w != nil && done < n+limit; {
		next := w.next
		if w.key.Equal(from) {
			switch {
			case w.pi || w.requeue != nil:
				return done, unix.EINVAL
			case done < n:
				b1.wake(w)
			default:
				b1.move(w, b2, to)
			}
			done++
		}
		w = next
	}
	return done, nil
}

// keys returns the keys of both addresses of the call.
func keys(as *vm.AddressSpace, c *call) (from, to vm.Key, err error) {
	if from, err = as.FutexKey(c.addr, c.private); err != nil {
		return
	}
	to, err = as.FutexKey(c.addr2, c.private)
	return
}

// expect checks that the word at a is *want, if want is not nil: EAGAIN, EFAULT.
func expect(as *vm.AddressSpace, a vm.Addr, want *uint32) error {
	if want == nil {
		return nil
	}
	v, err := as.LoadUint32(a)
	if err == nil && v != *want {
		err = unix.EAGAIN
	}
	return err
}

// move makes w, which stands in b, wait for another key. Both buckets are locked.
func (b *bucket) move(w *waiter, to *bucket, key vm.Key) {
	w.key = key
	if b != to {
		b.unlink(w)
		to.add(w)
	}
}
