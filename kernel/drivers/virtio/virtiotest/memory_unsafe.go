package virtiotest

import (
	"sync/atomic"
	"unsafe"

	"cairn/kernel/mem"
)

// word returns the 32-bit word at physical address pa, a multiple of 4.
func word(pa uint64) *uint32 {
	return (*uint32)(unsafe.Pointer(&mem.Physical(pa, 4)[0]))
}

// load32 reads a word that the driver may be writing.
func load32(pa uint64) uint32 { return atomic.LoadUint32(word(pa)) }

// load16 reads half a word that the driver may be writing.
func load16(pa uint64) uint16 { return uint16(load32(pa&^3) >> (pa & 2 * 8)) }

// store32 writes a word that the driver may be reading.
func store32(pa uint64, v uint32) { atomic.StoreUint32(word(pa), v) }
