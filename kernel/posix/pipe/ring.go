package pipe

import (
	"cairn/kernel/mem"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// A page is what one place of the ring holds: n bytes of a frame, from off.
// The place owns one count of the frame.
type page struct {
	frame mem.Frame
	off   uint32
	n     uint32
	kind  pageKind
}

// A pageKind says what may happen to a page besides being read.
type pageKind uint8

const (
	// private pages are the pipe's own: a later write may go on in the same frame.
	private pageKind = iota
	// packet pages are one packet each (O_DIRECT): a read takes from one, and
	// the rest of it is lost.
	packet
	// shared pages came by splice(2) or tee(2): others see the frame as well.
	shared
)

// A ring is what is in a pipe: pages, in a circle whose size is a power of two.
// As on Linux a pipe is full when it has no place left, whatever is in them.
type ring struct {
	size  int    // how many places there may be, a power of two
	pages []page // those made so far, a power of two: more come when they are needed
	head  uint32 // the place that is filled next, modulo the size
	tail  uint32 // the place that is read next, modulo the size
	// spare is a frame that was read empty, kept for the next write; 0 is none.
	spare mem.Frame
}

func (r *ring) at(i uint32) *page { return &r.pages[i&uint32(len(r.pages)-1)] }

func (r *ring) used() int { return int(r.head - r.tail) }

func (r *ring) empty() bool { return r.head == r.tail }

func (r *ring) full() bool { return r.used() >= r.size }

// bytes returns how many bytes are in the ring.
func (r *ring) bytes() int {
	n := 0
	for i := r.tail; i != r.head; i++ {
		n += int(r.at(i).n)
	}
	return n
}

// drop frees the first page, or keeps its frame if nobody else sees it.
func (r *ring) drop() {
	frame := r.at(r.tail).frame
	r.tail++
	if r.spare == 0 && frame.Uses() == 1 {
		r.spare = frame
		return
	}
	frame.Put()
}

// frame returns a frame for a new page. It fails with ENOMEM.
func (r *ring) frame() (mem.Frame, error) {
	if f := r.spare; f != 0 {
		r.spare = 0
		return f, nil
	}
	f, ok := mem.Alloc(mem.User)
	if !ok {
		return 0, unix.ENOMEM
	}
	return f, nil
}

// clear frees all pages.
func (r *ring) clear() {
	for !r.empty() {
		r.drop()
	}
	if r.spare != 0 {
		r.spare.Put()
		r.spare = 0
	}
}

// resize makes the ring one of n places, at least as many as are in use.
func (r *ring) resize(n int) {
	r.size = n
	if len(r.pages) > n {
		r.remake(n)
	}
}

// remake makes n places, at least as many as are in use.
func (r *ring) remake(n int) {
	pages := make([]page, n)
	used := r.used()
	for i := range used {
		pages[i] = *r.at(r.tail + uint32(i))
	}
	r.pages, r.tail, r.head = pages, 0, uint32(used)
}

// read moves bytes to b until b is full, the ring is empty, or a packet ends.
// freed says whether a page became free.
func (r *ring) read(b *vm.Buffer) (n int, freed bool, err error) {
	for room := b.Len(); room > 0 && !r.empty(); room = b.Len() {
		p := r.at(r.tail)
		k := min(int(p.n), room)
		if _, err := b.Write(p.frame.Bytes()[p.off:][:k]); err != nil {
			if n == 0 {
				return 0, freed, err
			}
			return n, freed, nil
		}
		n += k
		if k < int(p.n) && p.kind != packet {
			p.off += uint32(k)
			p.n -= uint32(k)
			break
		}
		freed = true
		packets := p.kind == packet
		r.drop()
		if packets {
			break
		}
	}
	return n, freed, nil
}

// write moves bytes from b to the ring until b is empty or the ring full. It
// fails with EFAULT or ENOMEM if that happens before the first byte.
func (r *ring) write(b *vm.Buffer, kind pageKind) (int, error) {
	if r.empty() && b.Len() <= mem.PageSize {
		return r.fill(b, kind)
	}
	n, err := r.merge(b)
	for err == nil && b.Len() > 0 && !r.full() {
		var c int
		c, err = r.fill(b, kind)
		n += c
	}
	if n > 0 {
		return n, nil
	}
	return 0, err
}

// merge puts what b holds beyond whole pages behind the bytes of the last page, if
// that one is private and has room for it.
func (r *ring) merge(b *vm.Buffer) (int, error) {
	odd := uint32(b.Len() % mem.PageSize)
	if odd == 0 || r.empty() {
		return 0, nil
	}
	p := r.at(r.head - 1)
	end := p.off + p.n
	if p.kind != private || end+odd > mem.PageSize {
		return 0, nil
	}
	c, err := b.Read(p.frame.Bytes()[end:][:odd])
	if err != nil {
		return 0, err
	}
	p.n += uint32(c)
	return c, nil
}

// fill puts up to a page of b into a new frame.
func (r *ring) fill(b *vm.Buffer, kind pageKind) (int, error) {
	frame, err := r.frame()
	if err != nil {
		return 0, err
	}
	n, err := b.Read(frame.Bytes()[:min(b.Len(), mem.PageSize)])
	if err != nil && (n == 0 || kind != shared) { // vmsplice(2) keeps what there was, write(2) does not
		frame.Put()
		return 0, err
	}
	r.push(page{frame: frame, n: uint32(n), kind: kind})
	return n, err
}

// push adds a page, of which it takes over the frame's count. The ring is not full.
func (r *ring) push(p page) {
	if r.used() == len(r.pages) {
		r.remake(2 * len(r.pages))
	}
	*r.at(r.head) = p
	r.head++
}

// consume takes n bytes off the first page.
func (r *ring) consume(n int) {
	p := r.at(r.tail)
	p.off += uint32(n)
	p.n -= uint32(n)
	if p.n == 0 {
		r.drop()
	}
}

// part returns a page with the first n bytes of p, and its own count of the frame.
func (p *page) part(n int) page {
	q := *p
	q.n = uint32(min(int(p.n), n))
	if q.kind == private {
		q.kind = shared
	}
	q.frame.Get()
	return q
}

// moveTo moves up to n bytes to another ring, as far as it has room, without
// copying them. It returns how many.
func (r *ring) moveTo(to *ring, n int) int {
	done := 0
	for done < n && !r.empty() && !to.full() {
		q := r.at(r.tail).part(n - done)
		to.push(q)
		r.consume(int(q.n))
		done += int(q.n)
	}
	return done
}

// copyTo is moveTo, but leaves everything in the ring as well.
func (r *ring) copyTo(to *ring, n int) int {
	done := 0
	for i := r.tail; done < n && i != r.head && !to.full(); i++ {
		q := r.at(i).part(n - done)
		to.push(q)
		done += int(q.n)
	}
	return done
}
