package fdio

import (
	"math"

	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/klog"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// lockMand is LOCK_MAND, from Linux's include/uapi/asm-generic/fcntl.h. Linux does nothing when it is asked for, since 5.17.
const lockMand = 32

// lockMandatory is LOCK_MAND, which Linux ignores since 5.15.
const lockMandatory = 32

// Flock implements flock(2). LOCK_MAND does nothing.
//
//cairn:syscall flock
func Flock(t *task.Task, fd sys.FD, op sys.FlockOp) error {
	if op&lockMand != 0 {
		return nil
	}
	if op&lockMandatory != 0 {
		klog.Infof("%s: flock: LOCK_MAND does nothing", t)
		return nil
	}
	switch op &^ unix.LOCK_NB {
	case unix.LOCK_SH, unix.LOCK_EX, unix.LOCK_UN:
	default:
		return unix.EINVAL
	}
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	try := func() error { return f.Flock(int(op), t.Proc.PID) }
	if op&unix.LOCK_NB != 0 {
		return try()
	}
	return WaitQueue(t, f.LockQueue(), wait.In, clock.Never, try)
}

// lockRange returns the first and the last byte that a struct flock is about: EINVAL if it
// begins before the file, EOVERFLOW if it ends beyond what off_t can say.
func lockRange(f *vfs.File, fl *unix.Flock_t) (start, end int64, err error) {
	switch fl.Whence {
	case unix.SEEK_SET:
	case unix.SEEK_CUR:
		start = f.Pos()
	case unix.SEEK_END:
		start = f.Inode().Size()
	default:
		return 0, 0, unix.EINVAL
	}
	if fl.Start > math.MaxInt64-start {
		return 0, 0, unix.EOVERFLOW
	}
	start += fl.Start
	end = int64(vfs.RangeEnd)
	switch {
	case start < 0 || fl.Len < 0 && start+fl.Len < 0:
		return 0, 0, unix.EINVAL
	case fl.Len > 0 && fl.Len-1 > math.MaxInt64-start:
		return 0, 0, unix.EOVERFLOW
	case fl.Len > 0:
		end = start + fl.Len - 1
	case fl.Len < 0:
		start, end = start+fl.Len, start-1
	}
	return start, end, nil
}

// loadLock returns the lock that the struct flock at user address a asks for. The
// owner is the descriptor table or, with ofd, the description.
func loadLock(t *task.Task, f *vfs.File, a vm.Addr, ofd bool) (unix.Flock_t, vfs.Lock, error) {
	fl, err := vm.Load[unix.Flock_t](t.AS, a)
	if err != nil {
		return fl, vfs.Lock{}, err
	}
	start, end, err := lockRange(f, &fl)
	if err != nil {
		return fl, vfs.Lock{}, err
	}
	l := vfs.Lock{Type: fl.Type, Start: start, End: end, PID: t.Proc.PID, Owner: fdtab.LockOwner(t)}
	if ofd {
		l.PID, l.Owner = -1, f
		if fl.Pid != 0 {
			err = unix.EINVAL
		}
	}
	return fl, l, err
}

// getLock implements F_GETLK and F_OFD_GETLK.
func getLock(t *task.Task, f *vfs.File, a vm.Addr, ofd bool) error {
	fl, want, err := loadLock(t, f, a, ofd)
	if err != nil {
		return err
	}
	if want.Type != unix.F_RDLCK && want.Type != unix.F_WRLCK {
		return unix.EINVAL
	}
	got := f.GetLock(want)
	fl.Type = got.Type
	if got.Type != unix.F_UNLCK {
		fl.Whence, fl.Pid = unix.SEEK_SET, got.PID
		fl.Start, fl.Len = got.Start, 0
		if got.End != vfs.RangeEnd {
			fl.Len = got.End - got.Start + 1
		}
	}
	return vm.Store(t.AS, a, fl)
}

// setLock implements F_SETLK, F_SETLKW and the same for open file descriptions. A descriptor
// that was closed meanwhile has no POSIX locks.
func setLock(t *task.Task, fd sys.FD, f *vfs.File, a vm.Addr, ofd, blocking bool) error {
	_, want, err := loadLock(t, f, a, ofd)
	if err != nil {
		return err
	}
	switch want.Type {
	case unix.F_RDLCK, unix.F_WRLCK, unix.F_UNLCK:
	default:
		return unix.EINVAL
	}
	try := func() error { return f.SetLock(want, blocking) }
	if blocking {
		err = WaitQueue(t, f.LockQueue(), wait.In, clock.Never, try)
		vfs.StopWaiting(want.Owner)
	} else {
		err = try()
	}
	if err == nil && !ofd && want.Type != unix.F_UNLCK && !fdtab.Is(t, fd, f) {
		f.ReleaseLocks(want.Owner)
	}
	return err
}
