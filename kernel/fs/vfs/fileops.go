package vfs

import (
	"strings"

	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// FileOps is the behaviour that every open file has. What only some have is in interfaces of their own,
// which the type of such a file implements as well: [Ioctler], [Readdirer], [Truncater], [Fallocater], [Syncer],
// [Mapper], [Describer]. Embed [NoFile] for the operations that a kind of file does not have.
//
// No operation waits for readiness: it returns EAGAIN, and the caller waits on
// the queue and tries again. t is the task on whose behalf the operation runs.
// It is nil in reads and writes that the kernel does for itself.
type FileOps interface {
	// Read fills b from offset off, and returns how many bytes it put there; 0 is
	// the end. off is -1 for files without a position.
	Read(t *task.Task, f *File, b *vm.Buffer, off int64) (int, error)

	// Write takes bytes from b and writes them at off, and returns how many it
	// took. off is -1 for files without a position. For regular files, the caller has
	// resolved O_APPEND and holds the inode's content lock.
	Write(t *task.Task, f *File, b *vm.Buffer, off int64) (int, error)

	// Ready returns what poll(2) would say now.
	Ready(f *File) wait.Events

	// Queue returns the queue that is woken when Ready changes, or nil if that
	// never happens.
	Queue(f *File) *wait.Queue

	// Seek returns the position that lseek(2) sets: off from whence. It is called
	// with the position locked.
	Seek(f *File, off int64, whence int) (int64, error)

	// Release gives up what the description holds: the last reference is gone.
	Release(f *File)
}

// An Ioctler has commands of its own.
type Ioctler interface {
	// Ioctl does ioctl(2), except for the commands that are the same on every file
	// (FIONBIO, FIOCLEX, FIONCLEX, FIOASYNC). ENOTTY if cmd means nothing to the file.
	Ioctl(t *task.Task, f *File, cmd uint32, arg vm.Addr) (uintptr, error)
}

// A Readdirer is an open directory.
type Readdirer interface {
	// Readdir hands entries from the position on to s, as long as s takes
	// them, and moves the position. It is called with the position locked.
	Readdir(t *task.Task, f *File, s DirSink) error
}

// A Truncater has a length that can be set.
type Truncater interface {
	// Truncate sets the length (ftruncate(2)). It is called with the inode's
	// content lock held.
	Truncate(t *task.Task, f *File, size int64) error
}

// A Fallocater has room that can be allocated.
type Fallocater interface {
	// Fallocate does fallocate(2). It is called with the inode's content lock held.
	Fallocate(t *task.Task, f *File, mode int, off, n int64) error
}

// A Syncer has contents that can be made durable.
type Syncer interface {
	// Sync makes the contents durable (fsync(2)).
	Sync(t *task.Task, f *File) error
}

// A Mapper can be mapped into memory.
type Mapper interface {
	// Map returns what mmap(2) maps; write says that a shared mapping may write to it.
	Map(f *File, write bool) (vm.Object, error)
}

// A Describer has more to say of itself.
type Describer interface {
	// FDInfo adds lines to /proc/PID/fdinfo/N.
	FDInfo(f *File, w *strings.Builder)
}

// A DirSink receives directory entries.
type DirSink interface {
	// Add takes one entry: name, inode number, the position after it, and its
	// type (DT_REG, ...). It returns false, and takes nothing, if there is no room.
	Add(name string, ino uint64, next int64, typ uint8) bool
}

// NoFile is a FileOps that has no operation: each gives the error that the
// manual pages document for a file that does not support it. poll(2) always finds
// it ready. Embed it. The methods are those of a pointer, so that the linker makes
// copies of them for pointers to the embedding types only.
type NoFile struct{}

var _ FileOps = (*NoFile)(nil)

// Read fails with EINVAL.
func (*NoFile) Read(*task.Task, *File, *vm.Buffer, int64) (int, error) { return 0, unix.EINVAL }

// Write fails with EINVAL.
func (*NoFile) Write(*task.Task, *File, *vm.Buffer, int64) (int, error) { return 0, unix.EINVAL }

// Ready says that the file is always readable and writable.
func (*NoFile) Ready(*File) wait.Events { return wait.In | wait.Out }

// Queue returns nil: readiness never changes.
func (*NoFile) Queue(*File) *wait.Queue { return nil }

// Seek fails with ESPIPE.
func (*NoFile) Seek(*File, int64, int) (int64, error) { return 0, unix.ESPIPE }

// Release does nothing.
func (*NoFile) Release(*File) {}

// Ioctl does ioctl(2) with a command of the file's own: ENOTTY if it has none.
func (f *File) Ioctl(t *task.Task, cmd uint32, arg vm.Addr) (uintptr, error) {
	if o, ok := f.Ops.(Ioctler); ok {
		return o.Ioctl(t, f, cmd, arg)
	}
	return 0, unix.ENOTTY
}

// Sync makes the contents durable (fsync(2)): EINVAL if that means nothing to the file.
func (f *File) Sync(t *task.Task) error {
	if o, ok := f.Ops.(Syncer); ok {
		return o.Sync(t, f)
	}
	return unix.EINVAL
}

// FDInfo adds what the file has to say of itself to /proc/PID/fdinfo/N.
func (f *File) FDInfo(w *strings.Builder) {
	if o, ok := f.Ops.(Describer); ok && f.mode&modePath == 0 {
		o.FDInfo(f, w)
	}
}

// truncate sets the length: EINVAL if the file has none.
func (f *File) truncate(t *task.Task, size int64) error {
	if o, ok := f.Ops.(Truncater); ok {
		return o.Truncate(t, f, size)
	}
	return unix.EINVAL
}

// fallocate does fallocate(2): ENODEV if the file has no room to allocate.
func (f *File) fallocate(t *task.Task, mode int, off, n int64) error {
	if o, ok := f.Ops.(Fallocater); ok {
		return o.Fallocate(t, f, mode, off, n)
	}
	return unix.ENODEV
}

// MapPages returns the file's memory, for who reads it in the name of the kernel: ENODEV if there is none.
func (f *File) MapPages(write bool) (vm.Object, error) {
	if o, ok := f.Ops.(Mapper); ok {
		return o.Map(f, write)
	}
	return nil, unix.ENODEV
}
