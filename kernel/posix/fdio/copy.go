package fdio

import (
	"math"
	"sync"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// chunk is how much a copy between files moves at a time.
const chunk = 64 << 10

var chunks = sync.Pool{New: func() any { return new([chunk]byte) }}

// copyFile copies up to n bytes from in, at from, to out, at to or at its own position with atPos.
// It returns how many were written; a signal ends it early. from is at the first byte that was
// not written then, whatever was read.
func copyFile(t *task.Task, out *vfs.File, to int64, in *vfs.File, from, n int64) (int64, error) {
	c := chunks.Get().(*[chunk]byte)
	defer chunks.Put(c)
	done := int64(0)
	for done < n {
		part := c[:min(chunk, n-done)]
		t.Buf.SetBytes(part)
		got, err := read(t, in, &t.Buf, from+done)
		if got == 0 || err != nil {
			return partial(done, err)
		}
		at := to
		if to != atPos {
			at += done
		}
		t.Buf.SetBytes(part[:got])
		put, err := write(t, out, &t.Buf, at)
		done += int64(put)
		if err != nil || put < got {
			return partial(done, err)
		}
		if t.Interrupted() {
			return partial(done, sys.ERESTARTSYS)
		}
	}
	return done, nil
}

// partial returns what was done, or the error if that is nothing.
func partial(done int64, err error) (int64, error) {
	if done > 0 {
		return done, nil
	}
	return 0, err
}

// Sendfile implements sendfile(2).
//
// The input must have a position, as on Linux; the output may be any file.
//
//cairn:syscall sendfile
func Sendfile(t *task.Task, outFD, inFD sys.FD, offset sys.InOutOff, count sys.Size) (int64, error) {
	if offset == 0 {
		return sendfile(t, outFD, inFD, nil, count)
	}
	pos, err := vm.Load[int64](t.AS, vm.Addr(offset))
	if err != nil {
		return 0, err
	}
	n, err := sendfile(t, outFD, inFD, &pos, count)
	if stored := vm.Store(t.AS, vm.Addr(offset), pos); stored != nil {
		return 0, stored
	}
	return n, err
}

// sendfile does sendfile(2) from the position at pos, which it moves, or from the input's own.
func sendfile(t *task.Task, outFD, inFD sys.FD, pos *int64, count sys.Size) (int64, error) {
	in, err := getReader(t, inFD)
	if err != nil {
		return 0, err
	}
	defer in.Put()
	if pos != nil && !in.Seekable() {
		return 0, unix.ESPIPE
	}
	from := in.Pos()
	if pos != nil {
		from = *pos
	}
	if int64(count) < 0 || from < 0 || from > math.MaxInt64-int64(count) {
		return 0, unix.EINVAL
	}
	out, err := getWriter(t, outFD)
	if err != nil {
		return 0, err
	}
	defer out.Put()
	switch {
	case !in.Seekable() || in.Inode().IsDir():
		return 0, unix.EINVAL
	case out.Inode().Type() == 0 && (!in.Inode().IsRegular() || from < in.Inode().Size()):
		return 0, unix.EINVAL // an eventfd and its like, if there is something to send
	case out.Flags()&unix.O_APPEND != 0 && out.Inode().Type() != unix.S_IFIFO:
		return 0, unix.EINVAL
	}
	n := min(int64(count), vm.MaxTransfer)
	n, err = copyFile(t, out, atPos, in, from, n)
	if pos != nil {
		*pos = from + n
	} else if n > 0 {
		_, _ = in.Seek(from+n, unix.SEEK_SET)
	}
	return n, err
}

// CopyFileRange implements copy_file_range(2).
//
// It copies between two regular files of one file system; EXDEV for others, as on Linux since 5.19.
//
//cairn:syscall copy_file_range
func CopyFileRange(t *task.Task, inFD sys.FD, offIn sys.InOutOff, outFD sys.FD, offOut sys.InOutOff, count sys.Size, flags uint32) (int64, error) {
	in, err := fdtab.Get(t, inFD)
	if err != nil {
		return 0, err
	}
	defer in.Put()
	out, err := fdtab.Get(t, outFD)
	if err != nil {
		return 0, err
	}
	defer out.Put()
	from, err := position(t, in, offIn)
	if err != nil {
		return 0, err
	}
	to, err := position(t, out, offOut)
	if err != nil {
		return 0, err
	}
	if flags != 0 {
		return 0, unix.EINVAL
	}
	n, err := checkRanges(in, from, out, to, count)
	if err != nil || n == 0 {
		return 0, err
	}
	if n, err = copyFile(t, out, to, in, from, n); err != nil {
		return 0, err
	}
	if err := setPosition(t, in, offIn, from+n); err != nil {
		return 0, err
	}
	return n, setPosition(t, out, offOut, to+n)
}

// position returns the number at user address a or, if that is 0, the file's position.
func position(t *task.Task, f *vfs.File, a sys.InOutOff) (int64, error) {
	if a == 0 {
		return f.Pos(), nil
	}
	return vm.Load[int64](t.AS, vm.Addr(a))
}

// setPosition sets what position returned.
func setPosition(t *task.Task, f *vfs.File, a sys.InOutOff, pos int64) error {
	if a == 0 {
		_, err := f.Seek(pos, unix.SEEK_SET)
		return err
	}
	return vm.Store(t.AS, vm.Addr(a), pos)
}

// checkRanges says whether count bytes can be copied, and returns how many there are.
func checkRanges(in *vfs.File, from int64, out *vfs.File, to int64, count sys.Size) (int64, error) {
	i, o := in.Inode(), out.Inode()
	switch {
	case i.IsDir() || o.IsDir():
		return 0, unix.EISDIR
	case !i.IsRegular() || !o.IsRegular():
		return 0, unix.EINVAL
	case !in.Readable() || !out.Writable() || out.Flags()&unix.O_APPEND != 0:
		return 0, unix.EBADF
	case i.SB != o.SB:
		return 0, unix.EXDEV
	case uint64(from)+uint64(count) < uint64(from) || uint64(to)+uint64(count) < uint64(to):
		return 0, unix.EOVERFLOW
	case from < 0 || to < 0:
		return 0, unix.EINVAL
	}
	n := int64(min(uint64(count), uint64(max(0, i.Size()-from))))
	if to > math.MaxInt64-n {
		return 0, unix.EFBIG
	}
	if i == o && from < to+n && to < from+n {
		return 0, unix.EINVAL
	}
	return min(n, vm.MaxTransfer), nil
}
