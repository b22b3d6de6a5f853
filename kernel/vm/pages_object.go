package vm

import (
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// Frame implements Object. A hole is filled even to be read: it may be written
// through another mapping.
func (p *Pages) Frame(off uint64, write bool) (mem.Frame, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if off >= p.size {
		return 0, ErrBeyondEnd
	}
	f, err := p.fill(pages(off))
	switch err {
	case nil:
		f.Get()
	case unix.ENOSPC:
		err = ErrBeyondEnd // SIGBUS, as Linux: the file system is full
	}
	return f, err
}

// Around implements Neighbourly.
func (p *Pages) Around(off uint64, frames []mem.Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	page, end := pages(off), pages(pageUp(p.size))
	d := &p.adopted
	for i := range frames {
		at := page + uint64(i)
		frames[i] = 0
		if at >= end || d.isTail(at) && p.settle(at) != nil {
			continue
		}
		f := d.frame(at)
		if f == 0 {
			f = p.frame(at)
		}
		if f != 0 {
			f.Get()
			frames[i] = f
		}
	}
}

// Mapped implements Object.
func (p *Pages) Mapped(as *AddressSpace) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mappers == nil {
		p.mappers = map[*AddressSpace]int{}
	}
	p.mappers[as]++
}

// Unmapped implements Object.
func (p *Pages) Unmapped(as *AddressSpace) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mappers[as]--; p.mappers[as] == 0 {
		delete(p.mappers, as)
	}
}

// Identity implements Object for pages without a name.
func (p *Pages) Identity() Identity { return Identity{} }

// Mappers returns the address spaces that map the pages now.
func (p *Pages) Mappers() []*AddressSpace {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := make([]*AddressSpace, 0, len(p.mappers))
	for as := range p.mappers {
		list = append(list, as)
	}
	return list
}

// invalidate takes the pages in [from, to), in bytes, out of all page tables. p is not locked:
// address spaces are locked before their objects.
func (p *Pages) invalidate(from, to uint64, keepCopies bool) {
	var owner Object = p
	if p.owner != nil {
		owner = p.owner
	}
	done := map[*AddressSpace]bool{}
	// A mapper that forks meanwhile hands pages on that should go: look again until no
	// new one is found.
	for again := true; again; {
		again = false
		for _, as := range p.Mappers() {
			if !done[as] {
				as.InvalidateObject(owner, from, to, keepCopies)
				done[as], again = true, true
			}
		}
	}
}

// InvalidateObject takes the object's pages in [from, to), in bytes, out of the page
// tables, so that the next access asks the object again. With keepCopies, private
// copies of them stay (a hole was punched); without, they go too (the file was truncated).
func (as *AddressSpace) InvalidateObject(o Object, from, to uint64, keepCopies bool) {
	as.mu.Lock()
	defer as.mu.Unlock()
	for _, r := range as.regions {
		if r.object != o || to <= r.offset || from >= r.offset+r.size() {
			continue
		}
		start := r.start + (max(from, r.offset) - r.offset)
		end := r.start + min(to-r.offset, r.size())
		as.zap(r, start, end, keepCopies)
	}
	as.gather.flush(as)
}

// MapsWritable says whether the address space has a shared mapping of o that is, or could be
// made, writable (F_ADD_SEALS with F_SEAL_WRITE; fcntl(2)).
func (as *AddressSpace) MapsWritable(o Object) bool {
	as.mu.Lock()
	defer as.mu.Unlock()
	for _, r := range as.regions {
		if r.object == o && r.has(shared) && r.max&ProtWrite != 0 {
			return true
		}
	}
	return false
}
