package vm

import (
	"errors"

	"cairn/kernel/mem"
	"cairn/kernel/syscall/sys"
)

// Addr is an address in user space.
type Addr = sys.Addr

// ErrBeyondEnd is what Object.Frame fails with for a page that lies wholly
// beyond the object's end. The program gets SIGBUS.
var ErrBeyondEnd = errors.New("vm: page lies beyond the end of the mapped object")

// An Object is what a mapping shows besides anonymous memory: the pages of a
// file, shared memory, a device. Objects are compared with ==, so they are
// pointers.
//
// The methods are called with address spaces locked (Mapped and Unmapped not
// always): they must not touch user memory, nor call methods of an address space.
type Object interface {
	// Frame returns the frame that holds the page at byte offset off, counted
	// once more for the caller. With write, the page is about to be written
	// through a shared mapping: a hole is filled. It fails with ErrBeyondEnd when
	// the page lies wholly beyond the object's end (SIGBUS), with ENOMEM when memory is out.
	Frame(off uint64, write bool) (mem.Frame, error)

	// Mapped is told of each mapping of the object, and Unmapped of its end, so
	// that the object can outlive its names and find its mappers (truncation).
	// An address space may report several mappings: what splits one counts twice.
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

// A Neighbourly object can say which of its pages are in memory now. A read
// fault then maps the resident pages around the one that faulted too, and
// mincore(2) tells the truth about pages that are in memory but not mapped.
type Neighbourly interface {
	// Around sets frames[i] to the frame at byte offset off + i*mem.PageSize, counted
	// once more, where that page is in memory and not beyond the object's end, and to 0
	// where it is not.
	Around(off uint64, frames []mem.Frame)
}

// A MapChecker is an Object that may refuse a mapping (memfd_create(2) seals).
type MapChecker interface {
	// CheckMap is asked before each mmap(2) of the object, after Mapped: prot is the protection, max what
	// the mapping could ever be protected to. It returns what it may be protected to; its error becomes mmap's.
	CheckMap(shared bool, prot, max Prot) (Prot, error)
}

// A Puncher is an Object that madvise(MADV_REMOVE) can make holes in.
type Puncher interface {
	// PunchHole frees the pages in [off, off+length), which is whole pages, so that they read as zeros.
	// It takes them out of all mappings with InvalidateObject.
	PunchHole(off, length uint64) error
}

// A Syncer is an Object whose pages msync(2) writes back.
type Syncer interface {
	// SyncRange writes what changed in [off, off+length) to storage and waits for it.
	SyncRange(off, length uint64) error
}
