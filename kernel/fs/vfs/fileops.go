package vfs

import (
	"strings"

	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// FileOps is the behaviour of an open file. Embed [NoFile] for the operations
// that a kind of file does not have.
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

	// Ioctl does ioctl(2), except for the commands that are the same on every file
	// (FIONBIO, FIOCLEX, FIONCLEX, FIOASYNC). ENOTTY if cmd means nothing to the file.
	Ioctl(t *task.Task, f *File, cmd uint32, arg vm.Addr) (uintptr, error)

	// Seek returns the position that lseek(2) sets: off from whence. It is called
	// with the position locked.
	Seek(f *File, off int64, whence int) (int64, error)

	// Stat fills in the attributes (fstat(2)).
	Stat(f *File, a *Attr) error

	// Readdir hands entries from the position on to s, as long as s takes
	// them, and moves the position. It is called with the position locked.
	Readdir(t *task.Task, f *File, s DirSink) error

	// Truncate sets the length (ftruncate(2)). It is called with the inode's
	// content lock held.
	Truncate(t *task.Task, f *File, size int64) error

	// Fallocate does fallocate(2). It is called with the inode's content lock held.
	Fallocate(t *task.Task, f *File, mode int, off, n int64) error

	// Sync makes the contents durable (fsync(2)).
	Sync(t *task.Task, f *File) error

	// Map returns what mmap(2) maps; write says that a shared mapping may write to it.
	Map(f *File, write bool) (vm.Object, error)

	// Flush is called at every close(2) of a descriptor; its error is close's.
	Flush(t *task.Task, f *File) error

	// FDInfo adds lines to /proc/PID/fdinfo/N.
	FDInfo(f *File, w *strings.Builder)

	// Release gives up what the description holds: the last reference is gone.
	Release(f *File)
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

// Ioctl fails with ENOTTY.
func (*NoFile) Ioctl(*task.Task, *File, uint32, vm.Addr) (uintptr, error) { return 0, unix.ENOTTY }

// Seek fails with ESPIPE.
func (*NoFile) Seek(*File, int64, int) (int64, error) { return 0, unix.ESPIPE }

// Stat gives the inode's attributes.
func (*NoFile) Stat(f *File, a *Attr) error { return f.Inode().Stat(a) }

// Readdir fails with ENOTDIR.
func (*NoFile) Readdir(*task.Task, *File, DirSink) error { return unix.ENOTDIR }

// Truncate fails with EINVAL.
func (*NoFile) Truncate(*task.Task, *File, int64) error { return unix.EINVAL }

// Fallocate fails with ENODEV.
func (*NoFile) Fallocate(*task.Task, *File, int, int64, int64) error { return unix.ENODEV }

// Sync fails with EINVAL.
func (*NoFile) Sync(*task.Task, *File) error { return unix.EINVAL }

// Map fails with ENODEV.
func (*NoFile) Map(*File, bool) (vm.Object, error) { return nil, unix.ENODEV }

// Flush does nothing.
func (*NoFile) Flush(*task.Task, *File) error { return nil }

// FDInfo adds nothing.
func (*NoFile) FDInfo(*File, *strings.Builder) {}

// Release does nothing.
func (*NoFile) Release(*File) {}
