package virtio

import (
	"sync/atomic"
	"unsafe"
)

// descriptor is an entry of the descriptor table (VIRTIO 1.2, section 2.7.5).
type descriptor struct {
	Addr  uint64
	Len   uint32
	Flags uint16
	Next  uint16
}

// usedElem is an entry of the used ring (section 2.7.8).
type usedElem struct {
	ID, Len uint32
}

// rings is a queue's memory, which the device reads and writes at any time. The
// flags and the index at the head of either ring share a 32-bit word, so that one atomic access
// moves both, and orders everything around it.
type rings struct {
	desc       []descriptor
	avail      *uint32
	availRing  []uint16
	usedEvent  *uint32 // in the low half
	used       *uint32
	usedRing   []usedElem
	availEvent *uint32 // in the low half
}

// mapRings finds the parts of a queue in its memory m. The offsets are those of layout.
func mapRings(m []byte, size int, l Layout) rings {
	at := func(off uint64, n int) unsafe.Pointer { return unsafe.Pointer(&m[off:][:n][0]) }
	const header, event = 4, 4
	return rings{
		desc:       unsafe.Slice((*descriptor)(at(l.Desc, 16*size)), size),
		avail:      (*uint32)(at(l.Avail, header)),
		availRing:  unsafe.Slice((*uint16)(at(l.Avail+header, 2*size)), size),
		usedEvent:  (*uint32)(at(l.Avail+header+2*uint64(size), event)),
		used:       (*uint32)(at(l.Used, header)),
		usedRing:   unsafe.Slice((*usedElem)(at(l.Used+header, 8*size)), size),
		availEvent: (*uint32)(at(l.Used+header+8*uint64(size), event)),
	}
}

func loadHead(p *uint32) (flags uint32, idx uint16) {
	v := atomic.LoadUint32(p)
	return v & 0xffff, uint16(v >> 16)
}

// storeHead is a full barrier: what follows it is not seen before it.
func storeHead(p *uint32, flags uint32, idx uint16) {
	atomic.StoreUint32(p, flags|uint32(idx)<<16)
}

func loadEvent(p *uint32) uint16 { return uint16(atomic.LoadUint32(p)) }

func storeEvent(p *uint32, v uint16) { atomic.StoreUint32(p, uint32(v)) }

// loadUsed reads each field once: the device may be changing them.
func loadUsed(e *usedElem) (id, n uint32) {
	return atomic.LoadUint32(&e.ID), atomic.LoadUint32(&e.Len)
}
