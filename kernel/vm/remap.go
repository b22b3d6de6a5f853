package vm

import (
	"cairn/kernel/arch"
	"cairn/kernel/mem"
	"cairn/kernel/syscall/sys"

	"golang.org/x/sys/unix"
)

// remap is the arguments of one mremap(2), checked.
type remap struct {
	old, oldLen uint64
	newLen      uint64
	to          uint64 // MREMAP_FIXED: where to
	flags       sys.MremapFlags
}

func (m *remap) is(f sys.MremapFlags) bool { return m.flags&f != 0 }

// Remap changes the size of a mapping, moving it if need be (mremap(2)), and returns
// where it is. The errors are those of mremap(2).
func (as *AddressSpace) Remap(old Addr, oldLen, newLen uint64, flags sys.MremapFlags, to Addr) (Addr, error) {
	const known = unix.MREMAP_MAYMOVE | unix.MREMAP_FIXED | unix.MREMAP_DONTUNMAP
	m := remap{uint64(old), pageUp(oldLen), pageUp(newLen), uint64(to), flags}
	switch {
	case flags&^known != 0,
		m.is(unix.MREMAP_FIXED|unix.MREMAP_DONTUNMAP) && !m.is(unix.MREMAP_MAYMOVE),
		m.is(unix.MREMAP_DONTUNMAP) && oldLen != newLen,
		m.old&pageMask != 0, m.newLen == 0:
		return 0, unix.EINVAL
	}
	if err := m.checkTarget(); err != nil {
		return 0, err
	}
	as.mu.Lock()
	a, grown, err := as.remap(&m)
	as.mu.Unlock()
	if err != nil {
		return 0, err
	}
	if grown > 0 {
		_ = as.populate(Addr(a+m.newLen-grown), grown)
	}
	return Addr(a), nil
}

// checkTarget checks where MREMAP_FIXED moves to.
func (m *remap) checkTarget() error {
	switch {
	case !m.is(unix.MREMAP_FIXED):
		return nil
	case m.to&pageMask != 0, m.newLen > UserEnd, m.to > UserEnd-m.newLen,
		m.to < m.old+m.oldLen && m.old < m.to+m.newLen:
		return unix.EINVAL
	case m.to < MinAddr:
		return unix.EPERM
	}
	return nil
}

// remap is Remap with the address space locked. It also returns how many bytes at the end
// are to be populated, since the mapping is locked.
func (as *AddressSpace) remap(m *remap) (a, populate uint64, err error) {
	r := as.find(m.old)
	if r == nil {
		return 0, 0, unix.EFAULT
	}
	if m.is(unix.MREMAP_FIXED | unix.MREMAP_DONTUNMAP) {
		return as.moveTo(m)
	}
	if m.newLen <= m.oldLen {
		if m.newLen < m.oldLen {
			err = as.unmapChecked(m.old+m.newLen, m.oldLen-m.newLen)
		}
		return m.old, 0, err
	}
	if err := as.checkRemap(r, m); err != nil {
		return 0, 0, err
	}
	grow := m.newLen - m.oldLen
	if m.oldLen != 0 && m.old+m.oldLen == r.end && as.isFree(r.end, grow) {
		as.usage.add(r, grow)
		r.end += grow
		as.mergeAround(as.index(m.old), as.index(m.old)+1)
		return m.old, as.toPopulate(m.old, grow), nil
	}
	if !m.is(unix.MREMAP_MAYMOVE) {
		return 0, 0, unix.ENOMEM
	}
	to, err := as.findSpace(0, m.newLen, false)
	if err != nil {
		return 0, 0, err
	}
	return as.move(m, to)
}

// unmapChecked is unmap of n bytes at a, EINVAL beyond user space.
func (as *AddressSpace) unmapChecked(a, n uint64) error {
	if n > UserEnd || a > UserEnd-n {
		return unix.EINVAL
	}
	return as.unmap(a, a+n)
}

// toPopulate says how many of n new bytes of the mapping at a are to be populated.
func (as *AddressSpace) toPopulate(a, n uint64) uint64 {
	if r := as.find(a); r != nil && r.flags&(locked|lockFault) == locked {
		return n
	}
	return 0
}

// checkRemap says whether the mapping r may become as large as m says.
func (as *AddressSpace) checkRemap(r *region, m *remap) error {
	switch {
	case m.oldLen == 0 && !r.has(shared):
		return unix.EINVAL
	case m.oldLen > r.end-m.old:
		return unix.EFAULT
	case r.object != nil && r.objectOffset(m.old)+m.newLen < r.offset:
		return unix.EINVAL
	case m.newLen <= m.oldLen:
		return nil
	}
	grow := m.newLen - m.oldLen
	if r.has(locked) {
		if err := as.lockable(grow, unix.EAGAIN); err != nil {
			return err
		}
	}
	return as.mayAdd(r, grow, 0)
}

