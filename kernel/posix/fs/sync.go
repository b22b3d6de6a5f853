package fs

import (
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
)

// Sync implements sync(2). Files in memory have nothing to write back.
//
//cairn:syscall sync
func Sync(t *task.Task) error { return nil }

// Syncfs implements syncfs(2).
//
//cairn:syscall syncfs
func Syncfs(t *task.Task, fd sys.FD) error {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return err
	}
	f.Put()
	return nil
}

// Fsync implements fsync(2): EINVAL for files that cannot be synchronised, such as pipes.
//
//cairn:syscall fsync
func Fsync(t *task.Task, fd sys.FD) error {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	return f.Sync(t)
}

// Fdatasync implements fdatasync(2).
//
//cairn:syscall fdatasync
func Fdatasync(t *task.Task, fd sys.FD) error { return Fsync(t, fd) }
