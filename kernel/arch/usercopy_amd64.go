//go:build cairn

package arch

import "unsafe"

// CopyFromUser copies n bytes from user address src, as the page tables at root
// have it, to dst. It returns how many bytes it did not copy: 0, or what is
// left from the first page on that is not mapped or not readable.
//
//go:noescape
func CopyFromUser(root uint64, dst unsafe.Pointer, src uint64, n uintptr) (left uintptr)

// CopyToUser copies n bytes from src to user address dst; see CopyFromUser.
//
//go:noescape
func CopyToUser(root uint64, dst uint64, src unsafe.Pointer, n uintptr) (left uintptr)

// LoadUser32 reads the aligned word at a user address; ok is false if that faults.
func LoadUser32(root uint64, addr uint64) (v uint32, ok bool)

// CompareAndSwapUser32 replaces the aligned word at a user address by new if it
// is old, atomically. It returns what the word was; ok is false if the access faulted.
func CompareAndSwapUser32(root uint64, addr uint64, old, new uint32) (cur uint32, ok bool)

// zeros is what ClearUser copies.
var zeros [4096]byte

// ClearUser zeroes n bytes at user address dst; see CopyFromUser.
func ClearUser(root uint64, dst uint64, n uintptr) (left uintptr) {
	for n > 0 {
		step := min(n, uintptr(len(zeros)))
		if left := CopyToUser(root, dst, unsafe.Pointer(&zeros), step); left != 0 {
			return n - step + left
		}
		dst += uint64(step)
		n -= step
	}
	return 0
}

// routines are the entry points of the assembly that touches user memory.
// The linker keeps the functions of one file in their order, so each one's end
// is the next one's beginning.
type routines struct {
	copyBlocks, copyBytes, copyFault uintptr
	loadWord, loadWordEnd            uintptr
	casWord, casWordEnd              uintptr
	loadFault, casFault              uintptr
}

func userRoutines() (r routines)

// FixUserFault handles an exception in one of the routines that touch user
// memory, by sending them to where they give up. It reports false if the
// exception was somewhere else.
func FixUserFault(f *KernelFrame) bool {
	pc, r := uintptr(f.RIP), userRoutines()
	switch {
	case pc >= r.copyBlocks && pc < r.copyBytes: // a block failed: find out which byte
		pc = r.copyBytes
	case pc >= r.copyBytes && pc < r.copyFault:
		pc = r.copyFault
	case pc >= r.loadWord && pc < r.loadWordEnd:
		pc = r.loadFault
	case pc >= r.casWord && pc < r.casWordEnd:
		pc = r.casFault
	default:
		return false
	}
	f.RIP = uint64(pc)
	return true
}
