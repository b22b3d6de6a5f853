package vfs

import (
	"cairn/kernel/clock"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// Apply changes the attributes, as an in-memory file system's SetAttr operation does.
func (i *Inode) Apply(s *SetAttr) {
	if s.Mask&SetMode != 0 {
		i.SetMode(s.Mode)
	}
	if s.Mask&SetUID != 0 {
		i.uid.Store(s.UID)
	}
	if s.Mask&SetGID != 0 {
		i.gid.Store(s.GID)
	}
	if s.Mask&SetAtime != 0 {
		i.atime.Store(s.Atime)
	}
	if s.Mask&SetMtime != 0 {
		i.mtime.Store(s.Mtime)
	}
	i.Changed()
}

// written notes that a task changed the contents: the times move, and a program
// that is written to loses its set-user-ID and set-group-ID bits.
func (i *Inode) written(t *task.Task) {
	i.Modified()
	if mode := i.Mode(); mode&(unix.S_ISUID|unix.S_ISGID) != 0 && !CredOf(t).Has(unix.CAP_FSETID) {
		i.SetMode(dropSetID(mode))
	}
}

// dropSetID takes the bits away that make a program run as its owner. Without
// S_IXGRP, S_ISGID does not mean that.
func dropSetID(mode uint32) uint32 {
	mode &^= unix.S_ISUID
	if mode&unix.S_IXGRP != 0 {
		mode &^= unix.S_ISGID
	}
	return mode
}

// Chmod sets the permission bits (chmod(2)): EPERM for all but the owner,
// EOPNOTSUPP for a symbolic link.
func Chmod(t *task.Task, p Path, mode uint32) error {
	i, c := p.Dentry.inode, CredOf(t)
	if err := p.mayWriteTo(); err != nil {
		return err
	}
	if i.IsSymlink() {
		return unix.EOPNOTSUPP
	}
	if !c.Owns(i) {
		return unix.EPERM
	}
	mode &= 07777
	if !c.InGroup(i.GID()) && !c.Has(unix.CAP_FSETID) {
		mode &^= unix.S_ISGID
	}
	return p.setAttr(t, &SetAttr{Mask: SetMode, Mode: mode})
}

// setAttr changes attributes, and tells who watches the file.
func (p Path) setAttr(t *task.Task, s *SetAttr) error {
	i := p.Dentry.inode
	if err := i.Ops.SetAttr(t, i, s); err != nil {
		return err
	}
	if mask := s.events(); mask != 0 {
		p.Dentry.happened(mask)
	}
	return nil
}

// Unchanged is the owner or group that chown(2) leaves as it is.
const Unchanged = ^uint32(0)

// Chown sets owner and group (chown(2)); Unchanged leaves one. EPERM without
// CAP_CHOWN, but an owner may choose among its own groups. Set-user-ID bits go.
func Chown(t *task.Task, p Path, uid, gid uint32) error {
	i, c := p.Dentry.inode, CredOf(t)
	if err := p.mayWriteTo(); err != nil {
		return err
	}
	s := SetAttr{UID: uid, GID: gid}
	owner := c.UID == i.UID()
	if uid != Unchanged {
		s.Mask |= SetUID
		if !c.Has(unix.CAP_CHOWN) && !(owner && uid == i.UID()) {
			return unix.EPERM
		}
	}
	if gid != Unchanged {
		s.Mask |= SetGID
		if !c.Has(unix.CAP_CHOWN) && !(owner && (c.InGroup(gid) || gid == i.GID())) {
			return unix.EPERM
		}
	}
	if mode := i.Mode(); !i.IsDir() && mode&(unix.S_ISUID|unix.S_ISGID) != 0 {
		s.Mask |= SetMode
		s.Mode = dropSetID(mode) & 07777
	}
	return p.setAttr(t, &s)
}

// A NewTime is a time that utimensat(2) sets.
type NewTime struct {
	// Now takes the time of the call, Omit leaves the time as it is.
	Now, Omit bool
	// NS is the time in nanoseconds since 1970, otherwise.
	NS int64
}

// Utimens sets the times of access and modification (utimensat(2)): EPERM for
// all but the owner, but whoever may write may set both to now (else EACCES).
func Utimens(t *task.Task, p Path, atime, mtime NewTime) error {
	if atime.Omit && mtime.Omit {
		return nil
	}
	i, c := p.Dentry.inode, CredOf(t)
	if err := p.mayWriteTo(); err != nil {
		return err
	}
	if !c.Owns(i) {
		if !atime.Now || !mtime.Now {
			return unix.EPERM
		}
		if err := c.Permission(i, MayWrite); err != nil {
			return err
		}
	}
	now := clock.Wall()
	s := SetAttr{Atime: atime.NS, Mtime: mtime.NS}
	if atime.Now {
		s.Atime = now
	}
	if mtime.Now {
		s.Mtime = now
	}
	if !atime.Omit {
		s.Mask |= SetAtime
	}
	if !mtime.Omit {
		s.Mask |= SetMtime
	}
	return p.setAttr(t, &s)
}

// Truncate sets the length of the file at p (truncate(2)): EISDIR, EINVAL for
// other files without a length, ETXTBSY for a running program.
func Truncate(t *task.Task, p Path, size int64) error {
	i, c := p.Dentry.inode, CredOf(t)
	switch {
	case size < 0:
		return unix.EINVAL
	case i.IsDir():
		return unix.EISDIR
	case !i.IsRegular():
		return unix.EINVAL
	}
	if err := p.Access(c, MayWrite); err != nil {
		return err
	}
	f, err := p.openQuietly(t, c, unix.O_WRONLY)
	if err != nil {
		return err
	}
	f.mode |= modeQuiet
	defer f.Put()
	return f.Truncate(t, size)
}

// Statfs fills in what statfs(2) shows of the file system that p is in.
func (p Path) Statfs(st *unix.Statfs_t) error {
	return p.Dentry.inode.SB.statfs(p.Mount, st)
}

// Statfs fills in what fstatfs(2) shows.
func (f *File) Statfs(st *unix.Statfs_t) error {
	return f.inode.SB.statfs(f.path.Mount, st)
}

// stFlags are the ST_ flags of the f_flags of statfs(2), which have other values than MS_
// flags in part.
const (
	stValid    = 0x20
	stRelatime = 0x1000
)

func (sb *SuperBlock) statfs(m *Mount, st *unix.Statfs_t) error {
	*st = unix.Statfs_t{Type: sb.Type.Magic, Bsize: blockSize, Frsize: blockSize, Namelen: unix.NAME_MAX}
	st.Fsid.Val = [2]int32{int32(sb.Dev), int32(sb.Dev >> 32)}
	st.Flags = stValid
	if m != nil {
		const same = unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC |
			unix.MS_NOATIME | unix.MS_NODIRATIME
		st.Flags |= int64(m.flags.Load() & same)
		if !m.flagged(unix.MS_NOATIME) {
			st.Flags |= stRelatime
		}
	}
	if sb.Statfs != nil {
		sb.Statfs(st)
	}
	return nil
}
