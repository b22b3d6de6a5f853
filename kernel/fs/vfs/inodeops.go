package vfs

import (
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// InodeOps is the behaviour of a file of a file system. Embed [NoInode] for
// the operations that it does not have.
//
// Operations on a directory are called with the directory locked; permissions
// have been checked, and the tree of names is kept up by the caller. They adjust
// link counts and times.
type InodeOps interface {
	// Lookup returns the file called name in dir, if no dentry is there yet:
	// ENOENT if there is none.
	Lookup(t *task.Task, dir *Inode, name string) (*Inode, error)

	// Create makes a file of any type but symbolic links in dir.
	Create(t *task.Task, dir *Inode, name string, n *NewInode) (*Inode, error)

	// Symlink makes a symbolic link to target in dir.
	Symlink(t *task.Task, dir *Inode, name, target string, n *NewInode) (*Inode, error)

	// Tmpfile makes a regular file without a name, for O_TMPFILE.
	Tmpfile(t *task.Task, dir *Inode, n *NewInode) (*Inode, error)

	// Link gives the file i another name in dir.
	Link(t *task.Task, dir *Inode, name string, i *Inode) error

	// Unlink takes the name of i, not a directory, out of dir.
	Unlink(t *task.Task, dir *Inode, name string, i *Inode) error

	// Rmdir takes the name of i, an empty directory, out of dir.
	Rmdir(t *task.Task, dir *Inode, name string, i *Inode) error

	// Rename moves a file.
	Rename(t *task.Task, r *Renaming) error

	// Open makes f, whose inode this is, usable: it sets f.Ops. It may block, as
	// opening a FIFO does.
	Open(t *task.Task, f *File) error

	// Readlink returns where a symbolic link points to: EINVAL if the file is none.
	Readlink(t *task.Task, i *Inode) (string, error)

	// Follow returns the file that a magic link of /proc stands for. It returns
	// ErrNotMagic if the link is an ordinary one.
	Follow(t *task.Task, i *Inode) (Path, error)

	// Stat fills in the attributes.
	Stat(i *Inode, a *Attr) error

	// SetAttr changes mode, owner or times.
	SetAttr(t *task.Task, i *Inode, s *SetAttr) error

	// Xattr returns the value of an extended attribute: ENODATA if there is
	// none, EOPNOTSUPP if the file system has none in that name space.
	Xattr(t *task.Task, i *Inode, name string) ([]byte, error)

	// SetXattr sets an extended attribute; flags are XATTR_CREATE (EEXIST) and
	// XATTR_REPLACE (ENODATA).
	SetXattr(t *task.Task, i *Inode, name string, value []byte, flags int) error

	// RemoveXattr removes an extended attribute.
	RemoveXattr(t *task.Task, i *Inode, name string) error

	// ListXattr returns the names of the extended attributes.
	ListXattr(t *task.Task, i *Inode) ([]string, error)

	// Evict frees what the file holds: its last name and its last description
	// are gone.
	Evict(i *Inode)
}

// NewInode says what a file is to be when it is made.
type NewInode struct {
	// Mode is type and permissions, the umask applied.
	Mode uint32
	// UID and GID are the owner.
	UID, GID uint32
	// Rdev is the device that a device node stands for.
	Rdev uint64
}

// Renaming says what Rename is to do.
type Renaming struct {
	// OldDir and OldName are the name that goes; Inode is the file.
	OldDir  *Inode
	OldName string
	Inode   *Inode
	// NewDir and NewName are the name that comes. Target is the file that has
	// it now, nil if none has.
	NewDir  *Inode
	NewName string
	Target  *Inode
	// Exchange says that the two files change places; otherwise Target goes.
	Exchange bool
}

// SetAttr is a change of attributes. Only what Mask names is changed.
type SetAttr struct {
	Mask         SetMask
	Mode         uint32 // permission bits
	UID, GID     uint32
	Atime, Mtime int64 // nanoseconds since 1970
}

// SetMask says which attributes a SetAttr changes.
type SetMask uint8

// The attributes that can be changed.
const (
	SetMode SetMask = 1 << iota
	SetUID
	SetGID
	SetAtime
	SetMtime
)

// ErrNotMagic says that a symbolic link is an ordinary one. It never reaches a program.
const ErrNotMagic = unix.Errno(4095)

// NoInode is an InodeOps of a file that cannot be opened and, as a directory, is
// empty and fixed. Embed it, as [NoFile].
type NoInode struct{}

var _ InodeOps = (*NoInode)(nil)

// Lookup fails with ENOENT.
func (*NoInode) Lookup(*task.Task, *Inode, string) (*Inode, error) { return nil, unix.ENOENT }

// Create fails as in /proc: with EACCES for a regular file, with EPERM for others.
func (*NoInode) Create(_ *task.Task, _ *Inode, _ string, n *NewInode) (*Inode, error) {
	if n.Mode&unix.S_IFMT == unix.S_IFREG {
		return nil, unix.EACCES
	}
	return nil, unix.EPERM
}

// Symlink fails with EPERM.
func (*NoInode) Symlink(*task.Task, *Inode, string, string, *NewInode) (*Inode, error) {
	return nil, unix.EPERM
}

// Tmpfile fails with EOPNOTSUPP.
func (*NoInode) Tmpfile(*task.Task, *Inode, *NewInode) (*Inode, error) {
	return nil, unix.EOPNOTSUPP
}

// Link fails with EPERM.
func (*NoInode) Link(*task.Task, *Inode, string, *Inode) error { return unix.EPERM }

// Unlink fails with EPERM.
func (*NoInode) Unlink(*task.Task, *Inode, string, *Inode) error { return unix.EPERM }

// Rmdir fails with EPERM.
func (*NoInode) Rmdir(*task.Task, *Inode, string, *Inode) error { return unix.EPERM }

// Rename fails with EPERM.
func (*NoInode) Rename(*task.Task, *Renaming) error { return unix.EPERM }

// Open fails with ENXIO.
func (*NoInode) Open(*task.Task, *File) error { return unix.ENXIO }

// Readlink fails with EINVAL.
func (*NoInode) Readlink(*task.Task, *Inode) (string, error) { return "", unix.EINVAL }

// Follow says that the link is an ordinary one.
func (*NoInode) Follow(*task.Task, *Inode) (Path, error) { return Path{}, ErrNotMagic }

// Stat gives what the inode knows.
func (*NoInode) Stat(i *Inode, a *Attr) error {
	i.Generic(a)
	return nil
}

// SetAttr changes the inode.
func (*NoInode) SetAttr(_ *task.Task, i *Inode, s *SetAttr) error {
	i.Apply(s)
	return nil
}

// Xattr fails with EOPNOTSUPP.
func (*NoInode) Xattr(*task.Task, *Inode, string) ([]byte, error) { return nil, unix.EOPNOTSUPP }

// SetXattr fails with EOPNOTSUPP.
func (*NoInode) SetXattr(*task.Task, *Inode, string, []byte, int) error { return unix.EOPNOTSUPP }

// RemoveXattr fails with EOPNOTSUPP.
func (*NoInode) RemoveXattr(*task.Task, *Inode, string) error { return unix.EOPNOTSUPP }

// ListXattr returns no names.
func (*NoInode) ListXattr(*task.Task, *Inode) ([]string, error) { return nil, nil }

// Evict does nothing.
func (*NoInode) Evict(*Inode) {}
