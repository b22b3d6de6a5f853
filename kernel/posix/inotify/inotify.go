// Package inotify is inotify(7): descriptors that say what happens to files and in directories.
package inotify

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

//go:generate go run cairn/tools/sysgen

// The bits of the mask of inotify_add_watch(2).
const (
	// kept are the flags that a watch keeps.
	kept = unix.IN_ONESHOT | unix.IN_EXCL_UNLINK
	// known are all bits that are allowed. Those of events that come unasked do nothing.
	known = unix.IN_ALL_EVENTS | kept | unix.IN_UNMOUNT | unix.IN_Q_OVERFLOW | unix.IN_IGNORED | unix.IN_ISDIR |
		unix.IN_ONLYDIR | unix.IN_DONT_FOLLOW | unix.IN_MASK_ADD | unix.IN_MASK_CREATE
)

// InotifyInit1 implements inotify_init1(2).
//
// Supports IN_CLOEXEC and IN_NONBLOCK.
//
//cairn:syscall inotify_init1
func InotifyInit1(t *task.Task, flags sys.InotifyFlags) (sys.FD, error) {
	if flags&^(unix.IN_CLOEXEC|unix.IN_NONBLOCK) != 0 {
		return -1, unix.EINVAL
	}
	n, err := newInstance(vfs.CredOf(t).UID)
	if err != nil {
		return -1, err
	}
	f := vfs.NewFile(n, "anon_inode:inotify", unix.O_RDONLY|int(flags&unix.IN_NONBLOCK))
	return fdtab.Install(t, f, flags&unix.IN_CLOEXEC != 0)
}

// InotifyInit implements inotify_init(2).
//
//cairn:syscall inotify_init
func InotifyInit(t *task.Task) (sys.FD, error) { return InotifyInit1(t, 0) }

// InotifyAddWatch implements inotify_add_watch(2).
//
// Supports all events and flags.
//
//cairn:syscall inotify_add_watch
func InotifyAddWatch(t *task.Task, fd sys.FD, path sys.Path, mask sys.InotifyMask) (int32, error) {
	if mask == 0 || mask&^known != 0 {
		return -1, unix.EINVAL
	}
	n, put, err := get(t, fd)
	if err != nil {
		return -1, err
	}
	defer put()
	if mask&unix.IN_MASK_ADD != 0 && mask&unix.IN_MASK_CREATE != 0 {
		return -1, unix.EINVAL
	}
	var flags vfs.WalkFlag
	if mask&unix.IN_DONT_FOLLOW == 0 {
		flags |= vfs.Follow
	}
	if mask&unix.IN_ONLYDIR != 0 {
		flags |= vfs.WantDir
	}
	name, err := t.CopyInPath(sys.Addr(path))
	if err != nil {
		return -1, err
	}
	p, err := vfs.Walk(t, vfs.Path{}, name, flags)
	if err != nil {
		return -1, err
	}
	i := p.Dentry.Inode()
	if err := vfs.CredOf(t).Permission(i, vfs.MayRead); err != nil {
		return -1, err
	}
	if !i.Hold() {
		return -1, unix.ENOENT
	}
	defer i.Drop() // if it goes now, the watch goes with it
	return n.watch(i, uint32(mask))
}

// InotifyRmWatch implements inotify_rm_watch(2).
//
//cairn:syscall inotify_rm_watch
func InotifyRmWatch(t *task.Task, fd sys.FD, wd int32) error {
	n, put, err := get(t, fd)
	if err != nil {
		return err
	}
	defer put()
	return n.unwatch(wd)
}

// get returns the inotify instance that a descriptor refers to, and what gives it back: EBADF, EINVAL if
// it is something else.
func get(t *task.Task, fd sys.FD) (*instance, func(), error) {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return nil, nil, err
	}
	n, ok := f.Ops.(*instance)
	if !ok {
		f.Put()
		return nil, nil, unix.EINVAL
	}
	return n, f.Put, nil
}
