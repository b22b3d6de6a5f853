package fdio

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// getReader returns the file behind fd, counted: EBADF if it is not open for reading.
func getReader(t *task.Task, fd sys.FD) (*vfs.File, error) {
	f := fdtab.Lookup(t, fd)
	if f == nil {
		return nil, unix.EBADF
	}
	if !f.Readable() {
		f.Put()
		return nil, unix.EBADF
	}
	return f, nil
}

// getWriter returns the file behind fd, counted: EBADF if it is not open for writing.
func getWriter(t *task.Task, fd sys.FD) (*vfs.File, error) {
	f := fdtab.Lookup(t, fd)
	if f == nil {
		return nil, unix.EBADF
	}
	if !f.Writable() {
		f.Put()
		return nil, unix.EBADF
	}
	return f, nil
}

// A direction says what a file must be open for.
type direction bool

const (
	modeRead  direction = false
	modeWrite direction = true
)

// getVector returns the file behind fd, counted, for a transfer at off, which is -1
// for the file's own position: EINVAL, EBADF, ESPIPE.
func getVector(t *task.Task, fd sys.FD, off int64, d direction) (*vfs.File, error) {
	switch {
	case off != atPos:
		return getPositional(t, fd, off, d)
	case d == modeWrite:
		return getWriter(t, fd)
	}
	return getReader(t, fd)
}

// getPositional returns the file behind fd, counted, for a transfer at off: EINVAL if off is
// negative, EBADF, ESPIPE.
func getPositional(t *task.Task, fd sys.FD, off int64, d direction) (*vfs.File, error) {
	if off < 0 {
		return nil, unix.EINVAL
	}
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return nil, err
	}
	switch {
	case !f.Seekable():
		err = unix.ESPIPE
	case d == modeRead && !f.Readable(), d == modeWrite && !f.Writable():
		err = unix.EBADF
	}
	if err != nil {
		f.Put()
		return nil, err
	}
	return f, nil
}
