package vm

import (
	"cairn/kernel/mem"
	"cairn/kernel/syscall/sys"
)

// Addr is an address in user space.
type Addr = sys.Addr

// An Object is what a mapping shows besides anonymous memory: the pages of a
// file, shared memory, a device.
type Object interface {
	// Frame returns the frame that holds the page at byte offset off, counted
	// once more for the caller. With write, the page is about to be written
	// through a shared mapping: a hole is filled. It fails with ErrBeyondEnd when
	// the page lies wholly beyond the object's end (SIGBUS), with ENOMEM when memory is out.
	Frame(off uint64, write bool) (mem.Frame, error)

	// Mapped is told of each mapping of the object, and Unmapped of its end, so
	// that the object can outlive its names and find its mappers (truncation).
	Mapped(as *AddressSpace)
	Unmapped(as *AddressSpace)

	// Identity names the object in /proc/PID/maps.
	Identity() Identity
}

// Identity is what /proc/PID/maps shows of a mapped object.
type Identity struct {
	Path  string
	Dev   uint64
	Inode uint64
}
