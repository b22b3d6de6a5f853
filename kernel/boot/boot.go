// Package boot turns what a boot protocol hands over into one Info. Each
// protocol is one file. Everything here runs on the ground floor: it allocates
// nothing.
package boot

import "cairn/kernel/mem"

// maxMemory bounds the entries of the memory map.
const maxMemory = 128

// Info is what the machine was started with.
type Info struct {
	// Protocol names the boot protocol.
	Protocol string
	// Cmdline is the kernel command line.
	Cmdline string
	// Memory are the ranges of usable memory, as the firmware says.
	Memory [maxMemory]mem.Range
	// NumMemory is how many there are.
	NumMemory int
	// Initrd is the initial RAM disk; empty if there is none.
	Initrd mem.Range
	// RSDP is the physical address of the ACPI root pointer; 0 if unknown.
	RSDP uint64
	// Image is the memory of the kernel's own image.
	Image mem.Range
}

// Machine is the information about this machine.
var Machine Info

// Protocol numbers, as the boot stubs pass them.
const (
	protocolPVH = 1
)

// Parse fills Machine from what a boot protocol left at physical address pa. It
// reports false if the protocol is unknown or the data is not its.
func Parse(protocol, pa uint64) bool {
	switch protocol {
	case protocolPVH:
		return parsePVH(&Machine, pa)
	}
	return false
}

// addMemory adds a range of usable memory.
func (i *Info) addMemory(start, size uint64) {
	if i.NumMemory < maxMemory && size > 0 && start+size > start {
		i.Memory[i.NumMemory] = mem.Range{Start: start, End: start + size}
		i.NumMemory++
	}
}

// MemorySize returns the number of bytes of usable memory.
func (i *Info) MemorySize() uint64 {
	var n uint64
	for _, r := range i.Memory[:i.NumMemory] {
		n += r.End - r.Start
	}
	return n
}

// FreeMemory writes the usable memory without the image, the initial RAM
// disk and the first mebibyte, which firmware and boot data use, to free, and
// returns how many ranges that are.
func (i *Info) FreeMemory(free []mem.Range) int {
	const low = 1 << 20
	n := 0
	add := func(r mem.Range) {
		if r.Start < r.End && n < len(free) {
			free[n] = r
			n++
		}
	}
	for _, r := range i.Memory[:i.NumMemory] {
		r.Start = max(r.Start, low)
		first, second := i.Image, i.Initrd
		if second.Start < first.Start {
			first, second = second, first
		}
		for _, used := range [2]mem.Range{first, second} {
			if used.Start >= used.End || used.End <= r.Start || used.Start >= r.End {
				continue
			}
			add(mem.Range{Start: r.Start, End: used.Start &^ (mem.PageSize - 1)})
			r.Start = (used.End + mem.PageSize - 1) &^ (mem.PageSize - 1)
		}
		add(r)
	}
	return n
}
