package user

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/process"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

func init() {
	process.ExecCred = execCred
	process.Crowded = func(t *task.Task) bool { return Of(t).crowded && Crowded(t, 0) }
	process.MayAccess = func(t, target *task.Task) bool { return Of(t).MayAccess(Of(target)) }
}

// execCred returns the credentials with which t would run the program f (execve(2), and
// capabilities(7), "Transformation of capabilities during execve()").
func execCred(t *task.Task, f *vfs.File) (c *vfs.Cred, secure bool, commit func()) {
	old := Of(t)
	n := *old
	setID := n.fromFile(t, f)
	n.SUID, n.SGID = n.EUID, n.EGID
	n.FS.UID, n.FS.GID = n.EUID, n.EGID
	n.execCaps(old, setID)
	n.SecureBits &^= secKeepCaps
	n.crowded = false
	sealed := seal(n)
	secure = n.EUID != old.UID || n.EGID != old.GID || setID && n.Permitted != old.Permitted
	return &sealed.FS, secure, func() { Set(t, n) }
}

// fromFile takes over the owner and the group of a file with set-user-ID or set-group-ID bits. It
// reports whether that changed something.
func (c *Cred) fromFile(t *task.Task, f *vfs.File) bool {
	if f.NoSuid() || process.NoNewPrivs(t) {
		return false
	}
	i := f.Inode()
	mode := i.Mode()
	euid, egid := c.EUID, c.EGID
	if mode&unix.S_ISUID != 0 {
		c.EUID = i.UID()
	}
	if mode&unix.S_ISGID != 0 && mode&unix.S_IXGRP != 0 {
		c.EGID = i.GID()
	}
	return c.EUID != euid || c.EGID != egid
}

// execCaps computes the capabilities of the new program, which has no capabilities of its file's.
func (c *Cred) execCaps(old *Cred, setID bool) {
	if setID {
		c.Ambient = 0
	}
	c.Permitted, c.Effective = c.Ambient, c.Ambient
	if c.SecureBits&secNoRoot != 0 {
		return
	}
	if c.UID == 0 || c.EUID == 0 {
		c.Permitted = old.Inheritable | old.Bounding
	}
	if c.EUID == 0 {
		c.Effective = c.Permitted
	}
}
