package vm

import (
	"cairn/kernel/arch"
	"cairn/kernel/mem"
	"cairn/kernel/syscall/sys"

	"golang.org/x/sys/unix"
)

// MLOCK_ONFAULT of mlock2(2) (Linux's include/uapi/asm-generic/mman-common.h).
const MlockOnFault sys.MlockFlags = 1

// Lock locks [a, a+length) into memory (mlock2(2)): there is no swap, so what locking means is that the
// pages are present when it returns, unless flags say on fault. It fails with EINVAL for unknown flags or a range
// that wraps, EPERM or ENOMEM beyond RLIMIT_MEMLOCK, ENOMEM where nothing is mapped, EAGAIN when memory is out.
func (as *AddressSpace) Lock(a Addr, length uint64, flags sys.MlockFlags) error {
	if flags&^MlockOnFault != 0 {
		return unix.EINVAL
	}
	start, end, err := lockRange(a, length)
	if err != nil || start == end {
		return err
	}
	set := locked
	if flags&MlockOnFault != 0 {
		set |= lockFault
	}
	as.mu.Lock()
	if err = as.lockable(end-start-as.lockedIn(start, end), unix.ENOMEM); err == nil {
		err = as.forRange(start, end, func(r *region) error { return as.setLocked(r, set) })
	}
	as.mu.Unlock()
	if err != nil || set&lockFault != 0 {
		return err
	}
	err = as.populate(Addr(start), end-start)
	switch {
	case isFault(err, unix.SIGSEGV), isFault(err, unix.SIGBUS):
		return unix.ENOMEM
	case err == unix.ENOMEM:
		return unix.EAGAIN
	}
	return err
}

// Unlock undoes Lock (munlock(2)).
func (as *AddressSpace) Unlock(a Addr, length uint64) error {
	start, end, err := lockRange(a, length)
	if err != nil || start == end {
		return err
	}
	as.mu.Lock()
	defer as.mu.Unlock()
	return as.forRange(start, end, as.unlock)
}

// lockRange rounds a range to whole pages (mlock(2) takes any).
func lockRange(a Addr, length uint64) (start, end uint64, err error) {
	start = uint64(a) &^ pageMask
	n := pageUp(length + uint64(a)&pageMask)
	if start+n < start { // a length that rounds up to 2^64 is none, as on Linux
		return 0, 0, unix.EINVAL
	}
	return start, start + n, nil
}

// lockedIn returns how many bytes of [start, end) are locked already.
func (as *AddressSpace) lockedIn(start, end uint64) (n uint64) {
	for i := as.index(start); i < len(as.regions) && as.regions[i].start < end; i++ {
		if r := as.regions[i]; r.has(locked) {
			n += min(end, r.end) - max(start, r.start)
		}
	}
	return n
}

// setLocked sets how a region is locked: 0, locked, or locked|lockFault.
func (as *AddressSpace) setLocked(r *region, set regionFlags) error {
	as.usage.remove(r, r.size())
	r.flags = r.flags&^(locked|lockFault) | set
	as.usage.add(r, r.size())
	return nil
}

// unlock is setLocked for a region that is not locked any more.
func (as *AddressSpace) unlock(r *region) error { return as.setLocked(r, 0) }

// LockAll locks what is mapped, and what will be, as flags say (mlockall(2)). It fails with EINVAL
// for bad flags, and with EPERM or ENOMEM beyond RLIMIT_MEMLOCK.
func (as *AddressSpace) LockAll(flags sys.MlockallFlags) error {
	const known = unix.MCL_CURRENT | unix.MCL_FUTURE | unix.MCL_ONFAULT
	if flags == 0 || flags&^known != 0 || flags == unix.MCL_ONFAULT {
		return unix.EINVAL
	}
	set := locked
	if flags&unix.MCL_ONFAULT != 0 {
		set |= lockFault
	}
	as.mu.Lock()
	var more uint64
	if flags&unix.MCL_CURRENT != 0 {
		more = (as.usage.size - as.usage.locked) << mem.PageShift
	}
	if err := as.lockable(more, unix.ENOMEM); err != nil {
		as.mu.Unlock()
		return err
	}
	as.lockAll = 0
	if flags&unix.MCL_FUTURE != 0 {
		as.lockAll = set
	}
	var present []region
	if flags&unix.MCL_CURRENT != 0 {
		present = as.lockRegions(set)
	}
	as.mu.Unlock()
	if set&lockFault == 0 {
		for _, r := range present {
			_ = as.populate(Addr(r.start), r.size()) // as Linux: what cannot be had is not locked
		}
	}
	return nil
}

// lockRegions locks all regions, and returns what they are then.
func (as *AddressSpace) lockRegions(set regionFlags) (list []region) {
	for _, r := range as.regions {
		_ = as.setLocked(r, set)
		list = append(list, *r)
	}
	as.mergeAround(0, len(as.regions))
	return list
}

// UnlockAll undoes LockAll (munlockall(2)).
func (as *AddressSpace) UnlockAll() {
	as.mu.Lock()
	defer as.mu.Unlock()
	as.lockAll = 0
	as.lockRegions(0)
}

// Resident sets bit 0 of vec[i] to whether the page i pages after a is in memory
// (mincore(2)). It fails with EINVAL if a is no page's address, and with ENOMEM where nothing is mapped.
func (as *AddressSpace) Resident(a Addr, vec []byte) error {
	start := uint64(a)
	if start&pageMask != 0 {
		return unix.EINVAL
	}
	if !inUser(a, uint64(len(vec))<<mem.PageShift) {
		return unix.ENOMEM
	}
	as.mu.Lock()
	defer as.mu.Unlock()
	for i := range vec {
		at := start + uint64(i)<<mem.PageShift
		r := as.find(at)
		if r == nil {
			return unix.ENOMEM
		}
		vec[i] = 0
		if as.isResident(r, at) {
			vec[i] = 1
		}
	}
	return nil
}

// isResident says whether the page at a is mapped, or could be without filling it.
func (as *AddressSpace) isResident(r *region, a uint64) bool {
	if t, _ := as.leaf(a); t != nil && t[a>>arch.PageShift&indexMask] != 0 {
		return true
	}
	if r.around == nil {
		return false
	}
	one := as.around[:1]
	if r.around.Around(r.objectOffset(a), one); one[0] == 0 {
		return false
	}
	one[0].Put()
	return true
}
