package fdio

import (
	"math"

	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// Fadvise64 implements posix_fadvise(2).
//
// The advice is checked and means nothing: what files hold is in memory already.
//
//cairn:syscall fadvise64
func Fadvise64(t *task.Task, fd sys.FD, off sys.Off, n sys.Off, advice sys.Fadvice) error {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	switch {
	case f.Inode().Type() == unix.S_IFIFO:
		return unix.ESPIPE
	case n < 0 || advice < unix.FADV_NORMAL || advice > unix.FADV_NOREUSE:
		return unix.EINVAL
	}
	return nil
}

// Readahead implements readahead(2).
//
// It means nothing: what files hold is in memory already.
//
//cairn:syscall readahead
func Readahead(t *task.Task, fd sys.FD, off sys.Off, count sys.Size) error {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	if !f.Readable() {
		return unix.EBADF
	}
	switch f.Inode().Type() {
	case unix.S_IFREG, unix.S_IFBLK:
		if int64(count) >= 0 {
			return nil
		}
	}
	return unix.EINVAL
}

// SyncFileRange implements sync_file_range(2).
//
// Whatever range is asked for, the whole file is made durable if its file system has
// something to do for that.
//
//cairn:syscall sync_file_range
func SyncFileRange(t *task.Task, fd sys.FD, off, n sys.Off, flags sys.SyncRangeFlags) error {
	const known = unix.SYNC_FILE_RANGE_WAIT_BEFORE | unix.SYNC_FILE_RANGE_WRITE | unix.SYNC_FILE_RANGE_WAIT_AFTER
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	if flags&^known != 0 || off < 0 || n < 0 || off > math.MaxInt64-n {
		return unix.EINVAL
	}
	switch f.Inode().Type() {
	case unix.S_IFREG, unix.S_IFBLK, unix.S_IFDIR, unix.S_IFLNK:
	default:
		return unix.ESPIPE
	}
	if flags == 0 {
		return nil
	}
	return f.Sync(t)
}
