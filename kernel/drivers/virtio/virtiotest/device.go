package virtiotest

import (
	"encoding/binary"
	"sync"

	"cairn/kernel/mem"
)

// The registers (VIRTIO 1.2, sections 4.2.2 and 4.2.4).
const (
	magicValue        = 0x000
	version           = 0x004
	deviceID          = 0x008
	deviceFeatures    = 0x010
	deviceFeaturesSel = 0x014
	driverFeatures    = 0x020
	driverFeaturesSel = 0x024
	guestPageSize     = 0x028
	queueSel          = 0x030
	queueNumMax       = 0x034
	queueNum          = 0x038
	queueAlign        = 0x03c
	queuePFN          = 0x040
	queueReady        = 0x044
	queueNotify       = 0x050
	interruptStatus   = 0x060
	interruptACK      = 0x064
	status            = 0x070
	queueDescLow      = 0x080
	queueDescHigh     = 0x084
	queueDriverLow    = 0x090
	queueDriverHigh   = 0x094
	queueDeviceLow    = 0x0a0
	queueDeviceHigh   = 0x0a4
	configGeneration  = 0x0fc
	config            = 0x100

	statusFeaturesOK = 1 << 3

	featureEventIdx = 1 << 29
	featureVersion1 = 1 << 32
)

// A Device is the registers and queues of a device. It implements drivers.Registers.
type Device struct {
	// Legacy says that the registers are those of version 1.
	Legacy bool
	// ID is the device type.
	ID uint32
	// Features is what the device offers; a device that is not Legacy offers VERSION_1 besides.
	Features uint64
	// RefuseFeatures makes the device refuse any choice.
	RefuseFeatures bool
	// Config is the configuration space.
	Config []byte
	// Notified is called, without locks, when the driver tells about a queue.
	Notified func(q int)
	// IRQ is called, on a goroutine of its own, when the device raises its interrupt; nil: nobody
	// listens yet.
	IRQ func()

	irqs sync.WaitGroup

	mu         sync.Mutex
	queues     []queue
	sel        uint32
	featureSel [2]uint32 // device, driver
	driver     uint64
	pageSize   uint32
	status     uint32
	isr        uint32
	generation uint32
	notified   int
}

type queue struct {
	max               uint32
	num, align        uint32
	desc, avail, used uint64
	ready             bool
	next              uint16 // our index in the available ring
	done              uint16 // our index in the used ring
}

// New returns a device with queues of the given largest sizes.
func New(id uint32, legacy bool, features uint64, queueMax ...int) *Device {
	d := &Device{ID: id, Legacy: legacy, Features: features}
	for _, m := range queueMax {
		d.queues = append(d.queues, queue{max: uint32(m)})
	}
	return d
}

// Attach is the interrupt line of the device: it has the type of mmio.IRQ.
func (d *Device) Attach(f func()) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.IRQ = f
	return nil
}

// Notifications returns how often the driver told about a queue.
func (d *Device) Notifications() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.notified
}

// Status returns the device status.
func (d *Device) Status() uint32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.status
}

// selected returns the queue that QueueSel chose, nil if there is none.
func (d *Device) selected() *queue {
	if d.sel >= uint32(len(d.queues)) {
		return nil
	}
	return &d.queues[d.sel]
}

// Read32 reads a register.
func (d *Device) Read32(off uint32) uint32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if off >= config {
		var b [4]byte
		copy(b[:], d.configFrom(off))
		return binary.LittleEndian.Uint32(b[:])
	}
	switch off {
	case magicValue:
		return 0x74726976
	case version:
		if d.Legacy {
			return 1
		}
		return 2
	case deviceID:
		return d.ID
	case deviceFeatures:
		f := d.Features
		if !d.Legacy {
			f |= featureVersion1
		}
		return uint32(f >> (32 * (d.featureSel[0] & 1)))
	case queueNumMax:
		if q := d.selected(); q != nil {
			return q.max
		}
	case interruptStatus:
		return d.isr
	case status:
		return d.status
	case configGeneration:
		return d.generation
	}
	return 0
}

func (d *Device) configFrom(off uint32) []byte {
	return d.Config[min(int(off-config), len(d.Config)):]
}

// Read16 reads from the configuration space.
func (d *Device) Read16(off uint32) uint16 { return uint16(d.Read32(off)) }

// Read8 reads from the configuration space.
func (d *Device) Read8(off uint32) uint8 { return uint8(d.Read32(off)) }

// Write8 is not for registers.
func (d *Device) Write8(uint32, uint8) {}

// Write16 is not for registers.
func (d *Device) Write16(uint32, uint16) {}

