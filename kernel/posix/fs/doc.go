// Package fs provides the system calls about paths and files by name: open(2),
// stat(2), rename(2), chmod(2), getdents64(2), mount(2) and their kin. What they do is
// in package vfs; here are the arguments, the flags and the layouts.
package fs

//go:generate go run cairn/tools/sysgen
