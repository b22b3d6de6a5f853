package fdio_test

import (
	"encoding/binary"
	"strings"
	"testing"

	_ "cairn/kernel/posix/eventfd"
	_ "cairn/kernel/posix/pipe"
	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

// iovec is an array of struct iovec.
func iovec(c *posixtest.Caller, pieces ...any) posixtest.Mem {
	var p []byte
	for i := 0; i < len(pieces); i += 2 {
		var base uint64
		switch b := pieces[i].(type) {
		case posixtest.Mem:
			base = b.Addr()
		case int:
			base = uint64(b)
		}
		p = binary.NativeEndian.AppendUint64(p, base)
		p = binary.NativeEndian.AppendUint64(p, uint64(pieces[i+1].(int)))
	}
	return c.Mem(p)
}

func TestReadWrite(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		fd := c.Temp(0, "hello, world")
		buf := c.Room(100)
		c.Do("read", unix.SYS_READ, fd, buf, 5)
		c.Do("pread", unix.SYS_PREAD64, fd, buf, 100, 7)
		c.Log("%q", buf.Bytes()[:5])
		c.Do("pread end", unix.SYS_PREAD64, fd, buf, 100, 12)
		c.Do("pread beyond", unix.SYS_PREAD64, fd, buf, 100, 1<<40)
		c.Do("pread negative", unix.SYS_PREAD64, fd, buf, 100, -1)
		c.Do("pread negative closed", unix.SYS_PREAD64, -1, buf, 100, -1)
		c.Do("position", unix.SYS_LSEEK, fd, 0, unix.SEEK_CUR)
		c.Do("pwrite", unix.SYS_PWRITE64, fd, c.Mem([]byte("J")), 1, 0)
		c.Do("pwrite hole", unix.SYS_PWRITE64, fd, c.Mem([]byte("J")), 1, 50)
		c.Do("pwrite negative", unix.SYS_PWRITE64, fd, buf, 1, -1)
		c.Do("write", unix.SYS_WRITE, fd, c.Mem([]byte("J")), 1)
		c.Do("rest", unix.SYS_READ, fd, buf, 100)
		c.Do("end", unix.SYS_READ, fd, buf, 100)
		c.Do("nothing", unix.SYS_READ, fd, posixtest.Bad, 0)
		c.Do("bad", unix.SYS_READ, fd, posixtest.Bad, 10)
		c.Do("seek", unix.SYS_LSEEK, fd, 0, unix.SEEK_SET)
		c.Do("bad", unix.SYS_READ, fd, posixtest.Bad, 10)
		c.Do("bad write", unix.SYS_WRITE, fd, posixtest.Bad, 10)
		c.Do("huge", unix.SYS_READ, fd, buf, -1)
		c.Do("huge", unix.SYS_WRITE, fd, buf, uint64(1)<<63)
		small := c.Room(4096)
		c.Do("partly bad", unix.SYS_WRITE, fd, small.Addr()+4090, 20)
		c.Do("position", unix.SYS_LSEEK, fd, 0, unix.SEEK_CUR)
		c.Do("partly bad", unix.SYS_PREAD64, fd, small.Addr()+4090, 20, 0)
		for _, whence := range []int{0, 1, 2, 3, 4, 5, -1} {
			for _, off := range []int64{0, 10, 51, -1, -51, 1<<63 - 1, -1 << 63} {
				c.Do("lseek", unix.SYS_LSEEK, fd, off, whence)
			}
		}
		c.Do("far", unix.SYS_LSEEK, fd, int64(1)<<62, 0)
		c.Do("read far", unix.SYS_READ, fd, buf, 1)
		c.Close(fd)
	})
}

