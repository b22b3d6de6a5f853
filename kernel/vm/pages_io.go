package vm

import (
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// ReadAt fills b from offset off, as far as the contents reach. It returns how
// many bytes it read: 0 at the end. It fails with EFAULT if b's memory ends early.
func (p *Pages) ReadAt(b *Buffer, off uint64) (int, error) {
	done := 0
	for b.Len() > 0 {
		f, n := p.peek(off+uint64(done), b.Len())
		if n == 0 {
			break
		}
		var m int
		var err error
		if f == 0 {
			m, err = b.WriteZeros(n)
		} else {
			at := (off + uint64(done)) & pageMask
			m, err = b.Write(f.Bytes()[at : at+uint64(n)])
			f.Put()
		}
		if done += m; err != nil {
			return done, err
		}
	}
	return done, nil
}

// peek returns the frame of the page that holds off, counted, 0 for a hole, and how many of n
// bytes at off lie in that page and before the end.
func (p *Pages) peek(off uint64, n int) (mem.Frame, int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if off >= p.size {
		return 0, 0
	}
	f := p.frame(pages(off))
	if f != 0 {
		f.Get()
	}
	return f, int(min(uint64(n), p.size-off, mem.PageSize-off&pageMask))
}

// WriteAt copies all of b to offset off, growing the contents as needed. It returns
// how many bytes it wrote, and why that is fewer than all: ENOSPC when the quota or memory is out,
// EFAULT when b's memory ends early, EFBIG beyond the largest offset.
func (p *Pages) WriteAt(b *Buffer, off uint64) (int, error) {
	done := 0
	for b.Len() > 0 {
		at := off + uint64(done)
		n := min(b.Len(), int(mem.PageSize-at&pageMask))
		if at+uint64(n) > maxSize {
			return done, unix.EFBIG
		}
		f, err := p.take(at)
		if err != nil {
			return done, err
		}
		m, err := b.Read(f.Bytes()[at&pageMask : at&pageMask+uint64(n)])
		f.Put()
		if m > 0 {
			p.extend(at + uint64(m))
		}
		if done += m; err != nil {
			return done, err
		}
	}
	return done, nil
}

// maxSize is the largest size: an off_t's largest value.
const maxSize = 1<<63 - 1

// take returns the frame of the page that holds off, counted, to be written.
func (p *Pages) take(off uint64) (mem.Frame, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clearTail(off)
	f, err := p.fill(pages(off), true)
	if err == unix.ENOMEM {
		return 0, unix.ENOSPC // as write(2) says it
	}
	if err == nil {
		f.Get()
	}
	return f, err
}

// extend makes the size at least n.
func (p *Pages) extend(n uint64) {
	p.mu.Lock()
	p.size = max(p.size, n)
	p.mu.Unlock()
}

// clearTail zeroes what a mapping may have left after the end in the last page, when off,
// beyond the end, becomes part of the contents. p is locked.
func (p *Pages) clearTail(off uint64) {
	at := p.size & pageMask
	if off <= p.size || at == 0 {
		return
	}
	if f := p.frame(pages(p.size)); f != 0 {
		clear(f.Bytes()[at:])
	}
}

// Truncate makes the size n: what lies beyond goes, also from all mappings, and
// new bytes are zero (ftruncate(2)). It fails with EFBIG beyond the largest offset.
func (p *Pages) Truncate(n uint64) error {
	if n > maxSize {
		return unix.EFBIG
	}
	p.mu.Lock()
	old := p.size
	p.clearTail(n)
	p.size = n
	var mappers []*AddressSpace
	if n < old {
		p.drop(pages(pageUp(n)), pages(maxSize)+1)
		p.clearRest(n)
		mappers = p.snapshot()
	}
	p.mu.Unlock()
	p.invalidate(mappers, pageUp(n), pageUp(old), false)
	return nil
}

// clearRest zeroes the last page after the end at n. p is locked.
func (p *Pages) clearRest(n uint64) {
	if at := n & pageMask; at != 0 {
		if f := p.frame(pages(n)); f != 0 {
			clear(f.Bytes()[at:])
		}
	}
}

// Allocate makes sure that writing to [off, off+n) cannot fail for want of memory
// (fallocate(2)); the size grows to the range's end unless keepSize. It fails with ENOSPC or EFBIG.
func (p *Pages) Allocate(off, n uint64, keepSize bool) error {
	end := off + n
	if end < off || end > maxSize {
		return unix.EFBIG
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for page := pages(off); page < pages(pageUp(end)); page++ {
		if _, err := p.fill(page, true); err != nil {
			return unix.ENOSPC
		}
	}
	if end > p.size && !keepSize {
		p.clearTail(end)
		p.size = end
	}
	return nil
}

// PunchHole makes [off, off+n) read as zeros, and frees the whole pages in it,
// also from mappings that show them (fallocate(2), FALLOC_FL_PUNCH_HOLE). The size stays.
func (p *Pages) PunchHole(off, n uint64) error {
	p.mu.Lock()
	end := min(off+n, p.size)
	if off+n < off {
		end = p.size
	}
	if pageUp(end) >= pageUp(p.size) && off+n >= pageUp(p.size) {
		end = pageUp(p.size)
	}
	first, last := pages(pageUp(off)), pages(end)
	p.clearPart(off, min(end, first<<mem.PageShift))
	if last >= first {
		p.clearPart(max(off, last<<mem.PageShift), end)
	}
	var mappers []*AddressSpace
	if first < last {
		p.drop(first, last)
		mappers = p.snapshot()
	}
	p.mu.Unlock()
	p.invalidate(mappers, first<<mem.PageShift, last<<mem.PageShift, true)
	return nil
}

// clearPart zeroes [off, end), which lies in one page. p is locked.
func (p *Pages) clearPart(off, end uint64) {
	if off >= end {
		return
	}
	if f := p.frame(pages(off)); f != 0 {
		clear(f.Bytes()[off&pageMask : (end-1)&pageMask+1])
	}
}

// Release frees all pages. The contents are empty then.
func (p *Pages) Release() { _ = p.Truncate(0) }

// SeekData returns the offset of the first data at or after off, SeekHole that of
// the first hole (lseek(2), SEEK_DATA and SEEK_HOLE); the end counts as a hole. Both fail with
// ENXIO when off lies beyond the end, SeekData also when there is no data.
func (p *Pages) SeekData(off uint64) (uint64, error) { return p.seek(off, true) }

// SeekHole is described at SeekData.
func (p *Pages) SeekHole(off uint64) (uint64, error) { return p.seek(off, false) }

func (p *Pages) seek(off uint64, data bool) (uint64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if off >= p.size {
		return 0, unix.ENXIO
	}
	for page := pages(off); page<<mem.PageShift < p.size; page = p.nextPage(page) {
		if (p.frame(page) != 0) == data {
			return max(off, page<<mem.PageShift), nil
		}
	}
	if data {
		return 0, unix.ENXIO
	}
	return p.size, nil
}

// nextPage returns the page after page, skipping chunks that are all holes. p is locked.
func (p *Pages) nextPage(page uint64) uint64 {
	page++
	if page < p.adopted.pages || page%chunkPages != 0 {
		return page
	}
	i, ok := p.find(page / chunkPages)
	if ok {
		return page
	}
	if i == len(p.chunks) {
		return max(page, pages(pageUp(p.size)))
	}
	return p.chunks[i].index * chunkPages
}
