package poll_test

import (
	"encoding/binary"
	"testing"

	_ "cairn/kernel/posix/eventfd"
	_ "cairn/kernel/posix/pipe"
	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

// pollfd is a struct pollfd.
func pollfd(fd int, events uint16) []byte {
	p := binary.NativeEndian.AppendUint32(nil, uint32(fd))
	p = binary.NativeEndian.AppendUint16(p, events)
	return append(p, 0xff, 0xff)
}

// timespec is a struct timespec, or a struct timeval.
func timespec(sec, nsec int64) []byte {
	p := binary.NativeEndian.AppendUint64(nil, uint64(sec))
	return binary.NativeEndian.AppendUint64(p, uint64(nsec))
}

// isLess logs whether the time at m is between nothing and the limit in seconds.
func isLess(c *posixtest.Caller, m posixtest.Mem, limit int64) {
	p := m.Bytes()
	sec := int64(binary.NativeEndian.Uint64(p))
	c.Log("time left below %d s: %v, zero: %v", limit, sec < limit, sec == 0 && binary.NativeEndian.Uint64(p[8:]) == 0)
}

func TestPoll(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(0)
		file := c.Temp(0, "x")
		null := c.Mem(nil)
		fds := c.Mem(append(append(append(append(pollfd(r, unix.POLLIN), pollfd(w, unix.POLLOUT)...),
			pollfd(-1, unix.POLLIN)...), pollfd(900, unix.POLLIN)...), pollfd(file, unix.POLLIN|unix.POLLOUT|unix.EPOLLRDNORM)...))
		show := func() {
			for i := range 5 {
				c.Log("revents %#x", binary.NativeEndian.Uint16(fds.Bytes()[i*8+6:]))
			}
		}
		c.Do("poll", unix.SYS_POLL, fds, 5, -1)
		show()
		c.Do("poll", unix.SYS_POLL, fds, 1, 0)
		c.Do("poll", unix.SYS_POLL, fds, 1, 5)
		c.Do("write", unix.SYS_WRITE, w, fds, 1)
		c.Do("poll", unix.SYS_POLL, fds, 1, -1)
		show()
		c.Do("poll nothing", unix.SYS_POLL, 0, 0, 0)
		c.Do("poll nothing", unix.SYS_POLL, posixtest.Bad, 0, 1)
		c.Do("poll bad", unix.SYS_POLL, posixtest.Bad, 1, 0)
		c.Do("poll too many", unix.SYS_POLL, fds, -1, 0)
		c.Close(w)
		c.Do("poll", unix.SYS_POLL, fds, 1, -1)
		show()
		_ = null
		c.Close(r, file)
	})
}

func TestPpoll(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(0)
		fds := c.Mem(pollfd(r, unix.POLLIN))
		sigs := c.Room(8)
		ts := c.Mem(timespec(0, 2_000_000))
		c.Do("ppoll", unix.SYS_PPOLL, fds, 1, ts, sigs, 8)
		isLess(c, ts, 1)
		c.Do("ppoll set size", unix.SYS_PPOLL, fds, 1, ts, sigs, 4)
		c.Do("ppoll no set, any size", unix.SYS_PPOLL, fds, 1, ts, 0, 4)
		c.Do("ppoll bad set", unix.SYS_PPOLL, fds, 1, ts, posixtest.Bad, 8)
		c.Do("ppoll bad time", unix.SYS_PPOLL, fds, 1, posixtest.Bad, sigs, 4)
		c.Do("ppoll no time", unix.SYS_PPOLL, fds, 1, c.Mem(timespec(-1, 0)), sigs, 8)
		c.Do("ppoll no time", unix.SYS_PPOLL, fds, 1, c.Mem(timespec(0, 1e9)), sigs, 8)
		c.Do("write", unix.SYS_WRITE, w, fds, 1)
		ts = c.Mem(timespec(1<<40, 0))
		c.Do("ppoll ready", unix.SYS_PPOLL, fds, 1, ts, 0, 0)
		isLess(c, ts, 1<<40+1)
		c.Do("ppoll for ever", unix.SYS_PPOLL, fds, 1, 0, 0, 0)
		c.Close(r, w)
	})
}