// moveTo moves a mapping that MREMAP_FIXED or MREMAP_DONTUNMAP speaks of.
func (as *AddressSpace) moveTo(m *remap) (a, populate uint64, err error) {
	if m.is(unix.MREMAP_FIXED) {
		if len(as.regions)+3 > MaxMappings {
			return 0, 0, unix.ENOMEM
		}
		if err := as.unmap(m.to, m.to+m.newLen); err != nil {
			return 0, 0, err
		}
	}
	if m.newLen < m.oldLen {
		if err := as.unmapChecked(m.old+m.newLen, m.oldLen-m.newLen); err != nil {
			return 0, 0, err
		}
		m.oldLen = m.newLen
	}
	r := as.find(m.old)
	if r == nil {
		return 0, 0, unix.EFAULT
	}
	if err := as.checkRemap(r, m); err != nil {
		return 0, 0, err
	}
	to := m.to
	if !m.is(unix.MREMAP_FIXED) {
		if to, err = as.findSpace(m.to, m.newLen, false); err != nil {
			return 0, 0, err
		}
	}
	return as.move(m, to)
}

// move moves the mapping to a free place. With an old length of 0, or
// MREMAP_DONTUNMAP, the old mapping stays, without its pages in the latter case.
func (as *AddressSpace) move(m *remap, to uint64) (a, populate uint64, err error) {
	keep := m.oldLen == 0 || m.is(unix.MREMAP_DONTUNMAP)
	if len(as.regions)+3 > MaxMappings {
		return 0, 0, unix.ENOMEM
	}
	r := as.find(m.old)
	if m.is(unix.MREMAP_DONTUNMAP) {
		if err := as.mayAdd(r, m.newLen, 0); err != nil {
			return 0, 0, err
		}
	}
	n := new(region)
	*n = *r
	n.start, n.end = to, to+m.newLen
	if n.object != nil {
		n.offset = r.objectOffset(m.old)
	}
	if !as.movePages(r, n, m.old, m.oldLen) {
		as.gather.flush(as)
		return 0, 0, unix.ENOMEM
	}
	as.gather.flush(as)
	as.insert(n)
	if !keep {
		if err := as.unmap(m.old, m.old+m.oldLen); err != nil {
			return 0, 0, err
		}
	} else if m.oldLen != 0 {
		err = as.forRange(m.old, m.old+m.oldLen, as.unlock)
	}
	return to, as.toPopulate(to, m.newLen-m.oldLen), err
}

// movePages moves the page-table entries of n bytes at old, in r, to the start of
// to. It reports false, and leaves everything as it was, when there is no memory for page tables.
func (as *AddressSpace) movePages(r, to *region, old, n uint64) bool {
	for a := old; a < old+n; {
		t, next := as.leaf(a)
		next = min(next, old+n)
		for ; t != nil && a < next; a += mem.PageSize {
			p := &t[a>>arch.PageShift&indexMask]
			e := load(p)
			if e == 0 {
				continue
			}
			q, err := as.entryAlloc(to.start + (a - old))
			if err != nil {
				as.movePagesBack(old, to.start, a-old)
				return false
			}
			store(p, 0)
			store(q, e)
			as.gather.touch(a)
		}
		a = next
	}
	return true
}

// movePagesBack undoes movePages for the first n bytes, and frees the tables it made.
func (as *AddressSpace) movePagesBack(old, to, n uint64) {
	for a := to; a < to+n; {
		t, next := as.leaf(a)
		next = min(next, to+n)
		for ; t != nil && a < next; a += mem.PageSize {
			p := &t[a>>arch.PageShift&indexMask]
			if e := load(p); e != 0 {
				store(p, 0)
				store(as.entry(old+(a-to)), e) // its table is still there
			}
		}
		a = next
	}
	floor, ceiling := as.holeAt(to)
	as.freeTables(to, min(to+n+mem.PageSize, ceiling), floor, ceiling)
}

// holeAt returns the bounds of the hole that a lies in.
func (as *AddressSpace) holeAt(a uint64) (floor, ceiling uint64) {
	i := as.index(a)
	ceiling = UserEnd
	if i > 0 {
		floor = as.regions[i-1].end
	}
	if i < len(as.regions) {
		ceiling = as.regions[i].start
	}
	return floor, ceiling
}
