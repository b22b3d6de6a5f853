package fdio

import (
	"math"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Commands of ioctl(2) that package unix does not name, from Linux's
// include/uapi/asm-generic/ioctls.h and include/uapi/linux/fs.h.
const (
	fionread = 0x541b
	fionbio  = 0x5421
	fionclex = 0x5450
	fioclex  = 0x5451
	fioasync = 0x5452
	fioqsize = 0x5460
	figetbsz = 2

	ficlone      = 0x40049409
	ficlonerange = 0x4020940d
	fsIocFiemap  = 0xc020660b
)

// Ioctl implements ioctl(2).
//
// FIONBIO, FIOASYNC, FIOCLEX, FIONCLEX and FIOQSIZE work on every file that Linux
// has them for, FIONREAD and FIGETBSZ on regular files, which cannot be cloned or mapped to extents (FICLONE,
// FS_IOC_FIEMAP: EOPNOTSUPP); the rest is up to the file.
//
//cairn:syscall ioctl
func Ioctl(t *task.Task, fd sys.FD, cmd sys.IoctlCmd, arg sys.IoctlArg) (uintptr, error) {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	a := vm.Addr(arg)
	switch cmd {
	case fioclex, fionclex:
		return 0, fdtab.SetCloexec(t, fd, cmd == fioclex)
	case fionbio:
		return 0, setNonBlocking(t, f, a)
	case fioasync:
		return 0, setAsyncArg(t, fd, f, a)
	case fioqsize:
		return 0, storeSize(t, f, a)
	case fionread:
		if f.Inode().IsRegular() {
			return 0, storeRest(t, f, a)
		}
	case figetbsz:
		if f.Inode().IsRegular() || f.Inode().IsDir() {
			return 0, storeBlockSize(t, f, a)
		}
	case ficlone, ficlonerange, fsIocFiemap:
		if f.Inode().IsRegular() {
			return 0, unix.EOPNOTSUPP
		}
	}
	return f.Ioctl(t, uint32(cmd), a)
}

// setNonBlocking implements FIONBIO.
func setNonBlocking(t *task.Task, f *vfs.File, a vm.Addr) error {
	on, err := vm.Load[int32](t.AS, a)
	if err != nil {
		return err
	}
	flags := f.Flags() &^ unix.O_NONBLOCK
	if on != 0 {
		flags |= unix.O_NONBLOCK
	}
	f.SetFlags(flags)
	return nil
}

// setAsyncArg implements FIOASYNC: ENOTTY if the file cannot have O_ASYNC.
func setAsyncArg(t *task.Task, fd sys.FD, f *vfs.File, a vm.Addr) error {
	on, err := vm.Load[int32](t.AS, a)
	if err != nil {
		return err
	}
	if on != 0 && !asyncable(f) {
		return unix.ENOTTY
	}
	setAsync(fd, f, on != 0)
	return nil
}

// storeRest implements FIONREAD on a regular file: how far the position is from the end.
func storeRest(t *task.Task, f *vfs.File, a vm.Addr) error {
	rest := f.Inode().Size() - f.Pos()
	return vm.Store(t.AS, a, int32(max(math.MinInt32, min(rest, math.MaxInt32))))
}

// storeSize implements FIOQSIZE: ENOTTY on what has no size.
func storeSize(t *task.Task, f *vfs.File, a vm.Addr) error {
	switch f.Inode().Type() {
	case unix.S_IFREG, unix.S_IFDIR, unix.S_IFLNK:
		return vm.Store(t.AS, a, f.Inode().Size())
	}
	return unix.ENOTTY
}

// storeBlockSize implements FIGETBSZ.
func storeBlockSize(t *task.Task, f *vfs.File, a vm.Addr) error {
	var attr vfs.Attr
	if err := f.Stat(&attr); err != nil {
		return err
	}
	return vm.Store(t.AS, a, attr.Blksize)
}
