package fs

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// statxSync is AT_STATX_SYNC_TYPE, which x/sys does not have.
const statxSync = unix.AT_STATX_FORCE_SYNC | unix.AT_STATX_DONT_SYNC

// statFlags are the flags of the stat family besides those of targetAt. There is nothing
// to mount automatically, and nothing to synchronise with.
const statFlags = unix.AT_NO_AUTOMOUNT | statxSync

// Stat implements stat(2).
//
//cairn:syscall stat
func Stat(t *task.Task, path sys.Path, st sys.OutStat) error {
	return Newfstatat(t, cwd, path, st, 0)
}

// Lstat implements lstat(2).
//
//cairn:syscall lstat
func Lstat(t *task.Task, path sys.Path, st sys.OutStat) error {
	return Newfstatat(t, cwd, path, st, unix.AT_SYMLINK_NOFOLLOW)
}

// Fstat implements fstat(2).
//
//cairn:syscall fstat
func Fstat(t *task.Task, fd sys.FD, st sys.OutStat) error {
	var a vfs.Attr
	if _, err := statFD(t, fd, &a); err != nil {
		return err
	}
	return storeStat(t, st, &a)
}

// Newfstatat implements fstatat(2).
//
// Supports AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, AT_NO_AUTOMOUNT.
//
//cairn:syscall newfstatat
func Newfstatat(t *task.Task, dirfd sys.DirFD, path sys.Path, st sys.OutStat, flags sys.AtFlags) error {
	var a vfs.Attr
	if _, err := statAt(t, dirfd, path, flags, &a); err != nil {
		return err
	}
	return storeStat(t, st, &a)
}

// Statx implements statx(2).
//
// Supports AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, AT_NO_AUTOMOUNT, AT_STATX_*. Gives the basic fields,
// the birth time, the mount id, and whether the file is the root of a mount.
//
//cairn:syscall statx
func Statx(t *task.Task, dirfd sys.DirFD, path sys.Path, flags sys.AtFlags, mask sys.StatxMask, out sys.OutStatx) error {
	if mask&unix.STATX__RESERVED != 0 || flags&statxSync == statxSync {
		return unix.EINVAL
	}
	var a vfs.Attr
	p, err := statAt(t, dirfd, path, flags, &a)
	if err != nil {
		return err
	}
	x := unix.Statx_t{
		Mask: unix.STATX_BASIC_STATS, Blksize: uint32(a.Blksize), Nlink: a.Nlink,
		Uid: a.UID, Gid: a.GID, Mode: uint16(a.Mode), Ino: a.Ino, Size: uint64(a.Size), Blocks: uint64(a.Blocks),
		Atime: statxTime(a.Atime), Ctime: statxTime(a.Ctime), Mtime: statxTime(a.Mtime),
		Rdev_major: unix.Major(a.Rdev), Rdev_minor: unix.Minor(a.Rdev),
		Dev_major: unix.Major(a.Dev), Dev_minor: unix.Minor(a.Dev),
		Attributes_mask: unix.STATX_ATTR_MOUNT_ROOT,
	}
	if mask&unix.STATX_BTIME != 0 && a.Btime != 0 {
		x.Mask |= unix.STATX_BTIME
		x.Btime = statxTime(a.Btime)
	}
	if p.Mount != nil {
		x.Mask |= unix.STATX_MNT_ID
		x.Mnt_id = uint64(p.Mount.ID)
		if p.IsMountRoot() {
			x.Attributes |= unix.STATX_ATTR_MOUNT_ROOT
		}
	}
	return vm.Store(t.AS, vm.Addr(out), x)
}

func statxTime(ns int64) unix.StatxTimestamp {
	ts := timespec(ns)
	return unix.StatxTimestamp{Sec: ts.Sec, Nsec: uint32(ts.Nsec)}
}

// timespec splits nanoseconds since 1970, which may be negative.
func timespec(ns int64) unix.Timespec {
	sec, nsec := ns/1e9, ns%1e9
	if nsec < 0 {
		sec, nsec = sec-1, nsec+1e9
	}
	return unix.Timespec{Sec: sec, Nsec: nsec}
}

