package vm

import (
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// adopted is memory that holds the first pages in one piece: a file in the
// initial RAM disk. Pages leave it one by one.
type adopted struct {
	start mem.Frame
	pages uint64   // pages from here on are not in it, or not any more
	gone  []uint64 // a bit for each page that left; nil: none did
	// tail is how many bytes of the last page are ours; what follows them is
	// something else's, so the page is neither written nor mapped. 0: the page is like the others.
	tail uint64
}

// Adopt makes n bytes of physical memory at start, which is page-aligned, the contents,
// in place; p must be empty. Each frame's count (see mem.Adopt), that of the last one too, is p's from then on.
// If n does not fill the last frame, the rest of it may hold something else, whose
// user must have a count of its own: the first time that the page is to be mapped or
// written, it is copied, unless p is the only user by then.
func (p *Pages) Adopt(start mem.Frame, n uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	count := pages(pageUp(n))
	p.adopted = adopted{start: start, pages: count, tail: n & pageMask}
	p.resident += count
	p.size = n
}

// isTail says whether the page is one that settle must see to before it is mapped or written.
func (d *adopted) isTail(page uint64) bool { return d.tail != 0 && page+1 == d.pages }

// settle makes the page, if it is the last adopted one, p's alone, with zeros after
// the contents. p is locked. It fails with ENOMEM.
func (p *Pages) settle(page uint64) error {
	d := &p.adopted
	if !d.isTail(page) {
		return nil
	}
	old := d.frame(page)
	if old.Uses() == 1 {
		clear(old.Bytes()[d.tail:])
		d.tail = 0
		return nil
	}
	f, ok := mem.AllocZero(mem.User)
	if !ok {
		return unix.ENOMEM
	}
	copy(f.Bytes()[:d.tail], old.Bytes()[:])
	if err := p.put(page, f); err != nil {
		f.Put()
		return err
	}
	old.Put()
	p.resident--
	d.pages, d.tail = page, 0
	return nil
}

// frame returns the frame of a page, 0 if it is not here (any more).
func (d *adopted) frame(page uint64) mem.Frame {
	if page >= d.pages || d.gone != nil && d.gone[page/64]>>(page%64)&1 != 0 {
		return 0
	}
	return d.start + mem.Frame(page<<mem.PageShift)
}

// drop frees the pages in [from, to), and returns how many were here.
func (d *adopted) drop(from, to uint64) (freed uint64) {
	if from >= d.pages {
		return 0
	}
	end := min(to, d.pages)
	for page := from; page < end; page++ {
		if f := d.frame(page); f != 0 {
			f.Put()
			freed++
		}
	}
	if end == d.pages {
		d.pages, d.tail = from, 0
		return freed
	}
	if d.gone == nil {
		d.gone = make([]uint64, (d.pages+63)/64)
	}
	for page := from; page < end; page++ {
		d.gone[page/64] |= 1 << (page % 64)
	}
	return freed
}
