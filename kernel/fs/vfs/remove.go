package vfs

import (
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// mayRemove checks that the task may take e out of the directory d, and that e is, or
// is not, a directory as dir says.
func (w *walker) mayRemove(d, e *Dentry, dir bool) error {
	if err := w.mayAdd(d); err != nil {
		return err
	}
	if d.inode.Mode()&unix.S_ISVTX != 0 && w.cred.UID != d.inode.UID() && !w.cred.Owns(e.inode) {
		return unix.EPERM
	}
	if dir && !e.inode.IsDir() {
		return unix.ENOTDIR
	}
	if !dir && e.inode.IsDir() {
		return unix.EISDIR
	}
	return nil
}

// kill locks e, if it is a directory, checks that it is empty, and lets
// remove take it away. Afterwards nothing can be added to it.
func (e *Dentry) kill(remove func() error) error {
	if c := e.children; c != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.count > 0 {
			return unix.ENOTEMPTY
		}
	}
	if err := remove(); err != nil {
		return err
	}
	e.dead.Store(true)
	return nil
}

// Unlink takes a name away (unlinkat(2)): EISDIR for a directory, EBUSY for a
// mount point.
func Unlink(t *task.Task, base Path, path string) error {
	return remove(t, base, path, false)
}

// Rmdir removes an empty directory (unlinkat(2) with AT_REMOVEDIR): ENOTEMPTY,
// ENOTDIR, EBUSY for a mount point, EINVAL for ".".
func Rmdir(t *task.Task, base Path, path string) error {
	return remove(t, base, path, true)
}

// lastNormal checks that the last component is a name, and not ".", ".." or the root.
func (w *walker) lastNormal(dir bool) error {
	switch w.last {
	case "", ".", "..":
		if !dir {
			return unix.EISDIR
		}
	}
	switch w.last {
	case "":
		return unix.EBUSY
	case ".":
		return unix.EINVAL
	case "..":
		return unix.ENOTEMPTY
	}
	return nil
}

func remove(t *task.Task, base Path, path string, dir bool) error {
	var w walker
	if err := w.begin(t, base, path, 0); err != nil {
		return err
	}
	if err := w.parent(); err != nil {
		return err
	}
	if err := w.lastNormal(dir); err != nil {
		return err
	}
	gone, err := w.removeLast(dir)
	if err == nil {
		gone.evictUnused()
	}
	return err
}

// removeLast takes w.last out of the directory where we are, and returns the file.
func (w *walker) removeLast(dir bool) (*Inode, error) {
	d := w.cur.Dentry
	d.lock()
	defer d.unlock()
	if w.cur.Mount.flagged(unix.MS_RDONLY) {
		return nil, unix.EROFS
	}
	e, err := d.lookupLocked(w.t, w.last)
	if err != nil {
		return nil, err
	}
	if !dir && w.slash {
		if e.inode.IsDir() {
			return nil, unix.EISDIR
		}
		return nil, unix.ENOTDIR
	}
	if err := w.mayRemove(d, e, dir); err != nil {
		return nil, err
	}
	if e.mounts.Load() != 0 {
		return nil, unix.EBUSY
	}
	err = e.kill(func() error {
		if dir {
			return d.inode.mutable().Rmdir(w.t, d.inode, w.last, e.inode)
		}
		return d.inode.mutable().Unlink(w.t, d.inode, w.last, e.inode)
	})
	if err != nil {
		return nil, err
	}
	if !e.inode.Volatile {
		d.remove(e)
	}
	d.vanished(e)
	return e.inode, nil
}
