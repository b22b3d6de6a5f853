package fdtab

import (
	"sync"
	"sync/atomic"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/trial"

	"golang.org/x/sys/unix"
)

// MaxDescriptors is how many descriptors a table can hold, whatever the
// limits of the process: Linux's default for /proc/sys/fs/nr_open.
const MaxDescriptors = 1 << 20

// firstSize is how many descriptors a new table has room for.
const firstSize = 64

// A slot holds the file behind one descriptor, or nil.
type slot = atomic.Pointer[vfs.File]

// A Table is a descriptor table.
type Table struct {
	users atomic.Int32           // tasks that share the table
	slots atomic.Pointer[[]slot] // replaced when the table grows

	mu      sync.Mutex // held to change anything below, or a slot
	used    bitmap     // descriptors that are open or reserved
	cloexec bitmap     // descriptors with FD_CLOEXEC
}

// newTable returns an empty table with room for n descriptors and one user.
func newTable(n int) *Table {
	tb := &Table{}
	tb.users.Store(1)
	trial.Tables.Add(1)
	s := make([]slot, n)
	tb.slots.Store(&s)
	tb.used.grow(n)
	tb.cloexec.grow(n)
	return tb
}

// peek returns the file behind fd, or nil. The file is not counted.
func (tb *Table) peek(fd sys.FD) *vfs.File {
	s := *tb.slots.Load()
	if uint(fd) >= uint(len(s)) {
		return nil
	}
	return s[fd].Load()
}

// get returns the file behind fd, counted, or nil.
//
// Between the load and the count another task may close the descriptor. If the
// file is still open elsewhere, the call happened before the close; if not, TryGet fails, and
// the slot is looked at again.
func (tb *Table) get(fd sys.FD) *vfs.File {
	f := tb.peek(fd)
	for f != nil && !f.TryGet() {
		f = tb.peek(fd)
	}
	return f
}

// reserve takes the lowest free descriptor from the given one up. It fails with
// EMFILE if that is not below limit.
func (tb *Table) reserve(from, limit int, cloexec bool) (sys.FD, error) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	fd := tb.used.gap(from)
	if fd >= min(limit, MaxDescriptors) || trial.Fail() {
		return -1, unix.EMFILE
	}
	tb.grow(fd + 1)
	tb.used.set(fd)
	tb.setCloexec(fd, cloexec)
	return sys.FD(fd), nil
}

// grow makes room for n descriptors. The table is locked.
func (tb *Table) grow(n int) {
	old := *tb.slots.Load()
	if n <= len(old) {
		return
	}
	size := len(old)
	for size < n {
		size *= 2
	}
	bigger := make([]slot, size)
	for i := range old {
		bigger[i].Store(old[i].Load())
	}
	tb.used.grow(size)
	tb.cloexec.grow(size)
	tb.slots.Store(&bigger)
}

// setCloexec sets or clears FD_CLOEXEC. The table is locked.
func (tb *Table) setCloexec(fd int, on bool) {
	if on {
		tb.cloexec.set(fd)
	} else {
		tb.cloexec.clear(fd)
	}
}

// fill puts f, whose reference it takes over, behind a reserved descriptor.
func (tb *Table) fill(fd sys.FD, f *vfs.File) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	(*tb.slots.Load())[fd].Store(f)
}

// release gives a reserved descriptor back.
func (tb *Table) release(fd sys.FD) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	tb.used.clear(int(fd))
	tb.cloexec.clear(int(fd))
}

// take empties the slot of fd and frees the number. It returns the file, or
// nil if there was none. The table is locked.
func (tb *Table) take(fd int) *vfs.File {
	f := (*tb.slots.Load())[fd].Swap(nil)
	if f != nil {
		tb.used.clear(fd)
		tb.cloexec.clear(fd)
	}
	return f
}

// remove closes fd.
func (tb *Table) remove(fd sys.FD) error {
	tb.mu.Lock()
	var f *vfs.File
	if uint(fd) < uint(len(*tb.slots.Load())) {
		f = tb.take(int(fd))
	}
	tb.mu.Unlock()
	if f == nil {
		return unix.EBADF
	}
	tb.drop(f)
	return nil
}

// replace puts f, whose reference it takes over, behind fd, and closes what was
// there. It fails with EBUSY if fd is reserved by a call that is still
// at work (dup2(2)).
func (tb *Table) replace(fd sys.FD, f *vfs.File, cloexec bool) error {
	tb.mu.Lock()
	tb.grow(int(fd) + 1)
	s := &(*tb.slots.Load())[fd]
	old := s.Load()
	if old == nil && tb.used.has(int(fd)) {
		tb.mu.Unlock()
		f.Put()
		return unix.EBUSY
	}
	s.Store(f)
	tb.used.set(int(fd))
	tb.setCloexec(int(fd), cloexec)
	tb.mu.Unlock()
	if old != nil {
		tb.drop(old)
	}
	return nil
}

// removeRange closes the descriptors first to last.
func (tb *Table) removeRange(first, last int) {
	for fd := first; ; fd++ {
		tb.mu.Lock()
		fd = tb.used.next(fd)
		if fd < 0 || fd > last {
			tb.mu.Unlock()
			return
		}
		f := tb.take(fd)
		tb.mu.Unlock()
		if f != nil {
			tb.drop(f)
		}
	}
}

// cloexecRange sets FD_CLOEXEC on the open descriptors first to last.
func (tb *Table) cloexecRange(first, last int) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	for fd := tb.used.next(first); fd >= 0 && fd <= last; fd = tb.used.next(fd + 1) {
		tb.cloexec.set(fd)
	}
}

// drop ends a descriptor's use of f: what close(2) does. The process loses its POSIX
// locks on the file.
func (tb *Table) drop(f *vfs.File) {
	if !f.IsPath() {
		f.ReleaseLocks(tb)
	}
	f.Put()
}

// copy returns a new table with the same files, except for the descriptors
// skipFirst to skipLast, in time proportional to the highest one that is open.
// Reserved descriptors are free in the copy.
func (tb *Table) copy(skipFirst, skipLast int) *Table {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	size := firstSize
	for size <= tb.used.last() {
		size *= 2
	}
	c := newTable(size)
	from, to := *tb.slots.Load(), *c.slots.Load()
	for fd := tb.used.next(0); fd >= 0; fd = tb.used.next(fd + 1) {
		f := from[fd].Load()
		if f == nil || fd >= skipFirst && fd <= skipLast {
			continue
		}
		f.Get()
		to[fd].Store(f)
		c.used.set(fd)
		c.setCloexec(fd, tb.cloexec.has(fd))
	}
	return c
}

// closeOnExec closes the descriptors with FD_CLOEXEC.
func (tb *Table) closeOnExec() {
	for fd := 0; ; fd++ {
		tb.mu.Lock()
		fd = tb.cloexec.next(fd)
		if fd < 0 {
			tb.mu.Unlock()
			return
		}
		f := tb.take(fd)
		tb.mu.Unlock()
		if f != nil {
			tb.drop(f)
		}
	}
}

// put takes one user off the table, and closes everything with the last.
func (tb *Table) put() {
	if tb.users.Add(-1) == 0 {
		tb.removeRange(0, MaxDescriptors)
		trial.Tables.Add(-1)
	}
}
