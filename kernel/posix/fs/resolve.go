package fs

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// cwd stands for the working directory as the dirfd of a call.
const cwd = sys.DirFD(unix.AT_FDCWD)

// at copies a path in, and returns where it begins: the zero Path is the working
// directory. EBADF if a relative path begins at a descriptor that is not open.
func at(t *task.Task, dirfd sys.DirFD, path sys.Path) (vfs.Path, string, error) {
	name, err := t.CopyInPath(sys.Addr(path))
	if err != nil {
		return vfs.Path{}, "", err
	}
	if name != "" && name[0] == '/' {
		return vfs.Path{}, name, nil
	}
	base, err := baseOf(t, dirfd, name)
	return base, name, err
}

// baseOf returns where the relative path name begins.
func baseOf(t *task.Task, dirfd sys.DirFD, name string) (vfs.Path, error) {
	if dirfd == cwd {
		return vfs.Path{}, nil
	}
	f, err := fdtab.GetPath(t, sys.FD(dirfd))
	if err != nil {
		return vfs.Path{}, err
	}
	defer f.Put()
	if name != "" && !f.Inode().IsDir() {
		return vfs.Path{}, unix.ENOTDIR
	}
	return f.Reopenable(), nil
}

// target resolves the file that a call with AT_ flags is about. Of the flags, AT_EMPTY_PATH
// and AT_SYMLINK_NOFOLLOW (or AT_SYMLINK_FOLLOW, where that is not the default) have been
// turned into empty and follow.
func target(t *task.Task, dirfd sys.DirFD, path sys.Path, follow, empty bool) (vfs.Path, error) {
	base, name, err := at(t, dirfd, path)
	if err != nil {
		return vfs.Path{}, err
	}
	if name == "" && empty {
		if base.Dentry == nil {
			_, base = vfs.FSOf(t).Dirs()
		}
		return base, nil
	}
	var flags vfs.WalkFlag
	if follow {
		flags = vfs.Follow
	}
	return vfs.Walk(t, base, name, flags)
}

// targetAt is target with the flags of a call that follows links by default:
// EINVAL for flags other than AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH and those in also.
func targetAt(t *task.Task, dirfd sys.DirFD, path sys.Path, flags, also sys.AtFlags) (vfs.Path, error) {
	if flags&^(unix.AT_SYMLINK_NOFOLLOW|unix.AT_EMPTY_PATH|also) != 0 {
		return vfs.Path{}, unix.EINVAL
	}
	return target(t, dirfd, path, flags&unix.AT_SYMLINK_NOFOLLOW == 0, flags&unix.AT_EMPTY_PATH != 0)
}
