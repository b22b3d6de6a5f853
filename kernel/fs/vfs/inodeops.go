package vfs

import (
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// InodeOps is the behaviour that every file of a file system has. What only some have is in interfaces of
// their own, which the file's type implements as well: [Directory], [MutableDirectory], [SymbolicLink], [MagicLink],
// [Attributed], [Evictable]. Embed [NoInode] for the usual answers.
//
// Operations on a directory are called with the directory locked; permissions
// have been checked, and the tree of names is kept up by the caller. They adjust
// link counts and times.
type InodeOps interface {
	// Open makes f, whose inode this is, usable: it sets f.Ops. It may block, as
	// opening a FIFO does.
	Open(t *task.Task, f *File) error

	// Stat fills in the attributes.
	Stat(i *Inode, a *Attr) error

	// SetAttr changes mode, owner or times.
	SetAttr(t *task.Task, i *Inode, s *SetAttr) error
}

// A Directory finds its files when they are asked for. One that is none has just the dentries that are there.
type Directory interface {
	// Lookup returns the file called name in dir, if no dentry is there yet:
	// ENOENT if there is none.
	Lookup(t *task.Task, dir *Inode, name string) (*Inode, error)
}

// A MutableDirectory is one in which programs make and remove files. In others they fail as in /proc.
type MutableDirectory interface {
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
}

// A SymbolicLink is one.
type SymbolicLink interface {
	// Readlink returns where it points to.
	Readlink(t *task.Task, i *Inode) (string, error)
}

// A MagicLink is a symbolic link of /proc that stands for a file, whatever its path.
type MagicLink interface {
	// Follow returns the file that the link stands for. It returns
	// ErrNotMagic if the link is an ordinary one.
	Follow(t *task.Task, i *Inode) (Path, error)
}

// An Attributed file has extended attributes (xattr(7)).
type Attributed interface {
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
}

// An Evictable file holds something that is freed with it.
type Evictable interface {
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

// NoInode is an InodeOps of a file that cannot be opened. Embed it, as [NoFile].
type NoInode struct{}

var _ InodeOps = (*NoInode)(nil)

// Open fails with ENXIO.
func (*NoInode) Open(*task.Task, *File) error { return unix.ENXIO }

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

// lookup asks the file system for the file called name in the directory i.
func (i *Inode) lookup(t *task.Task, name string) (*Inode, error) {
	if d, ok := i.Ops.(Directory); ok {
		return d.Lookup(t, i, name)
	}
	return nil, unix.ENOENT
}

// mutable returns the operations with which files are made and removed in the directory i: those of a
// directory in which none can be if the file system has none.
func (i *Inode) mutable() MutableDirectory {
	if d, ok := i.Ops.(MutableDirectory); ok {
		return d
	}
	return fixedDirectory{}
}

// fixedDirectory is a directory in which programs make and remove nothing. It fails as those of /proc do.
type fixedDirectory struct{}

func (fixedDirectory) Create(_ *task.Task, _ *Inode, _ string, n *NewInode) (*Inode, error) {
	if n.Mode&unix.S_IFMT == unix.S_IFREG {
		return nil, unix.EACCES
	}
	return nil, unix.EPERM
}

func (fixedDirectory) Symlink(*task.Task, *Inode, string, string, *NewInode) (*Inode, error) {
	return nil, unix.EPERM
}

func (fixedDirectory) Tmpfile(*task.Task, *Inode, *NewInode) (*Inode, error) {
	return nil, unix.EOPNOTSUPP
}

func (fixedDirectory) Link(*task.Task, *Inode, string, *Inode) error   { return unix.EPERM }
func (fixedDirectory) Unlink(*task.Task, *Inode, string, *Inode) error { return unix.EPERM }
func (fixedDirectory) Rmdir(*task.Task, *Inode, string, *Inode) error  { return unix.EPERM }
func (fixedDirectory) Rename(*task.Task, *Renaming) error              { return unix.EPERM }

// Readlink returns where a symbolic link points to (readlink(2)): EINVAL if the file is none.
func (i *Inode) Readlink(t *task.Task) (string, error) {
	if l, ok := i.Ops.(SymbolicLink); ok {
		return l.Readlink(t, i)
	}
	return "", unix.EINVAL
}

// follow returns the file that a magic link stands for, ErrNotMagic for other files.
func (i *Inode) follow(t *task.Task) (Path, error) {
	if l, ok := i.Ops.(MagicLink); ok {
		return l.Follow(t, i)
	}
	return Path{}, ErrNotMagic
}
