package clone

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// Unshare implements unshare(2).
//
// Supports CLONE_FILES and CLONE_FS; CLONE_SYSVSEM has nothing to act on; CLONE_THREAD, CLONE_SIGHAND and CLONE_VM are accepted where
// nothing is shared. There are no namespaces: CLONE_NEW* fail with EINVAL, or EPERM without CAP_SYS_ADMIN.
//
//cairn:syscall unshare
func Unshare(t *task.Task, flags sys.UnshareFlags) error {
	const ofProcess = unix.CLONE_THREAD | unix.CLONE_SIGHAND | unix.CLONE_VM
	if flags&^(unix.CLONE_FS|unix.CLONE_FILES|unix.CLONE_SYSVSEM|ofProcess|namespaces) != 0 {
		return unix.EINVAL
	}
	if flags&ofProcess != 0 && len(t.Proc.Tasks()) > 1 || flags&unix.CLONE_VM != 0 && t.AS.Shared() {
		return unix.EINVAL
	}
	if err := checkNamespaces(t, uint64(flags)); err != nil {
		return err
	}
	if flags&unix.CLONE_FILES != 0 {
		if err := fdtab.Unshare(t); err != nil {
			return err
		}
	}
	if flags&unix.CLONE_FS != 0 {
		vfs.Unshare(t)
	}
	return nil
}

// Setns implements setns(2).
//
// There are no namespaces: no descriptor is one of theirs, and every call with an open one fails with EINVAL.
//
//cairn:syscall setns
func Setns(t *task.Task, fd sys.FD, _ sys.UnshareFlags) error {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return err
	}
	f.Put()
	return unix.EINVAL
}
