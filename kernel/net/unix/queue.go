package unix

import (
	"math/bits"

	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// A segment is what is known of one write that waits in a queue.
type segment struct {
	n     int // bytes that are left
	cost  int // of the sender's SO_SNDBUF
	from  *sock
	cred  cred
	files *rights // nil: none
}

// A queue is what a socket has to receive: bytes in one ring, segments in another. The
// rings grow when that is needed.
type queue struct {
	ring  []byte
	head  int // where the first byte is
	bytes int

	segments []segment
	first    int // where the first segment is
	count    int
}

// The smallest rings, and the largest ring of bytes that an empty queue keeps. Sizes are powers of two.
const (
	firstBytes    = 4096
	firstSegments = 8
	keepBytes     = 64 << 10
)

// The sizes of what Linux allocates for a message, which its accounting shows: the struct sk_buff, the struct
// skb_shared_info at the end of the data, the largest piece of data in one block.
const (
	bufferHead = 256
	sharedInfo = 320
	maxLinear  = 16384 - sharedInfo
	pageSize   = 4096
	smallest   = 512
)

// costOf returns how much of SO_SNDBUF n bytes use (Linux's skb->truesize).
func costOf(n int) int {
	pages := 0
	if n > maxLinear {
		pages = (n - maxLinear + pageSize - 1) &^ (pageSize - 1)
		n = max(n-pages, 0)
	}
	block := max(smallest, 1<<bits.Len(uint(n+sharedInfo-1)))
	return bufferHead + block + pages
}

// at returns segment number i.
func (q *queue) at(i int) *segment { return &q.segments[(q.first+i)&(len(q.segments)-1)] }

// next returns how many bytes the first segment has.
func (q *queue) next() int {
	if q.count == 0 {
		return 0
	}
	return q.at(0).n
}

// push takes n bytes from b, and puts them with what is known of them at the end.
// If the user's memory ends, nothing is in the queue: EFAULT. ENOBUFS if the kernel has no memory for more.
func (q *queue) push(b *vm.Buffer, n int, s *segment) error {
	if !q.reserve(n) {
		return unix.ENOBUFS
	}
	at := (q.head + q.bytes) & (len(q.ring) - 1)
	k := min(n, len(q.ring)-at)
	if n > 0 {
		if _, err := b.Read(q.ring[at : at+k]); err != nil {
			return err
		}
	}
	if k < n {
		if _, err := b.Read(q.ring[:n-k]); err != nil {
			return err
		}
	}
	q.bytes += n
	if q.count == len(q.segments) {
		q.growSegments()
	}
	last := q.at(q.count)
	*last = *s
	last.n = n
	q.count++
	return nil
}

// reserve makes room for n bytes more. It reports false if there is no memory.
func (q *queue) reserve(n int) bool {
	need := q.bytes + n
	if need <= len(q.ring) && len(q.ring) > 0 {
		return true
	}
	if !task.Spare() {
		return false
	}
	size := max(len(q.ring), firstBytes)
	for size < need {
		size *= 2
	}
	bigger := make([]byte, size)
	k := copy(bigger[:q.bytes], q.ring[q.head:])
	copy(bigger[k:q.bytes], q.ring)
	q.ring, q.head = bigger, 0
	return true
}

func (q *queue) growSegments() {
	bigger := make([]segment, max(2*len(q.segments), firstSegments))
	for i := range q.count {
		bigger[i] = *q.at(i)
	}
	q.segments, q.first = bigger, 0
}

// copyOut fills b with n bytes that begin off bytes behind the first: EFAULT.
func (q *queue) copyOut(b *vm.Buffer, off, n int) error {
	at := (q.head + off) & (len(q.ring) - 1)
	k := min(n, len(q.ring)-at)
	if _, err := b.Write(q.ring[at : at+k]); err != nil {
		return err
	}
	if k == n {
		return nil
	}
	_, err := b.Write(q.ring[:n-k])
	return err
}

// discard drops the first n bytes, which are of the first segment. When that is used up, it goes,
// and done is true.
func (q *queue) discard(n int) (done bool) {
	q.bytes -= n
	q.head = (q.head + n) & (len(q.ring) - 1)
	s := q.at(0)
	s.n -= n
	if s.n > 0 {
		return false
	}
	*s = segment{}
	q.first = (q.first + 1) & (len(q.segments) - 1)
	q.count--
	if q.count == 0 {
		q.head = 0 // the same memory again and again stays in the cache
		if len(q.ring) > keepBytes {
			q.ring = nil
		}
	}
	return true
}

// take empties the queue, and returns the segments.
func (q *queue) take() []segment {
	all := make([]segment, q.count)
	for i := range all {
		all[i] = *q.at(i)
	}
	*q = queue{}
	return all
}
