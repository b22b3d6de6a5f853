package vm

import (
	"golang.org/x/sys/unix"
)

const (
	// MaxTransfer is how many bytes one read(2) or write(2) moves at most (Linux's MAX_RW_COUNT).
	MaxTransfer = 0x7fff_f000
	// MaxIOVecs is how many pieces readv(2) takes at most (IOV_MAX, UIO_MAXIOV).
	MaxIOVecs = 1024
)

// An IOVec is a piece of user memory: the struct iovec of readv(2).
type IOVec struct {
	Base Addr
	Len  uint64
}

// A Buffer is the memory of a read or a write: user memory in one or more pieces, or kernel
// bytes. It remembers how far it was used. The zero Buffer is empty. A Buffer that is set
// again allocates nothing, nor do Read and Write.
type Buffer struct {
	as    *AddressSpace // nil: kernel is the memory
	bytes []byte
	addr  Addr // what is left of the current piece
	n     int
	rest  []IOVec // the pieces after it
	left  int
	few   [8]IOVec // room for the pieces of SetUserIovecs (Linux's UIO_FASTIOV)
}

// NewBuffer returns a buffer of the kernel bytes p.
func NewBuffer(p []byte) *Buffer {
	b := new(Buffer)
	b.SetBytes(p)
	return b
}

// SetBytes makes b the kernel bytes p.
func (b *Buffer) SetBytes(p []byte) {
	b.as, b.bytes, b.rest, b.n, b.left = nil, p, nil, 0, len(p)
}

// SetUser makes b the n bytes at user address a, at most MaxTransfer. It fails with EFAULT if the
// range is not in user space; as in Linux, an n above SSIZE_MAX is such a range.
func (b *Buffer) SetUser(as *AddressSpace, a Addr, n uint64) error {
	if !inUser(a, n) {
		return unix.EFAULT
	}
	if b.as != as || len(b.rest) != 0 { // else there is nothing to forget
		b.as, b.bytes, b.rest = as, nil, nil
	}
	b.n = int(min(n, MaxTransfer))
	b.addr, b.left = a, b.n
	return nil
}

// SetIovecs makes b the pieces of user memory, together at most MaxTransfer bytes. b keeps iov, and cuts it
// short. It
// fails with EINVAL if they are more than MaxIOVecs or one has no size, and with EFAULT if one
// is not in user space (readv(2)).
func (b *Buffer) SetIovecs(as *AddressSpace, iov []IOVec) error {
	if len(iov) > MaxIOVecs {
		return unix.EINVAL
	}
	total := 0
	for i := range iov {
		v := &iov[i]
		if int64(v.Len) < 0 {
			return unix.EINVAL
		}
		if !inUser(v.Base, v.Len) {
			return unix.EFAULT
		}
		v.Len = min(v.Len, uint64(MaxTransfer-total))
		total += int(v.Len)
	}
	b.as, b.bytes, b.rest = as, nil, iov
	b.addr, b.n, b.left = 0, 0, total
	return nil
}

// SetUserIovecs is SetIovecs with the count pieces that the struct iovecs at user address a
// describe. It fails with EFAULT, too, if those cannot be read.
// As on Linux, only the low 32 bits of count are looked at.
func (b *Buffer) SetUserIovecs(as *AddressSpace, a Addr, count uint64) error {
	count &= 1<<32 - 1
	if count > MaxIOVecs {
		return unix.EINVAL
	}
	iov, err := loadIovecs(as, a, b.few[:0], int(count))
	if err != nil {
		return err
	}
	return b.SetIovecs(as, iov)
}

// Len returns how many bytes are left.
func (b *Buffer) Len() int { return b.left }

// User says whether b is user memory, and whose.
func (b *Buffer) User() (*AddressSpace, bool) { return b.as, b.as != nil }

// Limit makes at most n bytes be left.
func (b *Buffer) Limit(n int) { b.left = max(min(b.left, n), 0) }

// Skip passes over n bytes, at most those that are left.
func (b *Buffer) Skip(n int) {
	if b.whole(n) {
		b.pass(n)
		return
	}
	for n = min(n, b.left); n > 0; {
		n -= b.used(b.piece(n))
	}
}

// Check says whether the next n bytes can be read: EFAULT. It reads them, and leaves b as it was.
func (b *Buffer) Check(n int) error {
	c := *b
	var part [256]byte
	for n > 0 && c.left > 0 {
		k, err := c.Read(part[:min(n, len(part))])
		if err != nil {
			return err
		}
		n -= k
	}
	return nil
}

// Write fills b with p, as far as there is room. It returns how many bytes it took of p,
// and EFAULT if the user's memory ended.
func (b *Buffer) Write(p []byte) (int, error) {
	if b.whole(len(p)) {
		n, err := b.as.CopyOut(b.addr, p)
		b.pass(n)
		return n, err
	}
	done := 0
	for done < len(p) && b.left > 0 {
		n := b.piece(len(p) - done)
		if b.as == nil {
			done += b.used(copy(b.bytes[:n], p[done:]))
			continue
		}
		m, err := b.as.CopyOut(b.addr, p[done:done+n])
		done += b.used(m)
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// WriteZeros is Write of n zeros.
func (b *Buffer) WriteZeros(n int) (int, error) {
	if b.whole(n) {
		m, err := b.as.Clear(b.addr, uint64(n))
		b.pass(m)
		return m, err
	}
	done := 0
	for done < n && b.left > 0 {
		k := b.piece(n - done)
		if b.as == nil {
			clear(b.bytes[:k])
			done += b.used(k)
			continue
		}
		m, err := b.as.Clear(b.addr, uint64(k))
		done += b.used(m)
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// Read takes what comes next in b, as much as p holds. It returns how many bytes it took,
// and EFAULT if the user's memory ended.
func (b *Buffer) Read(p []byte) (int, error) {
	if b.whole(len(p)) {
		n, err := b.as.CopyIn(p, b.addr)
		b.pass(n)
		return n, err
	}
	done := 0
	for done < len(p) && b.left > 0 {
		n := b.piece(len(p) - done)
		if b.as == nil {
			done += b.used(copy(p[done:], b.bytes[:n]))
			continue
		}
		m, err := b.as.CopyIn(p[done:done+n], b.addr)
		done += b.used(m)
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// whole says whether the next n bytes lie in one piece of user memory, as most do.
func (b *Buffer) whole(n int) bool { return b.as != nil && n <= b.n && n <= b.left }

// pass is used for user memory.
func (b *Buffer) pass(n int) {
	b.left -= n
	b.addr += Addr(n)
	b.n -= n
}

// piece returns how many of the next n bytes lie in one piece; b.left is not 0.
func (b *Buffer) piece(n int) int {
	n = min(n, b.left)
	if b.as == nil {
		return n
	}
	for b.n == 0 {
		b.addr, b.n = b.rest[0].Base, int(b.rest[0].Len)
		b.rest = b.rest[1:]
	}
	return min(n, b.n)
}

// used passes over n bytes of the current piece, and returns n.
func (b *Buffer) used(n int) int {
	b.left -= n
	if b.as == nil {
		b.bytes = b.bytes[n:]
		return n
	}
	b.addr += Addr(n)
	b.n -= n
	return n
}
