package mmio

import (
	"errors"

	"cairn/kernel/drivers"
	"cairn/kernel/drivers/virtio"
	"cairn/kernel/kfmt"
	"cairn/kernel/mem"
)

// The registers (VIRTIO 1.2, section 4.2.2), and those that only version 1 has
// (section 4.2.4).
const (
	regMagicValue        = 0x000
	regVersion           = 0x004
	regDeviceID          = 0x008
	regDeviceFeatures    = 0x010
	regDeviceFeaturesSel = 0x014
	regDriverFeatures    = 0x020
	regDriverFeaturesSel = 0x024
	regGuestPageSize     = 0x028 // legacy
	regQueueSel          = 0x030
	regQueueNumMax       = 0x034
	regQueueNum          = 0x038
	regQueueAlign        = 0x03c // legacy
	regQueuePFN          = 0x040 // legacy
	regQueueReady        = 0x044
	regQueueNotify       = 0x050
	regInterruptStatus   = 0x060
	regInterruptACK      = 0x064
	regStatus            = 0x070
	regQueueDescLow      = 0x080
	regQueueDriverLow    = 0x090
	regQueueDeviceLow    = 0x0a0
	regConfigGeneration  = 0x0fc
	regConfig            = 0x100
)

// magic is the value of MagicValue: "virt".
const magic = 0x74726976

// The bits of InterruptStatus.
const (
	interruptUsed   = 1 << 0
	interruptConfig = 1 << 1
)

// ErrNoDevice says that there is no device behind a register window.
var ErrNoDevice = errors.New("no virtio device")

// IRQ connects a function to the device's interrupt line.
type IRQ func(f func()) error

// A Device is the transport of one device. It implements virtio.Transport.
type Device struct {
	r      drivers.Registers
	name   string
	irq    IRQ
	legacy bool
}

var _ virtio.Transport = (*Device)(nil)

// New returns the device behind the registers r. It fails with ErrNoDevice if the window is
// a place where none is plugged in.
func New(r drivers.Registers, name string, irq IRQ) (*Device, error) {
	if r.Read32(regMagicValue) != magic {
		return nil, ErrNoDevice
	}
	version := r.Read32(regVersion)
	if version != 1 && version != 2 {
		return nil, kfmt.Errorf("virtio-mmio version %d is not 1 or 2", version)
	}
	if r.Read32(regDeviceID) == 0 {
		return nil, ErrNoDevice
	}
	return &Device{r: r, name: name, irq: irq, legacy: version == 1}, nil
}

// Name returns where the device is.
func (d *Device) Name() string { return d.name }

// DeviceID returns the device type.
func (d *Device) DeviceID() uint32 { return d.r.Read32(regDeviceID) }

// Legacy says whether the registers are those of version 1.
func (d *Device) Legacy() bool { return d.legacy }

// Status returns the device status.
func (d *Device) Status() uint8 { return uint8(d.r.Read32(regStatus)) }

// SetStatus sets the device status; 0 resets the device.
func (d *Device) SetStatus(s uint8) {
	d.r.Write32(regStatus, uint32(s))
	if s == 0 && d.legacy {
		d.r.Write32(regGuestPageSize, mem.PageSize)
	}
}

// DeviceFeatures returns what the device offers: a legacy device has the first 32 only.
func (d *Device) DeviceFeatures() uint64 {
	d.r.Write32(regDeviceFeaturesSel, 0)
	f := uint64(d.r.Read32(regDeviceFeatures))
	if !d.legacy {
		d.r.Write32(regDeviceFeaturesSel, 1)
		f |= uint64(d.r.Read32(regDeviceFeatures)) << 32
	}
	return f
}

// SetDriverFeatures tells the device what the driver uses.
func (d *Device) SetDriverFeatures(f uint64) {
	d.r.Write32(regDriverFeaturesSel, 0)
	d.r.Write32(regDriverFeatures, uint32(f))
	if !d.legacy {
		d.r.Write32(regDriverFeaturesSel, 1)
		d.r.Write32(regDriverFeatures, uint32(f>>32))
	}
}

// Config returns the configuration space.
func (d *Device) Config() drivers.Registers { return drivers.At(d.r, regConfig) }

// ConfigGeneration changes with the configuration space.
func (d *Device) ConfigGeneration() uint32 {
	if d.legacy {
		return 0
	}
	return d.r.Read32(regConfigGeneration)
}

// QueueMax returns the largest size of queue q, 0 if there is no such queue.
func (d *Device) QueueMax(q int) int {
	d.r.Write32(regQueueSel, uint32(q))
	return int(d.r.Read32(regQueueNumMax))
}

// SetQueue tells the device where queue q is.
func (d *Device) SetQueue(q int, l virtio.Layout) error {
	d.r.Write32(regQueueSel, uint32(q))
	d.r.Write32(regQueueNum, uint32(l.Size))
	if d.legacy {
		pfn := l.Desc >> mem.PageShift
		if pfn>>32 != 0 {
			return kfmt.Errorf("memory at %#x is out of reach of a legacy device", l.Desc)
		}
		d.r.Write32(regQueueAlign, l.Align)
		d.r.Write32(regQueuePFN, uint32(pfn))
		return nil
	}
	drivers.Write64(d.r, regQueueDescLow, l.Desc)
	drivers.Write64(d.r, regQueueDriverLow, l.Avail)
	drivers.Write64(d.r, regQueueDeviceLow, l.Used)
	d.r.Write32(regQueueReady, 1)
	return nil
}

// Notify tells the device that queue q has new buffers.
func (d *Device) Notify(q int) { d.r.Write32(regQueueNotify, uint32(q)) }

// HandleInterrupts connects the device's interrupt line.
func (d *Device) HandleInterrupts(used, changed func()) error {
	return d.irq(func() {
		why := d.r.Read32(regInterruptStatus)
		if why == 0 {
			return
		}
		d.r.Write32(regInterruptACK, why)
		if why&interruptUsed != 0 {
			used()
		}
		if why&interruptConfig != 0 {
			changed()
		}
	})
}
