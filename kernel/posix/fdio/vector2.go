package fdio

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// knownFlags are the RWF_ flags that preadv2(2) and pwritev2(2) accept.
const knownFlags = unix.RWF_HIPRI | unix.RWF_DSYNC | unix.RWF_SYNC | unix.RWF_NOWAIT | unix.RWF_APPEND | rwfNoAppend

// rwfNoAppend is RWF_NOAPPEND, from Linux's include/uapi/linux/fs.h.
const rwfNoAppend = 0x20

// Preadv2 implements preadv2(2).
//
// Supports RWF_NOWAIT; RWF_HIPRI, RWF_DSYNC, RWF_SYNC, RWF_APPEND and RWF_NOAPPEND
// mean nothing to a read. Other flags fail with EOPNOTSUPP.
//
//cairn:syscall preadv2
func Preadv2(t *task.Task, fd sys.FD, iov sys.OutIoVec, n uint64, off sys.Off, high sys.Hex, flags sys.RWFlags) (int, error) {
	f, err := getVector(t, fd, int64(off), modeRead)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	b := &t.Buf
	if err := b.SetUserIovecs(t.AS, vm.Addr(iov), n); err != nil || b.Len() == 0 {
		return 0, err
	}
	if err := checkFlags(flags); err != nil {
		return 0, err
	}
	if flags&unix.RWF_NOWAIT == 0 {
		return read(t, f, b, int64(off))
	}
	done, err := tryRead(t, f, b, int64(off))
	if done > 0 {
		err = nil
	}
	return done, err
}

// Pwritev2 implements pwritev2(2).
//
// Supports RWF_APPEND, RWF_NOAPPEND, RWF_DSYNC, RWF_SYNC and RWF_NOWAIT; RWF_HIPRI means
// nothing. Other flags fail with EOPNOTSUPP.
//
//cairn:syscall pwritev2
func Pwritev2(t *task.Task, fd sys.FD, iov sys.IoVec, n uint64, off sys.Off, high sys.Hex, flags sys.RWFlags) (int, error) {
	f, err := getVector(t, fd, int64(off), modeWrite)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	b := &t.Buf
	if err := b.SetUserIovecs(t.AS, vm.Addr(iov), n); err != nil || b.Len() == 0 {
		return 0, err
	}
	if err := checkFlags(flags); err != nil {
		return 0, err
	}
	done, err := writeFlagged(t, f, b, int64(off), flags)
	if done > 0 {
		err = nil
	}
	if done > 0 && flags&(unix.RWF_DSYNC|unix.RWF_SYNC) != 0 && f.Inode().IsRegular() {
		if err := f.Sync(t); err != nil {
			return 0, err
		}
	}
	return done, err
}

// writeFlagged writes as the flags say.
func writeFlagged(t *task.Task, f *vfs.File, b *vm.Buffer, off int64, flags sys.RWFlags) (int, error) {
	switch {
	case flags&(unix.RWF_APPEND|rwfNoAppend) != 0 && f.Seekable():
		end := flags&unix.RWF_APPEND != 0
		if off == atPos {
			return f.WriteAppend(t, b, end)
		}
		return f.PWriteAppend(t, b, off, end)
	case flags&unix.RWF_NOWAIT != 0:
		return tryWrite(t, f, b, off)
	}
	return write(t, f, b, off)
}

// checkFlags says whether the flags are known, and agree with each other.
func checkFlags(flags sys.RWFlags) error {
	switch {
	case flags&^knownFlags != 0:
		return unix.EOPNOTSUPP
	case flags&unix.RWF_APPEND != 0 && flags&rwfNoAppend != 0:
		return unix.EINVAL
	}
	return nil
}
