package strace

import "unsafe"

// addressOf returns the address of b's first byte, which must not be memory that
// the collector moves or frees.
func addressOf(b []byte) uintptr { return uintptr(unsafe.Pointer(&b[0])) }
