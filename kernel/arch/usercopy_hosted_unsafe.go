//go:build !cairn

package arch

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// accesses is held for reading while a copy uses a translation. Flushing takes
// it for writing: when that is done, nobody uses an old one, as after a real
// processor's shootdown.
var accesses sync.RWMutex

// waitForAccesses returns when every copy that began before it has ended.
func waitForAccesses() {
	accesses.Lock()
	//lint:ignore SA2001 the lock is a barrier: there is nothing to do under it
	accesses.Unlock()
}

// CopyFromUser copies n bytes from user address src, as seen through the page
// tables at root, to dst. It returns how many bytes it did NOT copy: 0, or
// the copy stopped at a page that is not mapped or not readable.
func CopyFromUser(root uint64, dst unsafe.Pointer, src uint64, n uintptr) (left uintptr) {
	return eachUserPage(root, src, n, 0, func(page []byte, done uintptr) {
		copy(unsafe.Slice((*byte)(unsafe.Add(dst, done)), len(page)), page)
	})
}

// CopyToUser copies n bytes from src to user address dst, as seen through the
// page tables at root. It returns how many bytes it did NOT copy: 0, or the copy
// stopped at a page that is not mapped or not writable.
func CopyToUser(root uint64, dst uint64, src unsafe.Pointer, n uintptr) (left uintptr) {
	return eachUserPage(root, dst, n, PTEWrite, func(page []byte, done uintptr) {
		copy(page, unsafe.Slice((*byte)(unsafe.Add(src, done)), len(page)))
	})
}

// ClearUser zeroes n bytes at user address dst, as seen through the page tables at
// root. It returns how many bytes it did NOT clear, as CopyToUser.
func ClearUser(root uint64, dst uint64, n uintptr) (left uintptr) {
	return eachUserPage(root, dst, n, PTEWrite, func(page []byte, _ uintptr) { clear(page) })
}

// LoadUser32 atomically reads the word at a user address that is a multiple of
// 4. ok is false if the access faulted.
func LoadUser32(root uint64, addr uint64) (v uint32, ok bool) {
	accesses.RLock()
	defer accesses.RUnlock()
	p := translate(root, addr, 0)
	if p == nil {
		return 0, false
	}
	return atomic.LoadUint32((*uint32)(p)), true
}

// CompareAndSwapUser32 atomically replaces the word at a user address that is
// a multiple of 4 by new if it is old, and returns what it was. ok is false if
// the access faulted.
func CompareAndSwapUser32(root uint64, addr uint64, old, new uint32) (cur uint32, ok bool) {
	accesses.RLock()
	defer accesses.RUnlock()
	p := (*uint32)(translate(root, addr, PTEWrite))
	if p == nil {
		return 0, false
	}
	for {
		if cur = atomic.LoadUint32(p); cur != old || atomic.CompareAndSwapUint32(p, old, new) {
			return cur, true
		}
	}
}

// eachUserPage calls f with each piece of [addr, addr+n) that lies in one page,
// and how many bytes came before it. It stops at a page that does not allow need,
// and returns how many bytes are left.
func eachUserPage(root, addr uint64, n uintptr, need PTE, f func(page []byte, done uintptr)) (left uintptr) {
	const size = 1 << PageShift
	for done := uintptr(0); done < n; {
		piece := min(n-done, uintptr(size-addr&(size-1)))
		accesses.RLock()
		p := translate(root, addr, need)
		if p != nil {
			f(unsafe.Slice((*byte)(p), piece), done)
		}
		accesses.RUnlock()
		if p == nil {
			return n - done
		}
		done += piece
		addr += uint64(piece)
	}
	return 0
}

// translate walks the page tables as the processor does for an access from user
// mode, setting the accessed and dirty bits. It returns nil if the access faults.
func translate(root, addr uint64, need PTE) unsafe.Pointer {
	if addr >= UserEnd {
		return nil
	}
	need |= PTEPresent | PTEUser
	table := root
	for shift := PageShift + TableShift*(Levels-1); ; shift -= TableShift {
		p := (*uint64)(unsafe.Pointer(DirectMap + uintptr(table) + uintptr(addr>>shift&(TableEntries-1))*8))
		e := PTE(atomic.LoadUint64(p))
		if e&need != need {
			return nil
		}
		mark := PTEAccessed
		if shift == PageShift {
			mark |= need & PTEWrite << 5 // dirty, of a page that is written
		}
		if e&mark != mark && !atomic.CompareAndSwapUint64(p, uint64(e), uint64(e|mark)) {
			shift += TableShift // the entry changed: look again
			continue
		}
		if shift == PageShift {
			return unsafe.Pointer(DirectMap + uintptr(e.Frame()) + uintptr(addr&(1<<PageShift-1)))
		}
		table = e.Frame()
	}
}
