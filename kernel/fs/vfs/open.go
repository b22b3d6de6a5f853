package vfs

import (
	"errors"
	"strconv"
	"strings"

	"cairn/kernel/task"
	"cairn/kernel/trial"

	"golang.org/x/sys/unix"
)

// How says how a file is opened: the arguments of openat2(2).
type How struct {
	// Flags are the O_ flags.
	Flags int
	// Mode is the permissions of a new file, before the umask.
	Mode uint32
	// Resolve is the RESOLVE_ flags.
	Resolve uint64
}

// tmpfileFlag is what O_TMPFILE has besides O_DIRECTORY.
const tmpfileFlag = unix.O_TMPFILE &^ unix.O_DIRECTORY

// OpenAt opens the file at a path that begins at base, or at the task's working
// directory if base is the zero Path (openat(2)). The errors are those of open(2).
func OpenAt(t *task.Task, base Path, path string, flags int, mode uint32) (*File, error) {
	return Open(t, base, path, How{Flags: flags, Mode: mode})
}

// Open is OpenAt with the arguments of openat2(2). The caller has checked that
// How has no unknown bits.
func Open(t *task.Task, base Path, path string, how How) (*File, error) {
	if err := how.Settle(); err != nil {
		return nil, err
	}
	var w walker
	if err := w.begin(t, base, path, how.Resolve); err != nil {
		return nil, err
	}
	if how.Flags&unix.O_CREAT != 0 {
		return w.openCreate(&how)
	}
	var flags WalkFlag
	if how.Flags&unix.O_NOFOLLOW == 0 {
		flags |= Follow
	}
	if how.Flags&unix.O_DIRECTORY != 0 {
		flags |= WantDir
	}
	if err := w.all(flags); err != nil {
		return nil, err
	}
	if how.Flags&tmpfileFlag != 0 {
		return w.tmpfile(&how)
	}
	return w.openExisting(w.cur, &how)
}

// Settle resolves the flags that imply or exclude others: EINVAL. Open does it too.
func (how *How) Settle() error {
	if how.Flags&unix.O_PATH != 0 {
		how.Flags &= unix.O_PATH | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC
		return nil
	}
	if how.Flags&tmpfileFlag != 0 {
		if how.Flags&unix.O_DIRECTORY == 0 || how.Flags&unix.O_CREAT != 0 || how.Flags&unix.O_ACCMODE == unix.O_RDONLY {
			return unix.EINVAL
		}
		return nil
	}
	if how.Flags&unix.O_CREAT != 0 && how.Flags&unix.O_DIRECTORY != 0 {
		return unix.EINVAL
	}
	return nil
}

// wants returns the permissions that the flags ask for.
func (how *How) wants() uint32 {
	var mask uint32
	switch how.Flags & unix.O_ACCMODE {
	case unix.O_RDONLY:
		mask = MayRead
	case unix.O_WRONLY:
		mask = MayWrite
	default:
		mask = MayRead | MayWrite
	}
	if how.Flags&unix.O_TRUNC != 0 {
		mask |= MayWrite
	}
	return mask
}

// openExisting opens what is at p, after checking that the task may.
func (w *walker) openExisting(p Path, how *How) (*File, error) {
	if how.Flags&unix.O_PATH == 0 {
		if err := w.mayOpen(p, how); err != nil {
			return nil, err
		}
	}
	return p.open(w.t, w.cred, how.Flags)
}

func (w *walker) mayOpen(p Path, how *How) error {
	i, want := p.Dentry.inode, how.wants()
	switch i.Type() {
	case unix.S_IFLNK:
		return unix.ELOOP
	case unix.S_IFDIR:
		if want&MayWrite != 0 {
			return unix.EISDIR
		}
	case unix.S_IFCHR, unix.S_IFBLK:
		if p.Mount.flagged(unix.MS_NODEV) {
			return unix.EACCES
		}
	}
	if err := p.Access(w.cred, want); err != nil {
		return err
	}
	if how.Flags&unix.O_NOATIME != 0 && !w.cred.Owns(i) {
		return unix.EPERM
	}
	return nil
}

