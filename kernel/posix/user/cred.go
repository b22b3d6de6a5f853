package user

import (
	"slices"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/process"
	"cairn/kernel/posix/rlimit"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// A Cred is the credentials of a task. It is not changed once a task has it.
type Cred struct {
	UID, EUID, SUID uint32 // real, effective, saved
	GID, EGID, SGID uint32

	// The capability sets, with 1<<CAP_CHOWN and so on.
	Effective, Permitted, Inheritable, Bounding, Ambient uint64
	// crowded says that the user had more tasks than RLIMIT_NPROC allows as the task became one of the user's.
	crowded bool
	// SecureBits are the SECBIT_ bits of capabilities(7).
	SecureBits uint32

	// FS is what permission checks see: the file system ids, the groups, the effective
	// capabilities. Its other fields repeat those above.
	FS vfs.Cred
}

// slot holds each task's credentials.
var slot task.Slot[Cred]

func init() {
	slot = task.NewSlot(task.Hooks[Cred]{
		New: func(*task.Task) (*Cred, error) {
			enter(root.UID)
			return root, nil
		},
		Clone: clone,
		Exit:  func(_ *task.Task, c *Cred) { leave(c.UID) },
	})
	rlimit.MayAccess = mayLimit
	vfs.CredOf = func(t *task.Task) *vfs.Cred { return &Of(t).FS }
}

// root is the credentials of the first task and of the kernel itself.
var root = seal(Cred{Effective: vfs.AllCaps, Permitted: vfs.AllCaps, Bounding: vfs.AllCaps})

// seal returns the credentials with FS made to agree with the rest.
func seal(c Cred) *Cred {
	c.FS.RUID, c.FS.RGID = c.UID, c.GID
	c.FS.Caps, c.FS.Permitted = c.Effective, c.Permitted
	return &c
}

// Of returns the credentials of t. A nil task is the kernel; a task that has ended has
// nobody's.
func Of(t *task.Task) *Cred {
	if t == nil {
		return root
	}
	if c := slot.Get(t); c != nil {
		return c
	}
	return nobody
}

// nobody is the credentials of who no longer exists.
var nobody = func() *Cred {
	const overflow = 65534 // /proc/sys/kernel/overflowuid
	c := Cred{UID: overflow, EUID: overflow, SUID: overflow, GID: overflow, EGID: overflow, SGID: overflow}
	c.FS.UID, c.FS.GID = overflow, overflow
	return seal(c)
}()

// Set gives t, the caller, other credentials, of which it has made a copy with its changes.
func Set(t *task.Task, c Cred) {
	old := Of(t)
	n := seal(c)
	if n.UID != old.UID {
		enter(n.UID)
		leave(old.UID)
	}
	slot.Set(t, n)
	if n.EUID != old.EUID || n.EGID != old.EGID || n.FS.UID != old.FS.UID || n.FS.GID != old.FS.GID ||
		n.Permitted&^old.Permitted != 0 {
		process.CredChanged(t)
	}
}

// Has says whether the capability is effective.
func (c *Cred) Has(capability int) bool { return c.Effective>>capability&1 != 0 }

// mayLimit says whether t may see and change the limits of another process: that is its
// own user's in every respect, or t has CAP_SYS_RESOURCE (prlimit(2)).
func mayLimit(t *task.Task, pid int32) bool {
	c := Of(t)
	if c.Has(unix.CAP_SYS_RESOURCE) {
		return true
	}
	p := process.Find(pid)
	if p == nil {
		return false
	}
	first := p.First()
	return first != nil && c.isAll(Of(first))
}

// isAll says whether the real ids of c are all the ids of the other.
func (c *Cred) isAll(of *Cred) bool {
	return c.UID == of.UID && c.UID == of.EUID && c.UID == of.SUID &&
		c.GID == of.GID && c.GID == of.EGID && c.GID == of.SGID
}

// MaySignal says whether the owner of c may send a signal to a task with the credentials
// of (kill(2)): either real or effective user id is the target's real or saved one.
func (c *Cred) MaySignal(of *Cred) bool {
	return c.EUID == of.UID || c.EUID == of.SUID || c.UID == of.UID || c.UID == of.SUID || c.Has(unix.CAP_KILL)
}

// MayAccess says whether the owner of c may see and change what belongs to a task with the
// credentials of (ptrace(2), "Ptrace access mode checking", with the real ids).
func (c *Cred) MayAccess(of *Cred) bool {
	return c.isAll(of) && of.Permitted&^c.Permitted == 0 || c.Has(unix.CAP_SYS_PTRACE)
}

// InGroup says whether gid is the effective group or a supplementary one.
func (c *Cred) InGroup(gid uint32) bool {
	return gid == c.EGID || slices.Contains(c.FS.Groups, gid)
}
