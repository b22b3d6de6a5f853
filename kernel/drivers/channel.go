package drivers

import (
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/wait"
)

// A Source is where bytes to write come from, such as a *vm.Buffer.
type Source interface {
	// Len returns how many bytes are left.
	Len() int
	// Read takes up to len(p) of them. It returns fewer only at the end or with an error.
	Read(p []byte) (int, error)
}

// A Sink is where bytes that were read go, such as a *vm.Buffer.
type Sink interface {
	// Len returns how many bytes it still takes.
	Len() int
	// Write takes the bytes of p, as many as it can.
	Write(p []byte) (int, error)
}

// A Channel is a stream of bytes between the machine and its host, in one
// direction or both: a port of a virtio console, a serial line. It is safe for concurrent use.
type Channel interface {
	// Open starts the flow. Until then nothing arrives.
	Open() error
	// Read moves what has arrived to dst. It fails with EAGAIN if that is nothing; 0 without an
	// error is the end of the stream.
	Read(dst Sink) (int, error)
	// Write sends from src as much as there is room for. It fails with EAGAIN if there is none,
	// with EPIPE if nobody listens any more. The bytes are on their way when
	// it returns; nothing needs to be called for them to arrive.
	Write(src Source) (int, error)
	// Ready says what of Read and Write would not fail with EAGAIN now (In, Out), and
	// whether the other side is gone (Hup, with Err for writers).
	Ready() wait.Events
	// Queue is woken when Ready changes.
	Queue() *wait.Queue
	// Buffered returns how many bytes have arrived and were not read.
	Buffered() int
	// EndAfter says that the input ends after n bytes, counted from the beginning.
	EndAfter(n uint64)
	// Flush waits until everything written has left the machine, or the deadline
	// comes: it reports which.
	Flush(deadline clock.Time) bool
}

var channels struct {
	mu     sync.Mutex
	byName map[string]Channel
}

// AddChannel makes a channel known by name. Of two with the same name, the first stays.
func AddChannel(name string, c Channel) {
	channels.mu.Lock()
	defer channels.mu.Unlock()
	if channels.byName == nil {
		channels.byName = map[string]Channel{}
	}
	if channels.byName[name] == nil {
		channels.byName[name] = c
	}
}

// FindChannel returns the channel with the name, nil if there is none.
func FindChannel(name string) Channel {
	channels.mu.Lock()
	defer channels.mu.Unlock()
	return channels.byName[name]
}

// pollEvery is how long an Await with a deadline sleeps before it looks again, should an
// interrupt get lost.
const pollEvery = clock.Second / 100

// Await waits until cond holds or the deadline comes, and reports which. It looks
// whenever q is woken; with a deadline, now and then besides.
func Await(q *wait.Queue, deadline clock.Time, cond func() bool) bool {
	w := make(awaiter, 1)
	e := wait.Entry{Mask: ^wait.Events(0), Waiter: w}
	timer := clock.Timer{F: w.wake}
	q.Add(&e)
	defer q.Remove(&e)
	for !cond() {
		if deadline != clock.Never {
			now := clock.Now()
			if now >= deadline {
				return false
			}
			timer.Start(min(deadline, now+pollEvery))
		}
		<-w
		timer.Stop()
	}
	return true
}

// awaiter is a goroutine that waits for a queue.
type awaiter chan struct{}

func (w awaiter) wake() {
	select {
	case w <- struct{}{}:
	default:
	}
}

// Notify implements wait.Waiter.
func (w awaiter) Notify(*wait.Entry, wait.Events) { w.wake() }
