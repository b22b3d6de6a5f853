package drivers

import "unsafe"

// Memory is device memory, mapped at a virtual address. Each method is one plain move of
// its width: the methods are not inlined, so that the compiler cannot join or drop
// accesses.
type Memory uintptr

var _ Registers = Memory(0)

func (m Memory) at(off uint32) unsafe.Pointer {
	p := uintptr(m) + uintptr(off)
	// The address is not Go's: no stack or heap object that could move.
	return *(*unsafe.Pointer)(unsafe.Pointer(&p))
}

// Read8 reads a byte.
//
//go:noinline
func (m Memory) Read8(off uint32) uint8 { return *(*uint8)(m.at(off)) }

// Read16 reads two bytes.
//
//go:noinline
func (m Memory) Read16(off uint32) uint16 { return *(*uint16)(m.at(off)) }

// Read32 reads four bytes.
//
//go:noinline
func (m Memory) Read32(off uint32) uint32 { return *(*uint32)(m.at(off)) }

// Write8 writes a byte.
//
//go:noinline
func (m Memory) Write8(off uint32, v uint8) { *(*uint8)(m.at(off)) = v }

// Write16 writes two bytes.
//
//go:noinline
func (m Memory) Write16(off uint32, v uint16) { *(*uint16)(m.at(off)) = v }

// Write32 writes four bytes.
//
//go:noinline
func (m Memory) Write32(off uint32, v uint32) { *(*uint32)(m.at(off)) = v }
