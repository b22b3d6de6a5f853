// Package i8042 resets a PC through its keyboard controller (Intel UPI-41AH/42AH data sheet): the
// way to end a machine that has no ACPI, such as QEMU's microvm, which is started so that a
// reset ends it.
package i8042

import "cairn/kernel/drivers"

// The ports and commands.
const (
	portBase   = 0x60
	regCommand = 4 // write
	regStatus  = 4 // read

	statusInputFull = 1 << 1
	commandReset    = 0xfe // pulses output 0, which is the processor's reset line
)

const (
	// maxWaits bounds the wait for the controller to take a command.
	maxWaits = 1 << 16
	// tries is how often the reset is asked for.
	tries = 10
)

func init() {
	drivers.RegisterPowerOff(drivers.PowerOffReset, "i8042", func() { Reset(drivers.Ports(portBase)) })
}

// Reset resets the machine. It returns if there is no such controller.
func Reset(r drivers.Registers) {
	for range tries {
		for i := 0; i < maxWaits && r.Read8(regStatus)&statusInputFull != 0; i++ {
		}
		r.Write8(regCommand, commandReset)
	}
}
