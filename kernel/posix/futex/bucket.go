package futex

import (
	"sync"
	"sync/atomic"

	"cairn/kernel/task"
	"cairn/kernel/vm"
)

// bucketBits is log2 of the number of buckets.
const bucketBits = 8

var buckets [1 << bucketBits]bucket

// A bucket is the waiters whose keys hash to the same number, in the order in
// which they came.
type bucket struct {
	mu         sync.Mutex
	head, tail *waiter
	number     uint32 // from 1
}

func init() {
	for i := range buckets {
		buckets[i].number = uint32(i) + 1
	}
}

// anyBit is the bitset that matches every other (FUTEX_BITSET_MATCH_ANY).
const anyBit = ^uint32(0)

// A waiter is a task's place in a bucket. Its fields, but for queued, are
// changed with the bucket locked.
type waiter struct {
	task   *task.Task
	key    vm.Key
	bitset uint32
	// queued is the number of the bucket that the waiter stands in; 0 once it was woken.
	queued     atomic.Uint32
	next, prev *waiter

	// Of those who wait for a lock with an owner (FUTEX_LOCK_PI):
	pi    bool
	addr  vm.Addr    // the word, in the task's address space
	owner *task.Task // who held the lock when the waiter came, or was given it since
	// Of those in FUTEX_WAIT_REQUEUE_PI:
	requeue *vm.Key // the lock that the waiter may be moved to
	// owns says that the waiter was given the lock when it was woken.
	owns bool
}

// index returns the number of the key's bucket.
func index(k vm.Key) uint64 { return k.Hash() >> (64 - bucketBits) }

// bucketOf returns the key's bucket.
func bucketOf(k vm.Key) *bucket { return &buckets[index(k)] }

// lockBoth locks the buckets of two keys, which may be one, in the order of their numbers, and
// returns them.
func lockBoth(k1, k2 vm.Key) (b1, b2 *bucket) {
	i, j := index(k1), index(k2)
	buckets[min(i, j)].mu.Lock()
	if i != j {
		buckets[max(i, j)].mu.Lock()
	}
	return &buckets[i], &buckets[j]
}

// unlockBoth undoes lockBoth.
func unlockBoth(b1, b2 *bucket) {
	b1.mu.Unlock()
	if b1 != b2 {
		b2.mu.Unlock()
	}
}

// add puts w at the end of the bucket, which is locked.
func (b *bucket) add(w *waiter) {
	w.prev, w.next = b.tail, nil
	if b.tail == nil {
		b.head = w
	} else {
		b.tail.next = w
	}
	b.tail = w
	w.queued.Store(b.number)
}

// remove takes w out of the bucket, which is locked; w is not queued then.
func (b *bucket) remove(w *waiter) {
	b.unlink(w)
	w.queued.Store(0)
}

// unlink takes w off the bucket's list.
func (b *bucket) unlink(w *waiter) {
	if w.prev == nil {
		b.head = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		b.tail = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.next, w.prev = nil, nil
}

// wake takes w out of the bucket, which is locked, and lets its task run.
func (b *bucket) wake(w *waiter) {
	t := w.task
	b.remove(w)
	t.Wake()
}

// first returns the first waiter for the key; nil if there is none. The bucket is locked.
func (b *bucket) first(k vm.Key) *waiter {
	for w := b.head; w != nil; w = w.next {
		if w.key.Equal(k) {
			return w
		}
	}
	return nil
}

// leave takes w out of whatever bucket it stands in. It reports false if it was
// woken before.
func (w *waiter) leave() bool {
	for {
		n := w.queued.Load()
		if n == 0 {
			return false
		}
		b := &buckets[n-1]
		b.mu.Lock()
		if w.queued.Load() == n {
			b.remove(w)
			b.mu.Unlock()
			return true
		}
		b.mu.Unlock() // it was moved to another
	}
}
