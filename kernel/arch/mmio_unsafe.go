package arch

import (
	"sync/atomic"
	"unsafe"
)

// Load8 reads a device register.
//
//go:nosplit
func Load8(addr uintptr) uint8 { return *(*uint8)(unsafe.Pointer(addr)) }

// Load16 reads a device register.
//
//go:nosplit
func Load16(addr uintptr) uint16 { return *(*uint16)(unsafe.Pointer(addr)) }

// Load32 reads a device register.
//
//go:nosplit
func Load32(addr uintptr) uint32 { return atomic.LoadUint32((*uint32)(unsafe.Pointer(addr))) }

// Store8 writes a device register.
//
//go:nosplit
func Store8(addr uintptr, v uint8) { *(*uint8)(unsafe.Pointer(addr)) = v }

// Store16 writes a device register.
//
//go:nosplit
func Store16(addr uintptr, v uint16) { *(*uint16)(unsafe.Pointer(addr)) = v }

// Store32 writes a device register.
//
//go:nosplit
func Store32(addr uintptr, v uint32) { atomic.StoreUint32((*uint32)(unsafe.Pointer(addr)), v) }
