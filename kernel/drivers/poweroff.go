package drivers

// maxPowerOff bounds the ways to switch a machine off; machines have two or three.
const maxPowerOff = 8

// powerOff is filled while drivers start and read when the machine ends. It is an array
// so that a panic on the ground floor can walk it without allocating.
var powerOff struct {
	ways [maxPowerOff]powerOffWay
	n    int
}

type powerOffWay struct {
	name  string
	order int
	f     func()
}

// The usual places in the order of PowerOff.
const (
	PowerOffFirst = 0  // a real power-off: ACPI S5
	PowerOffReset = 10 // a reset, which ends a virtual machine run without reboot
)

// RegisterPowerOff adds a way to switch the machine off. Ways with a lower order
// are tried first. f must not allocate or block; it returns if it had no effect.
func RegisterPowerOff(order int, name string, f func()) {
	if powerOff.n == maxPowerOff {
		return
	}
	i := powerOff.n
	for ; i > 0 && powerOff.ways[i-1].order > order; i-- {
		powerOff.ways[i] = powerOff.ways[i-1]
	}
	powerOff.ways[i] = powerOffWay{name, order, f}
	powerOff.n++
}

// PowerOff switches the machine off. It returns if no way to do so worked.
func PowerOff() {
	for i := 0; i < powerOff.n; i++ {
		powerOff.ways[i].f()
	}
}
