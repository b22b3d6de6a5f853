package console

import (
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/drivers"
	"cairn/kernel/mem"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// A Port is a stream of bytes to the host, from it, or both. It implements drivers.Channel.
type Port struct {
	dev   *Device
	id    uint32
	queue wait.Queue

	// writing and reading are held across the copy from and to a program, which may block;
	// mu is not, since the interrupt takes it.
	writing, reading sync.Mutex

	mu         sync.Mutex
	open       bool
	gone       bool // the host closed its end
	out        transmitter
	in         receiver
	rows, cols uint16
	onResize   func(rows, cols uint16)
}

var _ drivers.Channel = (*Port)(nil)

// newPort sets up the queues of port id (VIRTIO 1.2, section 5.3.2).
func newPort(d *Device, id uint32) (*Port, error) {
	p := &Port{dev: d, id: id}
	first := 0
	if id > 0 {
		first = 2 + 2*int(id)
	}
	rx, err := d.dev.Queue(first, queueSize)
	if err != nil {
		return nil, err
	}
	tx, err := d.dev.Queue(first+1, queueSize)
	if err != nil {
		return nil, err
	}
	p.in.init(rx)
	p.out.init(tx)
	return p, nil
}

// Open gives the device pages to fill and tells the host that somebody listens.
func (p *Port) Open() error {
	p.mu.Lock()
	if p.open {
		p.mu.Unlock()
		return nil
	}
	if err := p.in.fill(); err != nil {
		p.mu.Unlock()
		return err
	}
	p.open = true
	p.mu.Unlock()
	if p.dev.control == nil {
		return nil
	}
	return p.dev.control.send(p.id, eventPortOpen, 1)
}

// Write sends from src; see drivers.Channel.
func (p *Port) Write(src drivers.Source) (int, error) {
	if src.Len() == 0 {
		return 0, nil
	}
	p.writing.Lock()
	defer p.writing.Unlock()
	total := 0
	var err error
	p.mu.Lock()
	p.out.reclaim()
	idle := p.out.idle()
	for src.Len() > 0 && err == nil {
		if p.gone {
			err = unix.EPIPE
			break
		}
		var g *page
		if g, err = p.out.take(); err != nil {
			break
		}
		p.mu.Unlock()
		var n int
		n, err = src.Read(g.frame.Bytes()[g.end:])
		p.mu.Lock()
		p.out.put(g, n)
		total += n
	}
	p.out.push(idle)
	p.mu.Unlock()
	if total > 0 {
		return total, nil
	}
	return 0, err
}

// Read moves what has arrived to dst; see drivers.Channel.
func (p *Port) Read(dst drivers.Sink) (int, error) {
	if dst.Len() == 0 {
		return 0, nil
	}
	p.reading.Lock()
	defer p.reading.Unlock()
	total := 0
	var err error
	p.mu.Lock()
	defer p.mu.Unlock()
	for dst.Len() > 0 && err == nil {
		p.in.collect()
		g := p.in.first()
		if g == nil {
			break
		}
		b := g.frame.Bytes()[g.off:g.end]
		p.mu.Unlock()
		var n int
		n, err = dst.Write(b)
		p.mu.Lock()
		p.in.consume(g, n)
		total += n
	}
	p.in.rx.Kick()
	switch {
	case total > 0:
		return total, nil
	case err != nil:
		return 0, err
	case p.ended():
		return 0, nil
	}
	return 0, unix.EAGAIN
}

// ended says whether nothing more will be read. p.mu is held.
func (p *Port) ended() bool { return p.in.empty() && (p.in.atEnd() || p.gone || p.in.rx.Broken()) }

// Ready says what would not block; see drivers.Channel.
func (p *Port) Ready() wait.Events {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.in.collect()
	p.out.reclaim()
	var ev wait.Events
	if !p.in.empty() || p.ended() {
		ev |= wait.In
	}
	if p.out.room() || p.gone {
		ev |= wait.Out
	}
	if p.ended() {
		ev |= wait.Hup
	}
	if p.gone {
		ev |= wait.Err
	}
	return ev
}

// Queue is woken when Ready changes.
func (p *Port) Queue() *wait.Queue { return &p.queue }

// Buffered returns how many bytes wait to be read.
func (p *Port) Buffered() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.in.collect()
	return p.in.buffered
}

// EndAfter says that the input ends after n bytes.
func (p *Port) EndAfter(n uint64) {
	p.mu.Lock()
	p.in.end = n
	p.mu.Unlock()
	p.queue.Wake(wait.In | wait.RdHup | wait.Hup)
}

// Flush waits until the host has everything that was written.
func (p *Port) Flush(deadline clock.Time) bool {
	return drivers.Await(&p.queue, deadline, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.gone || p.out.flushed()
	})
}

// service takes back what the device is done with, when it may be done with something.
func (p *Port) service() {
	p.mu.Lock()
	before := p.in.buffered
	p.in.collect()
	var ev wait.Events
	if p.in.buffered > before {
		ev |= wait.In
	}
	if p.out.reclaim() {
		ev |= wait.Out
	}
	p.out.push(true)
	p.mu.Unlock()
	if ev != 0 {
		p.queue.Wake(ev)
	}
}

// setHostOpen notes whether the host's end is open.
func (p *Port) setHostOpen(open bool) {
	p.mu.Lock()
	p.gone = !open
	p.mu.Unlock()
	if !open {
		p.queue.Wake(wait.In | wait.Out | wait.Err | wait.Hup | wait.RdHup)
	}
}

// resize notes the size of the host's terminal.
func (p *Port) resize(rows, cols uint16) {
	p.mu.Lock()
	p.rows, p.cols = rows, cols
	f := p.onResize
	p.mu.Unlock()
	if f != nil {
		f(rows, cols)
	}
}

// Size returns the size of the host's terminal, 0 if it is not known, and has f called
// when it changes.
func (p *Port) Size(f func(rows, cols uint16)) (rows, cols uint16) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onResize = f
	return p.rows, p.cols
}

// A page is a buffer. Bytes off to end of it are in use.
type page struct {
	index    uint32
	frame    mem.Frame // 0 until it is first needed
	off, end uint32
}
