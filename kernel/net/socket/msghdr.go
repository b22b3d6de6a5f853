package socket

import (
	"math"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// A msghdr is a struct msghdr.
type msghdr struct {
	Name       vm.Addr
	NameLen    uint32
	_          uint32
	IOV        vm.Addr
	IOVLen     uint64
	Control    vm.Addr
	ControlLen uint64
	Flags      int32
	_          int32
}

// Offsets of its fields.
const (
	nameLenAt    = 8
	controlLenAt = 40
	flagsAt      = 48
	msghdrSize   = 56
)

// maxControl is how many bytes of control messages can be sent: Linux's
// /proc/sys/net/core/optmem_max.
const maxControl = 20480

// loadHeader reads the struct msghdr at user address a, and makes t.Buf what its iovecs
// describe: EMSGSIZE if they are too many.
func loadHeader(t *task.Task, a vm.Addr) (h msghdr, err error) {
	if h, err = vm.Load[msghdr](t.AS, a); err != nil {
		return h, err
	}
	switch {
	case h.Name == 0:
		h.NameLen = 0
	case h.NameLen > math.MaxInt32:
		return h, unix.EINVAL
	}
	if h.IOVLen > vm.MaxIOVecs {
		return h, unix.EMSGSIZE
	}
	return h, t.Buf.SetUserIovecs(t.AS, h.IOV, h.IOVLen)
}

// send implements sendmsg(2) with the struct msghdr at user address a.
func send(t *task.Task, f *vfs.File, ops Ops, a vm.Addr, flags int) (int, error) {
	h, err := loadHeader(t, a)
	if err != nil {
		return 0, err
	}
	m := newMessage(t)
	defer m.free()
	if n := min(h.NameLen, maxAddr); n > 0 {
		m.Name = m.nameRoom[:n]
		if _, err := t.CopyIn(m.Name, h.Name); err != nil {
			return 0, err
		}
	}
	if h.ControlLen > maxControl {
		return 0, unix.ENOBUFS
	}
	if h.ControlLen > 0 {
		m.Control = make([]byte, h.ControlLen)
		if _, err := t.CopyIn(m.Control, h.Control); err != nil {
			return 0, err
		}
	}
	return sendBuf(t, f, ops, m, flags)
}

// recv implements recvmsg(2) with the struct msghdr at user address a.
func recv(t *task.Task, f *vfs.File, ops Ops, a vm.Addr, flags int) (int, error) {
	h, err := loadHeader(t, a)
	if err != nil {
		return 0, err
	}
	m := newMessage(t)
	defer m.free()
	m.WantName = h.Name != 0
	m.Flags = flags & unix.MSG_CMSG_CLOEXEC
	if h.Control != 0 {
		m.space, m.room = h.Control, int(min(h.ControlLen, math.MaxInt32))
	}
	n, err := ops.Recv(t, &t.Buf, m, flags, deadline(f, ops.Common(), flags, false))
	if err != nil {
		return 0, err
	}
	if h.Name != 0 {
		if err := storeAddr(t, m.Name, h.Name, a+nameLenAt); err != nil {
			return 0, err
		}
	}
	if err := vm.Store(t.AS, a+flagsAt, int32(m.Flags)); err != nil {
		return 0, err
	}
	return n, vm.Store(t.AS, a+controlLenAt, uint64(m.used))
}
