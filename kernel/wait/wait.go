// Package wait is how a goroutine learns that a file became ready: queues of
// waiters, woken with the poll(2) events that came true.
package wait

import (
	"sync"

	"golang.org/x/sys/unix"
)

// Events is a set of poll(2) events.
type Events uint32

// The events, with the values of poll(2).
const (
	In    Events = unix.POLLIN
	Pri   Events = unix.POLLPRI
	Out   Events = unix.POLLOUT
	Err   Events = unix.POLLERR
	Hup   Events = unix.POLLHUP
	Nval  Events = unix.POLLNVAL
	RdHup Events = unix.POLLRDHUP
)

// A Waiter is told that one of its entries' events came true. Notify is called
// with the queue locked: it must be quick, and must not touch the queue.
type Waiter interface {
	Notify(e *Entry, ev Events)
}

// An Entry is one waiter's place in one queue. The zero Entry is in no queue.
type Entry struct {
	// Mask is what the waiter waits for. Err and Hup are always reported.
	Mask Events
	// Waiter is who is told.
	Waiter Waiter
	// Exclusive entries are woken one for each Wake (EPOLLEXCLUSIVE, accept).
	Exclusive bool

	queue      *Queue
	next, prev *Entry
}

// A Queue is the list of those who wait for one thing. The zero Queue is empty
// and ready to use.
type Queue struct {
	mu   sync.Mutex
	head *Entry
	tail *Entry
}

// Add puts e at the end of the queue. e must not be in a queue.
func (q *Queue) Add(e *Entry) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if e.queue != nil {
		panic("wait: entry is in a queue already")
	}
	e.queue, e.prev, e.next = q, q.tail, nil
	if q.tail == nil {
		q.head = e
	} else {
		q.tail.next = e
	}
	q.tail = e
}

// Remove takes e out of the queue, if it is in it.
func (q *Queue) Remove(e *Entry) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if e.queue != q {
		return
	}
	if e.prev == nil {
		q.head = e.next
	} else {
		e.prev.next = e.next
	}
	if e.next == nil {
		q.tail = e.prev
	} else {
		e.next.prev = e.prev
	}
	e.queue, e.prev, e.next = nil, nil, nil
}

// Wake tells every waiter that waits for one of ev; of the exclusive ones, just
// the first.
func (q *Queue) Wake(ev Events) {
	q.mu.Lock()
	if q.head == nil { // nobody waits, as in most calls: no defer
		q.mu.Unlock()
		return
	}
	q.wake(ev)
}

// wake is Wake for a queue that is locked, and unlocks it.
func (q *Queue) wake(ev Events) {
	defer q.mu.Unlock()
	exclusiveWoken := false
	for e := q.head; e != nil; e = e.next {
		hit := ev & (e.Mask | Err | Hup)
		if hit == 0 || e.Exclusive && exclusiveWoken {
			continue
		}
		exclusiveWoken = exclusiveWoken || e.Exclusive
		e.Waiter.Notify(e, hit)
	}
}

// Empty says whether nobody waits.
func (q *Queue) Empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.head == nil
}
