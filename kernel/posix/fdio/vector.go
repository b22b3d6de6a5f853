package fdio

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
)

// Readv implements readv(2).
//
//cairn:syscall readv
func Readv(t *task.Task, fd sys.FD, iov sys.OutIoVec, n uint64) (int, error) {
	f, err := getReader(t, fd)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	return readv(t, f, iov, n, atPos)
}

// Writev implements writev(2).
//
//cairn:syscall writev
func Writev(t *task.Task, fd sys.FD, iov sys.IoVec, n uint64) (int, error) {
	f, err := getWriter(t, fd)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	return writev(t, f, iov, n, atPos)
}

func readv(t *task.Task, f *vfs.File, iov sys.OutIoVec, n uint64, off int64) (int, error) {
	if err := t.Buf.SetUserIovecs(t.AS, vm.Addr(iov), n); err != nil {
		return 0, err
	}
	return read(t, f, &t.Buf, off)
}

func writev(t *task.Task, f *vfs.File, iov sys.IoVec, n uint64, off int64) (int, error) {
	if err := t.Buf.SetUserIovecs(t.AS, vm.Addr(iov), n); err != nil {
		return 0, err
	}
	return write(t, f, &t.Buf, off)
}

// Preadv implements preadv(2).
//
//cairn:syscall preadv
func Preadv(t *task.Task, fd sys.FD, iov sys.OutIoVec, n uint64, off sys.Off) (int, error) {
	f, err := getPositional(t, fd, int64(off), modeRead)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	return readv(t, f, iov, n, int64(off))
}

// Pwritev implements pwritev(2).
//
//cairn:syscall pwritev
func Pwritev(t *task.Task, fd sys.FD, iov sys.IoVec, n uint64, off sys.Off) (int, error) {
	f, err := getPositional(t, fd, int64(off), modeWrite)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	return writev(t, f, iov, n, int64(off))
}
