package tty_test

import (
	"encoding/binary"
	"testing"
	"time"

	"cairn/kernel/drivers/tty"
	_ "cairn/kernel/posix/fs" // openat(2)
	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

// A pair is the two sides of a pseudoterminal.
type pair struct {
	c             *posixtest.Caller
	master, slave int
}

// openMaster opens /dev/ptmx, after making it where there is none.
func openMaster(c *posixtest.Caller) int {
	path := c.String("/dev/ptmx")
	const flags = unix.O_RDWR | unix.O_NOCTTY
	fd, e := c.Call(unix.SYS_OPENAT, unix.AT_FDCWD, path, flags, 0)
	if e == unix.ENOENT {
		c.Call(unix.SYS_MKDIRAT, unix.AT_FDCWD, c.String("/dev"), 0755)
		c.Call(unix.SYS_MKNODAT, unix.AT_FDCWD, path, unix.S_IFCHR|0666, unix.Mkdev(5, 2))
		fd, e = c.Call(unix.SYS_OPENAT, unix.AT_FDCWD, path, flags, 0)
	}
	if e != 0 {
		c.Log("open of ptmx: %v", e)
	}
	return int(fd)
}

// newPair opens both sides.
func newPair(c *posixtest.Caller) *pair {
	p := &pair{c: c, master: openMaster(c)}
	c.Do("unlock", unix.SYS_IOCTL, p.master, unix.TIOCSPTLCK, c.Room(4))
	p.slave = p.peer()
	return p
}

// peer opens the slave.
func (p *pair) peer() int {
	return p.c.FD("peer", unix.SYS_IOCTL, p.master, unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY)
}

// get logs the integer that an ioctl gives.
func (p *pair) get(label string, fd int, cmd uint64) {
	m := p.c.Room(4)
	p.c.Do(label, unix.SYS_IOCTL, fd, cmd, m)
	p.c.Log("%s: %d", label, int32(binary.NativeEndian.Uint32(m.Bytes())))
}

// set gives an ioctl an integer.
func (p *pair) set(label string, fd int, cmd uint64, v int32) {
	m := p.c.Room(4)
	m.Set(binary.NativeEndian.AppendUint32(nil, uint32(v)))
	p.c.Do(label, unix.SYS_IOCTL, fd, cmd, m)
}

func (p *pair) write(label string, fd int, s string) {
	p.c.Do(label, unix.SYS_WRITE, fd, p.c.Mem([]byte(s)), len(s))
}

// read waits until something can be read, or a tenth of a second, and reads.
func (p *pair) read(label string, fd, n int) {
	poll := make([]byte, 8)
	binary.NativeEndian.PutUint32(poll, uint32(fd))
	binary.NativeEndian.PutUint16(poll[4:], unix.POLLIN|unix.POLLPRI)
	if v, _ := p.c.Call(unix.SYS_POLL, p.c.Mem(poll), 1, 1000); v == 0 {
		p.c.Log("%s: nothing comes", label)
		return
	}
	m := p.c.Room(n)
	v := p.c.Do(label, unix.SYS_READ, fd, m, n)
	if v > 0 {
		p.c.Log("%s: %q", label, m.Bytes()[:v])
	}
}

// settle gives Linux, which moves bytes in the background, time to do so.
func settle() { time.Sleep(20 * time.Millisecond) }

func TestBothWays(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		p := &pair{c: c, master: openMaster(c)}
		p.get("locked", p.master, unix.TIOCGPTLCK)
		c.FD("peer while locked", unix.SYS_IOCTL, p.master, unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY)
		c.Poll(p.master)
		p.set("unlock", p.master, unix.TIOCSPTLCK, 0)
		p.get("locked", p.master, unix.TIOCGPTLCK)
		p.write("early", p.master, "before\n")
		p.slave = p.peer()
		p.read("slave", p.slave, 100)
		p.read("echo", p.master, 100)
		p.write("output", p.slave, "out\n")
		p.read("master", p.master, 2)
		p.get("left", p.master, unix.TIOCINQ)
		p.read("master", p.master, 100)
		c.Poll(p.master)
		c.Poll(p.slave)
		p.write("line", p.master, "typed\n")
		settle()
		c.Poll(p.slave)
		p.get("typed", p.slave, unix.TIOCINQ)
		p.get("unsent", p.slave, unix.TIOCOUTQ)
		c.Do("seek", unix.SYS_LSEEK, p.slave, 0, 0)
		c.Do("pread", unix.SYS_PREAD64, p.slave, c.Room(4), 4, 0)
		c.Do("read of nothing", unix.SYS_READ, p.slave, c.Room(4), 0)
		c.Do("bad address", unix.SYS_READ, p.slave, posixtest.Bad, 4)
		c.Do("bad write", unix.SYS_WRITE, p.slave, posixtest.Bad, 4)
		c.Close(p.slave, p.master)
	})
}

