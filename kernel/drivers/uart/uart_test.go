package uart

import (
	"bytes"
	"sync"
	"testing"

	"cairn/kernel/clock"
	"cairn/kernel/drivers"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// chip is a model of a 16550A.
type chip struct {
	drivers.Ports
	mu       sync.Mutex
	ier, scr uint8
	in       []byte // on its way to the machine
	out      []byte // has left it
	fifo     int    // bytes in the transmit FIFO
	held     bool   // the line takes nothing
	overrun  bool   // the driver wrote to a full FIFO
	noFIFO   bool
	irq      func()
}

func (c *chip) Read8(off uint32) uint8 {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch off {
	case regRBR:
		if len(c.in) > 0 {
			v := c.in[0]
			c.in = c.in[1:]
			return v
		}
	case regIIR:
		v := uint8(iirNone)
		if c.ier&ierReceived != 0 && len(c.in) > 0 {
			v = 4
		} else if c.ier&ierTransmitted != 0 && c.fifo == 0 {
			v = 2
		}
		if !c.noFIFO {
			v |= iirFIFOs
		}
		return v
	case regLSR:
		var v uint8
		if len(c.in) > 0 {
			v |= lsrDR
		}
		if c.fifo == 0 {
			v |= lsrTHRE | lsrTEMT
		}
		return v
	case regSCR:
		return c.scr
	}
	return 0
}

func (c *chip) Write8(off uint32, v uint8) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch off {
	case regTHR:
		size := fifoSize
		if c.noFIFO {
			size = 1
		}
		c.overrun = c.overrun || c.fifo == size
		c.out = append(c.out, v)
		if c.held {
			c.fifo++
		}
	case regIER:
		c.ier = v
	case regSCR:
		c.scr = v
	}
}

// hold stops the line, or lets it go on: the FIFO empties, and the interrupt comes.
func (c *chip) hold(on bool) {
	c.mu.Lock()
	c.held = on
	if !on {
		c.fifo = 0
	}
	c.mu.Unlock()
	c.irq()
}

func (c *chip) send(b []byte) {
	c.mu.Lock()
	c.in = append(c.in, b...)
	c.mu.Unlock()
	c.irq()
}

func (c *chip) sent() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.out)
}

type sink struct {
	bytes.Buffer
	room int
}

func (s *sink) Len() int                    { return s.room - s.Buffer.Len() }
func (s *sink) Write(p []byte) (int, error) { return s.Buffer.Write(p[:min(len(p), s.Len())]) }

func newLine(t *testing.T, c *chip) *Line {
	t.Helper()
	l := New(c)
	if l == nil {
		t.Fatal("no line found")
	}
	c.irq = l.Interrupt
	if err := l.Open(); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestAbsent(t *testing.T) {
	if New(drivers.Ports(com1Port)) != nil {
		t.Error("a line where there is none")
	}
}

func TestOutput(t *testing.T) {
	for _, noFIFO := range []bool{false, true} {
		c := &chip{noFIFO: noFIFO}
		l := newLine(t, c)
		l.Write(bytes.NewReader([]byte("at once")))
		if c.sent() != "at once" {
			t.Errorf("the line got %q", c.sent())
		}
		c.hold(true)
		want := "at once"
		for {
			n, err := l.Write(bytes.NewReader(make([]byte, 100)))
			want += string(make([]byte, n))
			if err == unix.EAGAIN {
				break
			}
		}
		if l.Ready()&wait.Out != 0 || l.Flush(clock.Now()+clock.Second/50) {
			t.Error("room, or nothing left to send, on a line that stands still")
		}
		done := make(chan bool)
		go func() { done <- l.Flush(clock.Now() + 10*clock.Second) }()
		c.hold(false)
		if !<-done || c.sent() != want {
			t.Errorf("the line got %d bytes, want %d", len(c.sent()), len(want))
		}
		if c.overrun {
			t.Error("the driver wrote to a full FIFO")
		}
		if c.ier&ierTransmitted != 0 {
			t.Error("the transmit interrupt stays on with nothing to send")
		}
	}
}

func TestInput(t *testing.T) {
	c := &chip{}
	l := newLine(t, c)
	if _, err := l.Read(&sink{room: 5}); err != unix.EAGAIN {
		t.Errorf("Read of nothing: %v", err)
	}
	c.send([]byte("hello"))
	s := &sink{room: 3}
	if n, err := l.Read(s); n != 3 || err != nil || s.String() != "hel" || l.Buffered() != 2 {
		t.Errorf("Read = %d, %v, %q; %d left", n, err, s.String(), l.Buffered())
	}
	l.EndAfter(5)
	s = &sink{room: 9}
	l.Read(s)
	if n, err := l.Read(s); n != 0 || err != nil || s.String() != "lo" {
		t.Errorf("Read at the end = %d, %v", n, err)
	}
}

// TestFullInput checks that nothing is lost as long as the line can wait.
func TestFullInput(t *testing.T) {
	c := &chip{}
	l := newLine(t, c)
	want := bytes.Repeat([]byte("0123456789"), 2*ringSize/10)
	c.send(want)
	if c.ier&ierReceived != 0 {
		t.Error("the receive interrupt stays on without room")
	}
	var got []byte
	for len(got) < len(want) {
		s := &sink{room: 100}
		if _, err := l.Read(s); err != nil {
			t.Fatal(err)
		}
		got = append(got, s.Bytes()...)
	}
	if !bytes.Equal(got, want) {
		t.Error("bytes were lost or changed")
	}
}
