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

// Init says as which object address spaces know the pages (nil: as p itself),
// and what limits their number (nil: nothing). Call it before anything else.
func (p *Pages) Init(owner Object, q *Quota) { p.owner, p.quota = owner, q }

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

// frame returns the frame of a page, 0 for a hole. The last adopted page may not be p's alone:
// only to read it is there without settle. p is locked.
func (p *Pages) frame(page uint64) mem.Frame {
	if f := p.adopted.frame(page); f != 0 {
		return f
	}
	if i, ok := p.find(page / chunkPages); ok {
		return p.chunks[i].frames[page%chunkPages]
	}
	return 0
}

// fill returns the frame of a page, making one for a hole. p is locked. It fails with ENOSPC beyond the quota, with ENOMEM when memory is out.
func (p *Pages) fill(page uint64) (mem.Frame, error) {
	if err := p.settle(page); err != nil {
		return 0, err
	}
	if f := p.frame(page); f != 0 {
		return f, nil
	}
	f, ok := mem.AllocZero(mem.User)
	if !ok {
		return 0, unix.ENOMEM
	}
	if err := p.put(page, f); err != nil {
		f.Put()
		return 0, err
	}
	return f, nil
}

// put makes f the frame of a page that is a hole, and takes over its count. p is locked. It fails with ENOSPC
// beyond the quota.
func (p *Pages) put(page uint64, f mem.Frame) error {
	if !p.quota.take() {
		return unix.ENOSPC
	}
	i, ok := p.find(page / chunkPages)
	if !ok {
		p.chunks = append(p.chunks, nil)
		copy(p.chunks[i+1:], p.chunks[i:])
		p.chunks[i] = &chunk{index: page / chunkPages}
	}
	p.chunks[i].frames[page%chunkPages] = f
	p.resident++
	return nil
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
