package fdtab

import (
	"cairn/kernel/config"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// The limits of RLIMIT_NOFILE that the first program starts with.
const (
	DefaultSoftLimit = 1024
	DefaultHardLimit = 524288
)

// Limit returns the soft RLIMIT_NOFILE of t: new descriptors are below it. The
// library that implements setrlimit(2) replaces it when it is initialised.
var Limit = func(t *task.Task) uint64 { return DefaultSoftLimit }

// limit returns Limit as a number of descriptors that a table can hold.
func limit(t *task.Task) int { return int(min(Limit(t), MaxDescriptors)) }

// tables is the table of every task.
var tables task.Slot[Table]

func init() {
	tables = task.NewSlot(task.Hooks[Table]{New: first, Clone: clone, Exec: exec, Exit: exit})
}

// standard are the descriptors that the first program begins with.
const standard = 3

// first makes the table of the first task, with the console behind its descriptors if there is one.
func first(*task.Task) (*Table, error) {
	tb := newTable(firstSize)
	if vfs.Std == nil {
		return tb, nil
	}
	for range standard {
		fd, err := tb.reserve(0, standard, false)
		if err != nil {
			return nil, err
		}
		f, err := vfs.Std(int(fd))
		if err != nil {
			tb.put()
			return nil, err
		}
		tb.fill(fd, f)
	}
	return tb, nil
}

func clone(parent, _ *task.Task, flags uint64) (*Table, error) {
	tb := tables.Get(parent)
	if flags&unix.CLONE_FILES == 0 {
		if !config.LIBPOSIX_FDTAB_MULTITAB {
			return nil, unix.EINVAL
		}
		return tb.copy(-1, -1), nil
	}
	tb.users.Add(1)
	return tb, nil
}

func exec(_ *task.Task, tb *Table) *Table {
	tb, _ = own(tb, -1, -1) // without a second table, nobody else is left who could share this one
	tb.closeOnExec()
	return tb
}

func exit(_ *task.Task, tb *Table) { tb.put() }

// own returns tb if t is its only user, and otherwise gives t a copy, without
// the descriptors skipFirst to skipLast. It fails with EINVAL if there can be only one table.
func own(tb *Table, skipFirst, skipLast int) (*Table, error) {
	if tb.users.Load() == 1 {
		return tb, nil
	}
	if !config.LIBPOSIX_FDTAB_MULTITAB {
		return tb, unix.EINVAL
	}
	c := tb.copy(skipFirst, skipLast)
	tb.put()
	return c, nil
}

// Unshare gives t a descriptor table of its own if it shares one (unshare(2) with CLONE_FILES): EINVAL if there can
// be only one.
func Unshare(t *task.Task) error {
	tb, err := own(tables.Get(t), -1, -1)
	if err == nil {
		tables.Set(t, tb)
	}
	return err
}

// Get returns the file behind fd, counted: the caller Puts it. It fails with
// EBADF if the descriptor is not open, or was opened with O_PATH.
func Get(t *task.Task, fd sys.FD) (*vfs.File, error) {
	if f := Lookup(t, fd); f != nil {
		return f, nil
	}
	return nil, unix.EBADF
}

// Lookup is Get with nil for EBADF, for the calls that are made most.
func Lookup(t *task.Task, fd sys.FD) *vfs.File {
	tb := tables.Get(t)
	if f := tb.peek(fd); f != nil && !f.IsPath() && f.TryGet() {
		return f
	}
	return tb.lookup(fd)
}

// lookup is Lookup for the rest.
func (tb *Table) lookup(fd sys.FD) *vfs.File {
	f := tb.get(fd)
	if f != nil && f.IsPath() {
		f.Put()
		return nil
	}
	return f
}

// GetPath is Get for the calls that work on an O_PATH descriptor as well, which
// open(2) lists: close, dup, fstat, fchdir, the dirfd of the *at calls, ...
func GetPath(t *task.Task, fd sys.FD) (*vfs.File, error) {
	if f := tables.Get(t).get(fd); f != nil {
		return f, nil
	}
	return nil, unix.EBADF
}

// Install puts f behind the lowest free descriptor. It takes over the caller's
// reference to f, also when it fails: EMFILE if RLIMIT_NOFILE is reached.
func Install(t *task.Task, f *vfs.File, cloexec bool) (sys.FD, error) {
	fd, err := Reserve(t, cloexec)
	if err != nil {
		f.Put()
		return -1, err
	}
	Fill(t, fd, f)
	return fd, nil
}

// Reserve makes the lowest free descriptor unavailable: the caller goes on with
// Fill or Release. It fails with EMFILE if RLIMIT_NOFILE is reached, with ENFILE if the kernel has no memory
// for more files.
func Reserve(t *task.Task, cloexec bool) (sys.FD, error) {
	if !task.Spare() {
		return -1, unix.ENFILE
	}
	return tables.Get(t).reserve(0, limit(t), cloexec)
}

// Fill puts f, whose reference it takes over, behind a reserved descriptor.
func Fill(t *task.Task, fd sys.FD, f *vfs.File) {
	tables.Get(t).fill(fd, f)
	t.CheckMemory()
}

// Release gives a reserved descriptor back.
func Release(t *task.Task, fd sys.FD) { tables.Get(t).release(fd) }

// InstallPair puts f and g behind the two lowest free descriptors, and the two
// numbers, each an int, at user address a (pipe2(2), socketpair(2)). It takes
// over the references to f and g, also when it fails: EMFILE, EFAULT.
func InstallPair(t *task.Task, f, g *vfs.File, cloexec bool, a sys.OutFDPair) error {
	err := installPair(t, f, g, cloexec, a)
	if err != nil {
		f.Put()
		g.Put()
	}
	return err
}

func installPair(t *task.Task, f, g *vfs.File, cloexec bool, a sys.OutFDPair) error {
	fd0, err := Reserve(t, cloexec)
	if err != nil {
		return err
	}
	fd1, err := Reserve(t, cloexec)
	if err != nil {
		Release(t, fd0)
		return err
	}
	if err := vm.Store(t.AS, vm.Addr(a), [2]int32{int32(fd0), int32(fd1)}); err != nil {
		Release(t, fd0)
		Release(t, fd1)
		return err
	}
	Fill(t, fd0, f)
	Fill(t, fd1, g)
	return nil
}

// Remove closes fd: EBADF if it is not open.
func Remove(t *task.Task, fd sys.FD) error { return tables.Get(t).remove(fd) }

// DupFrom makes a second descriptor of fd, the lowest free one that is at least
// from (F_DUPFD and F_DUPFD_CLOEXEC of fcntl(2)): EBADF if fd is not open, EINVAL if
// from is beyond RLIMIT_NOFILE, EMFILE if nothing is free below it.
func DupFrom(t *task.Task, fd sys.FD, from uint64, cloexec bool) (sys.FD, error) {
	f, err := GetPath(t, fd)
	if err != nil {
		return -1, err
	}
	max := limit(t)
	if from >= uint64(max) {
		f.Put()
		return -1, unix.EINVAL
	}
	tb := tables.Get(t)
	nfd, err := tb.reserve(int(from), max, cloexec)
	if err != nil {
		f.Put()
		return -1, err
	}
	tb.fill(nfd, f)
	return nfd, nil
}

// Cloexec reports whether fd has FD_CLOEXEC: EBADF if it is not open.
func Cloexec(t *task.Task, fd sys.FD) (bool, error) {
	tb := tables.Get(t)
	tb.mu.Lock()
	defer tb.mu.Unlock()
	if tb.peek(fd) == nil {
		return false, unix.EBADF
	}
	return tb.cloexec.has(int(fd)), nil
}

// SetCloexec sets or clears FD_CLOEXEC of fd: EBADF if it is not open.
func SetCloexec(t *task.Task, fd sys.FD, on bool) error {
	tb := tables.Get(t)
	tb.mu.Lock()
	defer tb.mu.Unlock()
	if tb.peek(fd) == nil {
		return unix.EBADF
	}
	tb.setCloexec(int(fd), on)
	return nil
}

// Is reports whether fd stands for f now.
func Is(t *task.Task, fd sys.FD, f *vfs.File) bool { return tables.Get(t).peek(fd) == f }

// LockOwner returns whose POSIX locks t sets (vfs.Lock): those who share a
// descriptor table share them.
func LockOwner(t *task.Task) any { return tables.Get(t) }