func TestIoctls(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		p := newPair(c)
		for _, fd := range []int{p.master, p.slave} {
			m := c.Room(44)
			for _, cmd := range []uint64{unix.TCGETS, unix.TCGETS2} {
				c.Do("get", unix.SYS_IOCTL, fd, cmd, m)
				c.Log("%x", m.Bytes())
			}
			v := m.Bytes()
			v[0] ^= 0x20 // ISTRIP
			m.Set(v)
			c.Do("set", unix.SYS_IOCTL, fd, unix.TCSETSW2, m)
			c.Do("set", unix.SYS_IOCTL, fd, unix.TCSETSF, m)
			c.Do("get", unix.SYS_IOCTL, p.slave, unix.TCGETS2, m)
			c.Log("%x", m.Bytes())
			w := c.Mem([]byte{24, 0, byte(80 + fd&1), 0, 1, 0, 2, 0})
			c.Do("winsize", unix.SYS_IOCTL, fd, unix.TIOCSWINSZ, w)
			w.Set(make([]byte, 8))
			c.Do("winsize", unix.SYS_IOCTL, p.master+p.slave-fd, unix.TIOCGWINSZ, w)
			c.Log("%x", w.Bytes()[:2])
			p.get("discipline", fd, unix.TIOCGETD)
			p.set("discipline", fd, unix.TIOCSETD, 0)
			p.set("discipline 99", fd, unix.TIOCSETD, 99)
			for drain := 1; drain >= 0; drain-- {
				_, e := c.Call(unix.SYS_IOCTL, fd, unix.TCSBRK, drain)
				for e == unix.EINTR { // the test's own threads interrupt each other
					_, e = c.Call(unix.SYS_IOCTL, fd, unix.TCSBRK, drain)
				}
				c.Log("drain or break: %d", e)
			}
			for _, q := range []int{unix.TCIFLUSH, unix.TCOFLUSH, unix.TCIOFLUSH, 7} {
				c.Do("flush", unix.SYS_IOCTL, fd, unix.TCFLSH, q)
			}
			for _, a := range []int{unix.TCOOFF, unix.TCOON, 9} {
				c.Do("flow", unix.SYS_IOCTL, fd, unix.TCXONC, a)
			}
			c.Do("no such", unix.SYS_IOCTL, fd, 0x54ff, 0)
			c.Do("get, bad address", unix.SYS_IOCTL, fd, unix.TCGETS, posixtest.Bad)
			c.Do("set, bad address", unix.SYS_IOCTL, fd, unix.TCSETS, posixtest.Bad)
			c.Do("size, bad address", unix.SYS_IOCTL, fd, unix.TIOCSWINSZ, posixtest.Bad)
		}
		p.get("group", p.slave, unix.TIOCGPGRP)
		p.get("session", p.slave, unix.TIOCGSID)
		p.set("group", p.slave, unix.TIOCSPGRP, 1)
		p.get("number of slave", p.slave, unix.TIOCGPTN)
		p.get("packet of slave", p.slave, unix.TIOCGPKT)
		p.get("exclusive", p.slave, unix.TIOCGEXCL)
		c.Do("exclusive", unix.SYS_IOCTL, p.slave, unix.TIOCEXCL, 0)
		p.get("exclusive", p.slave, unix.TIOCGEXCL)
		c.Do("signal 99", unix.SYS_IOCTL, p.master, unix.TIOCSIG, 99)
		c.Close(p.slave, p.master)
	})
}

