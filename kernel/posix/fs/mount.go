package fs

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// propagation are the flags that change how mounts spread between name spaces.
// There is one name space, so they change nothing.
const propagation = unix.MS_SHARED | unix.MS_PRIVATE | unix.MS_SLAVE | unix.MS_UNBINDABLE

// mountFlags are the flags that mount(2) knows.
const mountFlags = vfs.MountFlags | propagation | unix.MS_BIND | unix.MS_REC | unix.MS_REMOUNT | unix.MS_MOVE |
	unix.MS_SILENT | unix.MS_STRICTATIME | unix.MS_LAZYTIME | unix.MS_SYNCHRONOUS | unix.MS_DIRSYNC | unix.MS_MANDLOCK

// noUser is MS_NOUSER as Linux looks for it: a negative int, and so all bits above it, too.
const noUser = ^sys.MountFlags(1<<31 - 1)

// Mount implements mount(2).
//
// Supports every registered file system (tmpfs, ramfs, proc, sysfs, devtmpfs, ...), MS_BIND without MS_REC, MS_REMOUNT of
// the mount's own flags; propagation flags change nothing. MS_MOVE and recursive binds fail with EINVAL.
//
//cairn:syscall mount
func Mount(t *task.Task, source sys.String, path sys.Path, fstype sys.String, flags sys.MountFlags, data sys.Addr) error {
	if flags&0xffff0000 == unix.MS_MGC_VAL {
		flags &= 0xffff
	}
	typ, src, opts, err := mountStrings(t, source, fstype, data)
	if err != nil {
		return err
	}
	p, err := target(t, cwd, path, true, false)
	if err != nil {
		return err
	}
	if flags&noUser != 0 {
		return unix.EINVAL
	}
	if !vfs.CredOf(t).Has(unix.CAP_SYS_ADMIN) {
		return unix.EPERM
	}
	switch {
	case flags&^mountFlags != 0, flags&unix.MS_MOVE != 0, flags&(unix.MS_BIND|unix.MS_REC) == unix.MS_BIND|unix.MS_REC:
		return unix.EINVAL
	case flags&unix.MS_REMOUNT != 0:
		if p != p.Mount.Root() {
			return unix.EINVAL
		}
		p.Mount.SetFlags(uint64(flags))
		return nil
	case flags&unix.MS_BIND != 0:
		from, err := vfs.Walk(t, vfs.Path{}, src, vfs.Follow)
		if err != nil {
			return err
		}
		_, err = vfs.MountAt(p, from.Mount.SB, from.Dentry, from.Mount.Source, from.Mount.Flags())
		return err
	case flags&propagation != 0:
		return nil
	}
	return vfs.MountNew(p, typ, src, opts, uint64(flags))
}

// mountStrings copies the strings of mount(2) in. Null pointers are empty strings.
func mountStrings(t *task.Task, source, fstype sys.String, data sys.Addr) (typ, src, opts string, err error) {
	for _, s := range []struct {
		to   *string
		from sys.Addr
	}{{&typ, sys.Addr(fstype)}, {&src, sys.Addr(source)}, {&opts, data}} {
		if s.from == 0 {
			continue
		}
		if *s.to, err = t.CopyInPath(s.from); err != nil {
			return "", "", "", err
		}
	}
	return typ, src, opts, nil
}

// Umount2 implements umount2(2).
//
// Supports MNT_DETACH, UMOUNT_NOFOLLOW; MNT_FORCE changes nothing; MNT_EXPIRE fails with EINVAL.
//
//cairn:syscall umount2
func Umount2(t *task.Task, path sys.Path, flags sys.UmountFlags) error {
	if flags&^(unix.MNT_DETACH|unix.MNT_FORCE|unix.UMOUNT_NOFOLLOW) != 0 {
		return unix.EINVAL
	}
	if !vfs.CredOf(t).Has(unix.CAP_SYS_ADMIN) {
		return unix.EPERM
	}
	p, err := target(t, cwd, path, flags&unix.UMOUNT_NOFOLLOW == 0, false)
	if err != nil {
		return err
	}
	return vfs.Unmount(p, flags&unix.MNT_DETACH != 0)
}
