package virtio

import (
	"errors"
	"math/bits"

	"cairn/kernel/kfmt"
	"cairn/kernel/klog"
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// The flags of a descriptor (VIRTIO 1.2, section 2.7.5).
const (
	descNext  = 1 << 0
	descWrite = 1 << 1
)

// The flags of the rings (sections 2.7.6 and 2.7.8).
const (
	availNoInterrupt = 1 << 0
	usedNoNotify     = 1 << 0
)

// maxQueueSize is the largest split virtqueue (section 2.7).
const maxQueueSize = 1 << 15

// ringAlign is where the used ring may begin. Legacy devices are told of it (QueueAlign).
const ringAlign = 64

// ErrFull says that a queue has too few free descriptors for a request.
var ErrFull = errors.New("virtqueue is full")

// ErrBroken says that a queue is dead, since its device broke the rules.
var ErrBroken = errors.New("virtqueue is broken")

// A Segment is one piece of physical memory of a request.
type Segment struct {
	Addr uint64
	Len  uint32
	// DeviceWrites says that the device writes the piece rather than reads it. Such
	// pieces come after the others.
	DeviceWrites bool
}

// A Layout says where the parts of a queue are, as physical addresses.
type Layout struct {
	Size  int
	Desc  uint64
	Avail uint64
	Used  uint64
	// Align is what the used ring's address is a multiple of, for legacy devices.
	Align uint32
}

// chain is what the driver remembers of one request: the device cannot change it.
type chain struct {
	token  uint32
	room   uint32 // bytes that the device may write
	length uint16 // descriptors; 0 if no request begins here
}

// A Queue is a split virtqueue (VIRTIO 1.2, section 2.7). It is not safe for
// concurrent use.
type Queue struct {
	dev   *Device
	index int
	rings rings
	size  uint16

	next     []uint16 // the chain of each descriptor, and of the free ones
	chains   []chain  // by first descriptor
	free     uint16   // first free descriptor, if nfree is not 0
	nfree    uint16
	avail    uint16 // our index in the available ring
	notified uint16 // avail when the device was last told
	used     uint16 // our index in the used ring
	noIRQ    bool
	broken   bool
}

// Queue sets up queue number index, with at most size descriptors: a power of two.
// It fails with ENODEV if the device has no such queue, with ENOMEM if memory is out. Interrupts are off.
func (d *Device) Queue(index, size int) (*Queue, error) {
	most := min(d.QueueMax(index), maxQueueSize)
	if most <= 0 {
		return nil, kfmt.Errorf("queue %d: %w", index, unix.ENODEV)
	}
	size = 1 << (bits.Len(uint(min(size, most))) - 1)
	l, total := layout(size)
	frames := (total + mem.PageSize - 1) / mem.PageSize
	f, ok := mem.AllocContiguous(frames)
	if !ok {
		return nil, kfmt.Errorf("queue %d: %w", index, unix.ENOMEM)
	}
	q := &Queue{dev: d, index: index, size: uint16(size), nfree: uint16(size),
		next: make([]uint16, size), chains: make([]chain, size),
		rings: mapRings(mem.Physical(uint64(f), uintptr(total)), size, l)}
	for i := range q.next {
		q.next[i] = uint16(i + 1)
	}
	l.Desc, l.Avail, l.Used = uint64(f)+l.Desc, uint64(f)+l.Avail, uint64(f)+l.Used
	q.DisableInterrupts()
	if err := d.SetQueue(index, l); err != nil {
		for i := range mem.Frame(frames) {
			(f + i*mem.PageSize).Put()
		}
		return nil, kfmt.Errorf("queue %d: %w", index, err)
	}
	return q, nil
}

// layout returns where the parts of a queue are in its memory, and its size in bytes,
// with room for a 32-bit access to the last field of either ring.
func layout(size int) (Layout, int) {
	const descSize, usedSize, headerSize, eventSize = 16, 8, 4, 4
	l := Layout{Size: size, Align: ringAlign, Avail: uint64(size * descSize)}
	end := l.Avail + uint64(headerSize+2*size+eventSize)
	l.Used = (end + ringAlign - 1) &^ (ringAlign - 1)
	return l, int(l.Used) + headerSize + usedSize*size + eventSize
}

// Size returns the number of descriptors.
func (q *Queue) Size() int { return int(q.size) }

// Free returns the number of descriptors that no request uses.
func (q *Queue) Free() int { return int(q.nfree) }

// Outstanding returns whether the device has requests that did not come back.
func (q *Queue) Outstanding() bool { return q.nfree != q.size && !q.broken }

// Broken says whether the device broke the rules.
func (q *Queue) Broken() bool { return q.broken }

// Add gives the device a request: segments to read, then segments to write. Token
// comes back from Next with it. The device need not look before Kick. It fails with
// ErrFull or ErrBroken.
func (q *Queue) Add(token uint32, segments ...Segment) error {
	n := uint16(len(segments))
	switch {
	case q.broken:
		return ErrBroken
	case n == 0 || len(segments) > int(q.nfree):
		return ErrFull
	}
	head, room := q.free, uint32(0)
	i, last := head, head
	for k, s := range segments {
		flags := uint16(0)
		if s.DeviceWrites {
			flags |= descWrite
			room += s.Len
		}
		if k != len(segments)-1 {
			flags |= descNext
		}
		q.rings.desc[i] = descriptor{Addr: s.Addr, Len: s.Len, Flags: flags, Next: q.next[i]}
		last, i = i, q.next[i]
	}
	q.chains[head] = chain{token: token, room: room, length: n}
	q.free, q.nfree = q.next[last], q.nfree-n
	q.rings.availRing[q.avail&(q.size-1)] = head
	q.avail++
	q.publish()
	return nil
}

// publish makes the device see our index in the available ring, and everything
// written before.
func (q *Queue) publish() {
	flags := uint32(0)
	if q.noIRQ {
		flags = availNoInterrupt
	}
	storeHead(q.rings.avail, flags, q.avail)
}

// Kick tells the device of the requests added since the last Kick, unless
// it said that it need not be told (section 2.7.10).
func (q *Queue) Kick() {
	old := q.notified
	q.notified = q.avail
	if old == q.avail || q.broken {
		return
	}
	flags, _ := loadHead(q.rings.used)
	needed := flags&usedNoNotify == 0
	if q.dev.Has(FeatureRingEventIdx) {
		needed = passed(loadEvent(q.rings.availEvent), old, q.avail)
	}
	if needed {
		q.dev.Notify(q.index)
	}
}

// passed says whether an index that moved from before to now went past event.
func passed(event, before, now uint16) bool { return now-event-1 < now-before }

// Pending says whether a request came back that Next will return.
func (q *Queue) Pending() bool {
	_, idx := loadHead(q.rings.used)
	return idx != q.used && !q.broken
}

// Next takes a request back that the device is done with: its token, and how
// many bytes the device wrote. It reports false if there is none.
func (q *Queue) Next() (token uint32, n uint32, ok bool) {
	if !q.Pending() {
		return 0, 0, false
	}
	id, n := loadUsed(&q.rings.usedRing[q.used&(q.size-1)])
	if id >= uint32(q.size) || q.chains[id].length == 0 {
		q.fail("used ring names descriptor %d, which no request begins with", id)
		return 0, 0, false
	}
	c := &q.chains[id]
	if n > c.room {
		// Some devices count what they read as well; what they wrote is then all there is room for.
		n = c.room
	}
	token = c.token
	q.release(uint16(id), c.length)
	c.length = 0
	q.used++
	if !q.noIRQ {
		storeEvent(q.rings.usedEvent, q.used)
	}
	return token, n, true
}

// release puts a chain back among the free descriptors.
func (q *Queue) release(head, n uint16) {
	last := head
	for range n - 1 {
		last = q.next[last]
	}
	q.next[last] = q.free
	q.free, q.nfree = head, q.nfree+n
}

func (q *Queue) fail(format string, args ...any) {
	q.broken = true
	klog.Errf("%s: queue %d is out of use: %s", q.dev.Name(), q.index, kfmt.Sprintf(format, args...))
}

// EnableInterrupts asks for an interrupt when the next request comes back. It reports
// whether one is back already, for which there may be no interrupt.
func (q *Queue) EnableInterrupts() (pending bool) {
	q.noIRQ = false
	storeEvent(q.rings.usedEvent, q.used)
	q.publish()
	return q.Pending()
}

// DisableInterrupts asks for no interrupts. The device may send some all the same.
func (q *Queue) DisableInterrupts() {
	q.noIRQ = true
	// An index that was passed already is not passed again for 65,535 requests.
	storeEvent(q.rings.usedEvent, q.used-1)
	q.publish()
}