// statFD fills in the attributes of an open file, and returns where it is in the tree.
func statFD(t *task.Task, fd sys.FD, a *vfs.Attr) (vfs.Path, error) {
	f, err := fdtab.GetPath(t, fd)
	if err != nil {
		return vfs.Path{}, err
	}
	err = f.Stat(a)
	p := f.Where() // just to compare: the description may go now
	f.Put()
	return p, err
}

// statAt fills in the attributes of the file that a path leads to, and returns where it is.
func statAt(t *task.Task, dirfd sys.DirFD, path sys.Path, flags sys.AtFlags, a *vfs.Attr) (vfs.Path, error) {
	if flags&unix.AT_EMPTY_PATH != 0 && dirfd != cwd {
		// A description knows more of itself than its place in the tree does.
		if empty, err := isEmpty(t, path); err != nil {
			return vfs.Path{}, err
		} else if empty {
			return statFD(t, sys.FD(dirfd), a)
		}
	}
	p, err := targetAt(t, dirfd, path, flags, statFlags)
	if err != nil {
		return p, err
	}
	return p, p.Dentry.Inode().Stat(a)
}

// isEmpty says whether a path is empty.
func isEmpty(t *task.Task, path sys.Path) (bool, error) {
	b, err := vm.Load[byte](t.AS, vm.Addr(path))
	return b == 0, err
}

// Statfs implements statfs(2).
//
//cairn:syscall statfs
func Statfs(t *task.Task, path sys.Path, out sys.OutStatfs) error {
	p, err := target(t, cwd, path, true, false)
	if err != nil {
		return err
	}
	var st unix.Statfs_t
	if err := p.Statfs(&st); err != nil {
		return err
	}
	return vm.Store(t.AS, vm.Addr(out), st)
}

// Fstatfs implements fstatfs(2).
//
//cairn:syscall fstatfs
func Fstatfs(t *task.Task, fd sys.FD, out sys.OutStatfs) error {
	f, err := fdtab.GetPath(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	var st unix.Statfs_t
	if err := f.Statfs(&st); err != nil {
		return err
	}
	return vm.Store(t.AS, vm.Addr(out), st)
}

// Access implements access(2).
//
//cairn:syscall access
func Access(t *task.Task, path sys.Path, mode sys.AccessMode) error {
	return access(t, cwd, path, mode, 0)
}

// Faccessat implements faccessat(2), which has no flags in the kernel.
//
//cairn:syscall faccessat
func Faccessat(t *task.Task, dirfd sys.DirFD, path sys.Path, mode sys.AccessMode) error {
	return access(t, dirfd, path, mode, 0)
}

// Faccessat2 implements faccessat(2).
//
// Supports AT_EACCESS, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH.
//
//cairn:syscall faccessat2
func Faccessat2(t *task.Task, dirfd sys.DirFD, path sys.Path, mode sys.AccessMode, flags sys.AccessFlags) error {
	return access(t, dirfd, path, mode, sys.AtFlags(flags))
}

func access(t *task.Task, dirfd sys.DirFD, path sys.Path, mode sys.AccessMode, flags sys.AtFlags) error {
	if mode&^(unix.R_OK|unix.W_OK|unix.X_OK) != 0 {
		return unix.EINVAL
	}
	if flags&^(unix.AT_SYMLINK_NOFOLLOW|unix.AT_EMPTY_PATH|unix.AT_EACCESS) != 0 {
		return unix.EINVAL
	}
	cred := vfs.CredOf(t)
	if flags&unix.AT_EACCESS == 0 {
		cred = cred.Real()
	}
	base, name, err := at(t, dirfd, path)
	if err != nil {
		return err
	}
	p, err := vfs.WalkAs(t, cred, base, name, follows(flags))
	if err == unix.ENOENT && name == "" && flags&unix.AT_EMPTY_PATH != 0 {
		p, err = target(t, dirfd, path, false, true)
	}
	if err != nil {
		return err
	}
	return p.Access(cred, uint32(mode))
}

// follows says whether flags let a path's last symbolic link be followed.
func follows(flags sys.AtFlags) vfs.WalkFlag {
	if flags&unix.AT_SYMLINK_NOFOLLOW != 0 {
		return 0
	}
	return vfs.Follow
}
