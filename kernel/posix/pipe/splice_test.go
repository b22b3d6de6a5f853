package pipe_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

const nonBlock = 2 // SPLICE_F_NONBLOCK

func offset(c *posixtest.Caller, n int64) posixtest.Mem {
	return c.Mem(binary.NativeEndian.AppendUint64(nil, uint64(n)))
}

// drain logs what is in a pipe.
func drain(c *posixtest.Caller, r int) {
	ioctlInt(c, "FIONREAD", r, unix.TIOCINQ)
	buf := c.Room(200)
	for range 3 {
		n, e := c.Call(unix.SYS_READ, r, buf, 200)
		c.Log("drain %d %v %q", n, e, buf.Bytes()[:max(n, 0)])
		if n <= 0 {
			return
		}
	}
}

func TestSpliceErrors(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(unix.O_NONBLOCK)
		r2, w2 := c.Pipe(unix.O_NONBLOCK)
		file, end := c.Temp(0, "hello"), c.Temp(unix.O_APPEND, "")
		zero := offset(c, 0)
		try := func(label string, in int, offIn any, out int, offOut any, n, flags int) {
			c.Do(label, unix.SYS_SPLICE, in, offIn, out, offOut, n, flags)
		}
		try("nothing", -1, 0, -1, 0, 0, 99)
		try("flags", r, 0, w, 0, 1, 16)
		try("closed", -1, 0, w, 0, 1, 0)
		try("closed", r, 0, -1, 0, 1, 0)
		try("no pipe", file, 0, end, 0, 1, 0)
		try("same pipe", r, 0, w, 0, 1, 0)
		try("wrong ends", w, 0, r2, 0, 1, 0)
		try("offset of a pipe", r, zero, file, 0, 1, 0)
		try("offset of a pipe", file, 0, w, zero, 1, 0)
		try("bad offset", file, posixtest.Bad, w, 0, 1, 0)
		try("negative offset", file, offset(c, -1), w, 0, 1, 0)
		try("append", r, 0, end, 0, 1, 0)
		try("empty", r, 0, file, 0, 1, 0)
		try("empty", r, 0, w2, 0, 1, 0)
		c.Do("tee empty", unix.SYS_TEE, r, w2, 1, 0)
		c.Do("tee file", unix.SYS_TEE, file, w2, 1, 0)
		c.Do("tee same", unix.SYS_TEE, r, w, 1, 0)
		c.Do("tee flags", unix.SYS_TEE, r, w2, 1, 16)
		c.Do("tee nothing", unix.SYS_TEE, -1, -1, 0, 0)
		c.Do("vmsplice file", unix.SYS_VMSPLICE, file, zero, 1, 0)
		c.Do("vmsplice bad", unix.SYS_VMSPLICE, w, posixtest.Bad, 1, 0)
		c.Do("vmsplice nothing", unix.SYS_VMSPLICE, w, posixtest.Bad, 0, 0)
		c.Close(w)
		try("end", r, 0, file, 0, 1, 0)
		try("end", r, 0, w2, 0, 1, 0)
		c.Close(r, r2, w2, file, end)
	})
}

func TestSpliceFiles(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(unix.O_NONBLOCK)
		text := bytes.Repeat([]byte("0123456789"), 1000)
		file, copied := c.Temp(0, string(text)), c.Temp(0, "")
		c.Do("in", unix.SYS_SPLICE, file, 0, w, 0, 5, 0)
		c.Do("position", unix.SYS_LSEEK, file, 0, unix.SEEK_CUR)
		off := offset(c, 4090)
		c.Do("in at", unix.SYS_SPLICE, file, off, w, 0, 20, 0)
		c.Log("offset %d", binary.NativeEndian.Uint64(off.Bytes()))
		drain(c, r)
		c.Do("in all", unix.SYS_SPLICE, file, offset(c, 0), w, 0, 1<<20, 0)
		ioctlInt(c, "FIONREAD", r, unix.TIOCINQ)
		c.Do("out", unix.SYS_SPLICE, r, 0, copied, 0, 7, 0)
		off = offset(c, 7)
		c.Do("out at", unix.SYS_SPLICE, r, 0, copied, off, 9000, 0)
		c.Log("offset %d", binary.NativeEndian.Uint64(off.Bytes()))
		c.Do("position", unix.SYS_LSEEK, copied, 0, unix.SEEK_CUR)
		buf := c.Room(10000)
		c.Do("pread", unix.SYS_PREAD64, copied, buf, 10000, 0)
		c.Log("equal %v", bytes.Equal(buf.Bytes()[:9007], text[:9007]))
		c.Do("beyond the end", unix.SYS_SPLICE, file, offset(c, 99999), w, 0, 10, 0)
		c.Do("write after", unix.SYS_WRITE, w, c.Mem([]byte("abc")), 3)
		c.Do("read", unix.SYS_READ, r, buf, 900)
		drain(c, r)
		c.Close(r, w, file, copied)
	})
}

func TestSplicePipes(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(unix.O_NONBLOCK)
		r2, w2 := c.Pipe(unix.O_NONBLOCK)
		c.Do("write", unix.SYS_WRITE, w, c.Mem([]byte("hello, world")), 12)
		c.Do("tee", unix.SYS_TEE, r, w2, 5, 0)
		c.Do("write", unix.SYS_WRITE, w, c.Mem([]byte("!?")), 2)
		c.Do("write to the copy", unix.SYS_WRITE, w2, c.Mem([]byte("--")), 2)
		c.Do("splice", unix.SYS_SPLICE, r, 0, w2, 0, 8, 0)
		c.Do("write", unix.SYS_WRITE, w, c.Mem([]byte("**")), 2)
		c.Do("tee all", unix.SYS_TEE, r, w2, 1000, 0)
		c.Do("splice all", unix.SYS_SPLICE, r, 0, w2, 0, 1000, 0)
		drain(c, r)
		drain(c, r2)
		one := c.Mem([]byte("x"))
		for range 20 {
			c.Do("write", unix.SYS_WRITE, w, one, 1)
			c.Do("splice one", unix.SYS_SPLICE, r, 0, w2, 0, 1, nonBlock)
		}
		c.Poll(w2)
		drain(c, r2)
		c.Close(r2)
		c.Poll(w2)
		c.Close(r, w, w2)
	})
}

func TestVmsplice(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(unix.O_NONBLOCK)
		data := c.Mem(bytes.Repeat([]byte("ab"), 40000))
		iov := func(m posixtest.Mem, n int) posixtest.Mem {
			return c.Mem(binary.NativeEndian.AppendUint64(binary.NativeEndian.AppendUint64(nil, m.Addr()), uint64(n)))
		}
		c.Do("vmsplice", unix.SYS_VMSPLICE, w, iov(data, 10), 1, 0)
		drain(c, r)
		c.Do("vmsplice", unix.SYS_VMSPLICE, w, iov(data, 80000), 1, 0)
		c.Do("vmsplice full", unix.SYS_VMSPLICE, w, iov(data, 80000), 1, nonBlock)
		back := c.Room(70000)
		c.Do("vmsplice out", unix.SYS_VMSPLICE, r, iov(back, 70000), 1, 0)
		c.Log("%v", bytes.Equal(back.Bytes()[:65536], data.Bytes()[:65536]))
		c.Do("vmsplice out", unix.SYS_VMSPLICE, r, iov(back, 70000), 1, nonBlock)
		c.Close(r, w)
	})
}
