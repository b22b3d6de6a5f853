package vm

import (
	"golang.org/x/sys/unix"
)

// brk is the heap that brk(2) moves the end of.
type brk struct {
	start, end uint64
	data       uint64 // bytes of the program's own data, which RLIMIT_DATA counts too
}

// SetBrk says where the heap begins, and how many bytes of data the program has
// besides (RLIMIT_DATA counts both).
func (as *AddressSpace) SetBrk(start Addr, data uint64) {
	as.mu.Lock()
	defer as.mu.Unlock()
	as.brk = brk{uint64(start), uint64(start), data}
}

// Brk moves the end of the heap to a, if it can, and returns where it is then (brk(2)).
func (as *AddressSpace) Brk(a Addr) Addr {
	as.mu.Lock()
	end, grown := as.moveBrk(uint64(a))
	locks := as.lockAll
	as.mu.Unlock()
	if grown > 0 && locks&(locked|lockFault) == locked {
		_ = as.populate(Addr(pageUp(uint64(end))-grown), grown)
	}
	return end
}

// moveBrk is Brk with the address space locked. It also returns by how many bytes the heap's pages grew.
func (as *AddressSpace) moveBrk(a uint64) (Addr, uint64) {
	b := &as.brk
	if a < b.start || a > UserEnd || a-b.start > as.limits.Data-min(as.limits.Data, b.data) {
		return Addr(b.end), 0
	}
	from, to := pageUp(b.end), pageUp(a)
	if to < from {
		if as.unmap(to, from) != nil {
			return Addr(b.end), 0
		}
	}
	if to > from {
		if as.growHeap(from, to) != nil {
			return Addr(b.end), 0
		}
		b.end = a
		return Addr(a), to - from
	}
	b.end = a
	return Addr(a), 0
}

// growHeap maps [from, to), extending the heap's region if it ends there.
func (as *AddressSpace) growHeap(from, to uint64) error {
	if !as.isFree(from, to-from) || len(as.regions) >= MaxMappings {
		return unix.ENOMEM
	}
	r := &region{start: from, end: to, prot: ProtRead | ProtWrite, max: protAll, flags: as.lockAll}
	if err := as.mayAdd(r, r.size(), 0); err != nil {
		return err
	}
	if r.has(locked) {
		if err := as.lockable(r.size(), unix.EAGAIN); err != nil {
			return err
		}
	}
	as.insert(r)
	return nil
}
