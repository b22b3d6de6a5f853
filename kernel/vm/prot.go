package vm

import (
	"cairn/kernel/arch"
	"cairn/kernel/mem"
	"cairn/kernel/syscall/sys"

	"golang.org/x/sys/unix"
)

// Prot is a set of PROT_ bits (mmap(2)).
type Prot = sys.Prot

// MapFlags are the MAP_ flags of mmap(2).
type MapFlags = sys.MapFlags

// The protections.
const (
	ProtRead  Prot = unix.PROT_READ
	ProtWrite Prot = unix.PROT_WRITE
	ProtExec  Prot = unix.PROT_EXEC
	protAll        = ProtRead | ProtWrite | ProtExec

	// protSem is PROT_SEM, which mprotect(2) accepts and nothing looks at
	// (Linux's include/uapi/asm-generic/mman-common.h).
	protSem Prot = 0x8
)

// Numbers of Linux that programs see.
const (
	// UserEnd is the first address beyond user space.
	UserEnd = arch.UserEnd
	// MinAddr is the lowest address that can be mapped (vm.mmap_min_addr).
	MinAddr = 65536
	// MaxMappings is how many mappings an address space may have (vm.max_map_count).
	MaxMappings = 65530
	// StackGuard is the distance in bytes that a mapping that grows down keeps from
	// the one below it (Linux's stack_guard_gap).
	StackGuard = 256 * mem.PageSize
	// pageMask selects the offset in a page.
	pageMask = mem.PageSize - 1
)

// pageUp rounds n up to whole pages. It is 0 when that overflows.
func pageUp(n uint64) uint64 { return (n + pageMask) &^ pageMask }

// An Access is what was tried at an address.
type Access uint8

const (
	// Read is a load, or a copy from user memory.
	Read Access = iota
	// Write is a store, or a copy to user memory.
	Write
	// Exec is an instruction fetch.
	Exec
)

// String names the access for log lines.
func (a Access) String() string {
	switch a {
	case Write:
		return "write"
	case Exec:
		return "exec"
	default:
		return "read"
	}
}