// open makes a description of what is at p. Permissions have been checked.
func (p Path) open(t *task.Task, cred *Cred, flags int) (*File, error) {
	f, err := p.openQuietly(t, cred, flags)
	if watching() && err == nil && f.mode&modePath == 0 {
		f.happened(unix.IN_OPEN)
	}
	return f, err
}

// openQuietly is open, but who watches the file is not told of it.
func (p Path) openQuietly(t *task.Task, cred *Cred, flags int) (*File, error) {
	i := p.Dentry.inode
	if trial.Fail() {
		return nil, unix.ENFILE
	}
	if !i.Hold() {
		return nil, unix.ENOENT
	}
	f := &File{inode: i, path: p, cred: cred}
	f.init(flags)
	p.Mount.get()
	i.alias.Store(p.Dentry)
	if flags&unix.O_PATH != 0 {
		return f, nil
	}
	if err := f.openInode(t, flags); err != nil {
		f.letGo()
		return nil, err
	}
	return f, nil
}

func (f *File) openInode(t *task.Task, flags int) error {
	if trial.Fail() {
		return unix.ENOMEM
	}
	i := f.inode
	typ := i.Type()
	if typ != unix.S_IFIFO && typ != unix.S_IFSOCK {
		f.mode |= modeSeek
	}
	if typ != unix.S_IFREG && typ != unix.S_IFDIR {
		f.mode |= modeNoAtime // reading a device is no access to the file, as on Linux
	}
	if typ == unix.S_IFREG && (f.mode&modeWrite != 0 || flags&unix.O_TRUNC != 0) {
		if err := i.addWriter(); err != nil {
			return err
		}
		f.mode |= modeWriter
	}
	if err := i.Ops.Open(t, f); err != nil {
		return err
	}
	if flags&unix.O_TRUNC == 0 || typ != unix.S_IFREG {
		return nil
	}
	i.content.Lock()
	defer i.content.Unlock()
	if err := f.truncate(t, 0); err != nil {
		f.Ops.Release(f)
		return err
	}
	i.written(t)
	f.happened(unix.IN_MODIFY)
	return nil
}

// openCreate opens the file, and makes it if it does not exist (O_CREAT).
func (w *walker) openCreate(how *How) (*File, error) {
	for {
		if err := w.parent(); err != nil {
			return nil, err
		}
		if w.last == "" && !w.cur.Dentry.inode.IsDir() {
			return w.openExisting(w.cur, how) // a magic link led here
		}
		switch w.last {
		case "", ".", "..":
			if how.Flags&unix.O_EXCL != 0 {
				return nil, unix.EEXIST
			}
			return nil, unix.EISDIR
		}
		if w.slash {
			return nil, unix.EISDIR
		}
		link, f, err := w.openLast(how)
		if f != nil || err != nil {
			return f, err
		}
		if err := w.follow(link); err != nil {
			return nil, err
		}
	}
}

// openLast opens the last component, which it makes if it does not exist, or returns the symbolic link that is there and
// is to be followed. What is removed before it is open is made again.
func (w *walker) openLast(how *How) (Path, *File, error) {
	for {
		p, made, err := w.createOrFind(how)
		if made != nil || err != nil && err != errRemoved {
			return Path{}, made, err
		}
		if err == errRemoved {
			continue
		}
		i := p.Dentry.inode
		switch {
		case how.Flags&unix.O_EXCL != 0:
			return Path{}, nil, unix.EEXIST
		case i.IsDir():
			return Path{}, nil, unix.EISDIR
		case p.Mount != w.cur.Mount && w.resolve&unix.RESOLVE_NO_XDEV != 0:
			return Path{}, nil, unix.EXDEV
		case i.IsSymlink() && how.Flags&unix.O_NOFOLLOW == 0:
			return p, nil, nil
		}
		f, err := w.openExisting(p, how)
		if err == unix.ENOENT && p.Dentry.Dead() {
			continue
		}
		return Path{}, f, err
	}
}

