package unix_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

// sockaddr returns a struct sockaddr_un.
func sockaddr(name string) []byte {
	return append(binary.NativeEndian.AppendUint16(nil, unix.AF_UNIX), name...)
}

// create makes a socket that does not block.
func create(c *posixtest.Caller, typ int) int {
	return c.FD("socket", unix.SYS_SOCKET, unix.AF_UNIX, typ|unix.SOCK_NONBLOCK, 0)
}

func bind(c *posixtest.Caller, fd int, addr []byte) {
	c.Do("bind", unix.SYS_BIND, fd, c.Mem(addr), len(addr))
}

func connect(c *posixtest.Caller, fd int, addr []byte) {
	c.Do("connect", unix.SYS_CONNECT, fd, c.Mem(addr), len(addr))
}

// names logs what a socket and its peer are called; base is the directory, which is not logged.
func names(c *posixtest.Caller, fd int, base string) {
	for _, nr := range []uintptr{unix.SYS_GETSOCKNAME, unix.SYS_GETPEERNAME} {
		m, n := c.Room(128), c.Mem(word(128))
		_, e := c.Call(nr, fd, m, n)
		got := binary.NativeEndian.Uint32(n.Bytes())
		name := strings.ReplaceAll(string(m.Bytes()[:got]), base, "")
		c.Log("name: %s %q", unix.ErrnoName(e), strings.TrimRight(name, "\x00"))
		if base == "" {
			c.Log("%d bytes", got)
		}
	}
}

// accept accepts a connection and logs the result.
func accept(c *posixtest.Caller, fd int) int {
	return c.FD("accept", unix.SYS_ACCEPT4, fd, 0, 0, unix.SOCK_NONBLOCK)
}

// inDir runs a script with a directory that is the same on both.
func inDir(t *testing.T, script func(c *posixtest.Caller, typ int, path func(string) string)) {
	dir := t.TempDir()
	each(t, func(c *posixtest.Caller, typ int) {
		at := ""
		for _, part := range strings.Split(strings.Trim(dir, "/"), "/") {
			at += "/" + part
			c.Call(unix.SYS_MKDIRAT, -100, c.String(at), 0o755)
		}
		script(c, typ, func(name string) string { return dir + "/" + name })
	})
}

func TestBindErrors(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		a, b := create(c, unix.SOCK_STREAM), create(c, unix.SOCK_STREAM)
		bind(c, a, nil)
		bind(c, a, []byte{1})
		bind(c, a, []byte{2, 0, 0, 0})
		bind(c, a, sockaddr(strings.Repeat("x", 109)))
		bind(c, a, sockaddr("/nowhere/at/all"))
		c.Do("bad", unix.SYS_BIND, a, posixtest.Bad, 10)
		c.Do("long", unix.SYS_BIND, a, posixtest.Bad, 200)
		c.Do("negative", unix.SYS_BIND, a, posixtest.Bad, -1)
		name := sockaddr("\x00cairn-bind-errors\x00x")
		bind(c, a, name)
		names(c, a, "")
		bind(c, b, name)
		bind(c, a, name)
		bind(c, a, sockaddr(""))
		bind(c, a, sockaddr("\x00cairn-other"))
		c.Close(a)
		bind(c, b, name)
		names(c, b, "")
		c.Do("short", unix.SYS_GETSOCKNAME, b, c.Room(4), c.Mem(word(4)))
		c.Do("no room", unix.SYS_GETSOCKNAME, b, c.Room(4), c.Mem(word(0)))
		c.Do("negative", unix.SYS_GETSOCKNAME, b, c.Room(4), c.Mem(word(-1)))
		c.Do("bad", unix.SYS_GETSOCKNAME, b, posixtest.Bad, c.Mem(word(100)))
		c.Do("bad", unix.SYS_GETSOCKNAME, b, c.Room(4), posixtest.Bad)
		c.Close(b)
		a = create(c, unix.SOCK_DGRAM)
		names(c, a, "")
		bind(c, a, sockaddr(""))
		m, n := c.Room(128), c.Mem(word(128))
		c.Do("autobound", unix.SYS_GETSOCKNAME, a, m, n)
		c.Log("%d", binary.NativeEndian.Uint32(n.Bytes()))
		bind(c, a, sockaddr(""))
		c.Close(a)
	})
}