func TestSlaveCloses(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		p := newPair(c)
		p.write("last words", p.slave, "bye")
		settle()
		c.Close(p.slave)
		c.Poll(p.master)
		p.read("master", p.master, 100)
		p.read("master", p.master, 100)
		p.slave = p.peer()
		c.Poll(p.master)
		p.write("again", p.slave, "back\n")
		p.read("master", p.master, 100)
		c.Close(p.slave, p.master)
	})
}

func TestMasterCloses(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		p := newPair(c)
		p.write("line", p.master, "line\n")
		settle()
		c.Close(p.master)
		c.Poll(p.slave)
		p.read("slave", p.slave, 100)
		p.write("slave", p.slave, "x")
		m := c.Room(44)
		c.Do("get", unix.SYS_IOCTL, p.slave, unix.TCGETS, m)
		p.set("group", p.slave, unix.TIOCSPGRP, 1)
		c.Close(p.slave)
	})
}

// TestBlockedReader lets a read wait on a side whose other side then writes, or closes.
func TestBlockedReader(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		p := newPair(c)
		wait := c.Go(func(c *posixtest.Caller) { (&pair{c: c}).read("slave", p.slave, 10) })
		settle()
		p.c.Call(unix.SYS_WRITE, p.master, c.Mem([]byte("go\n")), 3)
		wait()
		p.read("echo", p.master, 10)
		wait = c.Go(func(c *posixtest.Caller) { c.Do("read", unix.SYS_READ, p.master, c.Room(10), 10) })
		settle()
		p.c.Call(unix.SYS_CLOSE, p.slave)
		wait()
		c.Close(p.master)
	})
}

func TestPacketMode(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		p := newPair(c)
		p.get("packet", p.master, unix.TIOCGPKT)
		p.set("packet", p.master, unix.TIOCPKT, 1)
		p.get("packet", p.master, unix.TIOCGPKT)
		p.write("data", p.slave, "hello")
		p.read("data", p.master, 100)
		c.Do("flush", unix.SYS_IOCTL, p.slave, unix.TCFLSH, unix.TCIFLUSH)
		c.Poll(p.master)
		p.read("flush", p.master, 100)
		c.Do("flush", unix.SYS_IOCTL, p.slave, unix.TCFLSH, unix.TCOFLUSH)
		p.read("flush", p.master, 100)
		c.Do("off", unix.SYS_IOCTL, p.slave, unix.TCXONC, unix.TCOOFF)
		p.read("stop", p.master, 100)
		c.Do("on", unix.SYS_IOCTL, p.slave, unix.TCXONC, unix.TCOON)
		p.read("start", p.master, 100)
		m := c.Room(44)
		c.Do("get", unix.SYS_IOCTL, p.slave, unix.TCGETS, m)
		v := m.Bytes()
		v[1] &^= unix.IXON >> 8
		m.Set(v)
		c.Do("no IXON", unix.SYS_IOCTL, p.slave, unix.TCSETS, m)
		p.read("nostop", p.master, 100)
		v[1] |= unix.IXON >> 8
		m.Set(v)
		c.Do("IXON", unix.SYS_IOCTL, p.slave, unix.TCSETS, m)
		p.read("dostop", p.master, 100)
		c.Do("read of one byte", unix.SYS_WRITE, p.slave, c.Mem([]byte("ab")), 2)
		p.read("one byte", p.master, 1)
		p.read("rest", p.master, 100)
		c.Close(p.slave, p.master)
	})
}

