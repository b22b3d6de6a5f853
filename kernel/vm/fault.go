package vm

import (
	"errors"

	"cairn/kernel/arch"
	"cairn/kernel/kfmt"
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// A FaultError says which signal an access gets that cannot be resolved.
type FaultError struct {
	// Signal is SIGSEGV or SIGBUS.
	Signal unix.Signal
	// Code is the si_code (sigaction(2)): SEGV_MAPERR, SEGV_ACCERR, BUS_ADRERR.
	Code int32
	// Addr is the address that was accessed.
	Addr Addr
	// Access is what was tried.
	Access Access
}

// The si_codes of faults (Linux's include/uapi/asm-generic/siginfo.h).
const (
	SegvMapErr = 1 // SEGV_MAPERR: nothing is mapped there
	SegvAccErr = 2 // SEGV_ACCERR: the protection forbids it
	BusAdrErr  = 2 // BUS_ADRERR: beyond the end of the mapped object
)

// Error implements error.
func (e *FaultError) Error() string {
	why := "nothing is mapped there"
	switch {
	case e.Signal == unix.SIGBUS:
		why = "beyond the end of the mapped file"
	case e.Code == SegvAccErr:
		why = "the mapping's protection forbids it"
	}
	return kfmt.Sprintf("%s at %#x: %s", e.Access, uint64(e.Addr), why)
}

// aroundPages is how many pages a read fault on an object maps at most.
const aroundPages = 16

// OutOfMemory is called when a page for the address space cannot be had. It may block, and reports
// whether to try again. The layer above sets it before there are address spaces.
var OutOfMemory = func(*AddressSpace) bool { return false }

// Fault resolves a page fault: it makes the access possible, or fails with a *FaultError
// that says which signal the task gets, or with ENOMEM when memory is out.
func (as *AddressSpace) Fault(addr Addr, access Access) error {
	for {
		as.mu.Lock()
		err := as.fault(uint64(addr), access)
		as.mu.Unlock()
		if err != unix.ENOMEM || !OutOfMemory(as) {
			return err
		}
	}
}

// fault is Fault with the address space locked.
func (as *AddressSpace) fault(a uint64, access Access) error {
	r := as.find(a)
	if r == nil {
		if r = as.growStack(a); r == nil {
			return &FaultError{unix.SIGSEGV, SegvMapErr, Addr(a), access}
		}
	}
	if !r.allows(access) {
		return &FaultError{unix.SIGSEGV, SegvAccErr, Addr(a), access}
	}
	p, err := as.entryAlloc(a)
	if err != nil {
		return err
	}
	e := load(p)
	switch {
	case e == 0 && r.object == nil:
		err = as.demandZero(r, p)
	case e == 0:
		err = as.demandObject(r, a, p, access)
	case access == Write && !e.Writable():
		err = as.unshare(r, a, p, e)
	default:
		// Another thread was faster, or the processor remembers less than the table says.
		arch.FlushPage(uint64(as.root), a&^pageMask)
	}
	if err != nil && err != unix.ENOMEM {
		return &FaultError{unix.SIGBUS, BusAdrErr, Addr(a), access}
	}
	return err
}

// demandZero maps a fresh page of anonymous memory.
func (as *AddressSpace) demandZero(r *region, p *uint64) error {
	f, ok := mem.AllocZero(mem.User)
	if !ok {
		return unix.ENOMEM
	}
	as.setPage(r, p, r.pageEntry(f, true)|softCopy)
	return nil
}

// setPage fills an empty entry.
func (as *AddressSpace) setPage(r *region, p *uint64, e arch.PTE) {
	store(p, e)
	as.countPage(r, e)
	as.usage.peakResident = max(as.usage.peakResident, as.usage.rss())
}

// demandObject maps the object's page at a, or a private copy if it is to be written.
func (as *AddressSpace) demandObject(r *region, a uint64, p *uint64, access Access) error {
	if access != Write && r.around != nil {
		as.faultAround(r, a)
		if load(p) != 0 {
			return nil
		}
	}
	write := access == Write && r.has(shared)
	f, err := r.object.Frame(r.objectOffset(a), write)
	if err != nil {
		return err
	}
	if access == Write && !r.has(shared) {
		c, ok := copyOf(f)
		f.Put()
		if !ok {
			return unix.ENOMEM
		}
		as.setPage(r, p, r.pageEntry(c, true)|softCopy)
		return nil
	}
	as.setPage(r, p, r.pageEntry(f, write))
	return nil
}

// faultAround maps what the object has in memory of the pages around a, for
// reading. The last-level table for a is there.
func (as *AddressSpace) faultAround(r *region, a uint64) {
	const window = aroundPages * mem.PageSize
	start := max(a&^(window-1), r.start)
	end := min(a&^(window-1)+window, r.end)
	frames := as.around[:pages(end-start)]
	r.around.Around(r.objectOffset(start), frames)
	t, _ := as.leaf(a)
	entries := t[start>>arch.PageShift&indexMask:][:len(frames)]
	set := uint64(0)
	for i, f := range frames {
		if f == 0 {
			continue
		}
		if p := &entries[i]; load(p) == 0 {
			store(p, r.pageEntry(f, false))
			set++
		} else {
			f.Put()
		}
	}
	as.usage.resident[r.kindOf()] += set
	as.usage.peakResident = max(as.usage.peakResident, as.usage.rss())
}

// unshare makes the page at a writable, which is mapped read-only by e: the last
// user of a private page keeps it, others get a copy; an object is told.
func (as *AddressSpace) unshare(r *region, a uint64, p *uint64, e arch.PTE) error {
	old := mem.Frame(e.Frame())
	if r.has(shared) {
		return as.unshareObject(r, a, p, old)
	}
	if e&softCopy != 0 && old.Uses() == 1 {
		store(p, r.pageEntry(old, true)|softCopy) // more rights need no flush
		return nil
	}
	f, ok := copyOf(old)
	if !ok {
		return unix.ENOMEM
	}
	as.usage.resident[r.kindOfEntry(e)]--
	as.setPage(r, p, r.pageEntry(f, true)|softCopy)
	as.gather.release(as, a&^pageMask, old)
	as.gather.flush(as)
	return nil
}

// unshareObject asks the object for the page at a to write, which old may or may not be.
func (as *AddressSpace) unshareObject(r *region, a uint64, p *uint64, old mem.Frame) error {
	f, err := r.object.Frame(r.objectOffset(a), true)
	if err != nil {
		return err
	}
	store(p, r.pageEntry(f, true))
	if f == old {
		f.Put() // mapped already, so counted already
		return nil
	}
	as.gather.release(as, a&^pageMask, old)
	as.gather.flush(as)
	return nil
}

// copyOf returns a new frame with the contents of f.
func copyOf(f mem.Frame) (mem.Frame, bool) {
	c, ok := mem.Alloc(mem.User)
	if ok {
		c.CopyFrom(f)
	}
	return c, ok
}

// growStack extends the region above a downwards to a, if it is one that
// grows and nothing forbids it, and returns it, else nil.
func (as *AddressSpace) growStack(a uint64) *region {
	i := as.index(a)
	if a < MinAddr || i == len(as.regions) || !as.regions[i].has(growsDown) {
		return nil
	}
	r, start := as.regions[i], a&^pageMask
	if r.end-start > as.limits.Stack {
		return nil
	}
	if i > 0 {
		below := as.regions[i-1]
		if below.prot != 0 && !below.has(growsDown) && start-below.end < StackGuard {
			return nil
		}
	}
	grow := r.start - start
	if as.mayAdd(r, grow, 0) != nil || r.has(locked) && as.lockable(grow, unix.EAGAIN) != nil {
		return nil
	}
	r.start = start
	as.usage.add(r, grow)
	as.mergeAround(i, i)
	return as.find(a)
}

// populate touches every page in [a, a+n), as far as that succeeds: to write where that makes
// a private page, to read elsewhere.
func (as *AddressSpace) populate(a Addr, n uint64) error {
	return as.touchRange(a, n, func(r *region) Access {
		if r.isData() || r.has(growsDown) && r.allows(Write) {
			return Write
		}
		return Read
	})
}

// touchRange makes each page in [a, a+n) present, as the access would that how says. It fails with the
// first error, or ENOMEM where nothing is mapped.
func (as *AddressSpace) touchRange(a Addr, n uint64, how func(*region) Access) error {
	for start, end := uint64(a), uint64(a)+n; start < end; start += mem.PageSize {
		as.mu.Lock()
		err := as.touch(start, how)
		as.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// touch does touchRange's work for one page.
func (as *AddressSpace) touch(a uint64, how func(*region) Access) error {
	r := as.find(a)
	if r == nil {
		return unix.ENOMEM
	}
	access := how(r)
	if p := as.entry(a); p != nil {
		if e := load(p); e.Present() && (access == Read || e.Writable()) {
			return nil
		}
	}
	return as.fault(a, access)
}

// isFault says whether the error is a *FaultError with that signal.
func isFault(err error, signal unix.Signal) bool {
	f, ok := errors.AsType[*FaultError](err)
	return ok && f.Signal == signal
}
