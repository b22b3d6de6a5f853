// Package vdso makes the virtual dynamic shared object: an ELF image of one page
// with clock_gettime and its relatives, which programs (and the kernel's own Go
// runtime) call instead of trapping (vdso(7)). The functions are assembly of this
// package, copied into the image; they read a page of clock data that lies right
// below it.
//
// The image is made on the ground floor, before the Go runtime runs, so nothing
// here allocates.
package vdso
