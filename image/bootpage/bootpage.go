// Package bootpage describes what the image packer leaves in memory for the
// kernel. It imports nothing, so that the kernel and the packer can share it.
//
// The packer puts a boot segment at [Phys]: one page of code and data, followed
// by page tables. At [HeaderOffset] of that page is a header of little-endian
// 64-bit words:
//
//	0xf00  magic            "CAIRNBT\x00"
//	0xf08  image start      physical address of the boot segment
//	0xf10  image end        physical address behind the image, page aligned
//	0xf18  root page table  physical address of the boot PML4
//	0xf20  lazy bss start   virtual address, page aligned
//	0xf28  lazy bss end     virtual address, page aligned
//
// Physical memory from image end on is free, as far as the firmware's memory
// map agrees. Pages of the lazy bss have neither memory nor page-table pages
// of their own: the kernel's page-fault handler supplies zeroed frames. The
// range is empty (start equals end) when there is nothing to defer.
package bootpage

// Places in memory that the packer and the kernel agree on.
const (
	// Phys is the physical address of the boot segment, the lowest address
	// that the image occupies.
	Phys = 0x100000

	// KernelPhys is the physical address of the first byte of kernel text.
	KernelPhys = 0x200000

	// KernelVirt is the virtual address of the first byte of kernel text.
	// The page tables say where the rest is: there are holes in the virtual
	// addresses that have no physical memory.
	KernelVirt = 0xffffffff81000000

	// DirectMap is the virtual address at which physical address 0 is mapped.
	DirectMap = 0xffff800000000000

	// DirectMapSize is how many bytes of physical memory the boot page tables
	// map at DirectMap.
	DirectMapSize = 4 << 30

	// HeaderOffset is where the header is within the boot segment.
	HeaderOffset = 0xf00

	// HeaderSize is the length of the header in bytes.
	HeaderSize = 6 * 8

	// Magic is the first word of the header: "CAIRNBT\x00".
	Magic = 0x0054424e52494143
)

// Segment selectors of the boot GDT.
const (
	KernelCode = 0x08 // 64-bit code, privilege level 0
	KernelData = 0x10 // writable data, privilege level 0
)

// ProtocolPVH is the number that the PVH stub passes to the kernel in ESI, to
// say that RDI holds the physical address of an hvm_start_info structure.
const ProtocolPVH = 1

// Header is the information for the kernel.
type Header struct {
	Magic         uint64 // [Magic]
	ImageStart    uint64 // physical address of the first byte of the image
	ImageEnd      uint64 // physical address behind the last byte, page aligned
	RootPageTable uint64 // physical address of the PML4 in use at entry
	LazyBSSStart  uint64 // virtual address of the first page left unmapped
	LazyBSSEnd    uint64 // virtual address behind the last such page
}

// Encode returns the header as it is in memory. It sets the magic itself.
func (h *Header) Encode() [HeaderSize]byte {
	var b [HeaderSize]byte
	for i, v := range [6]uint64{
		Magic, h.ImageStart, h.ImageEnd, h.RootPageTable, h.LazyBSSStart, h.LazyBSSEnd,
	} {
		for j := range 8 {
			b[8*i+j] = byte(v >> (8 * j))
		}
	}
	return b
}

// Decode reads a header from memory and reports whether its magic is right.
func Decode(b *[HeaderSize]byte) (Header, bool) {
	var w [6]uint64
	for i := range w {
		for j := range 8 {
			w[i] |= uint64(b[8*i+j]) << (8 * j)
		}
	}
	return Header{w[0], w[1], w[2], w[3], w[4], w[5]}, w[0] == Magic
}
