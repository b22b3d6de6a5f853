package socket

import (
	"encoding/binary"
	"slices"

	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// flagOptions are the options of SOL_SOCKET that are on or off: each has a bit of Base.flags, at
// its place in this list.
var flagOptions = [...]int{
	unix.SO_PASSCRED, unix.SO_REUSEADDR, unix.SO_REUSEPORT, unix.SO_KEEPALIVE, unix.SO_BROADCAST,
	unix.SO_DONTROUTE, unix.SO_OOBINLINE, unix.SO_TIMESTAMP, unix.SO_TIMESTAMPNS, unix.SO_DEBUG, unix.SO_NO_CHECK,
	unix.SO_RXQ_OVFL, unix.SO_ZEROCOPY,
}

// passCredIndex is the place of SO_PASSCRED.
const passCredIndex = 0

// numberOptions are the options that are numbers and mean nothing to this package.
var numberOptions = [...]int{unix.SO_RCVLOWAT, unix.SO_PRIORITY, unix.SO_MARK, unix.SO_BUSY_POLL}

// lowatIndex is the place of SO_RCVLOWAT.
const lowatIndex = 0

// maxOption is how long the value of an option can be that a program sets, in bytes.
const maxOption = 4096

// Setsockopt implements setsockopt(2).
//
// Of SOL_SOCKET: SO_BROADCAST, SO_BUSY_POLL, SO_DEBUG, SO_DONTROUTE, SO_KEEPALIVE, SO_LINGER, SO_MARK,
// SO_NO_CHECK, SO_OOBINLINE, SO_PASSCRED, SO_PRIORITY, SO_RCVBUF, SO_RCVBUFFORCE, SO_RCVLOWAT, SO_RCVTIMEO,
// SO_REUSEADDR, SO_REUSEPORT, SO_RXQ_OVFL, SO_SNDBUF, SO_SNDBUFFORCE, SO_SNDTIMEO, SO_TIMESTAMP,
// SO_TIMESTAMPNS, SO_ZEROCOPY. What an address family has no use for is kept, and means nothing, as on Linux.
//
//cairn:syscall setsockopt
func Setsockopt(t *task.Task, fd sys.FD, level sys.SockLevel, name sys.SockOpt, val sys.OptVal, n sys.SockLen) error {
	if int32(n) < 0 {
		return unix.EINVAL
	}
	f, ops, err := get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	var few [16]byte
	v := few[:]
	if int(n) > len(few) {
		v = make([]byte, min(int(n), maxOption))
	}
	v = v[:min(int(n), maxOption)]
	if _, err := t.CopyIn(v, vm.Addr(val)); err != nil {
		return err
	}
	if level != unix.SOL_SOCKET {
		return ops.SetOption(t, int(level), int(name), v)
	}
	err = ops.Common().setOption(t, int(name), v)
	if err == unix.ENOPROTOOPT {
		err = ops.SetOption(t, int(level), int(name), v)
	}
	if name == unix.SO_SNDBUF || name == unix.SO_SNDBUFFORCE {
		ops.Queue().Wake(wait.Out) // there may be more room
	}
	return err
}

// setOption sets an option of SOL_SOCKET: ENOPROTOOPT if there is no such option.
func (b *Base) setOption(t *task.Task, name int, v []byte) error {
	if len(v) < 4 {
		return unix.EINVAL
	}
	n := int32(binary.NativeEndian.Uint32(v))
	switch name {
	case unix.SO_RCVTIMEO, unix.SO_RCVTIMEO_NEW, unix.SO_SNDTIMEO, unix.SO_SNDTIMEO_NEW:
		return b.setTimeout(name == unix.SO_SNDTIMEO || name == unix.SO_SNDTIMEO_NEW, v)
	case unix.SO_LINGER:
		return b.setLinger(v)
	case unix.SO_ZEROCOPY:
		if b.Domain != unix.AF_INET && b.Domain != unix.AF_INET6 {
			return unix.EOPNOTSUPP
		}
	case unix.SO_SNDBUF:
		b.sndbuf.Store(bufferSize(min(uint32(n), maxBuffer), minSend))
		return nil
	case unix.SO_RCVBUF:
		b.rcvbuf.Store(bufferSize(min(uint32(n), maxBuffer), minReceive))
		return nil
	case unix.SO_SNDBUFFORCE, unix.SO_RCVBUFFORCE:
		return b.forceBuffer(t, name, n)
	}
	if i := slices.Index(flagOptions[:], name); i >= 0 {
		if n != 0 {
			b.flags.Or(1 << i)
		} else {
			b.flags.And(^uint32(1 << i))
		}
		return nil
	}
	return b.setNumber(t, name, n)
}

// bufferSize returns what a buffer of n bytes of data counts, at least least: twice as much.
func bufferSize(n uint32, least int32) int32 {
	return max(int32(min(n, 1<<30-1))*2, least)
}

// forceBuffer implements SO_SNDBUFFORCE and SO_RCVBUFFORCE: EPERM without CAP_NET_ADMIN.
func (b *Base) forceBuffer(t *task.Task, name int, n int32) error {
	if !vfs.CredOf(t).Has(unix.CAP_NET_ADMIN) {
		return unix.EPERM
	}
	size := uint32(max(n, 0))
	if name == unix.SO_SNDBUFFORCE {
		b.sndbuf.Store(bufferSize(size, minSend))
	} else {
		b.rcvbuf.Store(bufferSize(size, minReceive))
	}
	return nil
}

// setNumber sets an option that is a number.
func (b *Base) setNumber(t *task.Task, name int, n int32) error {
	i := slices.Index(numberOptions[:], name)
	if i < 0 {
		return unix.ENOPROTOOPT
	}
	privileged := func() bool { return vfs.CredOf(t).Has(unix.CAP_NET_ADMIN) || vfs.CredOf(t).Has(unix.CAP_NET_RAW) }
	switch name {
	case unix.SO_RCVLOWAT:
		if n < 0 {
			n = 1<<31 - 1
		}
		n = max(n, 1)
	case unix.SO_PRIORITY:
		if (n < 0 || n > 6) && !privileged() {
			return unix.EPERM
		}
	case unix.SO_MARK:
		if !privileged() {
			return unix.EPERM
		}
	case unix.SO_BUSY_POLL:
		if n < 0 {
			return unix.EINVAL
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.numbers[i] = n
	return nil
}

// setTimeout sets SO_RCVTIMEO or SO_SNDTIMEO to a struct timeval: EINVAL if v is too short,
// EDOM if the microseconds are none. Zero is for ever; less does not wait at all.
func (b *Base) setTimeout(write bool, v []byte) error {
	if len(v) < 16 {
		return unix.EINVAL
	}
	s, us := int64(binary.NativeEndian.Uint64(v)), int64(binary.NativeEndian.Uint64(v[8:]))
	if us < 0 || us >= 1_000_000 {
		return unix.EDOM
	}
	d := int64(forever)
	switch {
	case s < 0:
		d = 0
	case s < 1<<32 && (s > 0 || us > 0):
		d = s*clock.Second + us*1000
	}
	b.timeout(write).Store(d)
	return nil
}

// setLinger sets SO_LINGER to a struct linger.
func (b *Base) setLinger(v []byte) error {
	if len(v) < 8 {
		return unix.EINVAL
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.linger[0] = int32(binary.NativeEndian.Uint32(v))
	if b.linger[0] != 0 {
		b.linger = [2]int32{1, int32(binary.NativeEndian.Uint32(v[4:]))}
	}
	return nil
}
