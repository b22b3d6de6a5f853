//go:build cairn

package bare

import (
	"cairn/kernel/arch"
	"cairn/kernel/boot"
	"cairn/kernel/mem"
	"cairn/kernel/vdso"
)

var (
	rootTable  mem.Frame
	nextDevice = deviceStart
	lazyBSS    mem.Range
)

const (
	kernelPage  = arch.PTEPresent | arch.PTEWrite | arch.PTENoExec | arch.PTEAccessed | arch.PTEDirty | arch.PTEGlobal
	kernelTable = arch.PTEPresent | arch.PTEWrite | arch.PTEAccessed
	devicePage  = kernelPage | arch.PTENoCache | arch.PTEWriteThr

	largePage  = 2 << 20
	directSlot = 1 << 39 // what one top-level entry maps
)

// initKernelTables completes the boot page tables: the direct map of all
// memory, and top-level entries for every region of the kernel's half.
func initKernelTables(root uint64) {
	rootTable = mem.Frame(root)
	arch.SetKernelRoot(root)
	for va := heapStart; va < deviceEnd; va += directSlot {
		*topEntry(va) = arch.PTE(newTable()) | kernelTable
	}
	i := &boot.Machine
	for _, r := range i.Memory[:i.NumMemory] {
		for pa := r.Start &^ (largePage - 1); pa < r.End; pa += largePage {
			mapDirect(pa)
		}
	}
}

func topEntry(va uintptr) *arch.PTE {
	return entryAt(rootTable, va, arch.Levels-1)
}

func tableIndex(va uintptr, level int) uintptr {
	return va >> (arch.PageShift + arch.TableShift*level) & (arch.TableEntries - 1)
}

// newTable returns an empty page table.
func newTable() mem.Frame {
	f, ok := mem.AllocZero(mem.Kernel)
	if !ok {
		outOfMemory("page tables")
	}
	return f
}

// descend returns the entry of va at level, making the tables above it.
func descend(va uintptr, level int) *arch.PTE {
	t := rootTable
	for l := arch.Levels - 1; ; l-- {
		e := entryAt(t, va, l)
		if l == level {
			return e
		}
		if !e.Present() {
			*e = arch.PTE(newTable()) | kernelTable
		}
		t = mem.Frame(e.Frame())
	}
}

// find returns the last-level entry of va, or nil and the number of
// bytes from va on in which there is none.
func find(va uintptr) (*arch.PTE, uintptr) {
	t := rootTable
	for l := arch.Levels - 1; l > 0; l-- {
		e := entryAt(t, va, l)
		if !e.Present() {
			span := uintptr(1) << (arch.PageShift + arch.TableShift*l)
			return nil, span - va&(span-1)
		}
		t = mem.Frame(e.Frame())
	}
	return entryAt(t, va, 0), mem.PageSize
}

// mapDirect adds the large page at physical address pa to the direct map.
func mapDirect(pa uint64) {
	if e := descend(arch.DirectMap+uintptr(pa), 1); !e.Present() {
		*e = arch.PTE(pa) | kernelPage | arch.PTELarge
	}
}

// mapFresh maps a fresh zeroed frame at va.
func mapFresh(va uintptr) {
	e := descend(va, 0)
	if e.Present() {
		return
	}
	f, ok := mem.AllocZero(mem.Kernel)
	if !ok {
		outOfMemory("the kernel's heap")
	}
	*e = arch.PTE(f) | kernelPage
}

// unmapFrames frees the memory of [start, start+n), which stays reserved: it
// reads as zero when it is touched again.
func unmapFrames(start, n uintptr) {
	for va := start; va < start+n; {
		e, skip := find(va)
		if e != nil && e.Present() {
			f := mem.Frame(e.Frame())
			*e = 0
			arch.InvalidatePage(uint64(va))
			f.Put()
		}
		va += skip
	}
}

// newStack maps a stack with an unmapped page below it, and returns its top.
func newStack() uintptr {
	nextDevice += mem.PageSize
	for range stackSize / mem.PageSize {
		mapFresh(nextDevice)
		nextDevice += mem.PageSize
	}
	return nextDevice
}

// MapDevice maps size bytes of device registers at physical address pa, uncached,
// and returns their address. It is for the start of drivers; nothing is unmapped.
func MapDevice(pa, size uint64) uintptr {
	first := pa &^ (mem.PageSize - 1)
	at := nextDevice
	for p := first; p < pa+size; p += mem.PageSize {
		*descend(nextDevice, 0) = arch.PTE(p) | devicePage
		nextDevice += mem.PageSize
	}
	return at + uintptr(pa-first)
}

// mapVDSO maps the vDSO for the kernel's own runtime: the clock data, then the
// image. It returns where the image is.
func mapVDSO() uintptr {
	const readOnly = kernelPage &^ (arch.PTEWrite | arch.PTEDirty)
	*descend(nextDevice, 0) = arch.PTE(vdso.DataFrame) | readOnly
	*descend(nextDevice+mem.PageSize, 0) = arch.PTE(vdso.ImageFrame) | readOnly&^arch.PTENoExec
	nextDevice += 2 * mem.PageSize
	return nextDevice - mem.PageSize
}

// unmapIdentity removes the lower half, which only the boot stub needed.
func unmapIdentity() {
	for i := range rootTable.Words()[:arch.UserEntries] {
		rootTable.Words()[i] = 0
	}
	arch.WriteCR3(uint64(rootTable))
}

// lazy says whether va is the kernel's and appears when touched.
func lazy(va uintptr) bool {
	return va >= heapStart && va < nextHeap || uint64(va) >= lazyBSS.Start && uint64(va) < lazyBSS.End
}