// errRemoved says that a file was removed between its making and its opening.
var errRemoved = errors.New("removed")

// createOrFind makes and opens the last component, or returns what is there. It fails with errRemoved if
// what it made was removed before it was open.
func (w *walker) createOrFind(how *How) (Path, *File, error) {
	d := w.cur.Dentry
	d.lock()
	e, err := d.lookupLocked(w.t, w.last)
	if err == nil {
		d.unlock()
		return Path{w.cur.Mount, e}.top(), nil, nil
	}
	if err == unix.ENOENT {
		e, err = w.create(unix.S_IFREG|how.Mode&07777, 0)
	}
	d.unlock()
	if err != nil {
		return Path{}, nil, err
	}
	f, err := Path{w.cur.Mount, e}.open(w.t, w.cred, how.Flags&^unix.O_TRUNC)
	if err == unix.ENOENT && e.Dead() {
		err = errRemoved
	}
	return Path{}, f, err
}

// tmpfile makes and opens a file without a name in the directory where we are.
func (w *walker) tmpfile(how *How) (*File, error) {
	dir := w.cur.Dentry
	if err := w.mayAdd(dir); err != nil {
		return nil, err
	}
	n := w.newInode(dir.inode, unix.S_IFREG|how.Mode&07777, 0)
	i, err := dir.inode.mutable().Tmpfile(w.t, dir.inode, n)
	if err != nil {
		return nil, err
	}
	i.linkable.Store(how.Flags&unix.O_EXCL == 0)
	d := newDentry(dir, "#"+strconv.FormatUint(i.Ino, 10), i)
	d.dead.Store(true)
	f, err := Path{w.cur.Mount, d}.open(w.t, w.cred, how.Flags&^tmpfileFlag)
	if err == nil {
		f.flags.Or(tmpfileFlag) // F_GETFL shows it
	}
	return f, err
}

// OpenDetached opens a file that has no name, as memfd_create(2) does. The
// name is what /proc/PID/fd shows.
func OpenDetached(t *task.Task, i *Inode, name string, flags int) (*File, error) {
	return Path{nil, NewDetached(name, i)}.open(t, CredOf(t), flags)
}

// Reopenable returns the place of the file for a magic link: opening the link opens the
// file anew.
func (f *File) Reopenable() Path {
	if f.path.Dentry != nil {
		return f.path
	}
	return Path{nil, NewUnnamed(f.name, f.inode)}
}

// ReadFile returns the contents of the file at an absolute path, for the kernel
// itself: at most limit bytes.
func ReadFile(path string, limit int) ([]byte, error) {
	f, err := OpenAt(nil, Root(), path, unix.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Put()
	p := make([]byte, min(limit, int(f.inode.Size())))
	n, err := f.ReadAt(p, 0)
	return p[:n], err
}

// flagNames says which mount options MS_ flags are shown as.
var flagNames = []struct {
	flag uint64
	name string
}{
	{unix.MS_NOSUID, "nosuid"}, {unix.MS_NODEV, "nodev"}, {unix.MS_NOEXEC, "noexec"},
	{unix.MS_NOATIME, "noatime"}, {unix.MS_NODIRATIME, "nodiratime"}, {unix.MS_NOSYMFOLLOW, "nosymfollow"},
}

// FlagString returns the mount's own options as /proc/mounts shows them: "rw,nosuid,relatime".
func (m *Mount) FlagString() string {
	var b strings.Builder
	b.WriteString("rw")
	if m.flagged(unix.MS_RDONLY) {
		b.Reset()
		b.WriteString("ro")
	}
	for _, o := range flagNames {
		if m.flagged(o.flag) {
			b.WriteString("," + o.name)
		}
	}
	if !m.flagged(unix.MS_NOATIME) {
		b.WriteString(",relatime")
	}
	return b.String()
}