// TestTimedReads uses VMIN and VTIME.
func TestTimedReads(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		p := newPair(c)
		raw := func(least, tenths uint8) {
			m := c.Room(44)
			c.Call(unix.SYS_IOCTL, p.slave, unix.TCGETS, m)
			v := m.Bytes()
			clear(v[12:16]) // c_lflag
			const cc = 17
			v[cc+unix.VMIN], v[cc+unix.VTIME] = least, tenths
			m.Set(v)
			c.Do("raw", unix.SYS_IOCTL, p.slave, unix.TCSETS, m)
		}
		read := func(label string, n int) {
			m, start := c.Room(n), time.Now()
			v := c.Do(label, unix.SYS_READ, p.slave, m, n)
			c.Log("%s: %q, in time: %v", label, m.Bytes()[:max(v, 0)], time.Since(start) < 2*time.Second)
		}
		raw(0, 2)
		read("nothing in time", 10)
		p.write("two", p.master, "ab")
		settle()
		read("there already", 10)
		raw(5, 2)
		p.write("three", p.master, "abc")
		settle()
		c.Poll(p.slave)
		read("fewer than VMIN", 10)
		raw(3, 0)
		p.write("two", p.master, "xy")
		settle()
		c.Poll(p.slave)
		wait := c.Go(func(c *posixtest.Caller) {
			m := c.Room(10)
			got := ""
			for len(got) < 3 { // a signal to the test's own threads ends a read early
				v, _ := c.Call(unix.SYS_READ, p.slave, m, 10)
				got += string(m.Bytes()[:max(v, 0)])
			}
			c.Log("VMIN: %q", got)
		})
		settle()
		c.Call(unix.SYS_WRITE, p.master, c.Mem([]byte("z")), 1)
		wait()
		p.write("four", p.master, "1234")
		settle()
		read("a small buffer", 2)
		raw(0, 0)
		read("the rest", 10)
		read("VMIN and VTIME 0", 10)
		c.Close(p.slave, p.master)
	})
}

// TestFullBuffers writes without anybody reading.
func TestFullBuffers(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		p := newPair(c)
		m := c.Room(44)
		c.Call(unix.SYS_IOCTL, p.slave, unix.TCGETS, m)
		v := m.Bytes()
		clear(v[4:16]) // no echo, no lines
		m.Set(v)
		c.Call(unix.SYS_IOCTL, p.slave, unix.TCSETS, m)
		for _, fd := range []int{p.master, p.slave} {
			c.Do("nonblocking", unix.SYS_FCNTL, fd, unix.F_SETFL, unix.O_NONBLOCK)
			chunk := c.Mem(make([]byte, 1000))
			total := 0
			for {
				n, e := c.Call(unix.SYS_WRITE, fd, chunk, 1000)
				if e != 0 {
					c.Log("ends with %v, after more than 4000: %v", e, total > 4000)
					break
				}
				total += int(n)
				if total > 1<<20 {
					c.Log("never ends")
					break
				}
			}
		}
		c.Close(p.slave, p.master)
	})
}

func TestDevptsNumbers(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		a, b := openMaster(c), openMaster(c)
		n := func(fd int) int {
			m := c.Room(4)
			c.Call(unix.SYS_IOCTL, fd, unix.TIOCGPTN, m)
			return int(binary.NativeEndian.Uint32(m.Bytes()))
		}
		first, second := n(a), n(b)
		c.Log("differ: %v", first != second)
		c.Close(a)
		again := openMaster(c)
		c.Log("the number is used again: %v", n(again) == first)
		c.Close(again, b)
	})
}

func TestNoTerminals(t *testing.T) {
	if tty.OfSession(12345) != nil {
		t.Error("a session that does not exist has a terminal")
	}
	tty.SessionEnded(12345)
}
