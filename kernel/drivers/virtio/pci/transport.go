// Package pci is the transport of virtio devices on the PCI bus (VIRTIO 1.2, section 4.1), as far as
// they have the interface of version 1.0 or later: transitional devices have it too.
package pci

import (
	"errors"

	"cairn/kernel/drivers"
	"cairn/kernel/drivers/pci"
	"cairn/kernel/drivers/virtio"
	"cairn/kernel/kfmt"
	"cairn/kernel/klog"
)

// Which devices are virtio devices (section 4.1.2): above firstModern the type is in the
// device identifier, below it in the subsystem's.
const (
	vendor      = 0x1af4
	firstDevice = 0x1000
	firstModern = 0x1040
	lastDevice  = 0x107f
)

// The capability that says where a structure is (section 4.1.4).
const (
	capType       = 3 // byte of the first word
	capBAR        = 4
	capOffset     = 8
	capLength     = 12
	capMultiplier = 16

	typeCommon = 1
	typeNotify = 2
	typeISR    = 3
	typeDevice = 4
)

// The common configuration structure (section 4.1.4.3).
const (
	commonDeviceFeatureSelect = 0x00
	commonDeviceFeature       = 0x04
	commonDriverFeatureSelect = 0x08
	commonDriverFeature       = 0x0c
	commonConfigVector        = 0x10
	commonStatus              = 0x14
	commonGeneration          = 0x15
	commonQueueSelect         = 0x16
	commonQueueSize           = 0x18
	commonQueueVector         = 0x1a
	commonQueueEnable         = 0x1c
	commonQueueNotifyOff      = 0x1e
	commonQueueDesc           = 0x20
	commonQueueDriver         = 0x28
	commonQueueDevice         = 0x30
	commonSize                = 0x38
)

// The bits of the ISR status (section 4.1.4.5).
const (
	isrQueue  = 1 << 0
	isrConfig = 1 << 1
)

// The MSI-X vectors: one for the configuration, one for all queues.
const (
	vectorConfig = 0
	vectorQueues = 1
	vectors      = 2
	noVector     = 0xffff
)

// A Device is the transport of one device. It implements virtio.Transport.
type Device struct {
	d          *pci.Device
	name       string
	id         uint32
	common     drivers.Registers
	isr        drivers.Registers
	config     drivers.Registers
	notify     drivers.Registers
	notifySize uint32
	multiplier uint32
	notifyOff  map[int]uint32
	queues     []int
}

var _ virtio.Transport = (*Device)(nil)

func init() { pci.RegisterDriver(probe) }

// probe takes the virtio devices among those on the bus.
func probe(d *pci.Device) (mine bool, err error) {
	if d.Vendor != vendor || d.ID < firstDevice || d.ID > lastDevice {
		return false, nil
	}
	t, err := New(d)
	if err != nil {
		return true, err
	}
	return true, virtio.Found(t)
}

// New finds the structures of a virtio device.
func New(d *pci.Device) (*Device, error) {
	t := &Device{d: d, name: "virtio-pci@" + d.Address.String(), id: uint32(d.SubsystemID), notifyOff: map[int]uint32{}}
	if d.ID >= firstModern {
		t.id = uint32(d.ID) - firstModern
	}
	d.Enable()
	for _, cap := range d.Capabilities(pci.CapVendor) {
		if err := t.structure(cap); err != nil {
			// A structure in a region that cannot be reached may stand again elsewhere.
			klog.Debugf("%s: %v", t.name, err)
		}
	}
	if t.common == nil || t.notify == nil || t.isr == nil {
		return nil, errors.New("virtio device has only the interface from before version 1.0: start it with disable-modern=off")
	}
	return t, nil
}

// structure maps the structure that a capability describes, unless one of its type was found before.
func (t *Device) structure(cap uint16) error {
	var p *drivers.Registers
	minimum := uint32(1)
	switch typ := t.d.ReadConfig(cap) >> (8 * capType); typ {
	case typeCommon:
		p, minimum = &t.common, commonSize
	case typeNotify:
		p, minimum = &t.notify, 2
	case typeISR:
		p = &t.isr
	case typeDevice:
		p = &t.config
	default:
		return nil
	}
	if *p != nil {
		return nil
	}
	bar, off, n := t.d.ReadConfig(cap+capBAR)&0xff, t.d.ReadConfig(cap+capOffset), t.d.ReadConfig(cap+capLength)
	if n < minimum {
		return kfmt.Errorf("structure of %d bytes, want %d", n, minimum)
	}
	r, err := t.d.Map(int(bar), uint64(off), uint64(n))
	if err != nil {
		return err
	}
	*p = r
	if p == &t.notify {
		t.multiplier, t.notifySize = t.d.ReadConfig(cap+capMultiplier), n
	}
	return nil
}

// Name returns where the device is.
func (t *Device) Name() string { return t.name }

// DeviceID returns the device type.
func (t *Device) DeviceID() uint32 { return t.id }

