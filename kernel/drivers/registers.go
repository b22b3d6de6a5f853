package drivers

// Registers is a window of device registers: a stretch of I/O ports, of
// memory-mapped I/O, or a model of a device in a test. Offsets are in bytes and
// naturally aligned. Every access happens, once, and in order.
type Registers interface {
	Read8(off uint32) uint8
	Read16(off uint32) uint16
	Read32(off uint32) uint32
	Write8(off uint32, v uint8)
	Write16(off uint32, v uint16)
	Write32(off uint32, v uint32)
}

// Read64 reads a 64-bit register as two halves, low first, as devices without
// 64-bit accesses want it.
func Read64(r Registers, off uint32) uint64 {
	low := r.Read32(off)
	return uint64(low) | uint64(r.Read32(off+4))<<32
}

// Write64 writes a 64-bit register as two halves, low first.
func Write64(r Registers, off uint32, v uint64) {
	r.Write32(off, uint32(v))
	r.Write32(off+4, uint32(v>>32))
}

// At is a part of a window: register 0 is register off of r.
func At(r Registers, off uint32) Registers { return window{r, off} }

type window struct {
	r   Registers
	off uint32
}

func (w window) Read8(off uint32) uint8       { return w.r.Read8(w.off + off) }
func (w window) Read16(off uint32) uint16     { return w.r.Read16(w.off + off) }
func (w window) Read32(off uint32) uint32     { return w.r.Read32(w.off + off) }
func (w window) Write8(off uint32, v uint8)   { w.r.Write8(w.off+off, v) }
func (w window) Write16(off uint32, v uint16) { w.r.Write16(w.off+off, v) }
func (w window) Write32(off uint32, v uint32) { w.r.Write32(w.off+off, v) }
