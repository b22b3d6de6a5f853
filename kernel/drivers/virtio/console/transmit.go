package console

import (
	"cairn/kernel/drivers/virtio"
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// outPages is how many pages of output a port holds at most. A page is allocated when it
// is first needed, and then stays.
const outPages = queueSize

// transmitter is the output of a port. It is locked by its port.
type transmitter struct {
	tx    *virtio.Queue
	pages [outPages]page
	free  [outPages]*page
	nfree int
	// open is a page that is not full and was not given to the device yet; nil is none.
	open *page
	// waiting says that somebody waits for room.
	waiting bool
}

func (x *transmitter) init(tx *virtio.Queue) {
	x.tx = tx
	for i := range min(outPages, tx.Size()) {
		x.pages[i].index = uint32(i)
		x.free[i] = &x.pages[i]
		x.nfree++
	}
}

// idle says whether the device has nothing of ours.
func (x *transmitter) idle() bool { return !x.tx.Outstanding() }

// room says whether a write would find room. If not, there will be an interrupt when it would.
func (x *transmitter) room() bool {
	if x.open != nil || x.nfree > 0 || x.tx.Broken() {
		return true
	}
	x.waiting = true
	x.interrupts()
	return x.nfree > 0
}

// take hands out a page with room for the writer to fill, and put takes it back. EAGAIN if
// there is no room.
func (x *transmitter) take() (*page, error) {
	switch {
	case x.tx.Broken():
		return nil, unix.EIO
	case x.open != nil:
		g := x.open
		x.open = nil
		return g, nil
	case !x.room():
		return nil, unix.EAGAIN
	}
	g := x.free[x.nfree-1]
	if g.frame == 0 {
		f, ok := mem.Alloc(mem.Kernel)
		if !ok {
			if x.idle() {
				return nil, unix.ENOMEM
			}
			x.waiting = true
			x.interrupts()
			return nil, unix.EAGAIN
		}
		g.frame = f
	}
	x.nfree--
	g.end = 0
	return g, nil
}

// put takes back a page that take handed out, with n bytes more in it.
func (x *transmitter) put(g *page, n int) {
	g.end += uint32(n)
	switch {
	case g.end == 0:
		x.release(g)
	case g.end == mem.PageSize:
		x.submit(g)
	default:
		x.open = g
	}
}

func (x *transmitter) release(g *page) {
	x.free[x.nfree] = g
	x.nfree++
}

// submit gives a page to the device. There are as many descriptors as pages, so that there is one.
func (x *transmitter) submit(g *page) {
	if x.tx.Add(g.index, virtio.Segment{Addr: uint64(g.frame), Len: g.end}) != nil {
		x.release(g)
	}
}

// push ends a write or an interrupt: with all, the open page goes out too. The device is
// told, and asked for an interrupt if something waits for it.
func (x *transmitter) push(all bool) {
	if all && x.open != nil {
		x.submit(x.open)
		x.open = nil
	}
	x.tx.Kick()
	x.reclaim()
	x.interrupts()
}

// reclaim takes back the pages that the device is done with, and reports whether there
// were any.
func (x *transmitter) reclaim() bool {
	any := false
	for {
		i, _, ok := x.tx.Next()
		if !ok {
			return any
		}
		x.release(&x.pages[i])
		any, x.waiting = true, false
	}
}

// interrupts asks for an interrupt if there is something to do when a page comes back, and
// for none otherwise.
func (x *transmitter) interrupts() {
	for x.tx.Outstanding() && (x.open != nil || x.waiting) {
		if !x.tx.EnableInterrupts() {
			return
		}
		x.reclaim()
	}
	if x.open != nil {
		// The device was done before it could be asked.
		x.submit(x.open)
		x.open = nil
		x.tx.Kick()
	}
	x.tx.DisableInterrupts()
}

// flushed says whether the device is done with everything. If not, there will be an interrupt when
// it is done with more.
func (x *transmitter) flushed() bool {
	x.push(true)
	if x.idle() {
		return true
	}
	x.waiting = true
	x.interrupts()
	return x.idle()
}
