package fs

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// storeStat writes a struct stat, whose layout is this architecture's, to user memory.
func storeStat(t *task.Task, out sys.OutStat, a *vfs.Attr) error {
	return vm.Store(t.AS, vm.Addr(out), unix.Stat_t{
		Dev: a.Dev, Ino: a.Ino, Nlink: uint64(a.Nlink), Mode: a.Mode, Uid: a.UID, Gid: a.GID, Rdev: a.Rdev,
		Size: a.Size, Blksize: int64(a.Blksize), Blocks: a.Blocks,
		Atim: timespec(a.Atime), Mtim: timespec(a.Mtime), Ctim: timespec(a.Ctime),
	})
}
