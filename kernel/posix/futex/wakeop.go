package futex

import (
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// The encoding of FUTEX_WAKE_OP's last argument (futex(2)).
const (
	wakeOpSet  = 0
	wakeOpAdd  = 1
	wakeOpOr   = 2
	wakeOpAndn = 3
	wakeOpXor  = 4

	wakeOpShift = 1 << 3 // FUTEX_OP_ARG_SHIFT: the operand is 1 << oparg

	wakeCmpEq = 0
	wakeCmpNe = 1
	wakeCmpLt = 2
	wakeCmpLe = 3
	wakeCmpGt = 4
	wakeCmpGe = 5
)

// wakeOp is FUTEX_WAKE_OP: it changes the word at a2, wakes up to n of those who wait at a1 and,
// if the old word compares so, up to n2 of those who wait at a2.
func wakeOp(as *vm.AddressSpace, a1, a2 vm.Addr, private bool, n, n2 int, encoded uint32) (int, error) {
	k1, err := as.FutexKey(a1, private)
	if err != nil {
		return 0, err
	}
	k2, err := as.FutexKey(a2, private)
	if err != nil {
		return 0, err
	}
	change, err := decodeOp(encoded)
	if err != nil {
		return 0, err
	}
	b1, b2 := lockBoth(k1, k2)
	defer unlockBoth(b1, b2)
	old, err := exchange(as, a2, change)
	if err != nil {
		return 0, err
	}
	holds, err := decodeComparison(encoded) // after the change, as on Linux
	if err != nil {
		return 0, err
	}
	woken, err := b1.wakeKey(k1, n, anyBit)
	if err != nil || !holds(old) {
		return woken, err
	}
	more, err := b2.wakeKey(k2, n2, anyBit)
	return woken + more, err
}

// exchange atomically replaces the word at a by what change makes of it, and
// returns what it was.
func exchange(as *vm.AddressSpace, a vm.Addr, change func(uint32) uint32) (old uint32, err error) {
	old, err = as.LoadUint32(a)
	for err == nil {
		var cur uint32
		if cur, err = as.CompareAndSwapUint32(a, old, change(old)); err == nil && cur == old {
			break
		}
		old = cur
	}
	return old, err
}

// signed12 returns the 12 low bits of v as a signed number.
func signed12(v uint32) int32 { return int32(v<<20) >> 20 }

// decodeOp returns the operation: ENOSYS if there is no such one.
func decodeOp(encoded uint32) (func(uint32) uint32, error) {
	arg := uint32(signed12(encoded >> 12))
	op := encoded >> 28
	if op&wakeOpShift != 0 {
		arg = 1 << (arg & 31)
	}
	switch op &^ wakeOpShift {
	case wakeOpSet:
		return func(uint32) uint32 { return arg }, nil
	case wakeOpAdd:
		return func(v uint32) uint32 { return v + arg }, nil
	case wakeOpOr:
		return func(v uint32) uint32 { return v | arg }, nil
	case wakeOpAndn:
		return func(v uint32) uint32 { return v &^ arg }, nil
	case wakeOpXor:
		return func(v uint32) uint32 { return v ^ arg }, nil
	}
	return nil, unix.ENOSYS
}

// decodeComparison returns the comparison of the old word: ENOSYS if there is no such one.
func decodeComparison(encoded uint32) (func(uint32) bool, error) {
	arg := signed12(encoded)
	switch encoded >> 24 & 15 {
	case wakeCmpEq:
		return func(v uint32) bool { return int32(v) == arg }, nil
	case wakeCmpNe:
		return func(v uint32) bool { return int32(v) != arg }, nil
	case wakeCmpLt:
		return func(v uint32) bool { return int32(v) < arg }, nil
	case wakeCmpLe:
		return func(v uint32) bool { return int32(v) <= arg }, nil
	case wakeCmpGt:
		return func(v uint32) bool { return int32(v) > arg }, nil
	case wakeCmpGe:
		return func(v uint32) bool { return int32(v) >= arg }, nil
	}
	return nil, unix.ENOSYS
}
