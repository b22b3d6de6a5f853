package pipe_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"testing"

	_ "cairn/kernel/posix/pipe"
	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

// ioctlInt logs the int that an ioctl(2) stores.
func ioctlInt(c *posixtest.Caller, label string, fd, cmd int) {
	m := c.Room(4)
	c.Do(label, unix.SYS_IOCTL, fd, cmd, m)
	c.Log("%s %d", label, int32(binary.NativeEndian.Uint32(m.Bytes())))
}

func TestPipe(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(unix.O_NONBLOCK)
		c.Poll(r)
		c.Poll(w)
		buf := c.Room(100)
		c.Do("read empty", unix.SYS_READ, r, buf, 100)
		c.Do("write", unix.SYS_WRITE, w, c.Mem([]byte("hello")), 5)
		ioctlInt(c, "FIONREAD", r, unix.TIOCINQ)
		ioctlInt(c, "FIONREAD", w, unix.TIOCINQ)
		c.Poll(r)
		c.Do("read", unix.SYS_READ, r, buf, 3)
		c.Do("read", unix.SYS_READ, r, buf, 100)
		c.Log("%q", buf.Bytes()[:2])
		c.Do("read on w", unix.SYS_READ, w, buf, 1)
		c.Do("write on r", unix.SYS_WRITE, r, buf, 1)
		c.Do("read 0", unix.SYS_READ, r, buf, 0)
		c.Do("write 0", unix.SYS_WRITE, w, buf, 0)
		c.Do("lseek", unix.SYS_LSEEK, r, 0, unix.SEEK_SET)
		c.Do("lseek", unix.SYS_LSEEK, r, 0, 17)
		c.Do("pread", unix.SYS_PREAD64, r, buf, 1, 0)
		c.Do("pwrite", unix.SYS_PWRITE64, w, buf, 1, 0)
		c.Do("write", unix.SYS_WRITE, w, c.Mem([]byte("x")), 1)
		c.Do("read bad", unix.SYS_READ, r, posixtest.Bad, 1)
		c.Do("read", unix.SYS_READ, r, buf, 1)
		c.Do("write bad", unix.SYS_WRITE, w, posixtest.Bad, 1)
		c.Do("write huge", unix.SYS_WRITE, w, buf, -1)
		c.Do("read huge", unix.SYS_READ, r, buf, uint64(1)<<63)
		c.Do("read kernel", unix.SYS_READ, r, -4096, 1)
		c.Do("getfl", unix.SYS_FCNTL, r, unix.F_GETFL, 0)
		c.Do("getfl", unix.SYS_FCNTL, w, unix.F_GETFL, 0)
		c.Close(w)
		c.Poll(r)
		c.Do("read eof", unix.SYS_READ, r, buf, 1)
		c.Close(r)
		c.Do("read closed", unix.SYS_READ, r, buf, 1)
	})
}

func TestPipeCapacity(t *testing.T) {
	for _, size := range []int{1, 2, 100, 4095, 4096, 4097, 5000, 8192, 65536, 70000} {
		posixtest.Compare(t, func(c *posixtest.Caller) {
			r, w := c.Pipe(unix.O_NONBLOCK)
			buf := c.Mem(bytes.Repeat([]byte("a"), size))
			total, lines := int64(0), 0
			for {
				n, e := c.Call(unix.SYS_WRITE, w, buf, size)
				if lines++; lines < 50 {
					c.Log("write %d: %d %v", size, n, e)
				}
				if e != 0 {
					break
				}
				total += n
			}
			c.Log("total %d", total)
			c.Poll(w)
			for _, n := range []int{1, 1000, 3095, 1, 4096, 10} {
				c.Do("read", unix.SYS_READ, r, buf, min(n, size))
				c.Poll(w)
				c.Do("write", unix.SYS_WRITE, w, buf, 1)
			}
			ioctlInt(c, "FIONREAD", r, unix.TIOCINQ)
			c.Close(r, w)
		})
	}
}

