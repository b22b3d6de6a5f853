package console

import (
	"cairn/kernel/drivers"
	"cairn/kernel/drivers/virtio"
	"cairn/kernel/kfmt"
	"cairn/kernel/klog"

	"golang.org/x/sys/unix"
)

// The features (VIRTIO 1.2, section 5.3.3).
const (
	featureSize      = 1 << 0
	featureMultiport = 1 << 1
)

// The fields of the configuration space (section 5.3.4).
const (
	configCols       = 0
	configRows       = 2
	configMaxNrPorts = 4
)

// maxPorts is how many ports of a device can be used, numbers 0 and up: each costs
// two queues from the start.
const maxPorts = 6

// queueSize is the number of descriptors in each queue.
const queueSize = 16

// consoleName is the channel name of a console port.
const consoleName = "hvc0"

func init() { virtio.RegisterDriver(virtio.IDConsole, probe) }

// A Device is a virtio console.
type Device struct {
	dev     *virtio.Device
	ports   []*Port
	control *control // nil without VIRTIO_CONSOLE_F_MULTIPORT
}

func probe(d *virtio.Device) error {
	_, err := New(d)
	return err
}

// New starts the device and makes its ports known as channels.
func New(dev *virtio.Device) (*Device, error) {
	if err := dev.Negotiate(featureSize | featureMultiport); err != nil {
		return nil, err
	}
	d := &Device{dev: dev}
	n := uint32(1)
	if dev.Has(featureMultiport) {
		dev.ReadConfig(func(c drivers.Registers) { n = c.Read32(configMaxNrPorts) })
		if n > maxPorts {
			klog.Debugf("%s: of %d possible ports, the first %d can be used", dev.Name(), n, maxPorts)
		}
	}
	for id := range min(n, maxPorts) {
		p, err := newPort(d, id)
		if err != nil {
			return nil, kfmt.Errorf("port %d: %w", id, err)
		}
		d.ports = append(d.ports, p)
	}
	if len(d.ports) == 0 {
		return nil, kfmt.Errorf("console has no ports: %w", unix.ENODEV)
	}
	if dev.Has(featureMultiport) {
		c, err := newControl(d)
		if err != nil {
			return nil, kfmt.Errorf("control: %w", err)
		}
		d.control = c
	}
	if err := dev.HandleInterrupts(d.used, d.changed); err != nil {
		return nil, err
	}
	dev.Ready()
	if d.control != nil {
		return d, d.control.discover()
	}
	d.changed()
	drivers.AddChannel(consoleName, d.ports[0])
	return d, nil
}

// port returns the port with the number, nil if there is none.
func (d *Device) port(id uint32) *Port {
	if id >= uint32(len(d.ports)) {
		return nil
	}
	return d.ports[id]
}

// used runs when some queue has used buffers.
func (d *Device) used() {
	if d.control != nil {
		d.control.receive()
	}
	for _, p := range d.ports {
		p.service()
	}
}

// changed runs when the configuration space changed: the size of a plain console.
func (d *Device) changed() {
	if d.control != nil || !d.dev.Has(featureSize) {
		return
	}
	var rows, cols uint16
	d.dev.ReadConfig(func(c drivers.Registers) { rows, cols = c.Read16(configRows), c.Read16(configCols) })
	d.ports[0].resize(rows, cols)
}
