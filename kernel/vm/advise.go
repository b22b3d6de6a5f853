package vm

import (
	"cairn/kernel/syscall/sys"

	"golang.org/x/sys/unix"
)

// Advise takes advice about [a, a+length) (madvise(2)). Advice that asks for
// nothing that could be done here (MADV_SEQUENTIAL, MADV_COLD: there is no read-ahead and no swap)
// is accepted; advice that Linux accepts only when so configured (MADV_HUGEPAGE,
// MADV_MERGEABLE) fails with EINVAL. It fails with ENOMEM if something in the range is not mapped, after
// the rest was done.
func (as *AddressSpace) Advise(a Addr, length uint64, advice sys.Madvice) error {
	start, n := uint64(a), pageUp(length)
	switch {
	case !knownAdvice(advice), start&pageMask != 0, n == 0 && length != 0, start+n < start:
		return unix.EINVAL
	case n == 0:
		return nil
	}
	switch advice {
	case unix.MADV_POPULATE_READ:
		return as.prefault(a, n, Read)
	case unix.MADV_POPULATE_WRITE:
		return as.prefault(a, n, Write)
	case unix.MADV_REMOVE:
		return as.punch(start, start+n)
	}
	as.mu.Lock()
	defer as.mu.Unlock()
	switch advice {
	case unix.MADV_DONTNEED, unix.MADV_DONTNEED_LOCKED, unix.MADV_FREE:
		err := as.discard(start, start+n, advice)
		as.gather.flush(as)
		return err
	}
	return as.eachMapped(start, start+n, func(r *region) error { return r.advise(advice) })
}

// knownAdvice says whether the advice can be taken.
func knownAdvice(advice sys.Madvice) bool {
	switch advice {
	case unix.MADV_NORMAL, unix.MADV_RANDOM, unix.MADV_SEQUENTIAL, unix.MADV_WILLNEED, unix.MADV_COLD, unix.MADV_PAGEOUT,
		unix.MADV_POPULATE_READ, unix.MADV_POPULATE_WRITE, unix.MADV_REMOVE, unix.MADV_DONTNEED,
		unix.MADV_DONTNEED_LOCKED, unix.MADV_FREE, unix.MADV_DONTFORK, unix.MADV_DOFORK,
		unix.MADV_DONTDUMP, unix.MADV_DODUMP, unix.MADV_WIPEONFORK, unix.MADV_KEEPONFORK:
		return true
	}
	return false
}

// advise takes advice about a whole region.
func (r *region) advise(advice sys.Madvice) error {
	switch advice {
	case unix.MADV_DONTFORK:
		r.flags |= dontFork
	case unix.MADV_DOFORK:
		r.flags &^= dontFork
	case unix.MADV_DONTDUMP:
		r.flags |= dontDump
	case unix.MADV_DODUMP:
		r.flags &^= dontDump
	case unix.MADV_WIPEONFORK:
		if r.object != nil {
			return unix.EINVAL
		}
		r.flags |= wipeOnFork
	case unix.MADV_KEEPONFORK:
		r.flags &^= wipeOnFork
	}
	return nil
}

// discard frees the pages in [start, end), without splitting regions: programs do it often. MADV_FREE may
// free at once, too (madvise(2)). It fails with EINVAL for pages that may not go, and with ENOMEM, at the end, if there
// was a hole.
func (as *AddressSpace) discard(start, end uint64, advice sys.Madvice) error {
	var holes error
	for i := as.index(start); start < end; i++ {
		if i == len(as.regions) || as.regions[i].start >= end {
			return unix.ENOMEM
		}
		r := as.regions[i]
		if r.start > start {
			holes, start = unix.ENOMEM, r.start
		}
		if r.has(locked) && advice != unix.MADV_DONTNEED_LOCKED || r.object != nil && advice == unix.MADV_FREE {
			return unix.EINVAL
		}
		as.zap(r, start, min(end, r.end), false)
		start = r.end
	}
	return holes
}

// SetName names the anonymous memory in [a, a+length) for /proc/PID/maps; an empty name takes the name
// away (prctl(2), PR_SET_VMA_ANON_NAME). It fails with EINVAL for a bad range, EBADF for a mapped file,
// ENOMEM where nothing is mapped.
func (as *AddressSpace) SetName(a Addr, length uint64, name string) error {
	start, n := uint64(a), pageUp(length)
	if start&pageMask != 0 || n < length || start+n < start {
		return unix.EINVAL
	}
	as.mu.Lock()
	defer as.mu.Unlock()
	return as.eachMapped(start, start+n, func(r *region) error {
		if _, anon := r.object.(*Shmem); r.object != nil && !anon {
			return unix.EBADF
		}
		r.name = name
		return nil
	})
}

