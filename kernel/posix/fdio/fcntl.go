package fdio

import (
	"math"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Operations of fcntl(2) that package unix does not name, from Linux's
// include/uapi/asm-generic/fcntl.h and include/uapi/linux/fcntl.h.
const (
	fSetSig      = 10
	fGetSig      = 11
	fSetOwnEx    = 15
	fGetOwnEx    = 16
	fDupFDQuery  = 1024 + 3
	maxSignal    = 64 // _NSIG
	ownerThread  = 0  // F_OWNER_TID
	ownerProcess = 1  // F_OWNER_PID
	ownerGroup   = 2  // F_OWNER_PGRP
)

// Fcntl implements fcntl(2).
//
// Supports F_DUPFD, F_DUPFD_CLOEXEC, F_DUPFD_QUERY, F_GETFD, F_SETFD, F_GETFL,
// F_SETFL, record locks (F_GETLK, F_SETLK, F_SETLKW and F_OFD_...), F_GETOWN,
// F_SETOWN, F_GETOWN_EX, F_SETOWN_EX, F_GETSIG, F_SETSIG, F_GETPIPE_SZ, F_SETPIPE_SZ,
// F_ADD_SEALS, F_GET_SEALS, F_GET_RW_HINT, F_SET_RW_HINT and F_GETLEASE. Leases cannot be set, and directories
// not be watched with F_NOTIFY: EINVAL.
//
//cairn:syscall fcntl
func Fcntl(t *task.Task, fd sys.FD, cmd sys.FcntlCmd, arg sys.FcntlArg) (int64, error) {
	switch cmd {
	case unix.F_DUPFD, unix.F_DUPFD_CLOEXEC:
		n, err := fdtab.DupFrom(t, fd, uint64(uint32(arg)), cmd == unix.F_DUPFD_CLOEXEC)
		return int64(n), err
	case unix.F_GETFD:
		on, err := fdtab.Cloexec(t, fd)
		if on {
			return unix.FD_CLOEXEC, err
		}
		return 0, err
	case unix.F_SETFD:
		return 0, fdtab.SetCloexec(t, fd, arg&unix.FD_CLOEXEC != 0)
	}
	f, err := fdtab.GetPath(t, fd)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	switch {
	case cmd == unix.F_GETFL:
		return int64(f.Flags()), nil
	case cmd == fDupFDQuery:
		return sameFile(t, f, sys.FD(arg))
	case f.IsPath():
		return 0, unix.EBADF
	}
	switch cmd {
	case unix.F_SETLK, unix.F_SETLKW:
		return 0, setLock(t, fd, f, vm.Addr(arg), false, cmd == unix.F_SETLKW)
	case unix.F_OFD_SETLK, unix.F_OFD_SETLKW:
		return 0, setLock(t, fd, f, vm.Addr(arg), true, cmd == unix.F_OFD_SETLKW)
	}
	return control(t, fd, f, cmd, arg)
}

// control does the operations that are not about the descriptor.
func control(t *task.Task, fd sys.FD, f *vfs.File, cmd sys.FcntlCmd, arg sys.FcntlArg) (int64, error) {
	a := vm.Addr(arg)
	switch cmd {
	case unix.F_SETFL:
		return 0, setFlags(t, fd, f, int(int32(arg)))
	case unix.F_GETLK, unix.F_OFD_GETLK:
		return 0, getLock(t, f, a, cmd == unix.F_OFD_GETLK)
	case unix.F_GETOWN, unix.F_SETOWN, fGetOwnEx, fSetOwnEx, fGetSig, fSetSig:
		return owner(t, f, cmd, arg)
	case unix.F_GETPIPE_SZ, unix.F_SETPIPE_SZ:
		return pipeSize(t, f, cmd, arg)
	case unix.F_ADD_SEALS:
		return 0, f.AddSeals(int(int32(arg)))
	case unix.F_GET_SEALS:
		n, err := f.Seals()
		return int64(n), err
	case unix.F_GETLEASE:
		return unix.F_UNLCK, nil
	case unix.F_GET_RW_HINT:
		return 0, vm.Store(t.AS, a, uint64(f.Inode().WriteHint.Load()))
	case unix.F_SET_RW_HINT:
		return 0, setWriteHint(t, f, a)
	}
	return 0, unix.EINVAL
}

// setWriteHint implements F_SET_RW_HINT: EFAULT, EINVAL for no RWH_ value.
func setWriteHint(t *task.Task, f *vfs.File, a vm.Addr) error {
	const last = 5 // RWH_WRITE_LIFE_EXTREME
	hint, err := vm.Load[uint64](t.AS, a)
	if err != nil {
		return err
	}
	if hint > last {
		return unix.EINVAL
	}
	f.Inode().WriteHint.Store(uint32(hint))
	return nil
}

// sameFile reports whether fd stands for the same description as f.
func sameFile(t *task.Task, f *vfs.File, fd sys.FD) (int64, error) {
	g, err := fdtab.GetPath(t, fd)
	if err != nil {
		return 0, err
	}
	defer g.Put()
	if f == g {
		return 1, nil
	}
	return 0, nil
}

// setFlags implements F_SETFL: EPERM for O_NOATIME on another's file, EINVAL for
// O_DIRECT on what cannot bypass a cache or send packets.
func setFlags(t *task.Task, fd sys.FD, f *vfs.File, flags int) error {
	added := flags &^ f.Flags()
	if added&unix.O_NOATIME != 0 && !vfs.CredOf(t).Owns(f.Inode()) {
		return unix.EPERM
	}
	if added&unix.O_DIRECT != 0 {
		switch f.Inode().Type() {
		case unix.S_IFIFO, unix.S_IFREG, unix.S_IFBLK:
		default:
			return unix.EINVAL
		}
	}
	setAsync(fd, f, flags&unix.O_ASYNC != 0)
	f.SetFlags(flags&^unix.O_ASYNC | f.Flags()&unix.O_ASYNC)
	return nil
}

// owner implements the operations on who gets a file's signals.
func owner(t *task.Task, f *vfs.File, cmd sys.FcntlCmd, arg sys.FcntlArg) (int64, error) {
	o := f.Owner()
	switch cmd {
	case unix.F_GETOWN:
		if o.Type == ownerGroup {
			return -int64(o.ID), nil
		}
		return int64(o.ID), nil
	case fGetSig:
		return int64(o.Signal), nil
	case fSetSig:
		if arg > maxSignal {
			return 0, unix.EINVAL
		}
		o.Signal = int32(arg)
	case fGetOwnEx:
		return 0, vm.Store(t.AS, vm.Addr(arg), [2]int32{o.Type, o.ID})
	case fSetOwnEx:
		ex, err := vm.Load[[2]int32](t.AS, vm.Addr(arg))
		if err != nil {
			return 0, err
		}
		if ex[0] < ownerThread || ex[0] > ownerGroup {
			return 0, unix.EINVAL
		}
		o.Type, o.ID = ex[0], ex[1]
	case unix.F_SETOWN:
		id := int32(arg)
		if id == math.MinInt32 {
			return 0, unix.EINVAL
		}
		o.Type, o.ID = ownerProcess, id
		if id < 0 {
			o.Type, o.ID = ownerGroup, -id
		}
	}
	if cmd != fSetSig {
		if o.ID != 0 && !OwnerExists(o) {
			return 0, unix.ESRCH
		}
		c := vfs.CredOf(t)
		o.UID, o.EUID = c.RUID, c.UID
	}
	f.SetOwner(o)
	return 0, nil
}

// A Pipe is a file whose operations have a capacity that fcntl(2) can ask for and change.
type Pipe interface {
	// PipeSize returns the capacity in bytes.
	PipeSize() int
	// SetPipeSize sets the capacity to at least size bytes, and returns what it is now:
	// EINVAL, EPERM and EBUSY as F_SETPIPE_SZ documents.
	SetPipeSize(t *task.Task, size uint32) (int, error)
}

// pipeSize implements F_GETPIPE_SZ and F_SETPIPE_SZ: EBADF if the file is no pipe.
func pipeSize(t *task.Task, f *vfs.File, cmd sys.FcntlCmd, arg sys.FcntlArg) (int64, error) {
	p, ok := f.Ops.(Pipe)
	if !ok {
		return 0, unix.EBADF
	}
	if cmd == unix.F_GETPIPE_SZ {
		return int64(p.PipeSize()), nil
	}
	n, err := p.SetPipeSize(t, uint32(arg))
	return int64(n), err
}
