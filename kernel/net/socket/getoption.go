package socket

import (
	"encoding/binary"
	"slices"

	"cairn/kernel/clock"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Getsockopt implements getsockopt(2).
//
// Of SOL_SOCKET: what setsockopt(2) sets, and SO_ACCEPTCONN, SO_DOMAIN, SO_ERROR, SO_PEERCRED, SO_PEERGROUPS,
// SO_PEERNAME, SO_PROTOCOL, SO_TYPE.
//
//cairn:syscall getsockopt
func Getsockopt(t *task.Task, fd sys.FD, level sys.SockLevel, name sys.SockOpt, val sys.OutOptVal, n sys.InOutSockLen) error {
	f, ops, err := get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	room, err := vm.Load[int32](t.AS, vm.Addr(n))
	if err != nil {
		return err
	}
	if room < 0 {
		return unix.EINVAL
	}
	var few [maxAddr]byte
	v, err := option(t, ops, few[:0], int(level), int(name), int(room))
	if err == errRoom {
		if err := vm.Store(t.AS, vm.Addr(n), uint32(len(v))); err != nil {
			return err
		}
		return unix.ERANGE
	}
	if err != nil {
		return err
	}
	v = v[:min(len(v), int(room))]
	if _, err := t.CopyOut(vm.Addr(val), v); err != nil {
		return err
	}
	return vm.Store(t.AS, vm.Addr(n), uint32(len(v)))
}

// errRoom says that an option does not fit, and that its length is stored nevertheless. It
// never reaches a program.
const errRoom = unix.Errno(4093)

// option appends the value of an option to p. room is how many bytes the program has room for.
func option(t *task.Task, ops Ops, p []byte, level, name, room int) ([]byte, error) {
	if level != unix.SOL_SOCKET {
		return ops.Option(t, p, level, name)
	}
	switch name {
	case unix.SO_ACCEPTCONN:
		return appendBool(p, ops.Listening()), nil
	case unix.SO_PEERNAME:
		v, err := ops.Name(p, true)
		if err == nil && len(v) < room {
			err = unix.EINVAL
		}
		return v, err
	case unix.SO_PEERGROUPS:
		c := ops.Common().Peer()
		if c == nil {
			return nil, unix.ENODATA
		}
		for _, g := range c.Groups {
			p = binary.NativeEndian.AppendUint32(p, g)
		}
		if len(p) > room {
			return p, errRoom
		}
		return p, nil
	}
	v, err := ops.Common().option(p, name)
	if err == unix.ENOPROTOOPT {
		return ops.Option(t, p, level, name)
	}
	return v, err
}

func appendInt(p []byte, n int32) []byte { return binary.NativeEndian.AppendUint32(p, uint32(n)) }

func appendBool(p []byte, on bool) []byte {
	if on {
		return appendInt(p, 1)
	}
	return appendInt(p, 0)
}

// option appends the value of an option of SOL_SOCKET: ENOPROTOOPT if there is no such option.
func (b *Base) option(p []byte, name int) ([]byte, error) {
	switch name {
	case unix.SO_TYPE:
		return appendInt(p, int32(b.Type)), nil
	case unix.SO_DOMAIN:
		return appendInt(p, int32(b.Domain)), nil
	case unix.SO_PROTOCOL:
		return appendInt(p, int32(b.Protocol)), nil
	case unix.SO_ERROR:
		return appendInt(p, b.err.Swap(0)), nil
	case unix.SO_SNDBUF:
		return appendInt(p, b.sndbuf.Load()), nil
	case unix.SO_RCVBUF:
		return appendInt(p, b.rcvbuf.Load()), nil
	case unix.SO_SNDLOWAT:
		return appendInt(p, 1), nil
	case unix.SO_RCVTIMEO, unix.SO_RCVTIMEO_NEW, unix.SO_SNDTIMEO, unix.SO_SNDTIMEO_NEW:
		return b.appendTimeout(p, name == unix.SO_SNDTIMEO || name == unix.SO_SNDTIMEO_NEW), nil
	case unix.SO_PEERCRED:
		return b.appendPeer(p), nil
	}
	if i := slices.Index(flagOptions[:], name); i >= 0 {
		return appendBool(p, b.Has(1<<i)), nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if name == unix.SO_LINGER {
		return appendInt(appendInt(p, b.linger[0]), b.linger[1]), nil
	}
	if i := slices.Index(numberOptions[:], name); i >= 0 {
		return appendInt(p, b.numbers[i]), nil
	}
	return nil, unix.ENOPROTOOPT
}

// appendTimeout appends a timeout as a struct timeval.
func (b *Base) appendTimeout(p []byte, write bool) []byte {
	d := max(b.timeout(write).Load(), 0) // for ever is zero
	p = binary.NativeEndian.AppendUint64(p, uint64(d/clock.Second))
	return binary.NativeEndian.AppendUint64(p, uint64(d%clock.Second/1000))
}

// appendPeer appends who is at the other end as a struct ucred.
func (b *Base) appendPeer(p []byte) []byte {
	c := PeerCred{UID: ^uint32(0), GID: ^uint32(0)}
	if peer := b.Peer(); peer != nil {
		c = *peer
	}
	p = appendInt(p, c.PID)
	p = binary.NativeEndian.AppendUint32(p, c.UID)
	return binary.NativeEndian.AppendUint32(p, c.GID)
}
