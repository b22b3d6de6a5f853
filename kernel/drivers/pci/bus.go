package pci

import (
	"errors"
	"sync"

	"cairn/kernel/drivers"
	"cairn/kernel/drivers/acpi"
	"cairn/kernel/kfmt"
	"cairn/kernel/klog"
)

const (
	maxBuses       = 256
	devicesOnBus   = 32
	functionsOfDev = 8
)

// A Driver is called for every device; it reports whether the device is one of its.
type Driver func(d *Device) (mine bool, err error)

var registered struct {
	mu   sync.Mutex
	list []Driver
}

// RegisterDriver adds a driver. Drivers call it from init functions.
func RegisterDriver(f Driver) {
	registered.mu.Lock()
	defer registered.mu.Unlock()
	registered.list = append(registered.list, f)
}

func init() { drivers.Register(drivers.Buses, "pci", probe) }

// probe hands every device on the machine's buses to its driver.
func probe() error {
	var errs []error
	for _, d := range Enumerate(machineConfig()) {
		klog.Debugf("pci %s: %04x:%04x class %06x", d.Address, d.Vendor, d.ID, d.Class)
		errs = append(errs, d.attach())
	}
	return errors.Join(errs...)
}

func (d *Device) attach() error {
	registered.mu.Lock()
	list := registered.list
	registered.mu.Unlock()
	for _, f := range list {
		mine, err := f(d)
		if err != nil {
			return kfmt.Errorf("%s: %w", d.Address, err)
		}
		if mine {
			break
		}
	}
	return nil
}

// machineConfig returns the best way to configuration space: in memory, if ACPI says where, else
// through ports.
func machineConfig() Config {
	if tables, err := acpi.Machine(); err == nil {
		if list, err := tables.MCFG(); err == nil && len(list) > 0 && list[0].Segment == 0 {
			return MemoryConfig(list[0].Base, list[0].StartBus, list[0].EndBus)
		}
	}
	return PortConfig(drivers.Ports(portBase))
}

// Enumerate returns the devices on bus 0 and on all buses behind bridges.
func Enumerate(cfg Config) []*Device {
	w := walk{cfg: cfg}
	w.bus(0)
	return w.found
}

type walk struct {
	cfg   Config
	seen  [maxBuses]bool
	found []*Device
}

func (w *walk) bus(n uint8) {
	if w.seen[n] {
		return
	}
	w.seen[n] = true
	for dev := range uint8(devicesOnBus) {
		a := Address{Bus: n, Device: dev}
		if uint16(w.cfg.Read(a, regID)) == vendorNone {
			continue
		}
		functions := uint8(1)
		if w.cfg.Read(a, regHeader)&headerMultiFunction != 0 {
			functions = functionsOfDev
		}
		for a.Function = range functions {
			w.function(a)
		}
	}
}

func (w *walk) function(a Address) {
	if uint16(w.cfg.Read(a, regID)) == vendorNone {
		return
	}
	switch w.cfg.Read(a, regHeader) >> 16 & headerType {
	case typeDevice:
		w.found = append(w.found, newDevice(w.cfg, a))
	case typeBridge:
		if second := uint8(w.cfg.Read(a, regBusNumbers) >> 8); second != 0 {
			w.bus(second)
		}
	}
}
