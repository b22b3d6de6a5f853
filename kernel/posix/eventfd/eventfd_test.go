package eventfd_test

import (
	"encoding/binary"
	"math"
	"testing"

	_ "cairn/kernel/posix/eventfd"
	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

func word(n uint64) []byte { return binary.NativeEndian.AppendUint64(nil, n) }

func TestEventfd(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		fd := c.FD("eventfd2", unix.SYS_EVENTFD2, 3, unix.EFD_NONBLOCK)
		buf := c.Room(16)
		read := func() {
			c.Do("read", unix.SYS_READ, fd, buf, 8)
			c.Log("value %d", binary.NativeEndian.Uint64(buf.Bytes()))
		}
		c.Poll(fd)
		read()
		c.Poll(fd)
		read()
		for _, n := range []uint64{0, 1, 5, math.MaxUint64, math.MaxUint64 - 1, math.MaxUint64 - 7, 1, 0} {
			c.Do("write", unix.SYS_WRITE, fd, c.Mem(word(n)), 8)
			c.Poll(fd)
		}
		read()
		c.Do("short read", unix.SYS_READ, fd, buf, 7)
		c.Do("short write", unix.SYS_WRITE, fd, buf, 7)
		c.Do("bad write", unix.SYS_WRITE, fd, posixtest.Bad, 8)
		c.Do("write", unix.SYS_WRITE, fd, c.Mem(word(2)), 8)
		c.Do("long read", unix.SYS_READ, fd, buf, 16)
		c.Do("write", unix.SYS_WRITE, fd, c.Mem(word(2)), 8)
		c.Do("bad read", unix.SYS_READ, fd, posixtest.Bad, 8)
		read()
		c.Do("lseek", unix.SYS_LSEEK, fd, 0, unix.SEEK_SET)
		c.Do("pread", unix.SYS_PREAD64, fd, buf, 8, 0)
		c.Do("getfl", unix.SYS_FCNTL, fd, unix.F_GETFL, 0)
		c.Do("getfd", unix.SYS_FCNTL, fd, unix.F_GETFD, 0)
		c.Do("ioctl", unix.SYS_IOCTL, fd, unix.TIOCINQ, buf)
		c.Do("close", unix.SYS_CLOSE, fd)
	})
}

func TestSemaphore(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		fd := c.FD("eventfd2", unix.SYS_EVENTFD2, 2, unix.EFD_NONBLOCK|unix.EFD_SEMAPHORE|unix.EFD_CLOEXEC)
		c.Do("getfd", unix.SYS_FCNTL, fd, unix.F_GETFD, 0)
		buf := c.Room(8)
		for range 3 {
			c.Do("read", unix.SYS_READ, fd, buf, 8)
			c.Log("value %d", binary.NativeEndian.Uint64(buf.Bytes()))
		}
		c.Do("close", unix.SYS_CLOSE, fd)
	})
}

func TestEventfdErrors(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		c.Do("bad flags", unix.SYS_EVENTFD2, 0, 4)
		fd := c.FD("eventfd", unix.SYS_EVENTFD, 1<<32|5)
		c.Do("close", unix.SYS_CLOSE, fd)
		c.Do("close", unix.SYS_CLOSE, fd)
	})
}

func TestBlocking(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		fd := c.FD("eventfd2", unix.SYS_EVENTFD2, 0, 0)
		wait := c.Go(func(c *posixtest.Caller) {
			buf := c.Room(8)
			c.Do("read", unix.SYS_READ, fd, buf, 8)
		})
		c.Call(unix.SYS_WRITE, fd, c.Mem(word(1)), 8)
		wait()
		full := c.Mem(word(math.MaxUint64 - 1))
		c.Do("fill", unix.SYS_WRITE, fd, full, 8)
		wait = c.Go(func(c *posixtest.Caller) {
			c.Do("write", unix.SYS_WRITE, fd, c.Mem(word(7)), 8)
		})
		buf := c.Room(8)
		c.Call(unix.SYS_READ, fd, buf, 8)
		wait()
		c.Do("read", unix.SYS_READ, fd, buf, 8)
		c.Log("value %d", binary.NativeEndian.Uint64(buf.Bytes()))
		c.Do("close", unix.SYS_CLOSE, fd)
	})
}
