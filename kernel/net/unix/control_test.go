package unix_test

import (
	"encoding/binary"
	"testing"

	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

func words64(v ...uint64) (p []byte) {
	for _, n := range v {
		p = binary.NativeEndian.AppendUint64(p, n)
	}
	return p
}

// cmsg returns a control message of SOL_SOCKET.
func cmsg(typ int, data []byte) []byte {
	p := words64(uint64(16 + len(data)))
	p = append(append(p, word(unix.SOL_SOCKET)...), word(typ)...)
	p = append(p, data...)
	for len(p)%8 != 0 {
		p = append(p, 0)
	}
	return p
}

func fds(all ...int) (p []byte) {
	for _, fd := range all {
		p = append(p, word(fd)...)
	}
	return p
}

// header returns a struct msghdr with one piece of n bytes.
func header(c *posixtest.Caller, data posixtest.Mem, n int, control uint64, controlLen int) posixtest.Mem {
	iov := c.Mem(words64(data.Addr(), uint64(n)))
	return c.Mem(words64(0, 0, iov.Addr(), 1, control, uint64(controlLen), 0))
}

func sendControl(c *posixtest.Caller, fd int, text string, control []byte) {
	m := c.Mem(control)
	h := header(c, c.Mem([]byte(text)), len(text), m.Addr(), len(control))
	c.Do("sendmsg", unix.SYS_SENDMSG, fd, h, noSignal)
}

// recvControl receives up to n bytes and room bytes of control messages, and logs them. It returns the
// descriptors.
func recvControl(c *posixtest.Caller, fd, n, room, flags int) (got []int) {
	data, control := c.Room(max(n, 1)), c.Room(max(room, 1))
	addr := control.Addr()
	if room == 0 {
		addr = 0
	}
	h := header(c, data, n, addr, room)
	k := c.Do("recvmsg", unix.SYS_RECVMSG, fd, h, flags|dontWait)
	if k < 0 {
		return nil
	}
	used := binary.NativeEndian.Uint64(h.Bytes()[40:])
	c.Log("%q, flags %#x, %d bytes of control", data.Bytes()[:min(int(k), n)], binary.NativeEndian.Uint32(h.Bytes()[48:]), used)
	for p := control.Bytes()[:min(int(used), room)]; len(p) >= 16; {
		size, typ := int(binary.NativeEndian.Uint64(p)), binary.NativeEndian.Uint32(p[12:])
		c.Log("message %d of %d bytes", typ, size)
		body := p[16:size]
		if typ == unix.SCM_RIGHTS {
			for ; len(body) >= 4; body = body[4:] {
				got = append(got, int(binary.NativeEndian.Uint32(body)))
			}
		} else if len(body) == 12 {
			c.Log("pid known: %v, %x", binary.NativeEndian.Uint32(body) != 0, body[4:])
		}
		p = p[min((size+7)&^7, len(p)):]
	}
	return got
}

func TestRights(t *testing.T) {
	each(t, func(c *posixtest.Caller, typ int) {
		a, b := pair(c, typ)
		r, w := c.Pipe(0)
		two := cmsg(unix.SCM_RIGHTS, fds(r, w))
		for _, room := range []int{100, 24, 23, 20, 16, 8, 0} {
			c.Log("room %d", room)
			sendControl(c, a, "x", two)
			c.Close(recvControl(c, b, 10, room, 0)...)
		}
		sendControl(c, a, "cloexec", two)
		got := recvControl(c, b, 3, 100, unix.MSG_CMSG_CLOEXEC)
		for _, fd := range got {
			c.Do("getfd", unix.SYS_FCNTL, fd, unix.F_GETFD, 0)
		}
		c.Close(got...)
		recvControl(c, b, 10, 100, 0)
		sendControl(c, a, "peek", two)
		c.Close(recvControl(c, b, 10, 100, unix.MSG_PEEK)...)
		c.Close(recvControl(c, b, 10, 100, 0)...)
		sendControl(c, a, "read", two)
		c.Do("read", unix.SYS_READ, b, c.Room(10), 10)
		send(c, a, "plain", 0)
		sendControl(c, a, "one", two)
		sendControl(c, a, "two", two)
		for range 3 {
			c.Close(recvControl(c, b, 100, 100, 0)...)
		}
		sendControl(c, a, "", two)
		c.Close(recvControl(c, b, 100, 100, 0)...)
		c.Close(r, w, a, b)
	})
}

func TestControlErrors(t *testing.T) {
	each(t, func(c *posixtest.Caller, typ int) {
		a, b := pair(c, typ)
		many := make([]int, 254)
		for i := range many {
			many[i] = a
		}
		sendControl(c, a, "bad descriptor", cmsg(unix.SCM_RIGHTS, fds(a, -1)))
		sendControl(c, a, "too many", cmsg(unix.SCM_RIGHTS, fds(many...)))
		sendControl(c, a, "none", cmsg(unix.SCM_RIGHTS, nil))
		recvControl(c, b, 10, 100, 0)
		sendControl(c, a, "unknown", cmsg(77, nil))
		sendControl(c, a, "short", words64(8, 0))
		sendControl(c, a, "long", words64(99, 1|1<<32))
		sendControl(c, a, "small", words64(5)[:8])
		recvControl(c, b, 10, 100, 0)
		other := cmsg(1, fds(1))
		binary.NativeEndian.PutUint32(other[8:], unix.SOL_TCP)
		sendControl(c, a, "level", other)
		recvControl(c, b, 10, 100, 0)
		sendControl(c, a, "size", cmsg(unix.SCM_CREDENTIALS, fds(1)))
		sendControl(c, a, "user", cmsg(unix.SCM_CREDENTIALS, fds(1<<22+1, 0, 0)))
		h := header(c, c.Room(4), 4, posixtest.Bad, 20)
		c.Do("bad control", unix.SYS_SENDMSG, a, h, noSignal)
		c.Do("much control", unix.SYS_SENDMSG, a, header(c, c.Room(4), 4, 0, 1<<31), noSignal)
		c.Do("bad header", unix.SYS_SENDMSG, a, posixtest.Bad, noSignal)
		c.Do("bad header", unix.SYS_RECVMSG, a, posixtest.Bad, dontWait)
		h.Set(words64(0, 0, 8, 1025))
		c.Do("many pieces", unix.SYS_SENDMSG, a, h, noSignal)
		h.Set(words64(8, 1<<31, 0, 0))
		c.Do("name length", unix.SYS_SENDMSG, a, h, noSignal)
		c.Close(a, b)
	})
}

func TestCredentials(t *testing.T) {
	each(t, func(c *posixtest.Caller, typ int) {
		a, b := pair(c, typ)
		send(c, a, "before", 0)
		c.Do("passcred", unix.SYS_SETSOCKOPT, b, unix.SOL_SOCKET, unix.SO_PASSCRED, c.Mem(word(1)), 4)
		send(c, a, "after", 0)
		recvControl(c, b, 100, 100, 0)
		recvControl(c, b, 100, 100, 0)
		send(c, a, "no room", 0)
		recvControl(c, b, 100, 20, 0)
		send(c, a, "none", 0)
		recvControl(c, b, 100, 0, 0)
		own := c.Room(12)
		c.Call(unix.SYS_GETSOCKOPT, a, unix.SOL_SOCKET, unix.SO_PEERCRED, own, c.Mem(word(12)))
		pid := binary.NativeEndian.Uint32(own.Bytes())
		sendControl(c, a, "given", cmsg(unix.SCM_CREDENTIALS, fds(int(pid), 5, 6)))
		recvControl(c, b, 100, 100, 0)
		sendControl(c, a, "both", append(cmsg(unix.SCM_CREDENTIALS, fds(int(pid), 0, 0)), cmsg(unix.SCM_RIGHTS, fds(a))...))
		c.Close(recvControl(c, b, 100, 100, 0)...)
		c.Close(a, b)
	})
}

func TestSeveralMessages(t *testing.T) {
	each(t, func(c *posixtest.Caller, typ int) {
		a, b := pair(c, typ)
		var out, in []byte
		for i := range 3 {
			d := c.Mem([]byte("message"))
			iov := c.Mem(words64(d.Addr(), uint64(4+i)))
			out = append(out, words64(0, 0, iov.Addr(), 1, 0, 0, 0, 0)...)
			in = append(in, words64(0, 0, c.Mem(words64(c.Room(5).Addr(), 5)).Addr(), 1, 0, 0, 0, 0)...)
		}
		lengths := func(m posixtest.Mem) {
			for i := range 3 {
				c.Log("%d, flags %#x", binary.NativeEndian.Uint32(m.Bytes()[i*64+56:]), binary.NativeEndian.Uint32(m.Bytes()[i*64+48:]))
			}
		}
		m := c.Mem(out)
		c.Do("sendmmsg", unix.SYS_SENDMMSG, a, m, 3, 0)
		lengths(m)
		m = c.Mem(in)
		c.Do("recvmmsg", unix.SYS_RECVMMSG, b, m, 2, 0, 0)
		lengths(m)
		c.Do("one", unix.SYS_RECVMMSG, b, m, 3, unix.MSG_WAITFORONE, 0)
		lengths(m)
		send(c, a, "x", 0)
		recv(c, b, 100, dontWait)
		recv(c, b, 100, dontWait)
		c.Do("empty", unix.SYS_RECVMMSG, b, m, 3, dontWait, 0)
		c.Do("none", unix.SYS_RECVMMSG, b, m, 0, 0, 0)
		c.Do("bad time", unix.SYS_RECVMMSG, b, m, 3, 0, c.Mem(words64(0, 1e9)))
		c.Do("bad time", unix.SYS_RECVMMSG, b, m, 3, 0, posixtest.Bad)
		c.Do("bad", unix.SYS_SENDMMSG, a, posixtest.Bad, 3, 0)
		c.Close(a, b)
	})
}
