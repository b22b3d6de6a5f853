package vfs

import (
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// OpenExec opens the file at p for execution (execve(2)); reading it needs no permission then.
// EACCES if it is no regular file, on a noexec mount, or the task may not execute it; ELOOP for a symbolic link.
func (p Path) OpenExec(t *task.Task) (*File, error) {
	i, cred := p.Dentry.inode, CredOf(t)
	switch {
	case i.IsSymlink():
		return nil, unix.ELOOP
	case !i.IsRegular() || p.Mount.flagged(unix.MS_NOEXEC):
		return nil, unix.EACCES
	}
	if err := cred.Permission(i, MayExec); err != nil {
		return nil, err
	}
	return p.open(t, cred, unix.O_RDONLY)
}