func TestClosedAndWrongMode(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(0)
		buf := c.Room(8)
		iov := iovec(c, buf, 8)
		for _, fd := range []int{-1, 900, r, w} {
			c.Do("pread", unix.SYS_PREAD64, fd, buf, 1, 0)
			c.Do("pwrite", unix.SYS_PWRITE64, fd, buf, 1, 0)
			c.Do("preadv", unix.SYS_PREADV, fd, iov, 1, 0, 0)
			c.Do("pwritev", unix.SYS_PWRITEV, fd, iov, 1, 0, 0)
			c.Do("lseek", unix.SYS_LSEEK, fd, 0, 0)
			c.Do("ioctl", unix.SYS_IOCTL, fd, 0x5401, buf)
			c.Do("flock", unix.SYS_FLOCK, fd, 16)
			c.Do("fadvise", unix.SYS_FADVISE64, fd, 0, 0, 0)
			c.Do("readahead", unix.SYS_READAHEAD, fd, 0, 1)
			c.Do("sync_file_range", unix.SYS_SYNC_FILE_RANGE, fd, 0, 0, 0)
			c.Do("getlk", unix.SYS_FCNTL, fd, unix.F_GETLK, posixtest.Bad)
		}
		c.Do("read", unix.SYS_READ, w, buf, 1)
		c.Do("write", unix.SYS_WRITE, r, buf, 1)
		c.Do("readv", unix.SYS_READV, w, iov, 1)
		c.Do("writev", unix.SYS_WRITEV, r, iov, 1)
		c.Close(r, w)
	})
}

func TestVectors(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		fd := c.Temp(0, "")
		ab, cde := c.Mem([]byte("ab")), c.Mem([]byte("cde"))
		c.Do("writev", unix.SYS_WRITEV, fd, iovec(c, ab, 2, 0, 0, cde, 3), 3)
		c.Do("writev none", unix.SYS_WRITEV, fd, 0, 0)
		c.Do("writev bad", unix.SYS_WRITEV, fd, posixtest.Bad, 1)
		c.Do("writev many", unix.SYS_WRITEV, fd, posixtest.Bad, 1025)
		c.Do("writev negative", unix.SYS_WRITEV, fd, posixtest.Bad, -1)
		c.Do("writev negative piece", unix.SYS_WRITEV, fd, iovec(c, ab, 2, ab, -1), 2)
		c.Do("writev bad piece", unix.SYS_WRITEV, fd, iovec(c, ab, 2, posixtest.Bad, 2), 2)
		c.Do("writev bad first piece", unix.SYS_WRITEV, fd, iovec(c, posixtest.Bad, 2, ab, 2), 2)
		c.Do("pwritev", unix.SYS_PWRITEV, fd, iovec(c, cde, 3), 1, 1, 0)
		c.Do("pwritev negative", unix.SYS_PWRITEV, fd, iovec(c, cde, 3), 1, -1, 0)
		x, y := c.Room(3), c.Room(10)
		c.Do("preadv", unix.SYS_PREADV, fd, iovec(c, x, 3, y, 10), 2, 0, 0)
		c.Log("%q %q", x.Bytes(), y.Bytes())
		c.Do("seek", unix.SYS_LSEEK, fd, 1, 0)
		c.Do("readv", unix.SYS_READV, fd, iovec(c, x, 3, y, 1), 2)
		c.Log("%q %q", x.Bytes(), y.Bytes())
		for _, flags := range []int{0, 1, 2, 4, 0x10, 0x20, 0x30, 0x4000, -1} {
			c.Do("pwritev2", unix.SYS_PWRITEV2, fd, iovec(c, ab, 2), 1, 0, 0, flags)
			c.Do("pwritev2 own", unix.SYS_PWRITEV2, fd, iovec(c, ab, 2), 1, -1, -1, flags)
			c.Do("position", unix.SYS_LSEEK, fd, 0, unix.SEEK_CUR)
			c.Do("size", unix.SYS_LSEEK, fd, 0, unix.SEEK_END)
			c.Do("seek", unix.SYS_LSEEK, fd, 2, 0)
		}
		for _, flags := range []int{0, 1, 2, 4, 0x4000, -1} {
			c.Do("preadv2", unix.SYS_PREADV2, fd, iovec(c, x, 2), 1, 0, 0, flags)
			c.Do("preadv2 own", unix.SYS_PREADV2, fd, iovec(c, x, 2), 1, -1, -1, flags)
			c.Do("preadv2 nothing", unix.SYS_PREADV2, fd, iovec(c, x, 0), 1, -1, -1, flags)
		}
		c.Close(fd)
		r, w := c.Pipe(0)
		c.Do("preadv2 nowait", unix.SYS_PREADV2, r, iovec(c, x, 2), 1, -1, -1, unix.RWF_NOWAIT)
		c.Do("pwritev2 nowait", unix.SYS_PWRITEV2, w, iovec(c, ab, 2), 1, -1, -1, unix.RWF_NOWAIT)
		c.Close(r, w)
	})
}

