package virtio

import (
	"errors"
	"sync"

	"cairn/kernel/drivers"
	"cairn/kernel/kfmt"
	"cairn/kernel/klog"
)

// The device types that have drivers here (VIRTIO 1.2, section 5).
const (
	IDNet     = 1
	IDBlock   = 2
	IDConsole = 3
	IDEntropy = 4
)

// The bits of the device status (VIRTIO 1.2, section 2.1).
const (
	StatusAcknowledge      = 1 << 0
	StatusDriver           = 1 << 1
	StatusDriverOK         = 1 << 2
	StatusFeaturesOK       = 1 << 3
	StatusDeviceNeedsReset = 1 << 6
	StatusFailed           = 1 << 7
)

// The feature bits that belong to no device type (VIRTIO 1.2, section 6).
const (
	FeatureRingEventIdx = 1 << 29
	FeatureVersion1     = 1 << 32
)

// ErrFeatures is the failure of a device that refuses the features it offered.
var ErrFeatures = errors.New("device refuses the features that the driver chose")

// A Transport is how one device is reached. It is not safe for concurrent use, except for Notify.
type Transport interface {
	// Name says where the device is, for log lines.
	Name() string
	// DeviceID is the type of the device (IDConsole, ...).
	DeviceID() uint32
	// Legacy says whether the device speaks the interface from before version 1.0.
	Legacy() bool
	// Status and SetStatus access the device status; setting it to 0 resets the device.
	Status() uint8
	SetStatus(s uint8)
	// DeviceFeatures returns the features the device offers.
	DeviceFeatures() uint64
	// SetDriverFeatures tells the device which of them the driver uses.
	SetDriverFeatures(f uint64)
	// Config is the device's configuration space.
	Config() drivers.Registers
	// ConfigGeneration changes whenever the configuration space does. Legacy devices have none: 0.
	ConfigGeneration() uint32
	// QueueMax returns the largest size the device allows for queue q, 0 if it has no such queue.
	QueueMax(q int) int
	// SetQueue tells the device where queue q is, and switches it on.
	SetQueue(q int, l Layout) error
	// Notify tells the device that queue q has new buffers.
	Notify(q int)
	// HandleInterrupts makes the device's interrupts call used (a queue has used buffers)
	// and changed (the configuration space changed). Either may be called without cause.
	HandleInterrupts(used, changed func()) error
}

// A Device is a virtio device with its driver.
type Device struct {
	Transport
	features uint64
}

// drivers known by device type. Filled by init functions.
var byID struct {
	mu     sync.Mutex
	probes map[uint32]func(*Device) error
}

// RegisterDriver makes probe the function that is called for every device of the type.
// Drivers call it from init functions.
func RegisterDriver(id uint32, probe func(*Device) error) {
	byID.mu.Lock()
	defer byID.mu.Unlock()
	if byID.probes == nil {
		byID.probes = map[uint32]func(*Device) error{}
	}
	byID.probes[id] = probe
}

// Found hands a device that a bus found to its driver. A device that nobody
// drives stays as it is.
func Found(t Transport) error {
	byID.mu.Lock()
	probe := byID.probes[t.DeviceID()]
	byID.mu.Unlock()
	if probe == nil {
		klog.Infof("%s: no driver for virtio device type %d", t.Name(), t.DeviceID())
		return nil
	}
	d := &Device{Transport: t}
	if err := probe(d); err != nil {
		t.SetStatus(StatusFailed)
		return kfmt.Errorf("%s: %w", t.Name(), err)
	}
	return nil
}

// Negotiate resets the device and agrees on features (VIRTIO 1.2, section
// 3.1.1, steps 1 to 6): those of wanted that the device has, and the ring
// features that this package knows. The driver goes on with Queue and Ready.
func (d *Device) Negotiate(wanted uint64) error {
	d.SetStatus(0)
	d.SetStatus(StatusAcknowledge)
	d.SetStatus(StatusAcknowledge | StatusDriver)
	offered := d.DeviceFeatures()
	d.features = offered & (wanted | FeatureRingEventIdx)
	if d.Legacy() {
		d.SetDriverFeatures(d.features)
		return nil
	}
	if offered&FeatureVersion1 == 0 {
		return errors.New("device has neither the legacy interface nor VIRTIO_F_VERSION_1")
	}
	d.features |= FeatureVersion1
	d.SetDriverFeatures(d.features)
	d.SetStatus(StatusAcknowledge | StatusDriver | StatusFeaturesOK)
	if d.Status()&StatusFeaturesOK == 0 {
		return ErrFeatures
	}
	return nil
}

// Has says whether all the features are in use.
func (d *Device) Has(features uint64) bool { return d.features&features == features }

// Ready says that the driver is ready: the device starts (DRIVER_OK).
func (d *Device) Ready() { d.SetStatus(d.Status() | StatusDriverOK) }

// ReadConfig runs read, which reads fields of the configuration space, again until
// the space did not change meanwhile (VIRTIO 1.2, section 2.5.1).
func (d *Device) ReadConfig(read func(c drivers.Registers)) {
	const tries = 16
	for range tries {
		before := d.ConfigGeneration()
		read(d.Config())
		if d.ConfigGeneration() == before {
			return
		}
	}
	klog.Warnf("%s: the configuration space does not stop changing", d.Name())
}
