package vfs

import (
	"strings"

	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// newInode says what a new file in dir is to be: owned by the task, or by the
// directory's group if that has the set-group-ID bit, which a directory inherits.
func (w *walker) newInode(dir *Inode, mode uint32, rdev uint64) *NewInode {
	n := &NewInode{Mode: mode &^ FSOf(w.t).Umask(), UID: w.cred.UID, GID: w.cred.GID, Rdev: rdev}
	if dir.Mode()&unix.S_ISGID == 0 {
		return n
	}
	n.GID = dir.GID()
	if mode&unix.S_IFMT == unix.S_IFDIR {
		n.Mode |= unix.S_ISGID
	} else if n.Mode&(unix.S_ISGID|unix.S_IXGRP) == unix.S_ISGID|unix.S_IXGRP &&
		!w.cred.InGroup(n.GID) && !w.cred.Has(unix.CAP_FSETID) {
		n.Mode &^= unix.S_ISGID
	}
	return n
}

// mayAdd checks that the task may put a name into the directory.
func (w *walker) mayAdd(d *Dentry) error {
	if w.cur.Mount.flagged(unix.MS_RDONLY) {
		return unix.EROFS
	}
	if d.Dead() {
		return unix.ENOENT
	}
	return w.cred.Permission(d.inode, MayWrite|MayExec)
}

// create makes a file named w.last where we are. The directory is locked, and has no such
// name.
func (w *walker) create(mode uint32, rdev uint64) (*Dentry, error) {
	d := w.cur.Dentry
	if err := w.mayAdd(d); err != nil {
		return nil, err
	}
	switch mode & unix.S_IFMT {
	case unix.S_IFCHR, unix.S_IFBLK:
		if !w.cred.Has(unix.CAP_MKNOD) {
			return nil, unix.EPERM
		}
	}
	name := strings.Clone(w.last)
	i, err := d.inode.mutable().Create(w.t, d.inode, name, w.newInode(d.inode, mode, rdev))
	if err != nil {
		return nil, err
	}
	e := newDentry(d, name, i)
	d.insert(e)
	d.appeared(e)
	return e, nil
}

// toCreate walks up to the last component of a path that is to be made, and
// locks the directory: EEXIST if the name is there. A slash behind the name is
// for directories alone (ENOENT).
func (w *walker) toCreate(t *task.Task, base Path, path string, dir bool) error {
	if err := w.begin(t, base, path, 0); err != nil {
		return err
	}
	if err := w.parent(); err != nil {
		return err
	}
	if w.last == "" || w.last == "." || w.last == ".." {
		return unix.EEXIST
	}
	d := w.cur.Dentry
	d.lock()
	_, err := d.lookupLocked(t, w.last)
	switch {
	case err == nil:
		err = unix.EEXIST
	case err == unix.ENOENT && (dir || !w.slash):
		return nil
	}
	d.unlock()
	return err
}

// Mkdir makes a directory (mkdirat(2)).
func Mkdir(t *task.Task, base Path, path string, mode uint32) error {
	var w walker
	if err := w.toCreate(t, base, path, true); err != nil {
		return err
	}
	defer w.cur.Dentry.unlock()
	_, err := w.create(unix.S_IFDIR|mode&(0777|unix.S_ISVTX), 0)
	return err
}

// Mknod makes a file of any type but directory and symbolic link (mknodat(2)): EPERM for a
// directory or for a device without CAP_MKNOD, EINVAL for other types.
func Mknod(t *task.Task, base Path, path string, mode uint32, rdev uint64) error {
	_, err := MknodAt(t, base, path, mode, rdev)
	return err
}

// MknodAt is Mknod, and returns the new name: bind(2) of a unix socket makes one.
func MknodAt(t *task.Task, base Path, path string, mode uint32, rdev uint64) (Path, error) {
	if mode&unix.S_IFMT == 0 {
		mode |= unix.S_IFREG
	}
	switch mode & unix.S_IFMT {
	case unix.S_IFREG, unix.S_IFIFO, unix.S_IFSOCK:
		rdev = 0
	case unix.S_IFCHR, unix.S_IFBLK:
	case unix.S_IFDIR:
		return Path{}, unix.EPERM
	default:
		return Path{}, unix.EINVAL
	}
	var w walker
	if err := w.toCreate(t, base, path, false); err != nil {
		return Path{}, err
	}
	defer w.cur.Dentry.unlock()
	e, err := w.create(mode&(unix.S_IFMT|07777), rdev)
	if err != nil {
		return Path{}, err
	}
	return Path{w.cur.Mount, e}, nil
}

// Symlink makes a symbolic link to target (symlinkat(2)): ENOENT for an empty target.
func Symlink(t *task.Task, target string, base Path, path string) error {
	if target == "" {
		return unix.ENOENT
	}
	var w walker
	if err := w.toCreate(t, base, path, false); err != nil {
		return err
	}
	d := w.cur.Dentry
	defer d.unlock()
	if err := w.mayAdd(d); err != nil {
		return err
	}
	name := strings.Clone(w.last)
	n := w.newInode(d.inode, unix.S_IFLNK, 0)
	n.Mode = unix.S_IFLNK | 0777
	i, err := d.inode.mutable().Symlink(t, d.inode, name, target, n)
	if err != nil {
		return err
	}
	e := newDentry(d, name, i)
	d.insert(e)
	d.appeared(e)
	return nil
}

// Link gives the file at old another name (linkat(2)): EPERM for a directory,
// EXDEV for another mount, ENOENT for a file whose last name is gone.
func Link(t *task.Task, old Path, base Path, path string) error {
	i := old.Dentry.inode
	var w walker
	if err := w.toCreate(t, base, path, false); err != nil {
		return err
	}
	d := w.cur.Dentry
	defer d.unlock()
	if old.Mount != w.cur.Mount {
		return unix.EXDEV
	}
	if err := w.mayAdd(d); err != nil {
		return err
	}
	if i.IsDir() {
		return unix.EPERM
	}
	if !i.Hold() {
		return unix.ENOENT
	}
	defer i.Drop()
	if i.Nlink() == 0 && !i.linkable.Load() {
		return unix.ENOENT
	}
	name := strings.Clone(w.last)
	if err := d.inode.mutable().Link(t, d.inode, name, i); err != nil {
		return err
	}
	e := newDentry(d, name, i)
	d.insert(e)
	i.happened(unix.IN_ATTRIB) // the number of links
	d.appeared(e)
	return nil
}

// Make puts a new file into the directory d for the kernel itself, which asks nobody's permission:
// EEXIST if the name is taken. target is where a symbolic link points to.
func (d *Dentry) Make(name string, n *NewInode, target string) (*Inode, error) {
	d.lock()
	defer d.unlock()
	if _, err := d.lookupLocked(nil, name); err != unix.ENOENT {
		return nil, errOr(err, unix.EEXIST)
	}
	var i *Inode
	var err error
	if n.Mode&unix.S_IFMT == unix.S_IFLNK {
		i, err = d.inode.mutable().Symlink(nil, d.inode, name, target, n)
	} else {
		i, err = d.inode.mutable().Create(nil, d.inode, name, n)
	}
	if err != nil {
		return nil, err
	}
	d.insert(newDentry(d, name, i))
	return i, nil
}

// errOr returns err, or other if that is nil.
func errOr(err, other error) error {
	if err == nil {
		return other
	}
	return err
}

// MakeLink gives the file i the name in the directory d, as Make does.
func (d *Dentry) MakeLink(name string, i *Inode) error {
	d.lock()
	defer d.unlock()
	if _, err := d.lookupLocked(nil, name); err != unix.ENOENT {
		return errOr(err, unix.EEXIST)
	}
	if err := d.inode.mutable().Link(nil, d.inode, name, i); err != nil {
		return err
	}
	d.insert(newDentry(d, name, i))
	return nil
}

// MkdirAll makes the directory at an absolute path for the kernel itself, and those above it, as
// far as they are missing, and returns it.
func MkdirAll(path string) (Path, error) {
	p := Root()
	for name := range strings.SplitSeq(path, "/") {
		if name == "" {
			continue
		}
		next, err := Walk(nil, p, name, Follow|WantDir)
		if err == unix.ENOENT {
			if _, err = p.Dentry.Make(name, &NewInode{Mode: unix.S_IFDIR | 0755}, ""); err == nil {
				next, err = Walk(nil, p, name, WantDir)
			}
		}
		if err != nil {
			return Path{}, err
		}
		p = next
	}
	return p, nil
}

// MountDir mounts a new file system of the type at an absolute path for the kernel itself,
// and makes the directory if it is missing. Its errors are those of MountNew.
func MountDir(path, typ, source, options string, flags uint64) error {
	p, err := MkdirAll(path)
	if err != nil {
		return err
	}
	return MountNew(p, typ, source, options, flags)
}
