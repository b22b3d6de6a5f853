//go:build cairn

package arch

// OnMetal says that this is a kernel: the code runs on a bare machine.
const OnMetal = true

// DirectMap is the virtual address at which physical address 0 is mapped;
// all of physical memory follows it.
const DirectMap uintptr = 0xffff_8000_0000_0000
