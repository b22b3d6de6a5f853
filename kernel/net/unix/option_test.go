package unix_test

import (
	"encoding/binary"
	"testing"

	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

func word(n int) []byte { return binary.NativeEndian.AppendUint32(nil, uint32(n)) }

// option logs the value of an option of SOL_SOCKET, for which there is room for n bytes.
func option(c *posixtest.Caller, fd, name, n int) {
	val, size := c.Room(max(n, 1)), c.Mem(word(n))
	_, e := c.Call(unix.SYS_GETSOCKOPT, fd, unix.SOL_SOCKET, name, val, size)
	got := binary.NativeEndian.Uint32(size.Bytes())
	c.Log("option %d: %s, %d bytes: %x", name, unix.ErrnoName(e), got, val.Bytes()[:min(int(got), n)])
}

// setOption sets an option of SOL_SOCKET and logs the result.
func setOption(c *posixtest.Caller, fd, name int, v []byte) {
	c.Do("setsockopt", unix.SYS_SETSOCKOPT, fd, unix.SOL_SOCKET, name, c.Mem(v), len(v))
	option(c, fd, name, 16)
}

func timeval(s, us int) []byte {
	return binary.NativeEndian.AppendUint64(binary.NativeEndian.AppendUint64(nil, uint64(s)), uint64(us))
}

func TestOptions(t *testing.T) {
	each(t, func(c *posixtest.Caller, typ int) {
		a, b := pair(c, typ)
		for _, name := range []int{unix.SO_TYPE, unix.SO_DOMAIN, unix.SO_PROTOCOL, unix.SO_ERROR, unix.SO_ACCEPTCONN, unix.SO_SNDBUF,
			unix.SO_RCVBUF, unix.SO_PASSCRED, unix.SO_REUSEADDR, unix.SO_RCVLOWAT, unix.SO_LINGER, unix.SO_RCVTIMEO, unix.SO_SNDTIMEO,
			unix.SO_PRIORITY, unix.SO_SNDLOWAT, unix.SO_PEERNAME, 500} {
			option(c, a, name, 16)
			option(c, a, name, 2)
		}
		for _, name := range []int{unix.SO_REUSEADDR, unix.SO_PASSCRED, unix.SO_KEEPALIVE, unix.SO_BROADCAST, unix.SO_OOBINLINE,
			unix.SO_DONTROUTE, unix.SO_PRIORITY, unix.SO_RCVLOWAT, unix.SO_SNDBUF, unix.SO_RCVBUF, unix.SO_TYPE, unix.SO_ERROR,
			unix.SO_DOMAIN, unix.SO_PROTOCOL, unix.SO_ACCEPTCONN, 500} {
			for _, n := range []int{1, 0, 5000, 1 << 30, -1} {
				buffer := name == unix.SO_SNDBUF || name == unix.SO_RCVBUF // the machine's limits differ
				if n > 6 && name == unix.SO_PRIORITY || (n > 5000 || n < 0) && buffer {
					continue
				}
				setOption(c, a, name, word(n))
			}
			setOption(c, a, name, nil)
			setOption(c, a, name, []byte{1, 0})
		}
		setOption(c, a, unix.SO_LINGER, []byte{1, 0, 0, 0, 5, 0, 0, 0})
		setOption(c, a, unix.SO_LINGER, []byte{1, 0, 0, 0})
		setOption(c, a, unix.SO_RCVTIMEO, timeval(1, 500000))
		setOption(c, a, unix.SO_SNDTIMEO, timeval(2, 0))
		setOption(c, a, unix.SO_RCVTIMEO, timeval(1, 1000000))
		setOption(c, a, unix.SO_RCVTIMEO, timeval(-1, 0))
		setOption(c, a, unix.SO_RCVTIMEO, timeval(0, 0))
		setOption(c, a, unix.SO_RCVTIMEO, word(1))
		c.Do("bad value", unix.SYS_SETSOCKOPT, a, unix.SOL_SOCKET, unix.SO_REUSEADDR, posixtest.Bad, 4)
		c.Do("bad length", unix.SYS_SETSOCKOPT, a, unix.SOL_SOCKET, unix.SO_REUSEADDR, posixtest.Bad, -1)
		c.Do("level", unix.SYS_SETSOCKOPT, a, unix.SOL_TCP, 1, c.Mem(word(1)), 4)
		c.Do("level", unix.SYS_GETSOCKOPT, a, unix.SOL_TCP, 1, c.Mem(word(1)), c.Mem(word(4)))
		c.Do("bad value", unix.SYS_GETSOCKOPT, a, unix.SOL_SOCKET, unix.SO_TYPE, posixtest.Bad, c.Mem(word(4)))
		c.Do("bad length", unix.SYS_GETSOCKOPT, a, unix.SOL_SOCKET, unix.SO_TYPE, c.Room(4), posixtest.Bad)
		c.Do("bad length", unix.SYS_GETSOCKOPT, a, unix.SOL_SOCKET, unix.SO_TYPE, c.Room(4), c.Mem(word(-1)))
		c.Close(a, b)
	})
}

func TestTimeouts(t *testing.T) {
	each(t, func(c *posixtest.Caller, typ int) {
		a, b := pair(c, typ)
		setOption(c, a, unix.SO_RCVTIMEO, timeval(0, 20000))
		recv(c, a, 10, 0)
		c.Do("read", unix.SYS_READ, a, c.Room(1), 1)
		setOption(c, a, unix.SO_RCVTIMEO, timeval(-1, 0))
		recv(c, a, 10, 0)
		c.Close(a, b)
	})
}

func TestIoctl(t *testing.T) {
	each(t, func(c *posixtest.Caller, typ int) {
		a, b := pair(c, typ)
		inq := func(fd int) {
			m := c.Room(4)
			c.Do("SIOCINQ", unix.SYS_IOCTL, fd, unix.SIOCINQ, m)
			c.Log("%d", binary.NativeEndian.Uint32(m.Bytes()))
			c.Do("SIOCOUTQ", unix.SYS_IOCTL, fd, unix.SIOCOUTQ, m)
			c.Log("%v", binary.NativeEndian.Uint32(m.Bytes()) > 0)
		}
		inq(b)
		send(c, a, "hello", 0)
		send(c, a, "world!", 0)
		inq(a)
		inq(b)
		recv(c, b, 3, 0)
		inq(b)
		recv(c, b, 30, 0)
		recv(c, b, 30, dontWait)
		inq(a)
		inq(b)
		c.Do("bad", unix.SYS_IOCTL, b, unix.SIOCINQ, posixtest.Bad)
		c.Do("unknown", unix.SYS_IOCTL, b, 0x12345, 0)
		c.Do("terminal", unix.SYS_IOCTL, b, unix.TCGETS, c.Room(100))
		c.Close(a, b)
	})
}
