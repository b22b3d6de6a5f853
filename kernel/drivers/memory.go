package drivers

import "cairn/kernel/arch"

// Memory is device memory, mapped at a virtual address.
type Memory uintptr

var _ Registers = Memory(0)

// Read8 reads a byte.
func (m Memory) Read8(off uint32) uint8 { return arch.Load8(uintptr(m) + uintptr(off)) }

// Read16 reads two bytes.
func (m Memory) Read16(off uint32) uint16 { return arch.Load16(uintptr(m) + uintptr(off)) }

// Read32 reads four bytes.
func (m Memory) Read32(off uint32) uint32 { return arch.Load32(uintptr(m) + uintptr(off)) }

// Write8 writes a byte.
func (m Memory) Write8(off uint32, v uint8) { arch.Store8(uintptr(m)+uintptr(off), v) }

// Write16 writes two bytes.
func (m Memory) Write16(off uint32, v uint16) { arch.Store16(uintptr(m)+uintptr(off), v) }

// Write32 writes four bytes.
func (m Memory) Write32(off uint32, v uint32) { arch.Store32(uintptr(m)+uintptr(off), v) }
