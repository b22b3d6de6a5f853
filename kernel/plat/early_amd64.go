//go:build cairn

// Package plat is what the ground floor must know of the machine before there
// are drivers: where to write a last message, and how to stop.
package plat

import "cairn/kernel/arch"

// The first serial port of a PC, and the registers that matter (16550).
const (
	com1 = 0x3f8
	thr  = com1     // transmitter holding register
	lsr  = com1 + 5 // line status register
	thre = 1 << 5   // transmitter holding register empty
)

// The PC keyboard controller, whose reset line stops a machine without ACPI.
const (
	i8042Command = 0x64
	i8042Reset   = 0xfe
)

// Write puts a message on the first serial port, if there is one. It polls, and
// allocates nothing.
//
//go:nosplit
func Write(s string) {
	for i := 0; i < len(s); i++ {
		status := arch.In8(lsr)
		if status == 0xff { // no port
			return
		}
		for spin := 0; status&thre == 0 && spin < 1<<16; spin++ {
			status = arch.In8(lsr)
		}
		arch.Out8(thr, s[i])
	}
}

// WriteHex puts a number in hexadecimal on the first serial port.
//
//go:nosplit
func WriteHex(v uint64) {
	const digits = "0123456789abcdef"
	Write("0x")
	for shift := 60; shift >= 0; shift -= 4 {
		if v>>shift != 0 || shift == 0 {
			d := v >> shift & 15
			Write(digits[d : d+1])
		}
	}
}

// powerOff is how the machine is turned off; nil: by the reset line only.
var powerOff func()

// SetPowerOff makes f the first thing that PowerOff tries.
func SetPowerOff(f func()) { powerOff = f }

// PowerOff turns the machine off, or at least stops it. It does not return.
func PowerOff() {
	if f := powerOff; f != nil {
		powerOff = nil
		f()
	}
	Stop()
}

// Stop resets the machine, which a virtual machine monitor that was told not to
// reboot takes for its end: by the keyboard controller, or where there is none (QEMU's
// microvm) by a triple fault. It does not return.
func Stop() {
	arch.Out8(i8042Command, i8042Reset)
	arch.TripleFault()
}
