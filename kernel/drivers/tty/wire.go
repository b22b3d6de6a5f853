package tty

import (
	"cairn/kernel/clock"
	"cairn/kernel/drivers"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// wireBuffer is how many bytes are taken from a channel at a time.
const wireBuffer = 512

// A wire is a line of channels to the host. A goroutine moves what comes in, since the keys for
// signals must work when nobody reads.
type wire struct {
	t       *Terminal
	in, out drivers.Channel // either may be nil
	poke    chan struct{}   // tells the goroutine to look
	buf     [wireBuffer]byte
	pending []byte // part of buf that found no room
	ended   bool
}

// New returns a terminal with the path and number of its device node, whose input comes from one
// channel and whose output goes to another, or the same. Either may be nil: no input ever comes
// then, or output is lost. The channels are open.
func New(name string, dev uint64, in, out drivers.Channel) *Terminal {
	w := &wire{in: in, out: out, poke: make(chan struct{}, 1)}
	w.t = newTerminal(name, dev, w)
	if in != nil {
		in.Queue().Add(&wait.Entry{Mask: wait.In | wait.Out | wait.RdHup, Waiter: w})
	}
	if out != nil && out != in {
		out.Queue().Add(&wait.Entry{Mask: wait.Out, Waiter: w})
	}
	go w.pump()
	w.kick()
	return w.t
}

func (w *wire) kick() {
	select {
	case w.poke <- struct{}{}:
	default:
	}
}

// Notify implements wait.Waiter.
func (w *wire) Notify(*wait.Entry, wait.Events) { w.kick() }

// pump moves bytes in both directions, whenever some may move, for ever.
func (w *wire) pump() {
	for range w.poke {
		w.t.lock()
		w.receive()
		w.t.flushEcho()
		w.drain(w.t)
		w.t.wakeWriters() // some may wait until everything has left
		w.t.unlock()
	}
}

// receive takes what has come in, as far as there is room.
func (w *wire) receive() {
	for w.in != nil && !w.ended {
		if len(w.pending) == 0 {
			s := span{p: w.buf[:]}
			_, err := w.in.Read(&s)
			if err == unix.EAGAIN {
				return
			}
			if s.n == 0 {
				w.ended = true
				w.t.hangup()
				return
			}
			w.pending = w.buf[:s.n]
		}
		n := w.t.receive(w.pending)
		if w.pending = w.pending[n:]; len(w.pending) > 0 {
			return
		}
	}
}

// drain sends what is in the output ring.
func (w *wire) drain(t *Terminal) {
	ring := &t.out.ring
	if w.out == nil {
		ring.Reset()
		return
	}
	for ring.Len() > 0 {
		_, err := w.out.Write(ring)
		if err == unix.EAGAIN {
			return
		}
		if err != nil {
			ring.Reset() // nobody listens
		}
	}
}

func (w *wire) unthrottle(*Terminal) { w.kick() }

func (w *wire) flow(*Terminal, bool) {}

func (w *wire) discard(t *Terminal) { t.out.ring.Reset() }

func (w *wire) flushed(*Terminal, uint8) {}

func (w *wire) drained(t *Terminal) bool {
	return t.out.ring.Len() == 0 && (w.out == nil || w.out.Flush(0))
}

func (w *wire) gone() bool { return w.ended }

// Drain waits until everything written has left the machine, or the deadline comes: it reports
// which.
func (t *Terminal) Drain(deadline clock.Time) bool {
	return drivers.Await(&t.queue, deadline, func() bool {
		t.lock()
		defer t.unlock()
		t.line.drain(t)
		return t.line.drained(t)
	})
}

// A span is a piece of memory to read into. It implements drivers.Sink.
type span struct {
	p []byte
	n int
}

// Len returns how many bytes it still takes.
func (s *span) Len() int { return len(s.p) - s.n }

// Write takes bytes.
func (s *span) Write(p []byte) (int, error) {
	n := copy(s.p[s.n:], p)
	s.n += n
	return n, nil
}
