package socket

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdio"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// sendBuf sends t.Buf, and turns EPIPE into SIGPIPE unless MSG_NOSIGNAL is set. m may be nil.
func sendBuf(t *task.Task, f *vfs.File, ops Ops, m *Message, flags int) (int, error) {
	n, err := ops.Send(t, &t.Buf, m, flags, deadline(f, ops.Common(), flags, true))
	if n > 0 {
		return n, nil
	}
	if err == unix.EPIPE && flags&unix.MSG_NOSIGNAL == 0 && ops.Signals() {
		fdio.SendSignal(t, int(unix.SIGPIPE))
	}
	return n, err
}

// Sendto implements sendto(2) and send(2).
//
// Flags that mean nothing to the address family are ignored, as on Linux.
//
//cairn:syscall sendto
func Sendto(t *task.Task, fd sys.FD, buf sys.InBuf, count sys.Size, flags sys.MsgFlags, addr sys.Sockaddr, n sys.SockLen) (int, error) {
	if err := t.Buf.SetUser(t.AS, vm.Addr(buf), min(uint64(count), vm.MaxTransfer)); err != nil {
		return 0, err
	}
	f, ops, err := get(t, fd)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	if addr == 0 {
		return sendBuf(t, f, ops, nil, int(flags))
	}
	m := newMessage(t)
	defer m.free()
	if m.Name, err = loadAddr(t, m.nameRoom[:], vm.Addr(addr), n); err != nil {
		return 0, err
	}
	return sendBuf(t, f, ops, m, int(flags))
}

// Recvfrom implements recvfrom(2) and recv(2).
//
//cairn:syscall recvfrom
func Recvfrom(t *task.Task, fd sys.FD, buf sys.OutBuf, count sys.Size, flags sys.MsgFlags, addr sys.OutSockaddr, n sys.InOutSockLen) (int, error) {
	if err := t.Buf.SetUser(t.AS, vm.Addr(buf), min(uint64(count), vm.MaxTransfer)); err != nil {
		return 0, err
	}
	f, ops, err := get(t, fd)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	until := deadline(f, ops.Common(), int(flags), false)
	if addr == 0 {
		return ops.Recv(t, &t.Buf, nil, int(flags), until)
	}
	m := newMessage(t)
	defer m.free()
	m.WantName = true
	got, err := ops.Recv(t, &t.Buf, m, int(flags), until)
	if err != nil {
		return 0, err
	}
	return got, storeAddr(t, m.Name, vm.Addr(addr), vm.Addr(n))
}

// cmsgCompat is MSG_CMSG_COMPAT, which is for the kernel's own use.
const cmsgCompat = -1 << 31

// Sendmsg implements sendmsg(2).
//
//cairn:syscall sendmsg
func Sendmsg(t *task.Task, fd sys.FD, msg sys.MsgHdr, flags sys.MsgFlags) (int, error) {
	if flags&cmsgCompat != 0 {
		return 0, unix.EINVAL
	}
	f, ops, err := get(t, fd)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	return send(t, f, ops, vm.Addr(msg), int(flags))
}

// Recvmsg implements recvmsg(2).
//
//cairn:syscall recvmsg
func Recvmsg(t *task.Task, fd sys.FD, msg sys.OutMsgHdr, flags sys.MsgFlags) (int, error) {
	if flags&cmsgCompat != 0 {
		return 0, unix.EINVAL
	}
	f, ops, err := get(t, fd)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	return recv(t, f, ops, vm.Addr(msg), int(flags))
}