// Legacy is false: only the newer interface is used.
func (t *Device) Legacy() bool { return false }

// Status returns the device status.
func (t *Device) Status() uint8 { return t.common.Read8(commonStatus) }

// resetReads bounds the wait for a reset.
const resetReads = 1 << 20

// SetStatus sets the device status; after a reset it waits until that is done (section 4.1.4.3.2).
func (t *Device) SetStatus(s uint8) {
	t.common.Write8(commonStatus, s)
	for i := 0; s == 0 && i < resetReads && t.Status() != 0; i++ {
	}
}

// DeviceFeatures returns what the device offers.
func (t *Device) DeviceFeatures() uint64 {
	t.common.Write32(commonDeviceFeatureSelect, 0)
	f := uint64(t.common.Read32(commonDeviceFeature))
	t.common.Write32(commonDeviceFeatureSelect, 1)
	return f | uint64(t.common.Read32(commonDeviceFeature))<<32
}

// SetDriverFeatures tells the device what the driver uses.
func (t *Device) SetDriverFeatures(f uint64) {
	t.common.Write32(commonDriverFeatureSelect, 0)
	t.common.Write32(commonDriverFeature, uint32(f))
	t.common.Write32(commonDriverFeatureSelect, 1)
	t.common.Write32(commonDriverFeature, uint32(f>>32))
}

// Config returns the configuration space; a device without one reads as zero.
func (t *Device) Config() drivers.Registers {
	if t.config == nil {
		return nothing{}
	}
	return t.config
}

// ConfigGeneration changes with the configuration space.
func (t *Device) ConfigGeneration() uint32 { return uint32(t.common.Read8(commonGeneration)) }

// QueueMax returns the largest size of queue q, 0 if there is no such queue.
func (t *Device) QueueMax(q int) int {
	t.common.Write16(commonQueueSelect, uint16(q))
	return int(t.common.Read16(commonQueueSize))
}

// SetQueue tells the device where queue q is.
func (t *Device) SetQueue(q int, l virtio.Layout) error {
	c := t.common
	c.Write16(commonQueueSelect, uint16(q))
	c.Write16(commonQueueSize, uint16(l.Size))
	drivers.Write64(c, commonQueueDesc, l.Desc)
	drivers.Write64(c, commonQueueDriver, l.Avail)
	drivers.Write64(c, commonQueueDevice, l.Used)
	off := uint64(c.Read16(commonQueueNotifyOff)) * uint64(t.multiplier)
	if off+2 > uint64(t.notifySize) {
		return kfmt.Errorf("notifications go to %#x, beyond the %#x bytes for them", off, t.notifySize)
	}
	t.notifyOff[q] = uint32(off)
	t.queues = append(t.queues, q)
	c.Write16(commonQueueEnable, 1)
	return nil
}

// Notify tells the device that queue q has new buffers.
func (t *Device) Notify(q int) { t.notify.Write16(t.notifyOff[q], uint16(q)) }

// HandleInterrupts connects the device's interrupts: message-signalled ones if there are any,
// else the interrupt line.
func (t *Device) HandleInterrupts(used, changed func()) error {
	err := t.handleMSIX(used, changed)
	if err == nil {
		return nil
	}
	klog.Debugf("%s: %v: using the interrupt line", t.name, err)
	return t.d.HandleINTx(t.name, func() {
		why := t.isr.Read8(0) // reading acknowledges
		if why&isrQueue != 0 {
			used()
		}
		if why&isrConfig != 0 {
			changed()
		}
	})
}

func (t *Device) handleMSIX(used, changed func()) error {
	m, err := t.d.MSIX()
	if err != nil {
		return err
	}
	if m.Size() < vectors {
		return pci.ErrNoMSIX
	}
	if err := m.Handle(vectorConfig, t.name, changed); err != nil {
		return err
	}
	if err := m.Handle(vectorQueues, t.name, used); err != nil {
		return err
	}
	m.Enable(true)
	if t.assign(vectorConfig, vectorQueues) {
		return nil
	}
	t.assign(noVector, noVector)
	m.Enable(false)
	return errors.New("device has no room for its interrupt vectors")
}

// assign tells the device which vectors to use, and reports whether it took them.
func (t *Device) assign(config, queues uint16) bool {
	c := t.common
	c.Write16(commonConfigVector, config)
	ok := c.Read16(commonConfigVector) == config
	for _, q := range t.queues {
		c.Write16(commonQueueSelect, uint16(q))
		c.Write16(commonQueueVector, queues)
		ok = ok && c.Read16(commonQueueVector) == queues
	}
	return ok
}

// nothing is an empty configuration space.
type nothing struct{}

func (nothing) Read8(uint32) uint8     { return 0 }
func (nothing) Read16(uint32) uint16   { return 0 }
func (nothing) Read32(uint32) uint32   { return 0 }
func (nothing) Write8(uint32, uint8)   {}
func (nothing) Write16(uint32, uint16) {}
func (nothing) Write32(uint32, uint32) {}
