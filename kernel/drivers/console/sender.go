package console

import (
	"bytes"
	"strconv"
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/drivers"
	"cairn/kernel/klog"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// senderBuffer is how many bytes of lines wait for a channel at most; more are lost, and
// counted.
const senderBuffer = 16 << 10

// A sender sends lines to a channel. They are put into a buffer, from where a goroutine takes
// them: a line of the log can come from anywhere, with any lock held.
type sender struct {
	ch drivers.Channel
	// render makes the text of a line of the kernel log.
	render func(klog.Line) string

	mu   sync.Mutex
	out  drivers.Ring
	lost int
	// busy says that the goroutine has bytes that are neither in out nor in the channel.
	busy bool
	// gone says that nobody listens at the other end.
	gone bool
	wake chan struct{} // tells the goroutine that there is something in out
	sent wait.Queue    // woken when all was sent
}

// newSender opens the channel and starts to send.
func newSender(ch drivers.Channel, render func(klog.Line) string) (*sender, error) {
	if err := ch.Open(); err != nil {
		return nil, err
	}
	s := &sender{ch: ch, render: render, out: drivers.NewRing(senderBuffer), wake: make(chan struct{}, 1)}
	go s.send()
	return s, nil
}

// log sends a line of the kernel log.
func (s *sender) log(l klog.Line) { s.post(s.render(l)) }

// post puts text, which ends in a newline, into the buffer. It does not wait.
func (s *sender) post(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost > 0 {
		text = s.render(klog.Line{Level: klog.Warning, Text: strconv.Itoa(s.lost) + " lines of the log were lost"}) + text
	}
	if s.put(text) {
		s.lost = 0
	} else {
		s.lost++
	}
	s.kick()
}

// deliver puts text, which ends in a newline, into the buffer, and waits until there is room: nothing
// is lost while somebody listens.
func (s *sender) deliver(text string) {
	drivers.Await(&s.sent, clock.Never, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.gone {
			return true
		}
		if !s.put(text) {
			return false
		}
		s.kick()
		return true
	})
}

// kick tells the goroutine that there is something to send.
func (s *sender) kick() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *sender) put(text string) bool {
	if s.out.Room() < len(text) {
		return false
	}
	for i := range len(text) {
		s.out.Put(text[i])
	}
	return true
}

// send moves what is in the buffer to the channel, for ever. It holds no lock while it calls
// the channel, which may log.
func (s *sender) send() {
	var chunk [maxLine]byte
	for range s.wake {
		for {
			s.mu.Lock()
			n, _ := s.out.Read(chunk[:])
			s.busy = n > 0
			s.mu.Unlock()
			if n == 0 {
				break
			}
			if !s.transmit(bytes.NewReader(chunk[:n])) {
				s.mu.Lock()
				s.gone = true
				s.mu.Unlock()
				s.sent.Wake(wait.Out)
				return
			}
		}
		s.sent.Wake(wait.Out)
	}
}

// transmit writes all of src to the channel. It reports false if that cannot be done.
func (s *sender) transmit(src *bytes.Reader) bool {
	for src.Len() > 0 {
		_, err := s.ch.Write(src)
		if err == nil {
			continue
		}
		if err != unix.EAGAIN {
			return false
		}
		drivers.Await(s.ch.Queue(), clock.Never, func() bool { return s.ch.Ready()&(wait.Out|wait.Err) != 0 })
	}
	return true
}

// flush waits until everything posted has left the machine, or the deadline comes.
func (s *sender) flush(deadline clock.Time) bool {
	return drivers.Await(&s.sent, deadline, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.gone || s.out.Len() == 0 && !s.busy
	}) && s.ch.Flush(deadline)
}
