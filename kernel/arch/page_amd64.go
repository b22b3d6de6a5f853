package arch

import "unsafe"

// ClearPage zeroes the 4 KiB at p.
//
//go:noescape
func ClearPage(p unsafe.Pointer)

// CopyPage copies the 4 KiB at src to dst.
//
//go:noescape
func CopyPage(dst, src unsafe.Pointer)