// getFlags logs what F_GETFL says, without O_LARGEFILE, which open(2) adds.
func getFlags(c *posixtest.Caller, fd int) {
	v, e := c.Call(unix.SYS_FCNTL, fd, unix.F_GETFL, 0)
	c.Log("flags %#x %v", v&^0x8000, e)
}

func TestFlags(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		fd := c.Temp(unix.O_APPEND, "")
		event := c.FD("eventfd", unix.SYS_EVENTFD2, 0, 0)
		r, w := c.Pipe(0)
		for _, f := range []int{fd, event, r, w} {
			for _, flags := range []int{0, unix.O_APPEND, unix.O_NONBLOCK, unix.O_ASYNC, unix.O_DIRECT, unix.O_NOATIME,
				unix.O_RDWR | unix.O_CREAT, unix.O_NONBLOCK | unix.O_SYNC, 0} {
				c.Do("setfl", unix.SYS_FCNTL, f, unix.F_SETFL, flags)
				getFlags(c, f)
			}
			for _, on := range []uint32{1, 0, 7} {
				c.Do("FIONBIO", unix.SYS_IOCTL, f, 0x5421, c.Mem(binary.NativeEndian.AppendUint32(nil, on)))
				c.Do("FIOASYNC", unix.SYS_IOCTL, f, 0x5452, c.Mem(binary.NativeEndian.AppendUint32(nil, on)))
				getFlags(c, f)
			}
			c.Do("FIONBIO", unix.SYS_IOCTL, f, 0x5421, posixtest.Bad)
			c.Do("FIOASYNC", unix.SYS_IOCTL, f, 0x5452, posixtest.Bad)
			c.Do("FIOCLEX", unix.SYS_IOCTL, f, 0x5451, 0)
			c.Do("getfd", unix.SYS_FCNTL, f, unix.F_GETFD, 0)
			c.Do("FIONCLEX", unix.SYS_IOCTL, f, 0x5450, 0)
			c.Do("getfd", unix.SYS_FCNTL, f, unix.F_GETFD, 0)
			size := c.Room(8)
			c.Do("FIOQSIZE", unix.SYS_IOCTL, f, 0x5460, size)
			c.Do("FIONREAD", unix.SYS_IOCTL, f, 0x541b, size)
			c.Do("FIONREAD", unix.SYS_IOCTL, f, 0x541b, posixtest.Bad)
			c.Do("unknown", unix.SYS_IOCTL, f, 0x12345678, size)
		}
		c.Close(fd, event, r, w)
	})
}

