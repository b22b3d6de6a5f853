//go:build !cairn

package drivers

// Ports is a window of I/O ports, named by its first. A developer's machine lends none to
// tests: reads give all ones, as ports without a device do, and writes go nowhere.
type Ports uint16

var _ Registers = Ports(0)

// Read8 gives all ones.
func (p Ports) Read8(uint32) uint8 { return ^uint8(0) }

// Read16 gives all ones.
func (p Ports) Read16(uint32) uint16 { return ^uint16(0) }

// Read32 gives all ones.
func (p Ports) Read32(uint32) uint32 { return ^uint32(0) }

// Write8 does nothing.
func (p Ports) Write8(uint32, uint8) {}

// Write16 does nothing.
func (p Ports) Write16(uint32, uint16) {}

// Write32 does nothing.
func (p Ports) Write32(uint32, uint32) {}
