package arch

import "unsafe"

func (f *FPU) allocate() {
	f.block = make([]byte, xsaveSize+fpuAlign)
	skip := -uintptr(unsafe.Pointer(&f.block[0])) & (fpuAlign - 1)
	f.area = &f.block[skip]
}

// Area returns the XSAVE area. Its XMM registers and MXCSR are not kept
// up to date; those of Regs count.
func (f *FPU) Area() []byte { return unsafe.Slice(f.area, xsaveSize) }
