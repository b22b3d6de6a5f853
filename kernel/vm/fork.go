package vm

import (
	"cairn/kernel/arch"
	"cairn/kernel/mem"
)

// Fork returns a copy of the address space, as fork(2) does: private memory is
// shared until either side writes, shared memory stays shared. It fails with ENOMEM.
func (as *AddressSpace) Fork() (*AddressSpace, error) {
	child, err := New()
	if err != nil {
		return nil, err
	}
	as.mu.Lock()
	child.mu.Lock() // objects know it before the caller does
	err = as.forkInto(child)
	child.mu.Unlock()
	as.gather.flush(as)
	as.mu.Unlock()
	if err != nil {
		child.Put()
		return nil, err
	}
	return child, nil
}

// forkInto fills the child; both are locked. Locks and MCL_FUTURE are not inherited (mlock(2)).
func (as *AddressSpace) forkInto(child *AddressSpace) error {
	child.setLayout(as.layout)
	child.limits, child.brk = as.limits, as.brk
	copies := make([]region, len(as.regions)) // in one piece: one allocation
	child.regions = make([]*region, 0, len(as.regions))
	for i, r := range as.regions {
		if r.has(dontFork) {
			continue
		}
		c := &copies[i]
		*c = *r
		c.flags &^= locked | lockFault
		child.regions = append(child.regions, c)
		child.usage.add(c, c.size())
		if c.object != nil {
			c.object.Mapped(child)
		}
		// Pages of shared memory are found again by faults.
		if c.has(shared | wipeOnFork) {
			continue
		}
		if err := as.shareWith(child, r); err != nil {
			return err
		}
	}
	child.usage.peakResident = child.usage.rss()
	return nil
}

// shareWith maps the private pages of r in the child as well, read-only on both sides. The object's
// are found again by faults.
func (as *AddressSpace) shareWith(child *AddressSpace, r *region) error {
	for a := r.start; a < r.end; {
		t, next := as.leaf(a)
		next = min(next, r.end)
		if t != nil {
			if err := as.shareTable(child, r, t, a, next); err != nil {
				return err
			}
		}
		a = next
	}
	return nil
}

// shareTable does shareWith's work for the part [start, end) of r that table t maps.
func (as *AddressSpace) shareTable(child *AddressSpace, r *region, t *table, start, end uint64) error {
	var to *table
	first := start >> arch.PageShift & indexMask
	last := first + pages(end-start)
	for i := first; i < last; i++ {
		e := load(&t[i])
		if e == 0 {
			i = used(t, i+1, last) - 1
			continue
		}
		if e&softCopy == 0 {
			continue
		}
		a := start + (i-first)*mem.PageSize
		if to == nil {
			if _, err := child.entryAlloc(a); err != nil {
				return err
			}
			to, _ = child.leaf(a)
		}
		if e.Writable() {
			e = e.ReadOnly()
			store(&t[i], e)
			as.gather.touch(a)
		}
		mem.Frame(e.Frame()).Get()
		to[i] = uint64(e)
		child.countPage(r, e)
	}
	return nil
}
