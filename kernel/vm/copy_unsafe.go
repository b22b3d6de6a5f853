package vm

import (
	"bytes"
	"unsafe"

	"cairn/kernel/arch"
	"cairn/kernel/mem"
	"cairn/kernel/trial"

	"golang.org/x/sys/unix"
)

// zeros is what Clear copies if it is not much.
var zeros [64]byte

// outside says whether not all of the n bytes at a are in user space. Nothing is nowhere: Linux copies no bytes from and to any
// address.
func outside(a Addr, n uint64) bool { return !inUser(a, n) && n != 0 }

// inUser says whether [a, a+n) lies in user space.
func inUser(a Addr, n uint64) bool { return n <= UserEnd && uint64(a) <= UserEnd-n }

// CopyIn copies len(p) bytes from user address a. It returns how many it
// copied, and EFAULT if that is fewer.
func (as *AddressSpace) CopyIn(p []byte, a Addr) (int, error) {
	return as.copyIn(unsafe.Pointer(unsafe.SliceData(p)), a, len(p))
}

// CopyOut copies p to user address a. It returns how many bytes it copied, and
// EFAULT if that is fewer than all.
func (as *AddressSpace) CopyOut(a Addr, p []byte) (int, error) {
	return as.copyOut(a, unsafe.Pointer(unsafe.SliceData(p)), len(p))
}

// Clear zeroes n bytes at user address a. It returns how many bytes it cleared, and
// EFAULT if that is fewer than all.
func (as *AddressSpace) Clear(a Addr, n uint64) (int, error) {
	if outside(a, n) || trial.Fail() {
		return 0, unix.EFAULT
	}
	if n <= uint64(len(zeros)) && arch.CopyToUser(uint64(as.root), uint64(a), unsafe.Pointer(&zeros), uintptr(n)) == 0 {
		return int(n), nil
	}
	for done := uint64(0); ; {
		done = n - uint64(arch.ClearUser(uint64(as.root), uint64(a)+done, uintptr(n-done)))
		if done == n {
			return int(n), nil
		}
		if as.Fault(a+Addr(done), Write) != nil {
			return int(done), unix.EFAULT
		}
	}
}

// Load returns the T at user address a. T must hold no pointers. It fails with EFAULT.
func Load[T any](as *AddressSpace, a Addr) (T, error) {
	var v T
	_, err := as.copyIn(unsafe.Pointer(&v), a, int(unsafe.Sizeof(v)))
	return v, err
}

// Store writes v to user address a. T must hold no pointers, and no padding: what
// lies in padding goes to the program. It fails with EFAULT.
func Store[T any](as *AddressSpace, a Addr, v T) error {
	_, err := as.copyOut(a, unsafe.Pointer(&v), int(unsafe.Sizeof(v)))
	return err
}

// copyIn copies until all is done or a page cannot be had.
func (as *AddressSpace) copyIn(dst unsafe.Pointer, a Addr, n int) (int, error) {
	if outside(a, uint64(n)) || trial.Fail() {
		return 0, unix.EFAULT
	}
	left := int(arch.CopyFromUser(uint64(as.root), dst, uint64(a), uintptr(n)))
	if left == 0 {
		return n, nil
	}
	return as.copyInRest(dst, a, n, left)
}

// copyInRest is copyIn once a copy ended at a fault.
func (as *AddressSpace) copyInRest(dst unsafe.Pointer, a Addr, n, left int) (int, error) {
	for {
		done := n - left
		if as.Fault(a+Addr(done), Read) != nil {
			return done, unix.EFAULT
		}
		left = int(arch.CopyFromUser(uint64(as.root), unsafe.Add(dst, done), uint64(a)+uint64(done), uintptr(left)))
		if left == 0 {
			return n, nil
		}
	}
}

// copyOut is copyIn's other direction.
func (as *AddressSpace) copyOut(a Addr, src unsafe.Pointer, n int) (int, error) {
	if outside(a, uint64(n)) || trial.Fail() {
		return 0, unix.EFAULT
	}
	left := int(arch.CopyToUser(uint64(as.root), uint64(a), src, uintptr(n)))
	if left == 0 {
		return n, nil
	}
	return as.copyOutRest(a, src, n, left)
}

// copyOutRest is copyOut once a copy ended at a fault.
func (as *AddressSpace) copyOutRest(a Addr, src unsafe.Pointer, n, left int) (int, error) {
	for {
		done := n - left
		if as.Fault(a+Addr(done), Write) != nil {
			return done, unix.EFAULT
		}
		left = int(arch.CopyToUser(uint64(as.root), uint64(a)+uint64(done), unsafe.Add(src, done), uintptr(left)))
		if left == 0 {
			return n, nil
		}
	}
}

// CopyInString returns the NUL-terminated string at user address a, without the
// NUL: ENAMETOOLONG if there is no NUL among the first limit bytes, EFAULT if it cannot be read.
func (as *AddressSpace) CopyInString(a Addr, limit int) (string, error) {
	var chunk [256]byte
	var long []byte
	for limit > 0 {
		// No further than the page's end: what follows may not be mapped.
		n := min(limit, len(chunk), mem.PageSize-int(a&pageMask))
		if _, err := as.CopyIn(chunk[:n], a); err != nil {
			return "", err
		}
		if i := bytes.IndexByte(chunk[:n], 0); i >= 0 {
			if long == nil {
				return string(chunk[:i]), nil
			}
			return string(append(long, chunk[:i]...)), nil
		}
		long = append(long, chunk[:n]...)
		a += Addr(n)
		limit -= n
	}
	return "", unix.ENAMETOOLONG
}

// LoadUint32 atomically reads the word at user address a. It fails with EINVAL if a is
// not a multiple of 4, and with EFAULT.
func (as *AddressSpace) LoadUint32(a Addr) (uint32, error) {
	if err := checkWord(a); err != nil {
		return 0, err
	}
	for {
		if v, ok := arch.LoadUser32(uint64(as.root), uint64(a)); ok {
			return v, nil
		}
		if as.Fault(a, Read) != nil {
			return 0, unix.EFAULT
		}
	}
}

// CompareAndSwapUint32 atomically replaces the word at user address a by new if it is old. It
// returns what the word was before: old means that it was replaced. It fails with
// EINVAL if a is not a multiple of 4, and with EFAULT.
func (as *AddressSpace) CompareAndSwapUint32(a Addr, old, new uint32) (cur uint32, err error) {
	if err := checkWord(a); err != nil {
		return 0, err
	}
	for {
		if cur, ok := arch.CompareAndSwapUser32(uint64(as.root), uint64(a), old, new); ok {
			return cur, nil
		}
		if as.Fault(a, Write) != nil {
			return 0, unix.EFAULT
		}
	}
}

// checkWord says whether a can be the address of an atomic word.
func checkWord(a Addr) error {
	switch {
	case a&3 != 0:
		return unix.EINVAL
	case !inUser(a, 4):
		return unix.EFAULT
	}
	return nil
}
