package unix_test

import (
	"encoding/binary"
	"testing"

	_ "cairn/kernel/net/unix"
	_ "cairn/kernel/posix/fs" // mkdirat(2), fstatat(2), ...
	_ "cairn/kernel/posix/pipe"
	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

// pair makes a pair of sockets, and logs the result.
func pair(c *posixtest.Caller, typ int) (a, b int) {
	m := c.Room(8)
	c.Do("socketpair", unix.SYS_SOCKETPAIR, unix.AF_UNIX, typ, 0, m)
	p := m.Bytes()
	return int(int32(binary.NativeEndian.Uint32(p))), int(int32(binary.NativeEndian.Uint32(p[4:])))
}

// send sends text and logs the result.
func send(c *posixtest.Caller, fd int, text string, flags int) {
	c.Do("send", unix.SYS_SENDTO, fd, c.Mem([]byte(text)), len(text), flags, 0, 0)
}

// recv receives up to n bytes and logs them.
func recv(c *posixtest.Caller, fd, n, flags int) {
	buf := c.Room(max(n, 1))
	got, e := c.Call(unix.SYS_RECVFROM, fd, buf, n, flags, 0, 0)
	if e != 0 {
		c.Log("recv: %s", unix.ErrnoName(e))
		return
	}
	c.Log("recv: %d %q", got, buf.Bytes()[:min(int(got), n)])
}

const (
	noSignal = unix.MSG_NOSIGNAL
	dontWait = unix.MSG_DONTWAIT
)

// types are the types of sockets.
var types = map[string]int{"stream": unix.SOCK_STREAM, "datagram": unix.SOCK_DGRAM, "seqpacket": unix.SOCK_SEQPACKET}

// each runs a script for each type of socket.
func each(t *testing.T, script func(c *posixtest.Caller, typ int)) {
	for name, typ := range types {
		t.Run(name, func(t *testing.T) {
			posixtest.Compare(t, func(c *posixtest.Caller) { script(c, typ) })
		})
	}
}

func TestPair(t *testing.T) {
	each(t, func(c *posixtest.Caller, typ int) {
		a, b := pair(c, typ|unix.SOCK_NONBLOCK)
		c.Poll(a)
		recv(c, a, 10, 0)
		send(c, a, "hello", 0)
		send(c, a, "world", 0)
		c.Poll(b)
		recv(c, b, 3, unix.MSG_PEEK)
		recv(c, b, 30, unix.MSG_PEEK)
		recv(c, b, 3, 0)
		recv(c, b, 3, unix.MSG_TRUNC)
		recv(c, b, 30, 0)
		recv(c, b, 30, 0)
		send(c, b, "", 0)
		c.Poll(a)
		recv(c, a, 10, 0)
		c.Do("read", unix.SYS_READ, a, c.Room(1), 0)
		c.Do("write", unix.SYS_WRITE, a, c.Mem([]byte("xyz")), 3)
		recv(c, b, 0, 0)
		recv(c, b, 10, 0)
		c.Do("bad buffer", unix.SYS_SENDTO, a, posixtest.Bad, 5, noSignal, 0, 0)
		send(c, a, "oob", unix.MSG_DONTROUTE)
		c.Do("bad room", unix.SYS_RECVFROM, b, posixtest.Bad, 5, 0, 0, 0)
		recv(c, b, 10, 0)
		c.Do("lseek", unix.SYS_LSEEK, a, 0, 0)
		c.Do("pread", unix.SYS_PREAD64, a, c.Room(1), 1, 0)
		c.Do("getfl", unix.SYS_FCNTL, a, unix.F_GETFL, 0)
		c.Do("fsync", unix.SYS_FSYNC, a)
		c.Do("ftruncate", unix.SYS_FTRUNCATE, a, 0)
		c.Close(a, b)
	})
}

func TestEnd(t *testing.T) {
	each(t, func(c *posixtest.Caller, typ int) {
		a, b := pair(c, typ|unix.SOCK_NONBLOCK)
		send(c, a, "last", 0)
		c.Close(a)
		c.Poll(b)
		recv(c, b, 10, 0)
		c.Poll(b)
		recv(c, b, 10, 0)
		send(c, b, "x", noSignal)
		send(c, b, "x", noSignal)
		c.Poll(b)
		c.Close(b)

		a, b = pair(c, typ|unix.SOCK_NONBLOCK)
		send(c, a, "lost", 0)
		send(c, b, "kept", 0)
		c.Close(b)
		c.Poll(a)
		option(c, a, unix.SO_ERROR, 4)
		c.Poll(a)
		recv(c, a, 10, 0)
		recv(c, a, 10, 0)
		recv(c, a, 10, 0)
		send(c, a, "x", noSignal)
		c.Close(a)

		a, b = pair(c, typ|unix.SOCK_NONBLOCK)
		send(c, a, "lost", 0)
		c.Close(b)
		recv(c, a, 10, 0)
		recv(c, a, 10, 0)
		c.Poll(a)
		c.Close(a)
	})
}

func TestShutdown(t *testing.T) {
	each(t, func(c *posixtest.Caller, typ int) {
		for _, how := range []int{unix.SHUT_RD, unix.SHUT_WR, unix.SHUT_RDWR} {
			a, b := pair(c, typ|unix.SOCK_NONBLOCK)
			send(c, a, "one", 0)
			send(c, b, "two", 0)
			c.Log("shutdown how=%d", how)
			c.Do("shutdown", unix.SYS_SHUTDOWN, a, how)
			for range 2 {
				c.Poll(a)
				c.Poll(b)
				recv(c, a, 10, 0)
				recv(c, b, 10, 0)
				send(c, a, "a", noSignal)
				send(c, b, "b", noSignal)
			}
			c.Do("again", unix.SYS_SHUTDOWN, b, unix.SHUT_RDWR)
			c.Poll(a)
			recv(c, a, 10, 0)
			recv(c, b, 10, 0)
			c.Close(a, b)
		}
		a := c.FD("socket", unix.SYS_SOCKET, unix.AF_UNIX, typ|unix.SOCK_NONBLOCK, 0)
		c.Do("bad how", unix.SYS_SHUTDOWN, a, 3)
		c.Do("bad how", unix.SYS_SHUTDOWN, a, -1)
		c.Do("unconnected", unix.SYS_SHUTDOWN, a, unix.SHUT_RDWR)
		c.Poll(a)
		recv(c, a, 10, 0)
		send(c, a, "x", noSignal)
		c.Close(a)
	})
}

func TestSocketErrors(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		try := func(domain, typ, protocol int) {
			fd := c.FD("socket", unix.SYS_SOCKET, domain, typ, protocol)
			if fd >= 0 {
				c.Close(fd)
			}
			fds := c.Room(8)
			c.Do("socketpair", unix.SYS_SOCKETPAIR, domain, typ, protocol, fds)
		}
		for typ := range 12 {
			try(unix.AF_UNIX, typ, 0)
		}
		try(unix.AF_UNIX, unix.SOCK_STREAM, 1)
		try(unix.AF_UNIX, unix.SOCK_STREAM, 2)
		try(unix.AF_UNIX, unix.SOCK_STREAM|0x10, 0)
		try(-1, 1, 0)
		try(46, 1, 0)
		try(1000, 1, 0)
		try(0, 1, 0)
		c.Do("bad pair", unix.SYS_SOCKETPAIR, unix.AF_UNIX, unix.SOCK_STREAM, 0, posixtest.Bad)
		r, w := c.Pipe(0)
		for _, nr := range []uintptr{unix.SYS_BIND, unix.SYS_LISTEN, unix.SYS_ACCEPT, unix.SYS_CONNECT, unix.SYS_GETSOCKNAME,
			unix.SYS_GETPEERNAME, unix.SYS_SENDTO, unix.SYS_RECVFROM, unix.SYS_SENDMSG, unix.SYS_RECVMSG, unix.SYS_SHUTDOWN,
			unix.SYS_SETSOCKOPT, unix.SYS_GETSOCKOPT, unix.SYS_SENDMMSG, unix.SYS_RECVMMSG} {
			c.Do("no socket", nr, r, 0, 0, 0, 0, 0)
			c.Do("no file", nr, -1, 0, 0, 0, 0, 0)
		}
		c.Close(r, w)
	})
}

