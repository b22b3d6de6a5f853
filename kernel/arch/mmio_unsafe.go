package arch

import "unsafe"

// The functions below are plain moves, each of which happens: they are not inlined, so that the
// compiler cannot join or drop accesses, and not atomic, since an exchange would read a register that is
// only to be written.

// Load8 reads a device register.
//
//go:nosplit
//go:noinline
func Load8(addr uintptr) uint8 { return *(*uint8)(unsafe.Pointer(addr)) }

// Load16 reads a device register.
//
//go:nosplit
//go:noinline
func Load16(addr uintptr) uint16 { return *(*uint16)(unsafe.Pointer(addr)) }

// Load32 reads a device register.
//
//go:nosplit
//go:noinline
func Load32(addr uintptr) uint32 { return *(*uint32)(unsafe.Pointer(addr)) }

// Store8 writes a device register.
//
//go:nosplit
//go:noinline
func Store8(addr uintptr, v uint8) { *(*uint8)(unsafe.Pointer(addr)) = v }

// Store16 writes a device register.
//
//go:nosplit
//go:noinline
func Store16(addr uintptr, v uint16) { *(*uint16)(unsafe.Pointer(addr)) = v }

// Store32 writes a device register.
//
//go:nosplit
//go:noinline
func Store32(addr uintptr, v uint32) { *(*uint32)(unsafe.Pointer(addr)) = v }