func TestPaths(t *testing.T) {
	inDir(t, func(c *posixtest.Caller, typ int, path func(string) string) {
		a, b, d := create(c, typ), create(c, typ), create(c, unix.SOCK_STREAM)
		if typ == unix.SOCK_STREAM {
			c.Close(d)
			d = create(c, unix.SOCK_DGRAM)
		}
		dir := strings.TrimSuffix(path(""), "/")
		name := sockaddr(path("s"))
		connect(c, b, name)
		c.Call(unix.SYS_UMASK, 0o27)
		bind(c, a, name)
		m := c.Room(144)
		c.Do("stat", unix.SYS_NEWFSTATAT, -100, c.String(path("s")), m, 0)
		c.Log("mode %o", binary.NativeEndian.Uint32(m.Bytes()[24:]))
		names(c, a, dir)
		bind(c, b, name)
		bind(c, a, sockaddr(path("other")))
		bind(c, a, name)
		connect(c, b, name)
		c.Do("listen", unix.SYS_LISTEN, a, 5)
		connect(c, d, name)
		connect(c, b, name)
		connect(c, b, name)
		names(c, b, dir)
		c.Do("open", unix.SYS_OPENAT, -100, c.String(path("s")), unix.O_RDWR, 0)
		c.Do("unlink", unix.SYS_UNLINKAT, -100, c.String(path("s")), 0)
		connect(c, d, name)
		names(c, a, dir)
		n := accept(c, a)
		if n >= 0 {
			names(c, n, dir)
			c.Close(n)
		}
		connect(c, d, sockaddr(dir))
		connect(c, d, sockaddr(path("s/x")))
		connect(c, d, sockaddr(path("none")))
		c.Close(a)
		connect(c, d, name)
		c.Close(b, d)
	})
}

func TestListen(t *testing.T) {
	for _, typ := range []int{unix.SOCK_STREAM, unix.SOCK_SEQPACKET} {
		posixtest.Compare(t, func(c *posixtest.Caller) {
			name := sockaddr("\x00cairn-listen")
			l := create(c, typ)
			c.Do("listen unnamed", unix.SYS_LISTEN, l, 1)
			bind(c, l, name)
			a, b, d := create(c, typ), create(c, typ), create(c, typ)
			connect(c, a, name)
			c.Do("accept", unix.SYS_ACCEPT, l, 0, 0)
			c.Do("listen", unix.SYS_LISTEN, l, 1)
			c.Do("listen again", unix.SYS_LISTEN, l, 1)
			option(c, l, unix.SO_ACCEPTCONN, 4)
			c.Poll(l)
			accept(c, l)
			c.Do("bad flags", unix.SYS_ACCEPT4, l, 0, 0, 1)
			recv(c, l, 1, 0)
			send(c, l, "x", noSignal)
			connect(c, a, name)
			c.Poll(l)
			c.Poll(a)
			connect(c, a, name)
			connect(c, b, name)
			connect(c, d, name)
			connect(c, l, name)
			send(c, a, "early", 0)
			c.Do("SIOCINQ", unix.SYS_IOCTL, l, unix.SIOCINQ, c.Room(4))
			m, n := c.Room(128), c.Mem(word(128))
			x := c.FD("accept", unix.SYS_ACCEPT, l, m, n)
			c.Log("address of %d bytes", binary.NativeEndian.Uint32(n.Bytes()))
			recv(c, x, 10, 0)
			names(c, x, "")
			names(c, a, "")
			c.Poll(x)
			c.Do("bad length", unix.SYS_ACCEPT, l, m, posixtest.Bad)
			c.Poll(b)
			recv(c, b, 10, 0)
			connect(c, d, name)
			c.Do("listen connected", unix.SYS_LISTEN, x, 1)
			c.Do("accept connected", unix.SYS_ACCEPT, x, 0, 0)
			send(c, d, "lost", 0)
			c.Close(l)
			c.Poll(d)
			recv(c, d, 10, 0)
			recv(c, d, 10, 0)
			connect(c, b, name)
			c.Close(a, b, d, x)
		})
	}
}

