package vm

import (
	"slices"

	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// A region is one mapping: a stretch of whole pages with one protection, one
// set of flags, and one origin of its pages (Linux's vm_area_struct).
type region struct {
	start, end uint64
	prot       Prot // of protAll
	max        Prot // what mprotect may raise prot to
	flags      regionFlags
	object     Object // nil: private anonymous memory
	around     Neighbourly
	offset     uint64 // of start, in object
	name       string // for /proc/PID/maps, when there is no object to name it
}

// regionFlags are what a region is besides its protection.
type regionFlags uint16

const (
	shared     regionFlags = 1 << iota // MAP_SHARED
	growsDown                          // MAP_GROWSDOWN, the stack
	noReserve                          // MAP_NORESERVE
	locked                             // mlock(2)
	lockFault                          // with locked: MLOCK_ONFAULT
	dontFork                           // MADV_DONTFORK
	wipeOnFork                         // MADV_WIPEONFORK
	dontDump                           // MADV_DONTDUMP
	shmem                              // object is shared memory, not a file
)

func (r *region) size() uint64           { return r.end - r.start }
func (r *region) has(f regionFlags) bool { return r.flags&f != 0 }

// allows says whether the protection permits the access. Any right implies
// reading: the processor knows no less.
func (r *region) allows(access Access) bool {
	switch access {
	case Write:
		return r.prot&ProtWrite != 0
	case Exec:
		return r.prot&ProtExec != 0
	default:
		return r.prot != 0
	}
}

// lowest is where the space that the region claims begins: below its start if it grows down.
func (r *region) lowest() uint64 {
	if !r.has(growsDown) {
		return r.start
	}
	return r.start - min(r.start, StackGuard)
}

// objectOffset returns the offset in the object of the page at a.
func (r *region) objectOffset(a uint64) uint64 { return r.offset + (a&^pageMask - r.start) }

// joins says whether next, which begins where r ends, may become part of r.
func (r *region) joins(next *region) bool {
	return r.end == next.start && r.prot == next.prot && r.flags == next.flags && r.object == next.object &&
		r.max == next.max && r.name == next.name && (r.object == nil || r.offset+r.size() == next.offset)
}

// index returns the place of the first region that ends after a.
func (as *AddressSpace) index(a uint64) int {
	lo, hi := 0, len(as.regions)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if as.regions[mid].end > a {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// find returns the region that holds a, or nil.
func (as *AddressSpace) find(a uint64) *region {
	if r := as.last; r != nil && a-r.start < r.end-r.start {
		return r
	}
	if i := as.index(a); i < len(as.regions) && as.regions[i].start <= a {
		as.last = as.regions[i]
		return as.last
	}
	return nil
}

// insert puts r, which overlaps nothing, in its place, counts it, and merges
// it with its neighbours.
func (as *AddressSpace) insert(r *region) {
	i := as.index(r.start)
	as.regions = slices.Insert(as.regions, i, r)
	if r.object != nil {
		r.object.Mapped(as)
	}
	as.usage.add(r, r.size())
	as.mergeAround(i, i+1)
}

// spanning returns the place of the region that a lies inside of, not at its start, or -1.
func (as *AddressSpace) spanning(a uint64) int {
	i := as.index(a)
	if i == len(as.regions) || as.regions[i].start >= a {
		return -1
	}
	return i
}

// splitAt makes sure that no region spans a. It fails with ENOMEM when there are too many.
func (as *AddressSpace) splitAt(a uint64) error {
	i := as.spanning(a)
	if i < 0 {
		return nil
	}
	if len(as.regions) >= MaxMappings {
		return unix.ENOMEM
	}
	as.split(i, a)
	return nil
}

// split makes two regions of the one at i, the second beginning at a.
func (as *AddressSpace) split(i int, a uint64) {
	low := as.regions[i]
	high := new(region)
	*high = *low
	if high.object != nil {
		high.offset += a - low.start
		high.object.Mapped(as)
	}
	low.end, high.start = a, a
	as.regions = slices.Insert(as.regions, i+1, high)
}

// isolate splits regions so that none spans start or end, and returns the places [i, j) of those between,
// which are to be removed. It fails with ENOMEM when that would leave too many.
func (as *AddressSpace) isolate(start, end uint64) (i, j int, err error) {
	i = as.spanning(start)
	if i >= 0 {
		if as.regions[i].end > end && len(as.regions) >= MaxMappings {
			return 0, 0, unix.ENOMEM
		}
		as.split(i, start)
	}
	if i = as.spanning(end); i >= 0 {
		as.split(i, end)
	}
	i = as.index(start)
	for j = i; j < len(as.regions) && as.regions[j].end <= end; j++ {
	}
	return i, j, nil
}

// mergeAround merges what can be merged among the regions at [i, j) and their neighbours.
func (as *AddressSpace) mergeAround(i, j int) {
	i, j = max(i-1, 0), min(j, len(as.regions)-1)
	for k := j; k > i; k-- {
		low, high := as.regions[k-1], as.regions[k]
		if !low.joins(high) {
			continue
		}
		low.end = high.end
		if high.object != nil {
			high.object.Unmapped(as)
		}
		as.regions = slices.Delete(as.regions, k, k+1)
		as.last = nil
	}
}

// remove takes the regions at [i, j), whose pages are gone already, off the list.
func (as *AddressSpace) remove(i, j int) {
	if i == j {
		return
	}
	for _, r := range as.regions[i:j] {
		as.usage.remove(r, r.size())
		if r.object != nil {
			r.object.Unmapped(as)
		}
	}
	as.regions = slices.Delete(as.regions, i, j)
	as.last = nil
	as.holeFreed(i)
}

// usage counts, in pages, what an address space has. Its holder's lock guards it.
type usage struct {
	size, data, stack, text, locked uint64
	peakSize                        uint64

	resident     [numKinds]uint64
	peakResident uint64
	tables       uint64
}

// pageKind is what /proc/PID/status counts a resident page as.
type pageKind uint8

const (
	anonPage pageKind = iota
	filePage
	shmemPage
	numKinds
)

// kindOf returns what a page of the region counts as that the object gave.
func (r *region) kindOf() pageKind {
	switch {
	case r.object == nil:
		return anonPage
	case r.has(shmem):
		return shmemPage
	default:
		return filePage
	}
}

// isData says whether RLIMIT_DATA counts the region: private writable memory that
// is not a stack.
func (r *region) isData() bool { return r.prot&ProtWrite != 0 && r.flags&(shared|growsDown) == 0 }

// counts returns the counters besides size that the region counts in.
func (u *usage) counts(r *region) (c [3]*uint64) {
	switch {
	case r.has(growsDown):
		c[0] = &u.stack
	case r.isData():
		c[0] = &u.data
	}
	if r.prot&(ProtExec|ProtWrite) == ProtExec {
		c[1] = &u.text
	}
	if r.has(locked) {
		c[2] = &u.locked
	}
	return c
}

func (u *usage) add(r *region, bytes uint64) {
	pages := bytes >> mem.PageShift
	u.size += pages
	u.peakSize = max(u.peakSize, u.size)
	for _, c := range u.counts(r) {
		if c != nil {
			*c += pages
		}
	}
}

func (u *usage) remove(r *region, bytes uint64) {
	pages := bytes >> mem.PageShift
	u.size -= pages
	for _, c := range u.counts(r) {
		if c != nil {
			*c -= pages
		}
	}
}

// rss is how many pages are resident in all.
func (u *usage) rss() uint64 {
	return u.resident[anonPage] + u.resident[filePage] + u.resident[shmemPage]
}
