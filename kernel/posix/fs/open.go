package fs

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// openFlags are the flags that open(2) knows; it ignores others, openat2(2) does not.
const openFlags = unix.O_ACCMODE | unix.O_CREAT | unix.O_EXCL | unix.O_NOCTTY | unix.O_TRUNC |
	unix.O_APPEND | unix.O_NONBLOCK | unix.O_SYNC | unix.O_ASYNC | unix.O_DIRECT | vfs.Largefile |
	unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_NOATIME | unix.O_CLOEXEC | unix.O_PATH | unix.O_TMPFILE

// Open implements open(2).
//
// Supports every flag; O_SYNC, O_DSYNC and O_DIRECT change nothing, for files in memory.
//
//cairn:syscall open
func Open(t *task.Task, path sys.Path, flags sys.OpenFlags, mode sys.OpenMode) (sys.FD, error) {
	return Openat(t, cwd, path, flags, mode)
}

// Creat implements creat(2).
//
//cairn:syscall creat
func Creat(t *task.Task, path sys.Path, mode sys.Mode) (sys.FD, error) {
	return Openat(t, cwd, path, unix.O_CREAT|unix.O_WRONLY|unix.O_TRUNC, sys.OpenMode(mode))
}

// Openat implements openat(2).
//
// Supports what open(2) does.
//
//cairn:syscall openat
func Openat(t *task.Task, dirfd sys.DirFD, path sys.Path, flags sys.OpenFlags, mode sys.OpenMode) (sys.FD, error) {
	how := vfs.How{Flags: int(flags) & openFlags, Mode: uint32(mode) & 07777}
	return open(t, dirfd, path, how)
}

// openHow is struct open_how (openat2(2)).
type openHow struct {
	Flags, Mode, Resolve uint64
}

// sizeofOpenHow is the size of the first version of struct open_how.
const sizeofOpenHow = 24

// resolveCached is RESOLVE_CACHED, which x/sys does not have.
const resolveCached = 0x20

const resolveFlags = unix.RESOLVE_NO_XDEV | unix.RESOLVE_NO_MAGICLINKS | unix.RESOLVE_NO_SYMLINKS |
	unix.RESOLVE_BENEATH | unix.RESOLVE_IN_ROOT | resolveCached

// Openat2 implements openat2(2).
//
// Supports every RESOLVE_ flag. RESOLVE_CACHED fails with EAGAIN for O_CREAT, O_TRUNC and O_TMPFILE, and
// succeeds otherwise: no lookup waits for a device.
//
//cairn:syscall openat2
func Openat2(t *task.Task, dirfd sys.DirFD, path sys.Path, how sys.OpenHow, size sys.Size) (sys.FD, error) {
	if size < sizeofOpenHow {
		return -1, unix.EINVAL
	}
	if size > 4096 {
		return -1, unix.E2BIG
	}
	h, err := vm.Load[openHow](t.AS, sys.Addr(how))
	if err != nil {
		return -1, err
	}
	rest := make([]byte, size-sizeofOpenHow)
	if _, err := t.CopyIn(rest, sys.Addr(how)+sizeofOpenHow); err != nil {
		return -1, err
	}
	for _, b := range rest {
		if b != 0 {
			return -1, unix.E2BIG
		}
	}
	if err := h.check(); err != nil {
		return -1, err
	}
	return open(t, dirfd, path, vfs.How{Flags: int(h.Flags), Mode: uint32(h.Mode), Resolve: h.Resolve})
}

// check checks what open(2) would ignore.
func (h *openHow) check() error {
	const tmpfile = unix.O_TMPFILE &^ unix.O_DIRECTORY
	const scoped = unix.RESOLVE_BENEATH | unix.RESOLVE_IN_ROOT
	switch {
	case h.Flags&^openFlags != 0, h.Resolve&^resolveFlags != 0, h.Resolve&scoped == scoped, h.Mode&^07777 != 0:
		return unix.EINVAL
	case h.Mode != 0 && h.Flags&(unix.O_CREAT|tmpfile) == 0:
		return unix.EINVAL
	case h.Flags&unix.O_PATH != 0 && h.Flags&^(unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC) != 0:
		return unix.EINVAL
	case h.Resolve&resolveCached != 0 && h.Flags&(unix.O_TRUNC|unix.O_CREAT|tmpfile) != 0:
		return unix.EAGAIN
	}
	return nil
}

// open opens a file and installs it.
func open(t *task.Task, dirfd sys.DirFD, path sys.Path, how vfs.How) (sys.FD, error) {
	if err := how.Settle(); err != nil {
		return -1, err
	}
	base, name, err := at(t, dirfd, path)
	if err != nil {
		return -1, err
	}
	if how.Resolve&unix.RESOLVE_IN_ROOT != 0 {
		if base, err = baseOf(t, dirfd, name); err != nil {
			return -1, err
		}
	}
	how.Flags |= vfs.Largefile
	fd, err := fdtab.Reserve(t, how.Flags&unix.O_CLOEXEC != 0)
	if err != nil {
		return -1, err
	}
	f, err := vfs.Open(t, base, name, how)
	if err != nil {
		fdtab.Release(t, fd)
		return -1, err
	}
	fdtab.Fill(t, fd, f)
	return fd, nil
}
