package fs

import (
	"bytes"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// xattrName copies the name of an extended attribute in: ERANGE if it is empty or longer than
// XATTR_NAME_MAX.
func xattrName(t *task.Task, a sys.String) (string, error) {
	name, err := t.CopyInString(sys.Addr(a), vfs.XattrNameMax+1)
	if err == unix.ENAMETOOLONG || err == nil && name == "" {
		return "", unix.ERANGE
	}
	return name, err
}

// Setxattr implements setxattr(2).
//
// Supports XATTR_CREATE and XATTR_REPLACE, and the name spaces user, trusted and security.
//
//cairn:syscall setxattr
func Setxattr(t *task.Task, path sys.Path, name sys.String, value sys.InBuf, size sys.Size, flags sys.XattrFlags) error {
	p, err := target(t, cwd, path, true, false)
	if err != nil {
		return err
	}
	return setxattr(t, p, name, value, size, flags)
}

// Lsetxattr implements lsetxattr(2).
//
// Supports what setxattr(2) does.
//
//cairn:syscall lsetxattr
func Lsetxattr(t *task.Task, path sys.Path, name sys.String, value sys.InBuf, size sys.Size, flags sys.XattrFlags) error {
	p, err := target(t, cwd, path, false, false)
	if err != nil {
		return err
	}
	return setxattr(t, p, name, value, size, flags)
}

// Fsetxattr implements fsetxattr(2).
//
// Supports what setxattr(2) does.
//
//cairn:syscall fsetxattr
func Fsetxattr(t *task.Task, fd sys.FD, name sys.String, value sys.InBuf, size sys.Size, flags sys.XattrFlags) error {
	return onFile(t, fd, func(p vfs.Path) error { return setxattr(t, p, name, value, size, flags) })
}

func setxattr(t *task.Task, p vfs.Path, name sys.String, value sys.InBuf, size sys.Size, flags sys.XattrFlags) error {
	if flags&^(unix.XATTR_CREATE|unix.XATTR_REPLACE) != 0 {
		return unix.EINVAL
	}
	n, err := xattrName(t, name)
	if err != nil {
		return err
	}
	if size > vfs.XattrSizeMax {
		return unix.E2BIG
	}
	v := make([]byte, size)
	if _, err := t.CopyIn(v, sys.Addr(value)); err != nil {
		return err
	}
	return vfs.SetXattr(t, p, n, v, int(flags))
}

// Getxattr implements getxattr(2).
//
//cairn:syscall getxattr
func Getxattr(t *task.Task, path sys.Path, name sys.String, value sys.OutBuf, size sys.Size) (sys.Size, error) {
	p, err := target(t, cwd, path, true, false)
	if err != nil {
		return 0, err
	}
	return getxattr(t, p, name, value, size)
}

// Lgetxattr implements lgetxattr(2).
//
//cairn:syscall lgetxattr
func Lgetxattr(t *task.Task, path sys.Path, name sys.String, value sys.OutBuf, size sys.Size) (sys.Size, error) {
	p, err := target(t, cwd, path, false, false)
	if err != nil {
		return 0, err
	}
	return getxattr(t, p, name, value, size)
}

// Fgetxattr implements fgetxattr(2).
//
//cairn:syscall fgetxattr
func Fgetxattr(t *task.Task, fd sys.FD, name sys.String, value sys.OutBuf, size sys.Size) (n sys.Size, err error) {
	err = onFile(t, fd, func(p vfs.Path) error {
		n, err = getxattr(t, p, name, value, size)
		return err
	})
	return n, err
}

func getxattr(t *task.Task, p vfs.Path, name sys.String, value sys.OutBuf, size sys.Size) (sys.Size, error) {
	n, err := xattrName(t, name)
	if err != nil {
		return 0, err
	}
	v, err := vfs.Xattr(t, p, n)
	if err != nil {
		return 0, err
	}
	return copySized(t, value, size, v)
}

// copySized copies v out if there is room; a size of 0 asks how much is needed.
func copySized(t *task.Task, out sys.OutBuf, size sys.Size, v []byte) (sys.Size, error) {
	if size == 0 {
		return sys.Size(len(v)), nil
	}
	if sys.Size(len(v)) > size {
		return 0, unix.ERANGE
	}
	n, err := t.CopyOut(sys.Addr(out), v)
	return sys.Size(n), err
}

// Listxattr implements listxattr(2).
//
//cairn:syscall listxattr
func Listxattr(t *task.Task, path sys.Path, list sys.OutBuf, size sys.Size) (sys.Size, error) {
	p, err := target(t, cwd, path, true, false)
	if err != nil {
		return 0, err
	}
	return listxattr(t, p, list, size)
}

// Llistxattr implements llistxattr(2).
//
//cairn:syscall llistxattr
func Llistxattr(t *task.Task, path sys.Path, list sys.OutBuf, size sys.Size) (sys.Size, error) {
	p, err := target(t, cwd, path, false, false)
	if err != nil {
		return 0, err
	}
	return listxattr(t, p, list, size)
}

// Flistxattr implements flistxattr(2).
//
//cairn:syscall flistxattr
func Flistxattr(t *task.Task, fd sys.FD, list sys.OutBuf, size sys.Size) (n sys.Size, err error) {
	err = onFile(t, fd, func(p vfs.Path) error {
		n, err = listxattr(t, p, list, size)
		return err
	})
	return n, err
}

func listxattr(t *task.Task, p vfs.Path, list sys.OutBuf, size sys.Size) (sys.Size, error) {
	names, err := vfs.ListXattr(t, p)
	if err != nil {
		return 0, err
	}
	var b bytes.Buffer
	for _, n := range names {
		b.WriteString(n)
		b.WriteByte(0)
	}
	return copySized(t, list, size, b.Bytes())
}

// Removexattr implements removexattr(2).
//
//cairn:syscall removexattr
func Removexattr(t *task.Task, path sys.Path, name sys.String) error {
	p, err := target(t, cwd, path, true, false)
	if err != nil {
		return err
	}
	return removexattr(t, p, name)
}

// Lremovexattr implements lremovexattr(2).
//
//cairn:syscall lremovexattr
func Lremovexattr(t *task.Task, path sys.Path, name sys.String) error {
	p, err := target(t, cwd, path, false, false)
	if err != nil {
		return err
	}
	return removexattr(t, p, name)
}

// Fremovexattr implements fremovexattr(2).
//
//cairn:syscall fremovexattr
func Fremovexattr(t *task.Task, fd sys.FD, name sys.String) error {
	return onFile(t, fd, func(p vfs.Path) error { return removexattr(t, p, name) })
}

func removexattr(t *task.Task, p vfs.Path, name sys.String) error {
	n, err := xattrName(t, name)
	if err != nil {
		return err
	}
	return vfs.RemoveXattr(t, p, n)
}
