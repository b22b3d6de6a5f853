package mmap

import (
	"cairn/kernel/mem"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Madvise implements madvise(2).
//
// Supports MADV_DONTNEED, MADV_DONTNEED_LOCKED, MADV_FREE (frees at once), MADV_REMOVE, MADV_POPULATE_READ,
// MADV_POPULATE_WRITE, MADV_DONTFORK, MADV_DOFORK, MADV_WIPEONFORK, MADV_KEEPONFORK, MADV_DONTDUMP, MADV_DODUMP.
// MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_COLD and MADV_PAGEOUT change nothing: there is no
// read-ahead and no swap. The rest fails with EINVAL, as on a Linux that is not configured for it.
//
//cairn:syscall madvise
func Madvise(t *task.Task, addr vm.Addr, length sys.Size, advice sys.Madvice) error {
	return t.AS.Advise(addr, uint64(length), advice)
}

// Msync implements msync(2).
//
// Supports MS_ASYNC, MS_SYNC, MS_INVALIDATE.
//
//cairn:syscall msync
func Msync(t *task.Task, addr vm.Addr, length sys.Size, flags sys.MsyncFlags) error {
	return t.AS.Sync(addr, uint64(length), flags)
}

// Mincore implements mincore(2).
//
//cairn:syscall mincore
func Mincore(t *task.Task, addr vm.Addr, length sys.Size, vec vm.Addr) error {
	if addr%mem.PageSize != 0 {
		return unix.EINVAL
	}
	if uint64(addr) > vm.UserEnd || uint64(length) > vm.UserEnd-uint64(addr) {
		return unix.ENOMEM
	}
	var part [256]byte
	for pages := (uint64(length) + mem.PageSize - 1) / mem.PageSize; pages > 0; {
		n := min(pages, uint64(len(part)))
		if err := t.AS.Resident(addr, part[:n]); err != nil {
			return err
		}
		if _, err := t.CopyOut(vec, part[:n]); err != nil {
			return err
		}
		pages -= n
		addr += vm.Addr(n * mem.PageSize)
		vec += vm.Addr(n)
	}
	return nil
}
