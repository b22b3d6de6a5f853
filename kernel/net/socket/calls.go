package socket

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// typeMask is the bits of a SockType that are the type (Linux's SOCK_TYPE_MASK).
const typeMask = 0xf

// splitType returns type and flags: EINVAL for flags that do not exist.
func splitType(typ sys.SockType) (kind, flags int, err error) {
	flags = int(typ) &^ typeMask
	if flags&^(unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK) != 0 {
		return 0, 0, unix.EINVAL
	}
	return int(typ) & typeMask, flags, nil
}

// Socket implements socket(2).
//
// Supports SOCK_CLOEXEC and SOCK_NONBLOCK, and the address families that are in the image.
//
//cairn:syscall socket
func Socket(t *task.Task, domain sys.SockDomain, typ sys.SockType, protocol sys.SockProto) (sys.FD, error) {
	kind, flags, err := splitType(typ)
	if err != nil {
		return -1, err
	}
	fam, err := family(int(domain), kind)
	if err != nil {
		return -1, err
	}
	ops, err := fam.Create(t, kind, int(protocol))
	if err != nil {
		return -1, err
	}
	return fdtab.Install(t, NewFile(t, ops, flags), flags&unix.SOCK_CLOEXEC != 0)
}

// Socketpair implements socketpair(2).
//
//cairn:syscall socketpair
func Socketpair(t *task.Task, domain sys.SockDomain, typ sys.SockType, protocol sys.SockProto, fds sys.OutFDPair) error {
	kind, flags, err := splitType(typ)
	if err != nil {
		return err
	}
	fam, err := family(int(domain), kind)
	if err != nil {
		return err
	}
	a, b, err := fam.Pair(t, kind, int(protocol))
	if err != nil {
		return err
	}
	return fdtab.InstallPair(t, NewFile(t, a, flags), NewFile(t, b, flags), flags&unix.SOCK_CLOEXEC != 0, fds)
}

// Bind implements bind(2).
//
//cairn:syscall bind
func Bind(t *task.Task, fd sys.FD, addr sys.Sockaddr, n sys.SockLen) error {
	f, ops, err := get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	var room [maxAddr]byte
	a, err := loadAddr(t, room[:], vm.Addr(addr), n)
	if err != nil {
		return err
	}
	return ops.Bind(t, a)
}

// Listen implements listen(2).
//
//cairn:syscall listen
func Listen(t *task.Task, fd sys.FD, backlog int32) error {
	f, ops, err := get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	return ops.Listen(t, int(min(uint32(backlog), uint32(somaxconn.Load()))))
}

// Connect implements connect(2).
//
//cairn:syscall connect
func Connect(t *task.Task, fd sys.FD, addr sys.Sockaddr, n sys.SockLen) error {
	f, ops, err := get(t, fd)
	if err == nil {
		defer f.Put()
	} else if err != unix.ENOTSOCK {
		return err
	}
	var room [maxAddr]byte
	a, fault := loadAddr(t, room[:], vm.Addr(addr), n)
	if fault != nil {
		return fault // as on Linux, also if this is no socket
	}
	if err != nil {
		return err
	}
	return ops.Connect(t, a, deadline(f, ops.Common(), 0, true))
}

// Accept4 implements accept4(2).
//
// Supports SOCK_CLOEXEC and SOCK_NONBLOCK.
//
//cairn:syscall accept4
func Accept4(t *task.Task, fd sys.FD, addr sys.OutSockaddr, n sys.InOutSockLen, flags sys.SockFlags) (sys.FD, error) {
	if flags&^(unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK) != 0 {
		return -1, unix.EINVAL
	}
	f, ops, err := get(t, fd)
	if err != nil {
		return -1, err
	}
	defer f.Put()
	nfd, err := fdtab.Reserve(t, flags&unix.SOCK_CLOEXEC != 0)
	if err != nil {
		return -1, err
	}
	conn, err := accept(t, f, ops, vm.Addr(addr), vm.Addr(n), int(flags))
	if err != nil {
		fdtab.Release(t, nfd)
		return -1, err
	}
	fdtab.Fill(t, nfd, conn)
	return nfd, nil
}

// accept waits for a connection, and stores its peer's address unless addr is 0: if that
// fails, the connection is lost, as on Linux.
func accept(t *task.Task, f *vfs.File, ops Ops, addr, n vm.Addr, flags int) (*vfs.File, error) {
	conn, err := ops.Accept(t, deadline(f, ops.Common(), 0, false))
	if err != nil {
		return nil, err
	}
	nf := NewFile(t, conn, flags)
	if addr == 0 {
		return nf, nil
	}
	if err := storePeer(t, conn, addr, n); err != nil {
		nf.Put()
		return nil, err
	}
	return nf, nil
}

// storePeer stores the address of an accepted connection's peer: ECONNABORTED if it has gone
// already, EFAULT, EINVAL.
func storePeer(t *task.Task, conn Ops, addr, n vm.Addr) error {
	var room [maxAddr]byte
	a, err := conn.Name(room[:0], true)
	if err != nil {
		return unix.ECONNABORTED
	}
	return storeAddr(t, a, addr, n)
}

// Accept implements accept(2).
//
//cairn:syscall accept
func Accept(t *task.Task, fd sys.FD, addr sys.OutSockaddr, n sys.InOutSockLen) (sys.FD, error) {
	return Accept4(t, fd, addr, n, 0)
}

// Getsockname implements getsockname(2).
//
//cairn:syscall getsockname
func Getsockname(t *task.Task, fd sys.FD, addr sys.OutSockaddr, n sys.InOutSockLen) error {
	return name(t, fd, vm.Addr(addr), vm.Addr(n), false)
}

// Getpeername implements getpeername(2).
//
//cairn:syscall getpeername
func Getpeername(t *task.Task, fd sys.FD, addr sys.OutSockaddr, n sys.InOutSockLen) error {
	return name(t, fd, vm.Addr(addr), vm.Addr(n), true)
}

func name(t *task.Task, fd sys.FD, addr, n vm.Addr, peer bool) error {
	f, ops, err := get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	var room [maxAddr]byte
	a, err := ops.Name(room[:0], peer)
	if err != nil {
		return err
	}
	return storeAddr(t, a, addr, n)
}

// Shutdown implements shutdown(2).
//
//cairn:syscall shutdown
func Shutdown(t *task.Task, fd sys.FD, how sys.ShutdownHow) error {
	f, ops, err := get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	if how < unix.SHUT_RD || how > unix.SHUT_RDWR {
		return unix.EINVAL
	}
	return ops.Shutdown(t, int(how))
}