// eachMapped is forRange that goes on after holes, and fails with ENOMEM at the end if there was one.
func (as *AddressSpace) eachMapped(start, end uint64, f func(*region) error) error {
	var holes error
	for start < end {
		i := as.index(start)
		if i == len(as.regions) || as.regions[i].start >= end {
			return unix.ENOMEM
		}
		r := as.regions[i]
		if r.start > start {
			holes, start = unix.ENOMEM, r.start
		}
		stop := min(end, r.end)
		if err := as.forRange(start, stop, f); err != nil {
			return err
		}
		start = stop
	}
	return holes
}

// prefault does MADV_POPULATE_READ and MADV_POPULATE_WRITE: ENOMEM where nothing is mapped,
// EINVAL where the protection forbids it, EFAULT where the access would get SIGBUS.
func (as *AddressSpace) prefault(a Addr, n uint64, access Access) error {
	err := as.touchRange(a, n, func(*region) Access { return access })
	switch {
	case isFault(err, unix.SIGSEGV):
		return unix.EINVAL
	case isFault(err, unix.SIGBUS):
		return unix.EFAULT
	}
	return err
}

// punch does MADV_REMOVE: it makes holes in the objects mapped in [start, end). They
// are told one by one, without the address space's lock, as they lock their mappers.
func (as *AddressSpace) punch(start, end uint64) error {
	return as.eachObject(start, end, func(r *region) error {
		switch {
		case r.has(locked) || r.object == nil:
			return unix.EINVAL
		case !r.has(shared) || r.max&ProtWrite == 0:
			return unix.EACCES
		}
		if _, ok := r.object.(Puncher); !ok {
			return unix.EOPNOTSUPP
		}
		return nil
	}, func(o Object, off, n uint64) error { return o.(Puncher).PunchHole(off, n) })
}

// eachObject calls check for each region in [start, end), then, with the address space
// unlocked, do for its part in the range, if it has an object. It goes on after holes, and fails with
// ENOMEM at the end if there was one.
func (as *AddressSpace) eachObject(start, end uint64, check func(*region) error, do func(o Object, off, n uint64) error) error {
	var holes error
	for start < end {
		as.mu.Lock()
		i := as.index(start)
		if i == len(as.regions) || as.regions[i].start >= end {
			as.mu.Unlock()
			return unix.ENOMEM
		}
		r := *as.regions[i]
		err := check(&r)
		if r.object != nil {
			r.object.Mapped(as) // it stays while we use it
		}
		as.mu.Unlock()
		if r.start > start {
			holes, start = unix.ENOMEM, r.start
		}
		stop := min(end, r.end)
		if r.object != nil {
			if err == nil {
				err = do(r.object, r.objectOffset(start), stop-start)
			}
			r.object.Unmapped(as)
		}
		if err != nil {
			return err
		}
		start = stop
	}
	return holes
}

// Sync writes changes to mapped objects back (msync(2)) in [a, a+length). It fails with EINVAL for bad arguments,
// EBUSY if MS_INVALIDATE meets locked memory, ENOMEM where nothing is mapped.
func (as *AddressSpace) Sync(a Addr, length uint64, flags sys.MsyncFlags) error {
	const known = unix.MS_ASYNC | unix.MS_INVALIDATE | unix.MS_SYNC
	start, n := uint64(a), pageUp(length)
	switch {
	case flags&^known != 0, start&pageMask != 0, flags&unix.MS_ASYNC != 0 && flags&unix.MS_SYNC != 0:
		return unix.EINVAL
	case start+n < start:
		return unix.ENOMEM
	}
	return as.eachObject(start, start+n, func(r *region) error {
		if flags&unix.MS_INVALIDATE != 0 && r.has(locked) {
			return unix.EBUSY
		}
		return nil
	}, func(o Object, off, n uint64) error {
		if s, ok := o.(Syncer); ok && flags&unix.MS_SYNC != 0 {
			return s.SyncRange(off, n)
		}
		return nil
	})
}
