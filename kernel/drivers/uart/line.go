package uart

import (
	"math"
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/drivers"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// ringSize is the size of the buffer in each direction, in bytes.
const ringSize = 4096

// maxCauses is how many interrupt causes are looked at in one go.
const maxCauses = 256

// com1Port and com1IRQ are where a PC has its first serial line.
const (
	com1Port = 0x3f8
	com1IRQ  = 4
)

func init() { drivers.Register(drivers.Devices, "uart", probe) }

func probe() error {
	l := New(drivers.Ports(com1Port))
	if l == nil {
		return nil
	}
	if err := drivers.HandleIRQ(com1IRQ, "ttyS0", l.Interrupt); err != nil {
		return err
	}
	drivers.AddChannel("ttyS0", l)
	return nil
}

// A Line is a serial line. It implements drivers.Channel.
type Line struct {
	r     drivers.Registers
	burst int // bytes that may be written when the transmitter is empty
	queue wait.Queue

	// writing and reading are held across the copy from and to a program; mu is not, since the
	// interrupt takes it.
	writing, reading sync.Mutex

	mu       sync.Mutex
	out, in  drivers.Ring
	consumed uint64
	end      uint64
}

var _ drivers.Channel = (*Line)(nil)

// New returns the line behind the registers r, nil if there is none. Nothing arrives before Open.
func New(r drivers.Registers) *Line {
	const pattern = 0x5a
	r.Write8(regSCR, pattern)
	if r.Read8(regSCR) != pattern {
		return nil
	}
	l := &Line{r: r, burst: 1, out: drivers.NewRing(ringSize), in: drivers.NewRing(ringSize), end: math.MaxUint64}
	r.Write8(regIER, 0)
	r.Write8(regLCR, lcr8N1)
	r.Write8(regFCR, fcrEnable|fcrClear)
	if r.Read8(regIIR)&iirFIFOs == iirFIFOs {
		l.burst = fifoSize
	}
	r.Write8(regMCR, mcrDTR|mcrRTS|mcrOut2)
	return l
}

// Open lets input arrive.
func (l *Line) Open() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.enable()
	return nil
}

// enable asks for the interrupts that are needed now.
func (l *Line) enable() {
	var ier uint8
	if l.in.Room() > 0 {
		ier |= ierReceived
	}
	if l.out.Len() > 0 {
		ier |= ierTransmitted
	}
	l.r.Write8(regIER, ier)
}

// Interrupt moves what can be moved. It may be called without cause.
func (l *Line) Interrupt() {
	l.mu.Lock()
	var ev wait.Events
	// A line without end of causes is a broken one.
	for range maxCauses {
		if l.r.Read8(regIIR)&iirNone != 0 {
			break
		}
		ev |= l.receive()
		full := l.out.Room() == 0
		l.transmit()
		if full && l.out.Room() > 0 {
			ev |= wait.Out
		}
		l.enable()
		l.r.Read8(regMSR) // ends a modem status interrupt
	}
	l.mu.Unlock()
	if ev != 0 {
		l.queue.Wake(ev)
	}
}

// receive takes what has arrived, as far as there is room. What the FIFO cannot
// hold meanwhile is lost on a real line; an emulated one waits.
func (l *Line) receive() (ev wait.Events) {
	for l.in.Room() > 0 && l.r.Read8(regLSR)&lsrDR != 0 {
		l.in.Put(l.r.Read8(regRBR))
		ev = wait.In
	}
	return ev
}

// transmit sends as long as the transmitter takes more.
func (l *Line) transmit() {
	for l.out.Len() > 0 && l.r.Read8(regLSR)&lsrTHRE != 0 {
		for range l.burst {
			c, ok := l.out.Get()
			if !ok {
				break
			}
			l.r.Write8(regTHR, c)
		}
	}
}

// Write sends from src; see drivers.Channel.
func (l *Line) Write(src drivers.Source) (int, error) {
	if src.Len() == 0 {
		return 0, nil
	}
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	total := 0
	for src.Len() > 0 {
		room := l.out.FreeSpan()
		if len(room) == 0 {
			break
		}
		l.mu.Unlock()
		n, err := src.Read(room)
		l.mu.Lock()
		l.out.Produce(n)
		l.transmit()
		total += n
		if err != nil && total == 0 {
			return 0, err
		} else if err != nil {
			break
		}
	}
	l.enable()
	if total == 0 {
		return 0, unix.EAGAIN
	}
	return total, nil
}

// Read moves what has arrived to dst; see drivers.Channel.
func (l *Line) Read(dst drivers.Sink) (int, error) {
	if dst.Len() == 0 {
		return 0, nil
	}
	l.reading.Lock()
	defer l.reading.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.receive()
	total := 0
	for dst.Len() > 0 && l.in.Len() > 0 {
		b := l.in.Data()
		l.mu.Unlock()
		n, err := dst.Write(b)
		l.mu.Lock()
		l.in.Consume(n)
		l.consumed += uint64(n)
		total += n
		if err != nil && total == 0 {
			return 0, err
		} else if err != nil {
			break
		}
	}
	l.receive()
	l.enable()
	if total == 0 && l.consumed < l.end {
		return 0, unix.EAGAIN
	}
	return total, nil
}

// Ready says what would not block; see drivers.Channel.
func (l *Line) Ready() wait.Events {
	l.mu.Lock()
	defer l.mu.Unlock()
	var ev wait.Events
	if l.in.Len() > 0 || l.consumed >= l.end {
		ev |= wait.In
	}
	if l.out.Room() > 0 {
		ev |= wait.Out
	}
	return ev
}

// Queue is woken when Ready changes.
func (l *Line) Queue() *wait.Queue { return &l.queue }

// Buffered returns how many bytes wait to be read.
func (l *Line) Buffered() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.in.Len()
}

// EndAfter says that the input ends after n bytes.
func (l *Line) EndAfter(n uint64) {
	l.mu.Lock()
	l.end = n
	l.mu.Unlock()
	l.queue.Wake(wait.In | wait.RdHup)
}

// Flush waits until everything written is on the line.
func (l *Line) Flush(deadline clock.Time) bool {
	return drivers.Await(&l.queue, deadline, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.transmit()
		l.enable()
		return l.out.Len() == 0 && l.r.Read8(regLSR)&lsrTEMT != 0
	})
}