func TestOwners(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(0)
		ex := c.Room(8)
		c.Do("getown", unix.SYS_FCNTL, r, unix.F_GETOWN, 0)
		c.Do("getown_ex", unix.SYS_FCNTL, r, 16, ex)
		c.Log("%x", ex.Bytes())
		c.Do("setown min", unix.SYS_FCNTL, r, unix.F_SETOWN, uint64(1)<<31)
		c.Do("setown 0", unix.SYS_FCNTL, r, unix.F_SETOWN, 0)
		ex.Set(binary.NativeEndian.AppendUint32(nil, 3))
		c.Do("setown_ex type", unix.SYS_FCNTL, r, 15, ex)
		c.Do("setown_ex bad", unix.SYS_FCNTL, r, 15, posixtest.Bad)
		c.Do("getown_ex bad", unix.SYS_FCNTL, r, 16, posixtest.Bad)
		c.Do("getsig", unix.SYS_FCNTL, r, 11, 0)
		c.Do("setsig", unix.SYS_FCNTL, r, 10, 12)
		c.Do("getsig", unix.SYS_FCNTL, r, 11, 0)
		c.Do("setsig 64", unix.SYS_FCNTL, r, 10, 64)
		c.Do("setsig 65", unix.SYS_FCNTL, r, 10, 65)
		c.Do("setsig -1", unix.SYS_FCNTL, r, 10, -1)
		c.Do("getlease", unix.SYS_FCNTL, r, 1025, 0)
		c.Close(r, w)
	})
}

func flock(typ, whence int16, start, n int64) []byte {
	p := binary.NativeEndian.AppendUint16(nil, uint16(typ))
	p = binary.NativeEndian.AppendUint16(p, uint16(whence))
	p = binary.NativeEndian.AppendUint32(p, 0)
	p = binary.NativeEndian.AppendUint64(p, uint64(start))
	p = binary.NativeEndian.AppendUint64(p, uint64(n))
	return binary.NativeEndian.AppendUint64(p, 0)
}

const (
	ofdGetlk = 36
	ofdSetlk = 37
)

func TestLocks(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		fd := c.Temp(0, strings.Repeat("x", 100))
		c.Do("seek", unix.SYS_LSEEK, fd, 50, 0)
		// Another description of the same file: locks of descriptions conflict in one process.
		other := c.Reopen(fd, unix.O_RDWR)
		set := func(label string, fd, cmd int, typ, whence int16, start, n int64) {
			m := c.Mem(flock(typ, whence, start, n))
			c.Do(label, unix.SYS_FCNTL, fd, cmd, m)
			p := m.Bytes()
			c.Log("type %d whence %d start %d len %d", int16(binary.NativeEndian.Uint16(p)), int16(binary.NativeEndian.Uint16(p[2:])),
				int64(binary.NativeEndian.Uint64(p[8:])), int64(binary.NativeEndian.Uint64(p[16:])))
		}
		set("write 10-19", fd, ofdSetlk, unix.F_WRLCK, 0, 10, 10)
		set("get", other, ofdGetlk, unix.F_RDLCK, 0, 0, 0)
		set("get free", other, ofdGetlk, unix.F_RDLCK, 0, 0, 10)
		set("conflict", other, ofdSetlk, unix.F_RDLCK, 0, 19, 1)
		set("beside", other, ofdSetlk, unix.F_WRLCK, 0, 20, 0)
		set("get to the end", fd, ofdGetlk, unix.F_RDLCK, 0, 30, 1)
		set("split", fd, ofdSetlk, unix.F_UNLCK, 0, 12, 2)
		set("in the gap", other, ofdSetlk, unix.F_RDLCK, 0, 12, 2)
		set("cur", fd, ofdSetlk, unix.F_UNLCK, 1, -40, 5)
		set("cur backwards", fd, ofdGetlk, unix.F_WRLCK, 1, 0, -30)
		set("end", fd, ofdGetlk, unix.F_WRLCK, 2, 0, -30)
		set("posix against description", fd, unix.F_SETLK, unix.F_WRLCK, 0, 0, 0)
		set("posix get", fd, unix.F_GETLK, unix.F_WRLCK, 0, 0, 0)
		set("before the file", fd, ofdSetlk, unix.F_WRLCK, 0, -1, 5)
		set("before the file", fd, ofdSetlk, unix.F_WRLCK, 0, 1, -5)
		set("whence", fd, ofdSetlk, unix.F_WRLCK, 3, 0, 5)
		set("type", fd, ofdSetlk, 9, 0, 0, 5)
		set("get type", fd, unix.F_GETLK, 9, 0, 0, 5)
		set("get unlocked", fd, unix.F_GETLK, unix.F_UNLCK, 0, 0, 5)
		set("overflow", fd, ofdSetlk, unix.F_WRLCK, 1, 1<<63-1, 5)
		set("overflow", fd, ofdSetlk, unix.F_WRLCK, 0, 1<<63-1, 5)
		set("to the last byte", fd, ofdSetlk, unix.F_RDLCK, 0, 1<<63-1, 1)
		pid := c.Mem(append(flock(unix.F_WRLCK, 0, 0, 1)[:24], 1, 0, 0, 0, 0, 0, 0, 0))
		c.Do("pid", unix.SYS_FCNTL, fd, ofdSetlk, pid)
		c.Do("bad", unix.SYS_FCNTL, fd, ofdSetlk, posixtest.Bad)
		c.Close(other)
		set("free again", fd, unix.F_SETLK, unix.F_WRLCK, 0, 20, 0)
		reader := c.Reopen(fd, unix.O_RDONLY)
		set("write lock of a reader", reader, unix.F_SETLK, unix.F_WRLCK, 0, 0, 1)
		set("read lock of a reader", reader, unix.F_SETLK, unix.F_RDLCK, 0, 0, 1)
		third := c.Reopen(fd, unix.O_RDWR)
		set("who", third, ofdGetlk, unix.F_WRLCK, 0, 0, 5)
		c.Close(reader) // and with it go the process's locks
		set("who", third, ofdGetlk, unix.F_WRLCK, 0, 20, 5)
		c.Close(fd, third)
	})
}

