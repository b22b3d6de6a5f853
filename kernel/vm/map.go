package vm

import (
	"golang.org/x/sys/unix"

	"cairn/kernel/trial"
)

// MapOpts are the arguments of Map.
type MapOpts struct {
	// Addr is where the mapping goes, with MAP_FIXED, or a hint. 0 is no hint.
	Addr Addr
	// Length is in bytes; whole pages are mapped.
	Length uint64
	// Prot is the protection.
	Prot Prot
	// MaxProt is what mprotect(2) may raise the protection to, for an object
	// opened read-only, say. 0 is everything.
	MaxProt Prot
	// Flags are those of mmap(2).
	Flags MapFlags
	// Object is what is mapped. Nil is anonymous memory, shared if the flags say so.
	Object Object
	// Offset is of the mapping's start in the object, in bytes, a multiple of the page size.
	Offset uint64
	// Name is shown in /proc/PID/maps when no object names the mapping: "[stack]", "[vdso]".
	Name string
}

// Map maps memory as mmap(2) does, and returns where. The errors are those of mmap(2)
// that do not concern descriptors.
func (as *AddressSpace) Map(o MapOpts) (Addr, error) {
	as.mu.Lock()
	a, err := as.mmap(&o)
	as.mu.Unlock()
	if err == nil && o.Flags&(unix.MAP_POPULATE|unix.MAP_NONBLOCK) == unix.MAP_POPULATE {
		_ = as.populate(a, pageUp(o.Length)) // mmap(2): "does not fail if the mapping cannot be populated"
	}
	return a, err
}

// mmap is Map with the address space locked. It sets MAP_POPULATE for memory that is locked.
func (as *AddressSpace) mmap(o *MapOpts) (Addr, error) {
	r, err := newRegion(o)
	if err != nil {
		return 0, err
	}
	if len(as.regions) >= MaxMappings || trial.Fail() {
		return 0, unix.ENOMEM
	}
	n := r.end
	a, fixed, err := as.placeMapping(o, n)
	if err != nil {
		return 0, err
	}
	r.start, r.end = a, a+n
	r.flags |= as.lockAll
	if r.has(locked) {
		if err := as.lockable(n, unix.EAGAIN); err != nil {
			return 0, err
		}
		if !r.has(lockFault) {
			o.Flags |= unix.MAP_POPULATE
		}
	}
	replaced := uint64(0)
	if fixed {
		replaced = as.mappedIn(r.start, r.end)
	}
	if err := as.mayAdd(r, n, replaced); err != nil {
		return 0, err
	}
	if err := as.attach(r, o, replaced != 0); err != nil {
		return 0, err
	}
	return Addr(a), nil
}

// newRegion makes a region of the arguments, at 0, and checks those that need no
// look at the address space.
func newRegion(o *MapOpts) (*region, error) {
	if o.Length == 0 || o.Offset&pageMask != 0 {
		return nil, unix.EINVAL
	}
	n := pageUp(o.Length)
	if n == 0 || n > UserEnd {
		return nil, unix.ENOMEM
	}
	if o.Object != nil && o.Offset+n < o.Offset {
		return nil, unix.EOVERFLOW
	}
	r := &region{end: n, prot: o.Prot & protAll, max: o.MaxProt & protAll, object: o.Object, name: o.Name}
	if r.max == 0 {
		r.max = protAll
	}
	if r.prot&^r.max != 0 {
		return nil, unix.EACCES
	}
	if o.Object != nil {
		r.offset = o.Offset
		r.around, _ = o.Object.(Neighbourly)
		if _, ok := o.Object.(*Shmem); ok {
			r.flags |= shmem
		}
	}
	return r, r.setFlags(o)
}

// validFlags are what MAP_SHARED_VALIDATE lets pass: the flags that are honoured, or
// that mmap(2) says are ignored.
const validFlags = unix.MAP_TYPE | unix.MAP_FIXED | unix.MAP_ANONYMOUS | unix.MAP_DENYWRITE | unix.MAP_EXECUTABLE |
	unix.MAP_GROWSDOWN | unix.MAP_LOCKED | unix.MAP_NORESERVE | unix.MAP_POPULATE | unix.MAP_NONBLOCK |
	unix.MAP_STACK | unix.MAP_HUGETLB | unix.MAP_32BIT | unix.MAP_FIXED_NOREPLACE | mapHugeSize