func TestListenShutdown(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		name := sockaddr("\x00cairn-listen-shutdown")
		l := c.FD("socket", unix.SYS_SOCKET, unix.AF_UNIX, unix.SOCK_STREAM, 0)
		bind(c, l, name)
		c.Do("listen", unix.SYS_LISTEN, l, 1)
		wait := c.Go(func(c *posixtest.Caller) { c.Do("accept", unix.SYS_ACCEPT, l, 0, 0) })
		c.Call(unix.SYS_SHUTDOWN, l, unix.SHUT_RD)
		wait()
		c.Poll(l)
		a := create(c, unix.SOCK_STREAM)
		connect(c, a, name)
		c.Do("accept", unix.SYS_ACCEPT, l, 0, 0)
		c.Call(unix.SYS_FCNTL, l, unix.F_SETFL, unix.O_NONBLOCK)
		c.Do("accept", unix.SYS_ACCEPT, l, 0, 0)
		c.Close(a, l)
	})
}

func TestBacklogBlocks(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		name := sockaddr("\x00cairn-backlog")
		l := create(c, unix.SOCK_STREAM)
		bind(c, l, name)
		c.Do("listen", unix.SYS_LISTEN, l, 0)
		a := create(c, unix.SOCK_STREAM)
		connect(c, a, name)
		b := c.FD("socket", unix.SYS_SOCKET, unix.AF_UNIX, unix.SOCK_STREAM, 0)
		setOption(c, b, unix.SO_SNDTIMEO, timeval(0, 20000))
		connect(c, b, name)
		setOption(c, b, unix.SO_SNDTIMEO, timeval(0, 0))
		wait := c.Go(func(c *posixtest.Caller) { connect(c, b, name) })
		x, _ := c.Call(unix.SYS_ACCEPT, l, 0, 0)
		wait()
		y := accept(c, l)
		c.Close(a, b, l, int(x), y)
	})
}

func TestDatagrams(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		na, nb := sockaddr("\x00cairn-dgram-a"), sockaddr("\x00cairn-dgram-b")
		a, b, d := create(c, unix.SOCK_DGRAM), create(c, unix.SOCK_DGRAM), create(c, unix.SOCK_DGRAM)
		to := func(fd int, addr []byte, text string) {
			c.Do("sendto", unix.SYS_SENDTO, fd, c.Mem([]byte(text)), len(text), noSignal, c.Mem(addr), len(addr))
		}
		from := func(fd int) {
			m, n, buf := c.Room(128), c.Mem(word(128)), c.Room(20)
			got := c.Do("recvfrom", unix.SYS_RECVFROM, fd, buf, 20, 0, m, n)
			c.Log("%q from %q", buf.Bytes()[:max(0, got)], m.Bytes()[:binary.NativeEndian.Uint32(n.Bytes())%128])
		}
		bind(c, a, na)
		to(b, na, "unnamed")
		from(a)
		bind(c, b, nb)
		to(b, na, "named")
		from(a)
		to(b, sockaddr("\x00cairn-nobody"), "x")
		to(b, sockaddr(""), "x")
		to(b, []byte{2, 0, 1}, "x")
		connect(c, b, na)
		connect(c, b, na)
		c.Poll(b)
		to(d, nb, "x")
		connect(c, d, nb)
		for i := range 13 {
			c.Log("message %d", i)
			send(c, b, "m", 0)
		}
		c.Poll(b)
		to(d, na, "full")
		from(a)
		c.Poll(b)
		send(c, b, "more", 0)
		send(c, b, "more", 0)
		connect(c, a, nb)
		c.Poll(b)
		send(c, b, "connected back", 0)
		connect(c, a, []byte{0, 0})
		recv(c, b, 10, 0)
		c.Poll(a)
		c.Poll(b)
		recv(c, b, 10, 0)
		connect(c, b, []byte{0, 0})
		send(c, b, "x", 0)
		connect(c, b, na)
		c.Close(a)
		c.Poll(b)
		send(c, b, "x", noSignal)
		send(c, b, "x", noSignal)
		c.Poll(b)
		c.Close(b, d)
		e := create(c, unix.SOCK_DGRAM)
		bind(c, e, na)
		connect(c, e, na)
		send(c, e, "to itself", 0)
		from(e)
		c.Do("long", unix.SYS_SENDTO, e, c.Room(1<<20), 1<<20, 0, 0, 0)
		c.Close(e)
	})
}
