// Package mmap provides the system calls of a program's memory: mmap(2), munmap(2), mprotect(2),
// mremap(2), brk(2), madvise(2), msync(2), mincore(2) and those of mlock(2). The work is done by
// package vm; this one finds the file behind a descriptor and checks what vm cannot know.
package mmap

//go:generate go run cairn/tools/sysgen