// mapHugeSize are the bits of MAP_UNINITIALIZED, MAP_HUGE_2MB and MAP_HUGE_1GB.
const mapHugeSize = 0x7c00_0000

// setFlags sets the region's flags from those of mmap(2).
func (r *region) setFlags(o *MapOpts) error {
	switch kind := o.Flags & unix.MAP_TYPE; {
	case kind == unix.MAP_SHARED_VALIDATE && o.Flags&^validFlags != 0:
		return unix.EOPNOTSUPP
	case kind == unix.MAP_SHARED, kind == unix.MAP_SHARED_VALIDATE && o.Object != nil:
		r.flags |= shared
		if o.Object == nil {
			r.flags |= shmem
		}
	case kind != unix.MAP_PRIVATE:
		return unix.EINVAL
	}
	if o.Flags&unix.MAP_GROWSDOWN != 0 {
		if o.Object != nil || r.has(shared) {
			return unix.EINVAL
		}
		r.flags |= growsDown
	}
	if o.Flags&unix.MAP_NORESERVE != 0 {
		r.flags |= noReserve
	}
	if o.Flags&unix.MAP_LOCKED != 0 {
		r.flags |= locked
	}
	return nil
}

// placeMapping decides where n bytes go, and whether that may replace mappings.
func (as *AddressSpace) placeMapping(o *MapOpts, n uint64) (a uint64, fixed bool, err error) {
	a = uint64(o.Addr)
	if o.Flags&(unix.MAP_FIXED|unix.MAP_FIXED_NOREPLACE) == 0 {
		if a != 0 {
			a = max(a&^pageMask, MinAddr)
		}
		a, err = as.findSpace(a, n, o.Flags&unix.MAP_32BIT != 0)
		return a, false, err
	}
	switch {
	case a > UserEnd-n:
		return 0, false, unix.ENOMEM
	case a&pageMask != 0:
		return 0, false, unix.EINVAL
	case a < MinAddr:
		return 0, false, unix.EPERM
	}
	if o.Flags&unix.MAP_FIXED_NOREPLACE != 0 {
		if as.mappedIn(a, a+n) != 0 {
			return 0, false, unix.EEXIST
		}
		return a, false, nil
	}
	return a, true, nil
}

// attach asks the object, clears the region's place, and inserts it.
func (as *AddressSpace) attach(r *region, o *MapOpts, replace bool) error {
	if r.object == nil && r.has(shared) {
		s := NewShmem("/dev/zero (deleted)", r.size())
		defer s.Put()
		r.object, r.around, r.offset = s, s, 0
	}
	if c, ok := r.object.(MapChecker); ok {
		r.object.Mapped(as)
		defer r.object.Unmapped(as)
		max, err := c.CheckMap(r.has(shared), r.prot, r.max)
		if err != nil {
			return err
		}
		r.max = max
	}
	if replace {
		if err := as.unmap(r.start, r.end); err != nil {
			return err
		}
	}
	as.insert(r)
	return nil
}

// Unmap removes what is mapped in [a, a+length) (munmap(2)). It fails with EINVAL for a
// bad range, and with ENOMEM when splitting a mapping would make too many.
func (as *AddressSpace) Unmap(a Addr, length uint64) error {
	start, n := uint64(a), pageUp(length)
	if start&pageMask != 0 || n == 0 || n > UserEnd || start > UserEnd-n {
		return unix.EINVAL
	}
	as.mu.Lock()
	defer as.mu.Unlock()
	return as.unmap(start, start+n)
}

// unmap is Unmap of [start, end), with the address space locked.
func (as *AddressSpace) unmap(start, end uint64) error {
	i, j, err := as.isolate(start, end)
	if err != nil || i == j {
		return err
	}
	start, end = as.regions[i].start, as.regions[j-1].end
	for _, r := range as.regions[i:j] {
		as.zap(r, r.start, r.end, false)
	}
	floor, ceiling := uint64(0), uint64(UserEnd)
	if i > 0 {
		floor = as.regions[i-1].end
	}
	if j < len(as.regions) {
		ceiling = as.regions[j].start
	}
	as.freeTables(start, end, floor, ceiling)
	as.gather.flush(as)
	as.remove(i, j)
	return nil
}
