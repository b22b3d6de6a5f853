package console

import (
	"math"

	"cairn/kernel/drivers/virtio"
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// inPages is how many pages of input a port holds.
const inPages = 8

// receiver is the input of a port. It is locked by its port.
type receiver struct {
	rx    *virtio.Queue
	pages [inPages]page
	// full is a ring of the pages with bytes to read, in the order in which they came.
	full        [inPages]*page
	head, nfull int
	buffered    int    // bytes in them
	consumed    uint64 // bytes that were read, ever
	end         uint64 // how many bytes come in all
}

func (r *receiver) init(rx *virtio.Queue) { r.rx, r.end = rx, math.MaxUint64 }

// fill allocates the pages and gives them to the device.
func (r *receiver) fill() error {
	for i := range min(inPages, r.rx.Size()) {
		f, ok := mem.Alloc(mem.Kernel)
		if !ok {
			if i == 0 {
				return unix.ENOMEM
			}
			break
		}
		r.pages[i] = page{index: uint32(i), frame: f}
		r.post(&r.pages[i])
	}
	r.rx.EnableInterrupts()
	r.rx.Kick()
	return nil
}

// post gives a page to the device, to be filled. A queue that is broken takes none.
func (r *receiver) post(g *page) {
	_ = r.rx.Add(g.index, virtio.Segment{Addr: uint64(g.frame), Len: mem.PageSize, DeviceWrites: true})
}

// collect takes the pages that the device has filled.
func (r *receiver) collect() {
	for {
		i, n, ok := r.rx.Next()
		if !ok {
			return
		}
		g := &r.pages[i]
		if n == 0 {
			r.post(g)
			continue
		}
		g.off, g.end = 0, n
		r.full[(r.head+r.nfull)%inPages] = g
		r.nfull++
		r.buffered += int(n)
	}
}

// empty says whether there is nothing to read now.
func (r *receiver) empty() bool { return r.nfull == 0 }

// atEnd says whether everything that was to come has been read.
func (r *receiver) atEnd() bool { return r.consumed >= r.end }

// first returns the page to read from next, nil if there is none.
func (r *receiver) first() *page {
	if r.nfull == 0 {
		return nil
	}
	return r.full[r.head]
}

// consume takes n bytes off the first page g, which goes back to the device when it is empty.
func (r *receiver) consume(g *page, n int) {
	g.off += uint32(n)
	r.buffered -= n
	r.consumed += uint64(n)
	if g.off < g.end {
		return
	}
	r.head, r.nfull = (r.head+1)%inPages, r.nfull-1
	r.post(g)
}
