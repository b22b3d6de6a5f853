//go:build cairn

package drivers

import "cairn/kernel/arch"

// Ports is a window of I/O ports, named by its first.
type Ports uint16

var _ Registers = Ports(0)

// Read8 reads a byte.
func (p Ports) Read8(off uint32) uint8 { return arch.In8(uint16(p) + uint16(off)) }

// Read16 reads two bytes.
func (p Ports) Read16(off uint32) uint16 { return arch.In16(uint16(p) + uint16(off)) }

// Read32 reads four bytes.
func (p Ports) Read32(off uint32) uint32 { return arch.In32(uint16(p) + uint16(off)) }

// Write8 writes a byte.
func (p Ports) Write8(off uint32, v uint8) { arch.Out8(uint16(p)+uint16(off), v) }

// Write16 writes two bytes.
func (p Ports) Write16(off uint32, v uint16) { arch.Out16(uint16(p)+uint16(off), v) }

// Write32 writes four bytes.
func (p Ports) Write32(off uint32, v uint32) { arch.Out32(uint16(p)+uint16(off), v) }
