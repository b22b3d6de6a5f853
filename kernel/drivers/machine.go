package drivers

import (
	"encoding/binary"
	"errors"
)

// Ground is what drivers need of the ground floor, set before Start.
type Ground struct {
	// MapDevice makes size bytes of device memory at physical address pa accessible, uncached:
	// a Memory, or a model of a device in a test.
	MapDevice func(pa, size uint64) Registers
	// HandleIRQ has f called for each interrupt on a line: on a goroutine of the kernel, with
	// interrupts off. f may lock mutexes, but must be quick.
	HandleIRQ func(line int, name string, f func()) error
	// AllocMSI has f called when the device writes data to address addr. ok is false if
	// the machine has no message-signalled interrupts.
	AllocMSI func(name string, f func()) (addr uint64, data uint32, ok bool)
}

// Machine is the ground floor that the drivers stand on. The zero Ground has nothing: devices
// that need it are not found.
var Machine Ground

// ErrNoGround says that the kernel was built without what the driver needs.
var ErrNoGround = errors.New("the ground floor provides no access to devices")

// MapRegisters returns the registers in size bytes of device memory at physical address pa.
func MapRegisters(pa, size uint64) (Registers, error) {
	if Machine.MapDevice == nil {
		return nil, ErrNoGround
	}
	return Machine.MapDevice(pa, size), nil
}

// ReadPhysical copies n bytes of physical memory at pa that is not the allocator's, such as the
// firmware's tables.
func ReadPhysical(pa uint64, n int) ([]byte, error) {
	const word = 4
	start := pa &^ (word - 1)
	words := (int(pa-start) + n + word - 1) / word
	r, err := MapRegisters(start, uint64(words*word))
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, words*word)
	for i := range words {
		b = binary.LittleEndian.AppendUint32(b, r.Read32(uint32(i*word)))
	}
	return b[pa-start:][:n], nil
}

// HandleIRQ connects f to an interrupt line.
func HandleIRQ(line int, name string, f func()) error {
	if Machine.HandleIRQ == nil {
		return ErrNoGround
	}
	return Machine.HandleIRQ(line, name, f)
}

// AllocMSI connects f to a message-signalled interrupt. It reports false if there are none.
func AllocMSI(name string, f func()) (addr uint64, data uint32, ok bool) {
	if Machine.AllocMSI == nil {
		return 0, 0, false
	}
	return Machine.AllocMSI(name, f)
}
