// Package wait is how a goroutine learns that a file became ready: queues of
// waiters, woken with the poll(2) events that came true.
package wait

import (
	"sync"
	"sync/atomic"

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
	// Declined is set by Notify of an exclusive entry whose waiter has nobody to tell: the next one is told too.
	Declined bool

	queue      *Queue
	next, prev *Entry
}

// A Queue is the list of those who wait for one thing. The zero Queue is empty
// and ready to use.
type Queue struct {
	mu   sync.Mutex
	head *Entry
	tail *Entry
	// state is the number of entries (without any, Wake does not lock), and from oneWake on that of wake-ups.
	state atomic.Uint64
}

const oneWake = 1 << 32

// A Mark remembers a moment of a queue. The zero Mark stands for none.
type Mark struct {
	queue *Queue
	wakes uint32
}

// Mark returns the moment of now.
func (q *Queue) Mark() Mark { return Mark{q, uint32(q.state.Load() / oneWake)} }

// Stands says whether m is a moment of q, and Wake was not called since.
func (m *Mark) Stands(q *Queue) bool {
	return m.queue == q && m.wakes == uint32(q.state.Load()/oneWake)
}

// Add puts e at the end of the queue. e must not be in a queue.
func (q *Queue) Add(e *Entry) {
	if e.queue != nil {
		panic("wait: entry is in a queue already")
	}
	q.mu.Lock()
	e.queue, e.prev, e.next = q, q.tail, nil
	if q.tail == nil {
		q.head = e
	} else {
		q.tail.next = e
	}
	q.tail = e
	q.state.Add(1)
	q.mu.Unlock()
}

// Remove takes e out of the queue, if it is in it.
func (q *Queue) Remove(e *Entry) {
	q.mu.Lock()
	if e.queue == q {
		q.unlink(e)
	}
	q.mu.Unlock()
}

// unlink takes e, which is in the queue, out of it. The queue is locked.
func (q *Queue) unlink(e *Entry) {
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
	q.state.Add(^uint64(0))
}

// Leave takes e out of the queue that it is in, if any. Only who added e may call it.
func (e *Entry) Leave() {
	if q := e.queue; q != nil {
		q.Remove(e)
	}
}

// Wake tells every waiter that waits for one of ev; of the exclusive ones, just
// the first that does not decline. What came true must have come true before the call: who adds an entry meanwhile looks at it later.
func (q *Queue) Wake(ev Events) {
	if uint32(q.state.Add(oneWake)) != 0 { // in most calls nobody waits
		q.wake(ev)
	}
}

// wake is Wake if there are entries.
func (q *Queue) wake(ev Events) {
	q.mu.Lock()
	exclusiveWoken := false
	for e := q.head; e != nil; e = e.next {
		hit := ev & (e.Mask | Err | Hup)
		if hit == 0 || e.Exclusive && exclusiveWoken {
			continue
		}
		e.Waiter.Notify(e, hit)
		exclusiveWoken = exclusiveWoken || e.Exclusive && !e.Declined
	}
	q.mu.Unlock()
}

// Empty says whether nobody waits.
func (q *Queue) Empty() bool { return uint32(q.state.Load()) == 0 }
