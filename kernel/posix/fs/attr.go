package fs

import (
	"math"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Chmod implements chmod(2).
//
//cairn:syscall chmod
func Chmod(t *task.Task, path sys.Path, mode sys.Mode) error { return Fchmodat2(t, cwd, path, mode, 0) }

// Fchmodat implements fchmodat(2), which has no flags in the kernel.
//
//cairn:syscall fchmodat
func Fchmodat(t *task.Task, dirfd sys.DirFD, path sys.Path, mode sys.Mode) error {
	return Fchmodat2(t, dirfd, path, mode, 0)
}

// Fchmodat2 implements fchmodat(2) with flags.
//
// Supports AT_SYMLINK_NOFOLLOW, which fails with EOPNOTSUPP for a symbolic link, and AT_EMPTY_PATH.
//
//cairn:syscall fchmodat2
func Fchmodat2(t *task.Task, dirfd sys.DirFD, path sys.Path, mode sys.Mode, flags sys.AtFlags) error {
	p, err := targetAt(t, dirfd, path, flags, 0)
	if err != nil {
		return err
	}
	return vfs.Chmod(t, p, uint32(mode))
}

// Fchmod implements fchmod(2).
//
//cairn:syscall fchmod
func Fchmod(t *task.Task, fd sys.FD, mode sys.Mode) error {
	return onFile(t, fd, func(p vfs.Path) error { return vfs.Chmod(t, p, uint32(mode)) })
}

// onFile calls do for the file behind a descriptor that was not opened with O_PATH.
func onFile(t *task.Task, fd sys.FD, do func(vfs.Path) error) error {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	return do(f.Reopenable())
}

// Chown implements chown(2).
//
//cairn:syscall chown
func Chown(t *task.Task, path sys.Path, uid sys.Uid, gid sys.Gid) error {
	return Fchownat(t, cwd, path, uid, gid, 0)
}

// Lchown implements lchown(2).
//
//cairn:syscall lchown
func Lchown(t *task.Task, path sys.Path, uid sys.Uid, gid sys.Gid) error {
	return Fchownat(t, cwd, path, uid, gid, unix.AT_SYMLINK_NOFOLLOW)
}

// Fchownat implements fchownat(2).
//
// Supports AT_SYMLINK_NOFOLLOW and AT_EMPTY_PATH.
//
//cairn:syscall fchownat
func Fchownat(t *task.Task, dirfd sys.DirFD, path sys.Path, uid sys.Uid, gid sys.Gid, flags sys.AtFlags) error {
	p, err := targetAt(t, dirfd, path, flags, 0)
	if err != nil {
		return err
	}
	return vfs.Chown(t, p, uint32(uid), uint32(gid))
}

// Fchown implements fchown(2).
//
//cairn:syscall fchown
func Fchown(t *task.Task, fd sys.FD, uid sys.Uid, gid sys.Gid) error {
	return onFile(t, fd, func(p vfs.Path) error { return vfs.Chown(t, p, uint32(uid), uint32(gid)) })
}

// Utimensat implements utimensat(2).
//
// Supports AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, UTIME_NOW, UTIME_OMIT, and a null path for the descriptor itself.
// Times that do not fit 64 bits of nanoseconds become the nearest that do (the years 1678 to 2262).
//
//cairn:syscall utimensat
func Utimensat(t *task.Task, dirfd sys.DirFD, path sys.Path, times sys.UTimespec, flags sys.AtFlags) error {
	now := vfs.NewTime{Now: true}
	atime, mtime := now, now
	if times != 0 {
		ts, err := vm.Load[[2]unix.Timespec](t.AS, vm.Addr(times))
		if err != nil {
			return err
		}
		if atime, err = newTime(ts[0]); err != nil {
			return err
		}
		if mtime, err = newTime(ts[1]); err != nil {
			return err
		}
		if atime.Omit && mtime.Omit {
			return nil
		}
	}
	if path == 0 && dirfd != cwd {
		if flags != 0 {
			return unix.EINVAL
		}
		return onFile(t, sys.FD(dirfd), func(p vfs.Path) error { return vfs.Utimens(t, p, atime, mtime) })
	}
	p, err := targetAt(t, dirfd, path, flags, 0)
	if err != nil {
		return err
	}
	return vfs.Utimens(t, p, atime, mtime)
}

// newTime reads a time of utimensat(2): EINVAL if the nanoseconds are none.
func newTime(ts unix.Timespec) (vfs.NewTime, error) {
	switch {
	case ts.Nsec == unix.UTIME_NOW:
		return vfs.NewTime{Now: true}, nil
	case ts.Nsec == unix.UTIME_OMIT:
		return vfs.NewTime{Omit: true}, nil
	case ts.Nsec < 0 || ts.Nsec >= 1e9:
		return vfs.NewTime{}, unix.EINVAL
	}
	return vfs.NewTime{NS: nanoseconds(ts.Sec, ts.Nsec)}, nil
}

// nanoseconds joins seconds and nanoseconds; what does not fit becomes the nearest that does.
func nanoseconds(sec, nsec int64) int64 {
	const last = math.MaxInt64 / 1_000_000_000
	switch {
	case sec >= last:
		return last * 1_000_000_000
	case sec <= -last:
		return -last * 1_000_000_000
	}
	return sec*1_000_000_000 + nsec
}

// Utimes implements utimes(2).
//
//cairn:syscall utimes
func Utimes(t *task.Task, path sys.Path, times sys.UTimeval) error {
	return Futimesat(t, cwd, path, times)
}

// Futimesat implements futimesat(2).
//
//cairn:syscall futimesat
func Futimesat(t *task.Task, dirfd sys.DirFD, path sys.Path, times sys.UTimeval) error {
	atime, mtime := vfs.NewTime{Now: true}, vfs.NewTime{Now: true}
	if times != 0 {
		tv, err := vm.Load[[2]unix.Timeval](t.AS, vm.Addr(times))
		if err != nil {
			return err
		}
		if tv[0].Usec < 0 || tv[0].Usec >= 1e6 || tv[1].Usec < 0 || tv[1].Usec >= 1e6 {
			return unix.EINVAL
		}
		atime = vfs.NewTime{NS: nanoseconds(tv[0].Sec, tv[0].Usec*1000)}
		mtime = vfs.NewTime{NS: nanoseconds(tv[1].Sec, tv[1].Usec*1000)}
	}
	if path == 0 && dirfd != cwd {
		return onFile(t, sys.FD(dirfd), func(p vfs.Path) error { return vfs.Utimens(t, p, atime, mtime) })
	}
	p, err := target(t, dirfd, path, true, false)
	if err != nil {
		return err
	}
	return vfs.Utimens(t, p, atime, mtime)
}

// Utime implements utime(2).
//
//cairn:syscall utime
func Utime(t *task.Task, path sys.Path, times vm.Addr) error {
	atime, mtime := vfs.NewTime{Now: true}, vfs.NewTime{Now: true}
	if times != 0 {
		buf, err := vm.Load[[2]int64](t.AS, times)
		if err != nil {
			return err
		}
		atime, mtime = vfs.NewTime{NS: nanoseconds(buf[0], 0)}, vfs.NewTime{NS: nanoseconds(buf[1], 0)}
	}
	p, err := target(t, cwd, path, true, false)
	if err != nil {
		return err
	}
	return vfs.Utimens(t, p, atime, mtime)
}

// Truncate implements truncate(2).
//
//cairn:syscall truncate
func Truncate(t *task.Task, path sys.Path, length sys.Off) error {
	if length < 0 {
		return unix.EINVAL
	}
	p, err := target(t, cwd, path, true, false)
	if err != nil {
		return err
	}
	return vfs.Truncate(t, p, int64(length))
}

// Ftruncate implements ftruncate(2).
//
//cairn:syscall ftruncate
func Ftruncate(t *task.Task, fd sys.FD, length sys.Off) error {
	if length < 0 {
		return unix.EINVAL
	}
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	return f.Truncate(t, int64(length))
}

// Fallocate implements fallocate(2).
//
// Supports mode 0, FALLOC_FL_KEEP_SIZE and FALLOC_FL_PUNCH_HOLE, as tmpfs does; EOPNOTSUPP for the others.
//
//cairn:syscall fallocate
func Fallocate(t *task.Task, fd sys.FD, mode sys.FallocateMode, off, length sys.Off) error {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	return f.Fallocate(t, int(mode), int64(off), int64(length))
}
