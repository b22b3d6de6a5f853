package drivers

import (
	"slices"
	"sort"
	"sync"

	"cairn/kernel/klog"
)

// A Stage is a step of starting the machine's devices. The stages run in the
// order of their values; within one, drivers start in the order of their names.
type Stage int

const (
	// Tables is for what describes the machine: ACPI.
	Tables Stage = iota
	// Buses is for what finds devices: PCI, virtio-mmio. A bus hands each device
	// to its driver at once.
	Buses
	// Devices is for devices at places that everybody knows: the real-time clock.
	Devices
	// Channels is for what picks among the devices found: the console.
	Channels
)

// A Starter starts one driver. An error means that the driver found its device but
// cannot use it; a machine without the device is no error.
type Starter func() error

type starter struct {
	stage Stage
	name  string
	f     Starter
}

var starters struct {
	mu   sync.Mutex
	list []starter
}

// Register adds a driver to those that Start starts. It is called from init functions.
func Register(stage Stage, name string, f Starter) {
	starters.mu.Lock()
	defer starters.mu.Unlock()
	starters.list = append(starters.list, starter{stage, name, f})
}

// Start starts every registered driver, stage by stage. A driver that fails is
// logged and left out.
func Start() {
	starters.mu.Lock()
	list := slices.Clone(starters.list)
	starters.mu.Unlock()
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		return a.stage < b.stage || a.stage == b.stage && a.name < b.name
	})
	for _, s := range list {
		if err := s.f(); err != nil {
			klog.Warnf("%s: %v", s.name, err)
		}
	}
}