func TestUnconnected(t *testing.T) {
	each(t, func(c *posixtest.Caller, typ int) {
		a := c.FD("socket", unix.SYS_SOCKET, unix.AF_UNIX, typ|unix.SOCK_NONBLOCK, 0)
		c.Poll(a)
		recv(c, a, 10, 0)
		send(c, a, "x", noSignal)
		send(c, a, "x", noSignal|unix.MSG_OOB)
		c.Do("write", unix.SYS_WRITE, a, c.Mem([]byte("x")), 1)
		c.Do("read", unix.SYS_READ, a, c.Room(1), 1)
		c.Do("listen", unix.SYS_LISTEN, a, 1)
		c.Do("accept", unix.SYS_ACCEPT, a, 0, 0)
		c.Do("getpeername", unix.SYS_GETPEERNAME, a, c.Room(8), c.Mem([]byte{8, 0, 0, 0}))
		c.Close(a)
	})
}

func TestBlocking(t *testing.T) {
	each(t, func(c *posixtest.Caller, typ int) {
		a, b := pair(c, typ)
		wait := c.Go(func(c *posixtest.Caller) { recv(c, b, 10, 0) })
		c.Call(unix.SYS_SENDTO, a, c.Mem([]byte("hi")), 2, 0, 0, 0)
		wait()
		wait = c.Go(func(c *posixtest.Caller) {
			for range 100 {
				c.Do("big", unix.SYS_WRITE, a, c.Room(20000), 20000)
			}
		})
		total, buf := 0, c.Room(30000)
		for total < 100*20000 {
			n, e := c.Call(unix.SYS_READ, b, buf, 30000)
			if e != 0 {
				c.Log("read: %v", e)
				break
			}
			total += int(n)
		}
		wait()
		c.Log("total %d", total)
		wait = c.Go(func(c *posixtest.Caller) { recv(c, b, 10, 0) })
		c.Call(unix.SYS_SHUTDOWN, b, unix.SHUT_RDWR)
		wait()
		c.Do("read at the end", unix.SYS_READ, b, buf, 10)
		c.Close(a, b)
	})
}

func TestWaitAll(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		a, b := pair(c, unix.SOCK_STREAM)
		wait := c.Go(func(c *posixtest.Caller) { recv(c, b, 6, unix.MSG_WAITALL) })
		for _, s := range []string{"ab", "cd", "ef"} {
			c.Call(unix.SYS_SENDTO, a, c.Mem([]byte(s)), 2, 0, 0, 0)
		}
		wait()
		wait = c.Go(func(c *posixtest.Caller) { recv(c, b, 6, unix.MSG_WAITALL) })
		c.Call(unix.SYS_SENDTO, a, c.Mem([]byte("gh")), 2, 0, 0, 0)
		c.Call(unix.SYS_CLOSE, a)
		wait()
		recv(c, b, 6, unix.MSG_WAITALL)
		c.Close(b)
	})
}