// Write32 writes a register.
func (d *Device) Write32(off, v uint32) {
	if off == queueNotify {
		d.mu.Lock()
		d.notified++
		f := d.Notified
		d.mu.Unlock()
		if f != nil {
			f(int(v))
		}
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	switch off {
	case deviceFeaturesSel:
		d.featureSel[0] = v
	case driverFeaturesSel:
		d.featureSel[1] = v
	case driverFeatures:
		shift := 32 * (d.featureSel[1] & 1)
		d.driver = d.driver&^(0xffff_ffff<<shift) | uint64(v)<<shift
	case guestPageSize:
		d.pageSize = v
	case queueSel:
		d.sel = v
	case interruptACK:
		d.isr &^= v
	case status:
		d.setStatus(v)
	default:
		if q := d.selected(); q != nil {
			d.writeQueue(q, off, v)
		}
	}
}

func (d *Device) setStatus(v uint32) {
	if v == 0 {
		d.driver, d.isr = 0, 0
		for i := range d.queues {
			d.queues[i] = queue{max: d.queues[i].max}
		}
	}
	if v&statusFeaturesOK != 0 && d.RefuseFeatures {
		v &^= statusFeaturesOK
	}
	d.status = v
}

func (d *Device) writeQueue(q *queue, off, v uint32) {
	low := func(p *uint64) { *p = *p&^0xffff_ffff | uint64(v) }
	high := func(p *uint64) { *p = *p&0xffff_ffff | uint64(v)<<32 }
	switch off {
	case queueNum:
		q.num = v
	case queueAlign:
		q.align = v
	case queuePFN:
		q.desc = uint64(v) * uint64(d.pageSize)
		q.avail = q.desc + 16*uint64(q.num)
		end := q.avail + 4 + 2*uint64(q.num) + 2
		q.used = (end + uint64(q.align) - 1) / uint64(q.align) * uint64(q.align)
		q.ready = v != 0
	case queueDescLow:
		low(&q.desc)
	case queueDescHigh:
		high(&q.desc)
	case queueDriverLow:
		low(&q.avail)
	case queueDriverHigh:
		high(&q.avail)
	case queueDeviceLow:
		low(&q.used)
	case queueDeviceHigh:
		high(&q.used)
	case queueReady:
		q.ready = v != 0
	}
}

// A Chain is a request that the device took: pieces of memory to read, and to write.
type Chain struct {
	Head    uint16
	Out, In [][]byte
}

// Pop takes the next request of queue i. It reports false if there is none.
func (d *Device) Pop(i int) (Chain, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	q := &d.queues[i]
	if !q.ready || load16(q.avail+2) == q.next {
		return Chain{}, false
	}
	c := Chain{Head: load16(q.avail + 4 + 2*uint64(q.next%uint16(q.num)))}
	for at, n := c.Head, 0; n < int(q.num); n++ {
		e := mem.Physical(q.desc+16*uint64(at), 16)
		le := binary.LittleEndian
		flags := le.Uint16(e[12:])
		m := mem.Physical(le.Uint64(e), uintptr(le.Uint32(e[8:])))
		if flags&2 != 0 {
			c.In = append(c.In, m)
		} else {
			c.Out = append(c.Out, m)
		}
		if flags&1 == 0 {
			break
		}
		at = le.Uint16(e[14:])
	}
	q.next++
	if d.driver&featureEventIdx != 0 {
		// Ask to be told of the next request.
		store32(q.used+4+8*uint64(q.num), uint32(q.next))
	}
	return c, true
}

// Push hands a request of queue i back, n bytes of which were written, and raises the
// interrupt if the driver wants one.
func (d *Device) Push(i int, head uint16, n int) { d.PushRaw(i, uint32(head), uint32(n)) }

// PushRaw is Push with any values, true or not.
func (d *Device) PushRaw(i int, id, n uint32) {
	d.mu.Lock()
	q := &d.queues[i]
	e := q.used + 4 + 8*uint64(q.done%uint16(q.num))
	store32(e, id)
	store32(e+4, n)
	q.done++
	store32(q.used, uint32(q.done)<<16)
	wanted := load16(q.avail)&1 == 0
	if d.driver&featureEventIdx != 0 {
		wanted = load16(q.avail+4+2*uint64(q.num)) == q.done-1
	}
	d.mu.Unlock()
	if wanted {
		d.Interrupt(1)
	}
}

// SetUsedIndex writes any index at the head of the used ring of queue i.
func (d *Device) SetUsedIndex(i int, idx uint16) {
	d.mu.Lock()
	defer d.mu.Unlock()
	store32(d.queues[i].used, uint32(idx)<<16)
}

// Interrupt raises the interrupt, with the given bits in InterruptStatus.
func (d *Device) Interrupt(bits uint32) {
	d.mu.Lock()
	d.isr |= bits
	f := d.IRQ
	d.mu.Unlock()
	if f != nil {
		d.irqs.Go(f)
	}
}

// Quiesce waits for the interrupts that were raised to be handled. Tests call it before they go.
func (d *Device) Quiesce() { d.irqs.Wait() }

// ChangeConfig replaces the configuration space and tells the driver.
func (d *Device) ChangeConfig(b []byte) {
	d.mu.Lock()
	d.Config = b
	d.generation++
	d.mu.Unlock()
	d.Interrupt(2)
}
