package vfs

import (
	"slices"

	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// Cred is what permission checks ask about a task. It is not changed once others
// can see it.
type Cred struct {
	// UID and GID are the file system identity, normally the effective one.
	UID, GID uint32
	// RUID and RGID are the real identity, for access(2).
	RUID, RGID uint32
	// Groups are the supplementary groups.
	Groups []uint32
	// Caps and Permitted are sets of capabilities, with 1<<CAP_CHOWN and so on.
	Caps, Permitted uint64
}

// AllCaps has every capability (capabilities(7)).
const AllCaps = 1<<(unix.CAP_LAST_CAP+1) - 1

// rootCred is root's.
var rootCred = &Cred{Caps: AllCaps, Permitted: AllCaps}

// CredOf returns the task's credentials. The library of users replaces it;
// without one every task is root. It must take a nil task, the kernel, for root.
var CredOf = func(t *task.Task) *Cred { return rootCred }

// Has says whether the capability is effective.
func (c *Cred) Has(capability int) bool { return c.Caps>>capability&1 != 0 }

// InGroup says whether gid is the group or a supplementary one.
func (c *Cred) InGroup(gid uint32) bool {
	return gid == c.GID || slices.Contains(c.Groups, gid)
}

// Real returns the credentials that access(2) checks: those of the real user,
// with the capabilities that the user could have.
func (c *Cred) Real() *Cred {
	r := *c
	r.UID, r.GID = c.RUID, c.RGID
	r.Caps = 0
	if c.RUID == 0 {
		r.Caps = c.Permitted
	}
	return &r
}

// The permissions that a check asks for, with the values of access(2).
const (
	MayExec  = unix.X_OK
	MayWrite = unix.W_OK
	MayRead  = unix.R_OK
)

// Permission checks mode and owner of the file: EACCES if the credentials do
// not give what mask asks for. See path_resolution(7), "Permissions".
func (c *Cred) Permission(i *Inode, mask uint32) error {
	mode := i.Mode()
	perm := mode
	if c.UID == i.UID() {
		perm >>= 6
	} else if c.InGroup(i.GID()) {
		perm >>= 3
	}
	if mask&^perm&7 == 0 {
		return nil
	}
	dir := mode&unix.S_IFMT == unix.S_IFDIR
	if c.Has(unix.CAP_DAC_OVERRIDE) && (dir || mask&MayExec == 0 || mode&0111 != 0) {
		return nil
	}
	if c.Has(unix.CAP_DAC_READ_SEARCH) && (mask == MayRead || dir && mask&MayWrite == 0) {
		return nil
	}
	return unix.EACCES
}

// Owns says whether the credentials allow what only the owner may do.
func (c *Cred) Owns(i *Inode) bool {
	return c.UID == i.UID() || c.Has(unix.CAP_FOWNER)
}

// mayWriteTo checks that the mount allows writing: EROFS.
func (p Path) mayWriteTo() error {
	if p.Mount.flagged(unix.MS_RDONLY) {
		return unix.EROFS
	}
	return nil
}

// Access checks what access(2) asks: mask of MayRead, MayWrite and MayExec, 0
// for existence. EROFS for writing on a read-only mount, EACCES also for
// executing a file on a noexec mount.
func (p Path) Access(c *Cred, mask uint32) error {
	i := p.Dentry.inode
	if mask&MayExec != 0 && i.IsRegular() && p.Mount.flagged(unix.MS_NOEXEC) {
		return unix.EACCES
	}
	if err := c.Permission(i, mask); err != nil {
		return err
	}
	switch i.Type() {
	case unix.S_IFREG, unix.S_IFDIR, unix.S_IFLNK:
		if mask&MayWrite != 0 {
			return p.mayWriteTo()
		}
	}
	return nil
}

// MayExecFile checks that the task may execute the file (execve(2)): EACCES if
// it is not a regular file, if no permission is given, or if it is on a noexec mount.
func MayExecFile(t *task.Task, f *File) error {
	if !f.inode.IsRegular() || f.path.Mount.flagged(unix.MS_NOEXEC) {
		return unix.EACCES
	}
	return CredOf(t).Permission(f.inode, MayExec)
}

// NoSuid says whether set-user-ID bits of the file are ignored (mount(2), MS_NOSUID).
func (f *File) NoSuid() bool { return f.path.Mount.flagged(unix.MS_NOSUID) }
