package mem

import (
	"unsafe"

	"cairn/kernel/arch"
)

// PageSize is the size of a frame in bytes.
const PageSize = 4096

// PageShift is log2 of PageSize.
const PageShift = 12

// A Frame is the physical address of a 4 KiB frame.
type Frame uint64

// Bytes returns the frame's memory, through the direct map.
//
//go:nosplit
func (f Frame) Bytes() *[PageSize]byte {
	return (*[PageSize]byte)(unsafe.Pointer(arch.DirectMap + uintptr(f)))
}

// Words returns the frame's memory as 64-bit words, as page tables want it.
//
//go:nosplit
func (f Frame) Words() *[PageSize / 8]uint64 {
	return (*[PageSize / 8]uint64)(unsafe.Pointer(arch.DirectMap + uintptr(f)))
}

// Physical returns n bytes of physical memory at pa, through the direct map.
//
//go:nosplit
func Physical(pa uint64, n uintptr) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(arch.DirectMap+uintptr(pa))), n)
}

// Zero clears the frame.
//
//go:nosplit
func (f Frame) Zero() {
	arch.ClearPage(unsafe.Pointer(f.Bytes()))
}

// CopyFrom fills the frame with the contents of src.
//
//go:nosplit
func (f Frame) CopyFrom(src Frame) {
	arch.CopyPage(unsafe.Pointer(f.Bytes()), unsafe.Pointer(src.Bytes()))
}

//go:nosplit
func (f Frame) count() *uint32 {
	return (*uint32)(unsafe.Pointer(arch.DirectMap + uintptr(pool.counts) + uintptr(f>>PageShift)*4))
}
