package boot

import (
	"unsafe"

	"cairn/kernel/arch"
	"cairn/kernel/mem"
)

// hvmStartInfo is struct hvm_start_info (Xen, public/arch-x86/hvm/start_info.h).
type hvmStartInfo struct {
	magic         uint32
	version       uint32
	_             uint32 // flags
	nrModules     uint32
	modlistPaddr  uint64
	cmdlinePaddr  uint64
	rsdpPaddr     uint64
	memmapPaddr   uint64 // from version 1 on
	memmapEntries uint32
	_             uint32
}

// hvmModlistEntry is struct hvm_modlist_entry.
type hvmModlistEntry struct {
	paddr, size uint64
	_           [2]uint64 // command line, reserved
}

// hvmMemmapEntry is struct hvm_memmap_table_entry.
type hvmMemmapEntry struct {
	addr, size uint64
	kind, _    uint32
}

const (
	hvmStartMagic = 0x336ec578
	hvmMemmapRAM  = 1

	// maxCmdline bounds the search for the command line's end.
	maxCmdline = 64 << 10
)

// at returns the T at physical address pa.
func at[T any](pa uint64) *T {
	return (*T)(unsafe.Pointer(arch.DirectMap + uintptr(pa)))
}

func parsePVH(i *Info, pa uint64) bool {
	s := at[hvmStartInfo](pa)
	if pa == 0 || s.magic != hvmStartMagic || s.version < 1 {
		return false
	}
	i.Protocol = "PVH"
	i.RSDP = s.rsdpPaddr
	i.Cmdline = cString(s.cmdlinePaddr)
	for n := range uint64(s.memmapEntries) {
		e := at[hvmMemmapEntry](s.memmapPaddr + n*uint64(unsafe.Sizeof(hvmMemmapEntry{})))
		if e.kind == hvmMemmapRAM {
			i.addMemory(e.addr, e.size)
		}
	}
	if s.nrModules > 0 {
		m := at[hvmModlistEntry](s.modlistPaddr)
		i.Initrd = mem.Range{Start: m.paddr, End: m.paddr + m.size}
	}
	return i.NumMemory > 0
}

// cString returns the NUL-terminated string at physical address pa. It stays
// where it is.
func cString(pa uint64) string {
	if pa == 0 {
		return ""
	}
	b := mem.Physical(pa, maxCmdline)
	for n, c := range b {
		if c == 0 {
			return unsafe.String(&b[0], n)
		}
	}
	return ""
}
