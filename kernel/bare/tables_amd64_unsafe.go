//go:build cairn

package bare

import (
	"unsafe"

	"cairn/kernel/arch"
	"cairn/kernel/mem"
)

// entryAt returns va's entry in the table t of the given level.
func entryAt(t mem.Frame, va uintptr, level int) *arch.PTE {
	return (*arch.PTE)(unsafe.Pointer(&t.Words()[tableIndex(va, level)]))
}
