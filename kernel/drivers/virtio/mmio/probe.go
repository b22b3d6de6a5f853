package mmio

import (
	"errors"

	"cairn/kernel/drivers"
	"cairn/kernel/drivers/virtio"
	"cairn/kernel/kfmt"
	"cairn/kernel/param"
)

var places = param.Strings("virtio_mmio.device",
	"where a virtio-mmio device is: SIZE@ADDRESS:IRQ, once for each")

func init() { drivers.Register(drivers.Buses, "virtio-mmio", probe) }

// probe hands the devices that the command line names to their drivers. One that fails
// does not keep the others back.
func probe() error {
	var errs []error
	for _, s := range places.Value() {
		errs = append(errs, find(s))
	}
	return errors.Join(errs...)
}

func find(s string) error {
	p, err := ParsePlace(s)
	if err != nil {
		return err
	}
	r, err := drivers.MapRegisters(p.Addr, p.Size)
	if err != nil {
		return err
	}
	name := kfmt.Sprintf("virtio-mmio@%#x", p.Addr)
	d, err := New(r, name, func(f func()) error { return drivers.HandleIRQ(p.IRQ, name, f) })
	if errors.Is(err, ErrNoDevice) {
		return nil
	}
	if err != nil {
		return kfmt.Errorf("%s: %w", name, err)
	}
	return virtio.Found(d)
}
