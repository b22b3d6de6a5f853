package arch

import "unsafe"

func (f *FPU) allocate() {
	// The allocator's blocks are multiples of 8, so that at least 8 bytes follow the area; see room.
	f.block = make([]byte, xsaveSize+fpuAlign)
	skip := -uintptr(unsafe.Pointer(&f.block[0])) & (fpuAlign - 1)
	f.area = &f.block[skip]
}

// Area returns the XSAVE area. Its XMM registers and MXCSR are not kept
// up to date; those of Regs count.
func (f *FPU) Area() []byte { return unsafe.Slice(f.area, xsaveSize) }

// head returns the beginning of the XSAVE area.
func (f *FPU) head() *xsaveHead { return (*xsaveHead)(unsafe.Pointer(f.area)) }

// endMagic returns what follows the area in a signal's frame.
func (f *FPU) endMagic() *uint32 { return (*uint32)(unsafe.Add(unsafe.Pointer(f.area), xsaveSize)) }

// room returns the XSAVE area and the bytes that follow it in a signal's frame.
func (f *FPU) room() []byte { return unsafe.Slice(f.area, xsaveSize+fpMagic2Size) }

// xmmBytes returns the registers as they lie in memory.
func xmmBytes(x *[16][16]byte) []byte { return unsafe.Slice(&x[0][0], unsafe.Sizeof(*x)) }
