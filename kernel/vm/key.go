package vm

import "golang.org/x/sys/unix"

// A Key names a futex word: two addresses have the same Key if they are the
// same memory to futex(2). Keys are comparable.
type Key struct {
	space  *AddressSpace // of private memory
	object Object        // of shared memory
	offset uint64        // the address, or the offset in the object
}

// Equal says whether k and o are the same, faster than the comparison of two Keys for private memory.
func (k Key) Equal(o Key) bool {
	return k.offset == o.offset && k.space == o.space && (k.space != nil || k.object == o.object)
}

// Hash returns a number that is the same for the same Key, spread over all bits.
func (k Key) Hash() uint64 {
	h := k.offset
	if k.space != nil {
		h ^= k.space.id << 48
	}
	h *= 0x9e37_79b9_7f4a_7c15 // 2^64 divided by the golden ratio
	return h ^ h>>32
}

// FutexKey returns the key of the futex word at a. With private, as FUTEX_PRIVATE_FLAG
// says, no mapping is looked at. It fails with EINVAL if a is not a multiple of 4, and with EFAULT if nothing
// is mapped there, or memory of no file that cannot be written: it would never change.
func (as *AddressSpace) FutexKey(a Addr, private bool) (Key, error) {
	u := uint64(a)
	if u&3 != 0 {
		return Key{}, unix.EINVAL
	}
	if u >= UserEnd {
		return Key{}, unix.EFAULT
	}
	if private {
		return Key{space: as, offset: u}, nil
	}
	return as.mappedKey(a)
}

// mappedKey is FutexKey for memory that may be shared.
func (as *AddressSpace) mappedKey(a Addr) (Key, error) {
	u := uint64(a)
	if _, err := as.LoadUint32(a); err != nil { // the page may be beyond its file's end
		return Key{}, err
	}
	as.mu.Lock()
	defer as.mu.Unlock()
	r := as.find(u)
	switch {
	case r == nil || !r.allows(Read), !r.has(shared) && r.object == nil && !r.allows(Write):
		return Key{}, unix.EFAULT
	case r.has(shared):
		return Key{object: r.object, offset: r.offset + u - r.start}, nil
	default:
		return Key{space: as, offset: u}, nil
	}
}
