package fs

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// Mkdir implements mkdir(2).
//
//cairn:syscall mkdir
func Mkdir(t *task.Task, path sys.Path, mode sys.Mode) error { return Mkdirat(t, cwd, path, mode) }

// Mkdirat implements mkdirat(2).
//
//cairn:syscall mkdirat
func Mkdirat(t *task.Task, dirfd sys.DirFD, path sys.Path, mode sys.Mode) error {
	base, name, err := at(t, dirfd, path)
	if err != nil {
		return err
	}
	return vfs.Mkdir(t, base, name, uint32(mode))
}

// Mknod implements mknod(2).
//
//cairn:syscall mknod
func Mknod(t *task.Task, path sys.Path, mode sys.FileMode, dev sys.Dev) error {
	return Mknodat(t, cwd, path, mode, dev)
}

// Mknodat implements mknodat(2).
//
//cairn:syscall mknodat
func Mknodat(t *task.Task, dirfd sys.DirFD, path sys.Path, mode sys.FileMode, dev sys.Dev) error {
	base, name, err := at(t, dirfd, path)
	if err != nil {
		return err
	}
	return vfs.Mknod(t, base, name, uint32(mode), uint64(uint32(dev)))
}

// Rmdir implements rmdir(2).
//
//cairn:syscall rmdir
func Rmdir(t *task.Task, path sys.Path) error { return Unlinkat(t, cwd, path, unix.AT_REMOVEDIR) }

// Unlink implements unlink(2).
//
//cairn:syscall unlink
func Unlink(t *task.Task, path sys.Path) error { return Unlinkat(t, cwd, path, 0) }

// Unlinkat implements unlinkat(2).
//
// Supports AT_REMOVEDIR.
//
//cairn:syscall unlinkat
func Unlinkat(t *task.Task, dirfd sys.DirFD, path sys.Path, flags sys.UnlinkFlags) error {
	if flags&^unix.AT_REMOVEDIR != 0 {
		return unix.EINVAL
	}
	base, name, err := at(t, dirfd, path)
	if err != nil {
		return err
	}
	if flags&unix.AT_REMOVEDIR != 0 {
		return vfs.Rmdir(t, base, name)
	}
	return vfs.Unlink(t, base, name)
}

// Rename implements rename(2).
//
//cairn:syscall rename
func Rename(t *task.Task, old, new sys.Path) error { return Renameat2(t, cwd, old, cwd, new, 0) }

// Renameat implements renameat(2).
//
//cairn:syscall renameat
func Renameat(t *task.Task, olddirfd sys.DirFD, old sys.Path, newdirfd sys.DirFD, new sys.Path) error {
	return Renameat2(t, olddirfd, old, newdirfd, new, 0)
}

// Renameat2 implements renameat2(2).
//
// Supports RENAME_NOREPLACE and RENAME_EXCHANGE; RENAME_WHITEOUT fails with EINVAL.
//
//cairn:syscall renameat2
func Renameat2(t *task.Task, olddirfd sys.DirFD, old sys.Path, newdirfd sys.DirFD, new sys.Path, flags sys.RenameFlags) error {
	oldBase, oldName, err := at(t, olddirfd, old)
	if err != nil {
		return err
	}
	newBase, newName, err := at(t, newdirfd, new)
	if err != nil {
		return err
	}
	return vfs.Rename(t, oldBase, oldName, newBase, newName, uint(flags))
}

// Link implements link(2).
//
//cairn:syscall link
func Link(t *task.Task, old, new sys.Path) error { return Linkat(t, cwd, old, cwd, new, 0) }

// Linkat implements linkat(2).
//
// Supports AT_SYMLINK_FOLLOW and, with CAP_DAC_READ_SEARCH (ENOENT without), AT_EMPTY_PATH.
//
//cairn:syscall linkat
func Linkat(t *task.Task, olddirfd sys.DirFD, old sys.Path, newdirfd sys.DirFD, new sys.Path, flags sys.AtFlags) error {
	if flags&^(unix.AT_SYMLINK_FOLLOW|unix.AT_EMPTY_PATH) != 0 {
		return unix.EINVAL
	}
	empty := flags&unix.AT_EMPTY_PATH != 0
	if empty && !vfs.CredOf(t).Has(unix.CAP_DAC_READ_SEARCH) {
		return unix.ENOENT
	}
	p, err := target(t, olddirfd, old, flags&unix.AT_SYMLINK_FOLLOW != 0, empty)
	if err != nil {
		return err
	}
	base, name, err := at(t, newdirfd, new)
	if err != nil {
		return err
	}
	return vfs.Link(t, p, base, name)
}

// Symlink implements symlink(2).
//
//cairn:syscall symlink
func Symlink(t *task.Task, target, path sys.Path) error { return Symlinkat(t, target, cwd, path) }

// Symlinkat implements symlinkat(2).
//
//cairn:syscall symlinkat
func Symlinkat(t *task.Task, target sys.Path, dirfd sys.DirFD, path sys.Path) error {
	to, err := t.CopyInPath(sys.Addr(target))
	if err != nil {
		return err
	}
	base, name, err := at(t, dirfd, path)
	if err != nil {
		return err
	}
	return vfs.Symlink(t, to, base, name)
}

// Readlink implements readlink(2).
//
//cairn:syscall readlink
func Readlink(t *task.Task, path sys.Path, buf sys.OutBuf, size sys.Size) (sys.Size, error) {
	return Readlinkat(t, cwd, path, buf, size)
}

// Readlinkat implements readlinkat(2). An empty path is the link that dirfd refers to.
//
//cairn:syscall readlinkat
func Readlinkat(t *task.Task, dirfd sys.DirFD, path sys.Path, buf sys.OutBuf, size sys.Size) (sys.Size, error) {
	if int32(size) <= 0 {
		return 0, unix.EINVAL
	}
	base, name, err := at(t, dirfd, path)
	if err != nil {
		return 0, err
	}
	p := base
	if name != "" || base.Dentry == nil {
		if p, err = vfs.Walk(t, base, name, 0); err != nil {
			return 0, err
		}
	}
	i := p.Dentry.Inode()
	if name == "" && !i.IsSymlink() {
		return 0, unix.ENOENT
	}
	to, err := i.Readlink(t)
	if err != nil {
		return 0, err
	}
	n, err := t.CopyOut(sys.Addr(buf), []byte(to[:min(uint64(len(to)), uint64(size))]))
	return sys.Size(n), err
}
