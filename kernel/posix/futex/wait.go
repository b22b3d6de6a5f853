package futex

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// wait is FUTEX_WAIT_BITSET: it waits for a wake-up if the word at a is val, and
// fails with EAGAIN if it is not.
func wait(t *task.Task, a vm.Addr, private bool, val, bitset uint32, d deadline) error {
	if bitset == 0 {
		return unix.EINVAL
	}
	key, err := t.AS.FutexKey(a, private)
	if err != nil {
		return err
	}
	w := &states.Get(t).waiter
	w.key, w.bitset = key, bitset
	if err := w.enqueue(t.AS, a, val); err != nil {
		return err
	}
	err = w.await(d)
	if err == sys.ERESTARTSYS && d.at != 0 {
		t.SetAgain(func(t *task.Task) (uintptr, error) { return 0, wait(t, a, private, val, bitset, d) })
		return sys.ERESTART_RESTARTBLOCK
	}
	return err
}

// enqueue puts w, whose key and bitset are set, into its bucket if the word at a, which is the key's, is val: EAGAIN
// if it is not, EFAULT.
func (w *waiter) enqueue(as *vm.AddressSpace, a vm.Addr, val uint32) error {
	b := bucketOf(w.key)
	b.mu.Lock()
	v, err := as.LoadUint32(a)
	if err == nil && v != val {
		err = unix.EAGAIN
	}
	if err == nil {
		b.add(w)
	}
	b.mu.Unlock()
	return err
}

// await waits until w is woken. When the wait ends otherwise, w is taken out of its
// bucket, and a wake-up that came just before counts.
func (w *waiter) await(d deadline) error {
	for w.queued.Load() != 0 {
		if err := d.block(w.task); err != nil && w.leave() {
			return err
		}
	}
	return nil
}

// wake is FUTEX_WAKE_BITSET: it wakes up to n of those who wait at a with a bit of
// bitset, and returns how many it woke. As on Linux, one is woken even if n is less.
func wake(as *vm.AddressSpace, a vm.Addr, private bool, n int, bitset uint32) (int, error) {
	if bitset == 0 {
		return 0, unix.EINVAL
	}
	key, err := as.FutexKey(a, private)
	if err != nil {
		return 0, err
	}
	b := bucketOf(key)
	b.mu.Lock()
	woken, err := b.wakeKey(key, n, bitset)
	b.mu.Unlock()
	return woken, err
}

// Wake wakes up to n tasks that wait at the address, as the kernel does for the word of
// set_tid_address(2).
func Wake(as *vm.AddressSpace, a vm.Addr, n int) {
	wake(as, a, false, n, anyBit) // nobody to tell of a bad address
}

// wakeKey wakes up to n of those who wait for the key with a bit of bitset: EINVAL if
// one waits for a lock with an owner. The bucket is locked.
func (b *bucket) wakeKey(key vm.Key, n int, bitset uint32) (woken int, err error) {
	for w := b.head; w != nil; {
		next := w.next
		if w.bitset&bitset != 0 && w.key.Equal(key) {
			if w.pi || w.requeue != nil {
				return woken, unix.EINVAL
			}
			b.wake(w)
			if woken++; woken >= n {
				break
			}
		}
		w = next
	}
	return woken, nil
}
