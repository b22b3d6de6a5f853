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
	page, at := pages(off), off&pageMask
	n = int(min(uint64(n), p.size-off, mem.PageSize-at))
	f := p.frame(page)
	if p.adopted.isTail(page) {
		if at >= p.adopted.tail {
			return 0, n
		}
		n = int(min(uint64(n), p.adopted.tail-at))
	}
	if f != 0 {
		f.Get()
	}
	return f, n
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
		f, fresh, err := p.take(at, n)
		if err != nil {
			return done, err
		}
		m, err := b.Read(f.Bytes()[at&pageMask : at&pageMask+uint64(n)])
		if lost := p.finish(f, fresh, at, m); lost != nil {
			return done, lost
		}
		if done += m; err != nil {
			return done, err
		}
	}
	return done, nil
}

// maxSize is the largest size: an off_t's largest value.
const maxSize = 1<<63 - 1

// take returns the frame, counted, to write n bytes at off to, all in one page. It is the page's own, or,
// if a whole page is to be written that is a hole, a fresh one: that spares clearing it, and nobody sees it before it is
// written. finish ends the write.
func (p *Pages) take(off uint64, n int) (f mem.Frame, fresh bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clearTail(off)
	if n == mem.PageSize && p.frame(pages(off)) == 0 {
		f, ok := mem.Alloc(mem.User)
		if !ok {
			return 0, false, unix.ENOSPC
		}
		return f, true, nil
	}
	if f, err = p.fill(pages(off)); err != nil {
		return 0, false, unix.ENOSPC // of memory, too: as write(2) says it
	}
	f.Get()
	return f, false, nil
}

// finish ends a write of n bytes at off to the frame that take returned. It fails with ENOSPC if the
// quota allows no fresh page.
func (p *Pages) finish(f mem.Frame, fresh bool, off uint64, n int) error {
	if !fresh || n == 0 {
		f.Put()
	}
	if n == 0 {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if fresh {
		if err := p.publish(f, pages(off), n); err != nil {
			return err
		}
	}
	p.size = max(p.size, off+uint64(n))
	return nil
}

// publish makes f, whose first n bytes were written, the page's frame; if the page got one
// meanwhile, the bytes go there. p is locked. It fails with ENOSPC.
func (p *Pages) publish(f mem.Frame, page uint64, n int) error {
	clear(f.Bytes()[n:])
	if p.frame(page) == 0 {
		err := p.put(page, f)
		if err != nil {
			f.Put()
		}
		return err
	}
	g, err := p.fill(page)
	if err == nil {
		copy(g.Bytes()[:n], f.Bytes()[:])
	}
	f.Put()
	return err
}

// Truncate makes the size n: what lies beyond goes, also from all mappings, and
// new bytes are zero (ftruncate(2)). It fails with EFBIG beyond the largest offset.
func (p *Pages) Truncate(n uint64) error {
	if n > maxSize {
		return unix.EFBIG
	}
	p.mu.Lock()
	old := p.size
	if n <= old { // also what was reserved beyond the end
		p.drop(pages(pageUp(n)), pages(pageUp(maxSize)))
	}
	p.size = min(n, old)
	p.clearTail(max(n, old) + 1)
	p.size = n
	p.mu.Unlock()
	if n < old {
		p.invalidate(pageUp(n), pageUp(old), false)
	}
	return nil
}

// clearTail zeroes what is after the end in the last page, if off lies beyond the end: before it becomes
// part of the contents (a mapping may have written there), or after the end moved down. p is locked.
func (p *Pages) clearTail(off uint64) {
	page, at := pages(p.size), p.size&pageMask
	if off <= p.size || at == 0 {
		return
	}
	if p.adopted.isTail(page) {
		p.adopted.tail = min(p.adopted.tail, at)
	} else if f := p.frame(page); f != 0 {
		clear(f.Bytes()[at:])
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
	if !p.fillAll(pages(off), pages(pageUp(end))) {
		return unix.ENOSPC
	}
	if end > p.size && !keepSize {
		p.clearTail(end)
		p.size = end
	}
	return nil
}

// fillAll fills the holes among the pages in [from, to), or none of them if there is no room
// for all, which it reports. p is locked.
func (p *Pages) fillAll(from, to uint64) bool {
	if to-from > p.resident+p.quota.left() {
		return false // not even if all that is there is in the range
	}
	var filled []uint64
	for page := from; page < to; page++ {
		hole := p.frame(page) == 0
		if _, err := p.fill(page); err != nil {
			for _, page := range filled {
				p.drop(page, page+1)
			}
			return false
		}
		if hole {
			filled = append(filled, page)
		}
	}
	return true
}

// PunchHole makes [off, off+n) read as zeros, and frees the whole pages in it,
// also from mappings that show them (fallocate(2), FALLOC_FL_PUNCH_HOLE). The size stays. It fails with ENOMEM.
func (p *Pages) PunchHole(off, n uint64) error {
	end := off + n
	if end < off {
		end = maxSize
	}
	first, last := pages(pageUp(off)), pages(end)
	p.mu.Lock()
	err := p.punch(off, end, first, last)
	p.mu.Unlock()
	if err == nil && first < last {
		p.invalidate(first<<mem.PageShift, last<<mem.PageShift, true)
	}
	return err
}

// punch makes [off, end) zeros, of which the pages in [first, last) are whole ones. p is locked.
func (p *Pages) punch(off, end, first, last uint64) error {
	if first > last { // all in one page
		return p.clearPart(off, end)
	}
	if err := p.clearPart(off, first<<mem.PageShift); err != nil {
		return err
	}
	if err := p.clearPart(last<<mem.PageShift, end); err != nil {
		return err
	}
	p.drop(first, last)
	return nil
}

// clearPart zeroes [off, end), which lies in one page. p is locked. It fails with ENOMEM.
func (p *Pages) clearPart(off, end uint64) error {
	page := pages(off)
	if off >= end || p.frame(page) == 0 {
		return nil
	}
	if err := p.settle(page); err != nil {
		return err
	}
	clear(p.frame(page).Bytes()[off&pageMask : (end-1)&pageMask+1])
	return nil
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
