package drivers

// A Ring is a queue of bytes of fixed size. Its user locks it; what FreeSpan and Data
// return may be used without the lock, as long as there is only one producer and one consumer.
type Ring struct {
	buf        []byte
	head, tail uint32 // bytes ever consumed and produced, modulo 2^32
}

// NewRing returns an empty ring for size bytes, a power of two.
func NewRing(size int) Ring { return Ring{buf: make([]byte, size)} }

// Len returns how many bytes are in the ring.
func (r *Ring) Len() int { return int(r.tail - r.head) }

// Room returns how many bytes fit besides.
func (r *Ring) Room() int { return len(r.buf) - r.Len() }

// mask turns a count of bytes into a place in the buffer.
func (r *Ring) mask() uint32 { return uint32(len(r.buf) - 1) }

// FreeSpan returns the first free bytes, as far as they are in one piece. Produce says how
// many of them were filled.
func (r *Ring) FreeSpan() []byte {
	at := int(r.tail & r.mask())
	return r.buf[at:min(at+r.Room(), len(r.buf))]
}

// Produce adds the n bytes that were written to FreeSpan.
func (r *Ring) Produce(n int) { r.tail += uint32(n) }

// Data returns the first bytes in the ring, as far as they are in one piece. Consume
// takes them out.
func (r *Ring) Data() []byte {
	at := int(r.head & r.mask())
	return r.buf[at:min(at+r.Len(), len(r.buf))]
}

// Consume takes n bytes out.
func (r *Ring) Consume(n int) { r.head += uint32(n) }

// Cut takes out all but the first n bytes, the oldest.
func (r *Ring) Cut(n int) { r.tail = r.head + uint32(min(n, r.Len())) }

// Put adds a byte. It reports false if the ring is full.
func (r *Ring) Put(c byte) bool {
	if r.Room() == 0 {
		return false
	}
	r.buf[r.tail&r.mask()] = c
	r.tail++
	return true
}

// Get takes a byte out. It reports false if the ring is empty.
func (r *Ring) Get() (byte, bool) {
	if r.Len() == 0 {
		return 0, false
	}
	c := r.buf[r.head&r.mask()]
	r.head++
	return c, true
}

// Read takes bytes out, up to len(p): a Ring is a Source.
func (r *Ring) Read(p []byte) (int, error) {
	total := 0
	for total < len(p) && r.Len() > 0 {
		n := copy(p[total:], r.Data())
		r.Consume(n)
		total += n
	}
	return total, nil
}

// Reset empties the ring.
func (r *Ring) Reset() { r.head = r.tail }
