package vfs

import (
	"strings"

	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// Limits of extended attributes (xattr(7)), in bytes.
const (
	XattrNameMax = 255
	XattrSizeMax = 65536
	XattrListMax = 65536
)

// xattrAllowed checks the rules of xattr(7) for the name space of the attribute.
func xattrAllowed(t *task.Task, p Path, name string, write bool) error {
	i, c := p.Dentry.inode, CredOf(t)
	if write {
		if err := p.mayWriteTo(); err != nil {
			return err
		}
	}
	refused := error(unix.ENODATA)
	if write {
		refused = unix.EPERM
	}
	switch space, rest, dot := strings.Cut(name, "."); {
	case space != "trusted" && space != "security" && space != "user" || !dot:
		return unix.EOPNOTSUPP
	case rest == "":
		return unix.EINVAL
	case space == "trusted":
		if !c.Has(unix.CAP_SYS_ADMIN) {
			return refused
		}
		return nil
	case space == "security":
		if write && !c.Has(unix.CAP_SYS_ADMIN) {
			return unix.EPERM
		}
		return nil
	default:
		if !i.IsRegular() && !i.IsDir() {
			return refused
		}
		if write && i.IsDir() && i.Mode()&unix.S_ISVTX != 0 && !c.Owns(i) {
			return unix.EPERM
		}
	}
	if write {
		return c.Permission(i, MayWrite)
	}
	return c.Permission(i, MayRead)
}

// Xattr returns the value of an extended attribute of the file at p (getxattr(2)).
func Xattr(t *task.Task, p Path, name string) ([]byte, error) {
	if err := xattrAllowed(t, p, name, false); err != nil {
		return nil, err
	}
	i := p.Dentry.inode
	if o, ok := i.Ops.(Attributed); ok {
		return o.Xattr(t, i, name)
	}
	return nil, unix.EOPNOTSUPP
}

// SetXattr sets an extended attribute of the file at p (setxattr(2)).
func SetXattr(t *task.Task, p Path, name string, value []byte, flags int) error {
	if flags&^(unix.XATTR_CREATE|unix.XATTR_REPLACE) != 0 {
		return unix.EINVAL
	}
	if err := xattrAllowed(t, p, name, true); err != nil {
		return err
	}
	i := p.Dentry.inode
	if o, ok := i.Ops.(Attributed); ok {
		err := o.SetXattr(t, i, name, value, flags)
		if err == nil {
			p.Dentry.happened(unix.IN_ATTRIB)
		}
		return err
	}
	return unix.EOPNOTSUPP
}

// RemoveXattr removes an extended attribute of the file at p (removexattr(2)).
func RemoveXattr(t *task.Task, p Path, name string) error {
	if err := xattrAllowed(t, p, name, true); err != nil {
		return err
	}
	i := p.Dentry.inode
	if o, ok := i.Ops.(Attributed); ok {
		err := o.RemoveXattr(t, i, name)
		if err == nil {
			p.Dentry.happened(unix.IN_ATTRIB)
		}
		return err
	}
	return unix.EOPNOTSUPP
}

// ListXattr returns the names of the extended attributes of the file at p that the
// task may see (listxattr(2)).
func ListXattr(t *task.Task, p Path) ([]string, error) {
	i := p.Dentry.inode
	o, ok := i.Ops.(Attributed)
	if !ok {
		return nil, nil
	}
	all, err := o.ListXattr(t, i)
	if err != nil || CredOf(t).Has(unix.CAP_SYS_ADMIN) {
		return all, err
	}
	var names []string
	for _, name := range all {
		if !strings.HasPrefix(name, "trusted.") {
			names = append(names, name)
		}
	}
	return names, nil
}
