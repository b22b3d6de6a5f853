package vm

import "sync/atomic"

// Shmem is shared memory without a file: what mmap(2) makes for
// MAP_SHARED|MAP_ANONYMOUS, shmget(2) and memfd_create(2). It is counted: each
// mapping is a user, and the last one gone frees it.
type Shmem struct {
	Pages
	refs  atomic.Int64
	name  string
	inode uint64
}

// lastShmem numbers shared memory, as inodes.
var lastShmem atomic.Uint64

// shmemDev is the device that /proc/PID/maps shows: Linux's first anonymous one.
const shmemDev = 1

// NewShmem returns shared memory of that many bytes, all zero, with one user. The name is
// for /proc/PID/maps.
func NewShmem(name string, size uint64) *Shmem {
	s := &Shmem{name: name, inode: lastShmem.Add(1)}
	s.Init(s, nil)
	s.size = size
	s.refs.Store(1)
	return s
}

// Get counts one more user.
func (s *Shmem) Get() { s.refs.Add(1) }

// Put counts one user less, and frees the memory when that was the last.
func (s *Shmem) Put() {
	if s.refs.Add(-1) == 0 {
		s.Release()
	}
}

// Mapped implements Object.
func (s *Shmem) Mapped(as *AddressSpace) {
	s.Get()
	s.Pages.Mapped(as)
}

// Unmapped implements Object.
func (s *Shmem) Unmapped(as *AddressSpace) {
	s.Pages.Unmapped(as)
	s.Put()
}

// Identity implements Object.
func (s *Shmem) Identity() Identity { return Identity{s.name, shmemDev, s.inode} }