func TestFlock(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		a := c.Temp(0, "")
		b := c.Reopen(a, unix.O_RDONLY)
		for _, step := range []struct{ fd, op int }{{a, unix.LOCK_SH}, {b, unix.LOCK_SH}, {a, unix.LOCK_EX}, {b, unix.LOCK_UN},
			{a, unix.LOCK_EX}, {b, unix.LOCK_SH}, {a, unix.LOCK_UN}, {b, unix.LOCK_EX}, {a, unix.LOCK_SH}, {a, 0}, {a, 3}} {
			c.Do("flock", unix.SYS_FLOCK, step.fd, step.op|unix.LOCK_NB)
		}
		wait := c.Go(func(c *posixtest.Caller) { c.Do("waits", unix.SYS_FLOCK, a, unix.LOCK_EX) })
		c.Call(unix.SYS_FLOCK, b, unix.LOCK_UN)
		wait()
		c.Do("flock", unix.SYS_FLOCK, b, unix.LOCK_SH|unix.LOCK_NB)
		dup := c.FD("dup", unix.SYS_DUP, a)
		c.Close(a)
		c.Do("held by the copy", unix.SYS_FLOCK, b, unix.LOCK_SH|unix.LOCK_NB)
		c.Close(dup)
		c.Do("free", unix.SYS_FLOCK, b, unix.LOCK_SH|unix.LOCK_NB)
		c.Close(b)
	})
}

func TestSendfile(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		text := strings.Repeat("0123456789", 10000)
		in, out := c.Temp(0, text), c.Temp(0, "")
		appended := c.Temp(unix.O_APPEND, "")
		r, w := c.Pipe(unix.O_NONBLOCK)
		off := func(n int64) posixtest.Mem { return c.Mem(binary.NativeEndian.AppendUint64(nil, uint64(n))) }
		try := func(label string, out, in int, offset any, n any) {
			c.Do(label, unix.SYS_SENDFILE, out, in, offset, n)
			if m, ok := offset.(posixtest.Mem); ok {
				c.Log("offset %d", int64(binary.NativeEndian.Uint64(m.Bytes())))
			}
			c.Do("in at", unix.SYS_LSEEK, in, 0, unix.SEEK_CUR)
			c.Do("out at", unix.SYS_LSEEK, out, 0, unix.SEEK_CUR)
		}
		try("own", out, in, 0, 10)
		try("at", out, in, off(99990), 100)
		try("nothing", out, in, off(5), 0)
		try("beyond", out, in, off(1<<40), 10)
		try("negative", out, in, off(-1), 10)
		try("negative count", out, in, 0, -1)
		try("bad offset", out, in, posixtest.Bad, 1)
		try("append", appended, in, 0, 1)
		try("from a pipe", out, r, 0, 1)
		try("from a pipe at", out, r, off(0), 1)
		try("to a pipe", w, in, 0, 100)
		try("to a full pipe", w, in, off(0), 70000)
		try("to a full pipe", w, in, off(0), 70000)
		try("to a reader", r, in, 0, 1)
		try("from a writer", out, w, 0, 1)
		try("from nowhere", out, -1, 0, 1)
		try("to nowhere", -1, in, 0, 1)
		c.Close(r)
		c.Close(in, out, appended, w)
	})
}