func TestPipePackets(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(unix.O_NONBLOCK | unix.O_DIRECT)
		c.Do("getfl", unix.SYS_FCNTL, w, unix.F_GETFL, 0)
		buf := c.Mem(bytes.Repeat([]byte("abcdefgh"), 1000))
		for _, n := range []int{10, 20, 4096, 5000, 1} {
			c.Do("write", unix.SYS_WRITE, w, buf, n)
		}
		for _, n := range []int{4, 100, 5000, 5000, 5000, 0, 1, 1} {
			c.Do("read", unix.SYS_READ, r, buf, n)
			ioctlInt(c, "FIONREAD", r, unix.TIOCINQ)
		}
		c.Do("setfl", unix.SYS_FCNTL, w, unix.F_SETFL, unix.O_NONBLOCK)
		c.Do("write", unix.SYS_WRITE, w, buf, 10)
		c.Do("write", unix.SYS_WRITE, w, buf, 10)
		c.Do("read", unix.SYS_READ, r, buf, 100)
		c.Close(r, w)
	})
}

func TestPipeSize(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(unix.O_NONBLOCK)
		buf := c.Room(70000)
		c.Do("get", unix.SYS_FCNTL, r, unix.F_GETPIPE_SZ, 0)
		for _, n := range []int{0, 1, 4096, 4097, 10000, 65536, 1 << 20, -1, 1 << 32} {
			c.Do("set", unix.SYS_FCNTL, w, unix.F_SETPIPE_SZ, n)
			c.Do("get", unix.SYS_FCNTL, w, unix.F_GETPIPE_SZ, 0)
		}
		c.Do("set", unix.SYS_FCNTL, w, unix.F_SETPIPE_SZ, 16384)
		c.Do("write", unix.SYS_WRITE, w, buf, 70000)
		c.Do("set", unix.SYS_FCNTL, w, unix.F_SETPIPE_SZ, 8192)
		c.Do("set", unix.SYS_FCNTL, w, unix.F_SETPIPE_SZ, 32768)
		c.Poll(w)
		c.Do("write", unix.SYS_WRITE, w, buf, 70000)
		c.Close(r, w)
	})
}

// A pipe that grows while it is full of what was written before and wraps.
func TestPipeGrows(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(unix.O_NONBLOCK)
		data := c.Mem(bytes.Repeat([]byte("0123456789abc"), 20000))
		buf := c.Room(260000)
		c.Do("write", unix.SYS_WRITE, w, data, 60000)
		c.Do("read", unix.SYS_READ, r, buf, 30000)
		c.Do("write", unix.SYS_WRITE, w, data, 20000)
		c.Do("set", unix.SYS_FCNTL, w, unix.F_SETPIPE_SZ, 1<<20)
		for range 5 {
			c.Do("write", unix.SYS_WRITE, w, data, 260000)
		}
		c.Do("set", unix.SYS_FCNTL, w, unix.F_SETPIPE_SZ, 1<<19)
		for range 6 {
			c.Do("read", unix.SYS_READ, r, buf, 260000)
			c.Log("sum %x", crc32.ChecksumIEEE(buf.Bytes()))
		}
		c.Do("set", unix.SYS_FCNTL, w, unix.F_SETPIPE_SZ, 4096)
		c.Do("write", unix.SYS_WRITE, w, data, 5000)
		c.Do("read", unix.SYS_READ, r, buf, 5000)
		c.Close(r, w)
	})
}

func TestPipe2Errors(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		c.Do("bad flags", unix.SYS_PIPE2, c.Room(8), 1)
		c.Do("bad address", unix.SYS_PIPE2, posixtest.Bad, 0)
		c.Do("bad both", unix.SYS_PIPE2, posixtest.Bad, 1)
	})
}

func TestPipeBlocking(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(0)
		const size = 300000
		data := c.Mem(bytes.Repeat([]byte("0123456789"), size/10))
		done := c.Go(func(c *posixtest.Caller) {
			c.Do("write", unix.SYS_WRITE, w, data, size)
		})
		buf := c.Room(7000)
		sum, total := 0, 0
		for total < size {
			n, e := c.Call(unix.SYS_READ, r, buf, 7000)
			if e != 0 || n == 0 {
				c.Log("read: %d %v", n, e)
				break
			}
			for i, b := range buf.Bytes()[:n] {
				if b != byte('0'+(total+i)%10) {
					sum++
				}
			}
			total += int(n)
		}
		done()
		c.Log("%d bytes, %d wrong", total, sum)
		done = c.Go(func(c *posixtest.Caller) { c.Call(unix.SYS_CLOSE, w) }) // its end is in no order with the read's
		c.Do("read to the end", unix.SYS_READ, r, buf, 1)
		done()
	})
}
