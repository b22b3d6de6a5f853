package fs

import (
	"encoding/binary"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// Chdir implements chdir(2).
//
//cairn:syscall chdir
func Chdir(t *task.Task, path sys.Path) error {
	p, err := directory(t, path)
	if err != nil {
		return err
	}
	vfs.FSOf(t).SetCwd(p)
	return nil
}

// Fchdir implements fchdir(2).
//
//cairn:syscall fchdir
func Fchdir(t *task.Task, fd sys.FD) error {
	f, err := fdtab.GetPath(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	if !f.Inode().IsDir() {
		return unix.ENOTDIR
	}
	if err := vfs.CredOf(t).Permission(f.Inode(), vfs.MayExec); err != nil {
		return err
	}
	vfs.FSOf(t).SetCwd(f.Where())
	return nil
}

// Chroot implements chroot(2).
//
//cairn:syscall chroot
func Chroot(t *task.Task, path sys.Path) error {
	p, err := directory(t, path)
	if err != nil {
		return err
	}
	if !vfs.CredOf(t).Has(unix.CAP_SYS_CHROOT) {
		return unix.EPERM
	}
	vfs.FSOf(t).SetRoot(p)
	return nil
}

// directory resolves the path of a directory that the task may enter.
func directory(t *task.Task, path sys.Path) (vfs.Path, error) {
	name, err := t.CopyInPath(sys.Addr(path))
	if err != nil {
		return vfs.Path{}, err
	}
	p, err := vfs.Walk(t, vfs.Path{}, name, vfs.Follow|vfs.WantDir)
	if err != nil {
		return vfs.Path{}, err
	}
	return p, vfs.CredOf(t).Permission(p.Dentry.Inode(), vfs.MayExec)
}

// Getcwd implements getcwd(2): ENOENT if the directory was removed, ERANGE if
// there is not enough room. What lies outside the root is shown as "(unreachable)/...".
//
//cairn:syscall getcwd
func Getcwd(t *task.Task, buf sys.OutString, size sys.Size) (sys.Size, error) {
	root, cwd := vfs.FSOf(t).Dirs()
	if cwd.Dentry.Dead() {
		return 0, unix.ENOENT
	}
	path, below := cwd.From(root)
	if !below {
		path = "(unreachable)" + path
	}
	if sys.Size(len(path))+1 > size {
		return 0, unix.ERANGE
	}
	n, err := t.CopyOut(sys.Addr(buf), append([]byte(path), 0))
	return sys.Size(n), err
}

// Umask implements umask(2).
//
//cairn:syscall umask
func Umask(t *task.Task, mask sys.Mode) (sys.Mode, error) {
	return sys.Mode(vfs.FSOf(t).SetUmask(uint32(mask))), nil
}

// maxDents is how many bytes of directory entries one call returns at most.
const maxDents = 64 << 10

// dents collects directory entries as struct linux_dirent64 or, if old, as struct
// linux_dirent (getdents(2)).
type dents struct {
	buf  []byte
	room int
	old  bool
	full bool // an entry did not fit
}

// Sizes of what precedes the name.
const (
	direntHeader   = 18
	dirent64Header = 19
)

// Add implements vfs.DirSink.
func (d *dents) Add(name string, ino uint64, next int64, typ uint8) bool {
	size := dirent64Header + len(name) + 1
	if d.old {
		size = direntHeader + len(name) + 2 // the type is the last byte
	}
	size = (size + 7) &^ 7
	if len(d.buf)+size > d.room {
		d.full = true
		return false
	}
	start := len(d.buf)
	d.buf = append(d.buf, make([]byte, size)...)
	e := d.buf[start:]
	binary.NativeEndian.PutUint64(e, ino)
	binary.NativeEndian.PutUint64(e[8:], uint64(next))
	binary.NativeEndian.PutUint16(e[16:], uint16(size))
	if d.old {
		copy(e[direntHeader:], name)
		e[size-1] = typ
		return true
	}
	e[18] = typ
	copy(e[dirent64Header:], name)
	return true
}

// Getdents implements getdents(2).
//
//cairn:syscall getdents
func Getdents(t *task.Task, fd sys.FD, out sys.OutDents, count sys.Size) (sys.Size, error) {
	return getdents(t, fd, out, count, true)
}

// Getdents64 implements getdents64(2).
//
//cairn:syscall getdents64
func Getdents64(t *task.Task, fd sys.FD, out sys.OutDents, count sys.Size) (sys.Size, error) {
	return getdents(t, fd, out, count, false)
}

func getdents(t *task.Task, fd sys.FD, out sys.OutDents, count sys.Size, old bool) (sys.Size, error) {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	d := dents{old: old, room: min(int(int32(count)), maxDents)} // negative has no room
	start := f.Position()
	if err := f.Readdir(t, &d); err != nil {
		return 0, err
	}
	if len(d.buf) == 0 && d.full {
		return 0, unix.EINVAL
	}
	if _, err := t.CopyOut(sys.Addr(out), d.buf); err != nil {
		_, _ = f.Seek(start, unix.SEEK_SET) // nothing was read
		return 0, err
	}
	return sys.Size(len(d.buf)), nil
}
