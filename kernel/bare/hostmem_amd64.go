//go:build cairn

package bare

import (
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// nextHeap is where the next mapping of the Go runtime goes. Address space is
// not reused: the region is a tebibyte, and the runtime gives back little.
var nextHeap = heapStart

// mmap reserves address space; memory comes when it is touched. MAP_FIXED asks
// for a range that is reserved already. The runtime first asks for its heap in what is the user's half, with
// many addresses: it gives up sooner with an error than with another address.
func mmap(addr, length uintptr, flags uint64) int64 {
	length = (length + mem.PageSize - 1) &^ (mem.PageSize - 1)
	if flags&unix.MAP_FIXED != 0 {
		if addr < heapStart || addr+length > nextHeap {
			return -int64(unix.ENOMEM)
		}
		return int64(addr)
	}
	if addr != 0 && addr < heapStart {
		return -int64(unix.ENOMEM)
	}
	at := nextHeap
	if length >= heapAlign {
		at = (at + heapAlign - 1) &^ (heapAlign - 1)
	}
	if length > heapEnd-at {
		return -int64(unix.ENOMEM)
	}
	nextHeap = at + length
	return int64(at)
}

func munmap(addr, length uintptr) int64 {
	if addr < heapStart || addr+length > nextHeap {
		return -int64(unix.EINVAL)
	}
	unmapFrames(addr, length)
	if addr+length == nextHeap {
		nextHeap = addr
	}
	return 0
}

// madvise frees memory that the runtime no longer needs; other advice is for
// kernels with large pages.
func madvise(addr, length uintptr, advice uint64) int64 {
	switch advice {
	case unix.MADV_DONTNEED, unix.MADV_FREE:
		unmapFrames(addr, length)
	}
	return 0
}
