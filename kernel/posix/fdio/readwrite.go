package fdio

import (
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Read implements read(2).
//
//cairn:syscall read
func Read(t *task.Task, fd sys.FD, buf sys.OutBuf, count sys.Size) (int, error) {
	f := fdtab.Lookup(t, fd)
	if f == nil {
		return 0, unix.EBADF
	}
	n, err := 0, error(unix.EBADF)
	if f.Readable() {
		if err = t.Buf.SetUser(t.AS, vm.Addr(buf), uint64(count)); err == nil {
			if n, err = f.Read(t, &t.Buf); err != nil {
				n, err = readMore(t, f, &t.Buf, atPos, n, err)
			}
		}
	}
	f.Put()
	return n, err
}

// Write implements write(2).
//
//cairn:syscall write
func Write(t *task.Task, fd sys.FD, buf sys.InBuf, count sys.Size) (int, error) {
	f := fdtab.Lookup(t, fd)
	if f == nil {
		return 0, unix.EBADF
	}
	n, err := 0, error(unix.EBADF)
	if f.Writable() {
		if err = t.Buf.SetUser(t.AS, vm.Addr(buf), uint64(count)); err == nil {
			if n, err = f.Write(t, &t.Buf); err != nil || t.Buf.Len() != 0 {
				n, err = writeMore(t, f, &t.Buf, atPos, n, err)
			}
		}
	}
	f.Put()
	return n, err
}

// Pread64 implements pread(2).
//
//cairn:syscall pread64
func Pread64(t *task.Task, fd sys.FD, buf sys.OutBuf, count sys.Size, off sys.Off) (int, error) {
	f, err := getPositional(t, fd, int64(off), modeRead)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	if err := t.Buf.SetUser(t.AS, vm.Addr(buf), uint64(count)); err != nil {
		return 0, err
	}
	return read(t, f, &t.Buf, int64(off))
}

// Pwrite64 implements pwrite(2).
//
// With O_APPEND the bytes go to the end, as on Linux.
//
//cairn:syscall pwrite64
func Pwrite64(t *task.Task, fd sys.FD, buf sys.InBuf, count sys.Size, off sys.Off) (int, error) {
	f, err := getPositional(t, fd, int64(off), modeWrite)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	if err := t.Buf.SetUser(t.AS, vm.Addr(buf), uint64(count)); err != nil {
		return 0, err
	}
	return write(t, f, &t.Buf, int64(off))
}

// Lseek implements lseek(2).
//
// Supports SEEK_DATA and SEEK_HOLE. As on Linux, files that are of no type, such as
// eventfds, have a position that never moves.
//
//cairn:syscall lseek
func Lseek(t *task.Task, fd sys.FD, off sys.Off, whence sys.Whence) (sys.Off, error) {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	if whence < unix.SEEK_SET || whence > unix.SEEK_HOLE {
		return 0, unix.EINVAL
	}
	if !f.Seekable() && f.Inode().Type() == 0 {
		return 0, nil
	}
	pos, err := f.Seek(int64(off), int(whence))
	return sys.Off(pos), err
}
