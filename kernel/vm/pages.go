package vm

import (
	"sync"

	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// chunkPages is how many pages one chunk holds.
const chunkPages = 32

// A chunk holds the frames of adjacent pages, 0 for holes.
type chunk struct {
	index  uint64 // of its first page, divided by chunkPages
	frames [chunkPages]mem.Frame
}

// Pages is a store of pages that grows as it is written: the contents of shared
// memory and of a file in memory. Pages never written are holes, which read
// as zeros and take no memory. Bytes after the end in the last page are zero.
//
// It is the Object that maps it, but for its name: a type that embeds Pages
// says Identity itself and calls Init. The zero Pages is empty and ready to use. The
// methods may be called by several goroutines at once.
type Pages struct {
	mu       sync.Mutex
	size     uint64
	resident uint64   // frames held
	chunks   []*chunk // sorted by index; no two alike
	adopted  adopted
	mappers  map[*AddressSpace]int // with how many mappings each has
	owner    Object
	quota    *Quota
}

// adopted is memory that holds the first pages in one piece: a file in the
// initial RAM disk. A page leaves it when chunks have another, or when it is freed.
type adopted struct {
	start mem.Frame
	pages uint64   // those that are still in it are at most so many
	gone  []uint64 // a bit for each page that left; nil: none
}

// A Quota limits the pages of several Pages together, as the size of a tmpfs
// does. Its methods may be called by several goroutines at once.
type Quota struct {
	mu    sync.Mutex
	limit uint64
	used  uint64
}

// NewQuota returns a quota of limit bytes, rounded up to whole pages.
func NewQuota(limit uint64) *Quota { return &Quota{limit: pages(pageUp(limit))} }

// SetLimit changes the limit, in bytes. It may be less than what is in use.
func (q *Quota) SetLimit(limit uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.limit = pages(pageUp(limit))
}

// Usage returns the limit and what is in use, in bytes.
func (q *Quota) Usage() (limit, used uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.limit << mem.PageShift, q.used << mem.PageShift
}

// take counts one page more, if that is allowed. A nil quota allows all.
func (q *Quota) take() bool {
	if q == nil {
		return true
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.used >= q.limit {
		return false
	}
	q.used++
	return true
}

// give counts n pages less.
func (q *Quota) give(n uint64) {
	if q == nil || n == 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.used -= n
}

// Init says as which object address spaces know the pages (nil: as p itself),
// and what limits their number (nil: nothing). Call it before anything else.
func (p *Pages) Init(owner Object, q *Quota) { p.owner, p.quota = owner, q }

// Adopt makes n bytes of physical memory at start, which is page-aligned, the
// contents, in place; p must be empty. The frames are p's from then on: each is counted
// once already (mem.Adopt) and is freed when p is done with it. The last page, if n
// does not fill it, shares its frame with something else: it is copied, now. It fails with
// ENOMEM if there is no memory for that.
func (p *Pages) Adopt(start mem.Frame, n uint64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	whole := pages(n)
	if tail := n & pageMask; tail != 0 {
		f, err := p.fill(whole, true)
		if err != nil {
			return err
		}
		copy(f.Bytes()[:tail], mem.Physical(uint64(start)+whole<<mem.PageShift, uintptr(tail)))
	}
	p.adopted = adopted{start: start, pages: whole}
	p.resident += whole
	p.size = n
	return nil
}

// Size returns the size in bytes.
func (p *Pages) Size() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.size
}

// Resident returns how many bytes of memory the pages take.
func (p *Pages) Resident() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.resident << mem.PageShift
}

// find returns the place of the chunk with the index, or where it would be.
func (p *Pages) find(index uint64) (int, bool) {
	// A file without holes has its chunk n at place n.
	if index < uint64(len(p.chunks)) && p.chunks[index].index == index {
		return int(index), true
	}
	lo, hi := 0, len(p.chunks)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if p.chunks[mid].index < index {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < len(p.chunks) && p.chunks[lo].index == index
}

// frame returns the frame of a page, 0 for a hole. p is locked.
func (p *Pages) frame(page uint64) mem.Frame {
	if f := p.adopted.frame(page); f != 0 {
		return f
	}
	if i, ok := p.find(page / chunkPages); ok {
		return p.chunks[i].frames[page%chunkPages]
	}
	return 0
}

// fill returns the frame of a page, making one for a hole; zero says that it must be
// cleared. p is locked. It fails with ENOSPC beyond the quota, with ENOMEM when memory is out.
func (p *Pages) fill(page uint64, zero bool) (mem.Frame, error) {
	if f := p.frame(page); f != 0 {
		return f, nil
	}
	if !p.quota.take() {
		return 0, unix.ENOSPC
	}
	f, ok := mem.Alloc(mem.User)
	if !ok {
		p.quota.give(1)
		return 0, unix.ENOMEM
	}
	if zero {
		f.Zero()
	}
	i, ok := p.find(page / chunkPages)
	if !ok {
		p.chunks = append(p.chunks, nil)
		copy(p.chunks[i+1:], p.chunks[i:])
		p.chunks[i] = &chunk{index: page / chunkPages}
	}
	p.chunks[i].frames[page%chunkPages] = f
	p.resident++
	return f, nil
}

// drop frees the pages in [from, to). p is locked.
func (p *Pages) drop(from, to uint64) {
	n := p.adopted.drop(from, to)
	p.resident -= n
	i, _ := p.find(from / chunkPages)
	kept := i
	for ; i < len(p.chunks); i++ {
		c := p.chunks[i]
		if base := c.index * chunkPages; base < to {
			freed, empty := c.drop(max(from, base)-base, min(to-base, chunkPages))
			p.resident -= freed
			p.quota.give(freed)
			if empty {
				continue
			}
		}
		p.chunks[kept] = c
		kept++
	}
	clear(p.chunks[kept:])
	p.chunks = p.chunks[:kept]
}

// drop frees the chunk's pages in [from, to). It returns how many it freed and
// whether none is left.
func (c *chunk) drop(from, to uint64) (freed uint64, empty bool) {
	empty = true
	for i, f := range c.frames {
		switch {
		case f == 0:
		case uint64(i) >= from && uint64(i) < to:
			f.Put()
			c.frames[i] = 0
			freed++
		default:
			empty = false
		}
	}
	return freed, empty
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
		d.pages = from
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
