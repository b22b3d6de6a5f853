package vm

import (
	"cairn/kernel/arch"
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// Protect changes the protection of [a, a+length) (mprotect(2)). It fails with
// EINVAL for bad arguments, EACCES if the object does not allow the protection, and ENOMEM
// where nothing is mapped or when splitting a mapping would make too many; what lies
// before the place that failed is changed.
func (as *AddressSpace) Protect(a Addr, length uint64, prot Prot) error {
	const grow = unix.PROT_GROWSDOWN | unix.PROT_GROWSUP
	start, n := uint64(a), pageUp(length)
	switch {
	case start&pageMask != 0 || prot&grow == grow:
		return unix.EINVAL
	case length == 0:
		return nil
	case n == 0 || start+n < start:
		return unix.ENOMEM
	case prot&^(protAll|protSem|grow) != 0:
		return unix.EINVAL
	}
	as.mu.Lock()
	defer as.mu.Unlock()
	start, end, err := as.growRange(start, start+n, prot)
	if err != nil {
		return err
	}
	err = as.forRange(start, end, func(r *region) error { return as.protect(r, prot&protAll) })
	as.gather.flush(as)
	return err
}

// growRange does what PROT_GROWSDOWN asks for: the range begins where the stack does.
func (as *AddressSpace) growRange(start, end uint64, prot Prot) (uint64, uint64, error) {
	if prot&(unix.PROT_GROWSDOWN|unix.PROT_GROWSUP) == 0 {
		return start, end, nil
	}
	i := as.index(start)
	if prot&unix.PROT_GROWSUP != 0 {
		return 0, 0, unix.EINVAL // no mapping grows up here
	}
	if i == len(as.regions) || as.regions[i].start >= end {
		return 0, 0, unix.ENOMEM
	}
	if !as.regions[i].has(growsDown) {
		return 0, 0, unix.EINVAL
	}
	return as.regions[i].start, end, nil
}

// forRange calls f for the regions in [start, end), split so that each lies wholly
// in it, and merges them afterwards. It stops at the first error of f, and
// with ENOMEM where nothing is mapped.
func (as *AddressSpace) forRange(start, end uint64, f func(*region) error) error {
	if err := as.splitAt(start); err != nil {
		return err
	}
	first := as.index(start)
	i, err := first, error(nil)
	for at := start; at < end; i++ {
		if i == len(as.regions) || as.regions[i].start > at {
			err = unix.ENOMEM
			break
		}
		r := as.regions[i]
		if r.end > end {
			if err = as.splitAt(end); err != nil {
				break
			}
		}
		if err = f(r); err != nil {
			break
		}
		at = r.end
	}
	as.mergeAround(first, i+1)
	return err
}

// protect changes the protection of a whole region.
func (as *AddressSpace) protect(r *region, prot Prot) error {
	if prot&^r.max != 0 {
		return unix.EACCES
	}
	if prot == r.prot {
		return nil
	}
	before := *r
	r.prot = prot
	if r.isData() && !before.isData() {
		if err := as.mayConvert(r); err != nil {
			r.prot = before.prot
			return err
		}
	}
	as.usage.remove(&before, r.size())
	as.usage.add(r, r.size())
	for a := r.start; a < r.end; {
		t, next := as.leaf(a)
		next = min(next, r.end)
		for ; t != nil && a < next; a += mem.PageSize {
			p := &t[a>>arch.PageShift&indexMask]
			if e := load(p); e != 0 {
				store(p, r.reprotected(e))
				as.gather.touch(a)
			}
		}
		a = next
	}
	return nil
}

// reprotected returns the entry e with the region's protection. Writing is
// allowed at once only for pages that nobody shares; faults see to the others.
func (r *region) reprotected(e arch.PTE) arch.PTE {
	f := mem.Frame(e.Frame())
	own := e&softCopy != 0 && f.Uses() == 1
	n := r.pageEntry(f, own || r.has(shared) && e.Writable()) | e&softCopy
	if r.prot == 0 {
		n = n.Absent()
	}
	return n
}