// fdset is an fd_set of 1024 bits.
func fdset(fds ...int) []byte {
	p := make([]byte, 128)
	for _, fd := range fds {
		p[fd/8] |= 1 << (fd % 8)
	}
	return p
}

func TestSelect(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		a, b := c.Pipe(0)
		c.Do("dup2", unix.SYS_DUP2, a, 70)
		c.Do("dup2", unix.SYS_DUP2, b, 71)
		const r, w = 70, 71
		sets := [3]posixtest.Mem{c.Room(128), c.Room(128), c.Room(128)}
		try := func(label string, n int, timeout posixtest.Mem, in ...[]byte) {
			for i, s := range in {
				sets[i].Set(s)
			}
			c.Do(label, unix.SYS_SELECT, n, sets[0], sets[1], sets[2], timeout)
			for i := range in {
				c.Log("%x", sets[i].Bytes()[8:16])
			}
		}
		zero := c.Mem(timespec(0, 0))
		try("writable", 72, zero, fdset(r), fdset(w), fdset(r, w))
		try("below", 71, zero, fdset(r), fdset(w, 70), fdset(r))
		try("write end for reading", 72, zero, fdset(w), fdset(), fdset())
		try("read end for writing", 72, zero, fdset(), fdset(r), fdset())
		c.Do("write", unix.SYS_WRITE, w, sets[0], 1)
		try("both", 72, zero, fdset(r), fdset(w), fdset())
		try("closed", 80, zero, fdset(79), fdset(w), fdset())
		try("closed, above n", 72, zero, fdset(r, 79), fdset(w), fdset())
		tv := c.Mem(timespec(0, 3000))
		try("time", 72, tv, fdset(), fdset(r), fdset())
		isLess(c, tv, 1)
		tv = c.Mem(timespec(5, 3_000_000))
		try("large usec", 72, tv, fdset(r), fdset(), fdset())
		isLess(c, tv, 9)
		c.Do("negative", unix.SYS_SELECT, -1, 0, 0, 0, zero)
		c.Do("no sets", unix.SYS_SELECT, 0, 0, 0, 0, zero)
		c.Do("bad set", unix.SYS_SELECT, 72, posixtest.Bad, 0, 0, zero)
		c.Do("bad time", unix.SYS_SELECT, 72, 0, 0, 0, posixtest.Bad)
		c.Do("negative time", unix.SYS_SELECT, 72, 0, 0, 0, c.Mem(timespec(-1, 0)))
		c.Do("negative time", unix.SYS_SELECT, 72, 0, 0, 0, c.Mem(timespec(0, -1)))
		c.Do("pselect bad pack", unix.SYS_PSELECT6, 72, 0, 0, 0, zero, posixtest.Bad)
		pack := c.Mem(timespec(int64(sets[0].Addr()), 4))
		c.Do("pselect bad size", unix.SYS_PSELECT6, 72, 0, 0, 0, zero, pack)
		pack.Set(timespec(int64(c.Room(8).Addr()), 8))
		sets[1].Set(fdset(w))
		c.Do("pselect", unix.SYS_PSELECT6, 72, 0, sets[1], 0, 0, pack)
		c.Close(w, b)
		try("hung up", 72, zero, fdset(r), fdset(), fdset(r))
		c.Close(a, r)
	})
}

func TestBlockingPoll(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		var r, w [3]int
		var fds []byte
		for i := range r {
			r[i], w[i] = c.Pipe(0)
			fds = append(fds, pollfd(r[i], unix.POLLIN)...)
		}
		for i := range r {
			wait := c.Go(func(c *posixtest.Caller) {
				m := c.Mem(fds)
				c.Do("poll", unix.SYS_POLL, m, 3, 10_000)
				for j := range r {
					c.Log("revents %#x", binary.NativeEndian.Uint16(m.Bytes()[j*8+6:]))
				}
			})
			c.Call(unix.SYS_WRITE, w[i], c.Room(1), 1)
			wait()
			c.Call(unix.SYS_READ, r[i], c.Room(1), 1)
		}
		c.Close(r[:]...)
		c.Close(w[:]...)
	})
}