func TestCopyFileRange(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		in, out := c.Temp(0, strings.Repeat("0123456789", 1000)), c.Temp(0, "")
		appended := c.Temp(unix.O_APPEND, "")
		r, w := c.Pipe(0)
		off := func(n int64) posixtest.Mem { return c.Mem(binary.NativeEndian.AppendUint64(nil, uint64(n))) }
		try := func(label string, in int, offIn any, out int, offOut any, n any, flags int) {
			c.Do(label, unix.SYS_COPY_FILE_RANGE, in, offIn, out, offOut, n, flags)
			for _, o := range []any{offIn, offOut} {
				if m, ok := o.(posixtest.Mem); ok {
					c.Log("offset %d", int64(binary.NativeEndian.Uint64(m.Bytes())))
				}
			}
			c.Do("in at", unix.SYS_LSEEK, in, 0, unix.SEEK_CUR)
			c.Do("out at", unix.SYS_LSEEK, out, 0, unix.SEEK_CUR)
		}
		try("own", in, 0, out, 0, 10, 0)
		try("at", in, off(9990), out, off(100), 100, 0)
		try("beyond", in, off(20000), out, off(100), 100, 0)
		try("nothing", in, 0, out, 0, 0, 0)
		try("flags", in, 0, out, 0, 1, 1)
		try("same, apart", in, off(0), in, off(100), 100, 0)
		try("same, overlapping", in, off(0), in, off(99), 100, 0)
		try("same place", in, off(0), in, off(0), 1, 0)
		try("negative", in, off(-1), out, 0, 1, 0)
		try("negative", in, 0, out, off(-1), 1, 0)
		try("overflow", in, off(1<<62), out, 0, uint64(1)<<63, 0)
		try("append", in, 0, appended, 0, 1, 0)
		try("pipe", r, 0, out, 0, 1, 0)
		try("pipe", in, 0, w, 0, 1, 0)
		try("closed", -1, 0, out, 0, 1, 0)
		try("closed", in, 0, -1, 0, 1, 0)
		try("bad", in, posixtest.Bad, out, 0, 1, 0)
		try("bad", in, 0, out, posixtest.Bad, 1, 0)
		c.Close(in, out, appended, r, w)
	})
}

func TestAdvice(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		fd := c.Temp(0, "x")
		for advice := -1; advice < 8; advice++ {
			c.Do("fadvise", unix.SYS_FADVISE64, fd, 0, 10, advice)
		}
		c.Do("fadvise negative", unix.SYS_FADVISE64, fd, 0, -1, 0)
		c.Do("readahead", unix.SYS_READAHEAD, fd, 0, 10)
		for _, flags := range []int{0, 1, 2, 4, 7, 8} {
			c.Do("sync_file_range", unix.SYS_SYNC_FILE_RANGE, fd, 0, 0, flags)
		}
		c.Do("sync_file_range", unix.SYS_SYNC_FILE_RANGE, fd, -1, 0, 0)
		c.Do("sync_file_range", unix.SYS_SYNC_FILE_RANGE, fd, 1, int64(1<<63-1), 0)
		c.Close(fd)
	})
}
