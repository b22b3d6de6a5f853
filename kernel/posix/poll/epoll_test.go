package poll_test

import (
	"encoding/binary"
	"sort"
	"strings"
	"testing"

	"fmt"

	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

// event is a struct epoll_event as amd64 lays it out.
func event(events uint32, data uint64) []byte {
	return binary.NativeEndian.AppendUint64(binary.NativeEndian.AppendUint32(nil, events), data)
}

// An ep is an epoll of a script.
type ep struct {
	c  *posixtest.Caller
	fd int
}

func newEpoll(c *posixtest.Caller) ep { return ep{c, c.FD("epoll_create1", unix.SYS_EPOLL_CREATE1, 0)} }

func (e ep) ctl(label string, op, fd int, events uint32, data uint64) {
	e.c.Do(label, unix.SYS_EPOLL_CTL, e.fd, op, fd, e.c.Mem(event(events, data)))
}

func (e ep) add(fd int, events uint32, data uint64) {
	e.ctl("add", unix.EPOLL_CTL_ADD, fd, events, data)
}

// wait logs the events that are there now, in the order of their data.
func (e ep) wait(n int) {
	m := e.c.Room(n * 12)
	got := e.c.Do("epoll_wait", unix.SYS_EPOLL_WAIT, e.fd, m, n, 0)
	var lines []string
	for i := range int(max(got, 0)) {
		p := m.Bytes()[i*12:]
		lines = append(lines, fmt.Sprintf("data %d events %#x", binary.NativeEndian.Uint64(p[4:]), binary.NativeEndian.Uint32(p)))
	}
	sort.Strings(lines)
	e.c.Log("%s", strings.Join(lines, ", "))
}

func newEventfd(c *posixtest.Caller, n int) int {
	return c.FD("eventfd2", unix.SYS_EVENTFD2, n, unix.EFD_NONBLOCK)
}

func write1(c *posixtest.Caller, fd int) {
	c.Do("write", unix.SYS_WRITE, fd, c.Mem(binary.NativeEndian.AppendUint64(nil, 1)), 8)
}

func read8(c *posixtest.Caller, fd int) { c.Do("read", unix.SYS_READ, fd, c.Room(8), 8) }

func TestEpollLevels(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		e := newEpoll(c)
		level, edge, once := newEventfd(c, 1), newEventfd(c, 1), newEventfd(c, 1)
		e.add(level, unix.EPOLLIN, 1)
		e.add(edge, unix.EPOLLIN|unix.EPOLLET, 2)
		e.add(once, unix.EPOLLIN|unix.EPOLLONESHOT, 3)
		e.wait(10)
		e.wait(10)
		write1(c, edge)
		write1(c, once)
		e.wait(10)
		read8(c, level)
		e.wait(10)
		read8(c, edge)
		write1(c, edge)
		e.wait(10)
		e.ctl("mod", unix.EPOLL_CTL_MOD, once, unix.EPOLLIN|unix.EPOLLONESHOT, 4)
		e.wait(10)
		e.wait(10)
		e.ctl("mod", unix.EPOLL_CTL_MOD, level, unix.EPOLLIN|unix.EPOLLOUT|unix.EPOLLET, 5)
		e.wait(10)
		e.wait(10)
		e.ctl("mod", unix.EPOLL_CTL_MOD, edge, unix.EPOLLOUT, 6)
		e.wait(10)
		e.ctl("del", unix.EPOLL_CTL_DEL, edge, 0, 0)
		e.wait(10)
		c.Poll(e.fd)
		c.Close(level, edge, once)
		c.Poll(e.fd)
		c.Close(e.fd)
	})
}

func TestEpollErrors(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		e := newEpoll(c)
		fd := newEventfd(c, 0)
		file := c.Temp(0, "")
		c.Do("create", unix.SYS_EPOLL_CREATE, 0)
		c.Do("create", unix.SYS_EPOLL_CREATE, -1)
		c.Do("create1", unix.SYS_EPOLL_CREATE1, 1)
		e.ctl("add closed", unix.EPOLL_CTL_ADD, 900, 0, 0)
		e.ctl("add self", unix.EPOLL_CTL_ADD, e.fd, 0, 0)
		e.ctl("add a file", unix.EPOLL_CTL_ADD, file, unix.EPOLLIN, 0)
		e.ctl("mod absent", unix.EPOLL_CTL_MOD, fd, 0, 0)
		e.ctl("del absent", unix.EPOLL_CTL_DEL, fd, 0, 0)
		e.add(fd, unix.EPOLLIN, 0)
		e.add(fd, unix.EPOLLIN, 0)
		e.ctl("unknown", 17, fd, 0, 0)
		e.ctl("exclusive mod", unix.EPOLL_CTL_MOD, fd, unix.EPOLLEXCLUSIVE|unix.EPOLLIN, 0)
		e.ctl("del", unix.EPOLL_CTL_DEL, fd, 0, 0)
		e.ctl("exclusive once", unix.EPOLL_CTL_ADD, fd, unix.EPOLLEXCLUSIVE|unix.EPOLLONESHOT, 0)
		e.ctl("exclusive rdnorm", unix.EPOLL_CTL_ADD, fd, unix.EPOLLEXCLUSIVE|unix.EPOLLRDNORM, 0)
		e.ctl("exclusive", unix.EPOLL_CTL_ADD, fd, unix.EPOLLEXCLUSIVE|unix.EPOLLIN|unix.EPOLLET, 0)
		e.ctl("mod exclusive", unix.EPOLL_CTL_MOD, fd, unix.EPOLLIN, 0)
		inner := newEpoll(c)
		e.ctl("exclusive epoll", unix.EPOLL_CTL_ADD, inner.fd, unix.EPOLLEXCLUSIVE|unix.EPOLLIN, 0)
		c.Do("add bad", unix.SYS_EPOLL_CTL, e.fd, unix.EPOLL_CTL_ADD, fd, posixtest.Bad)
		c.Do("del bad", unix.SYS_EPOLL_CTL, e.fd, unix.EPOLL_CTL_DEL, fd, posixtest.Bad)
		c.Do("ctl on another", unix.SYS_EPOLL_CTL, fd, unix.EPOLL_CTL_ADD, e.fd, c.Room(12))
		c.Do("ctl on closed", unix.SYS_EPOLL_CTL, 900, unix.EPOLL_CTL_ADD, e.fd, c.Room(12))
		m := c.Room(12)
		c.Do("wait 0", unix.SYS_EPOLL_WAIT, e.fd, m, 0, 0)
		c.Do("wait -1", unix.SYS_EPOLL_WAIT, e.fd, m, -1, 0)
		c.Do("wait many", unix.SYS_EPOLL_WAIT, e.fd, m, 1<<30, 0)
		c.Do("wait nowhere", unix.SYS_EPOLL_WAIT, e.fd, -4096, 1, 0)
		c.Do("wait bad", unix.SYS_EPOLL_WAIT, e.fd, posixtest.Bad, 1, 0)
		c.Do("wait another", unix.SYS_EPOLL_WAIT, fd, m, 1, 0)
		c.Do("wait closed", unix.SYS_EPOLL_WAIT, 900, m, 1, 0)
		e.add(fd, unix.EPOLLOUT, 0)
		c.Do("wait bad, ready", unix.SYS_EPOLL_WAIT, e.fd, posixtest.Bad, 1, 0)
		e.wait(1)
		c.Do("pwait size", unix.SYS_EPOLL_PWAIT, e.fd, m, 1, 0, m, 4)
		c.Do("pwait bad", unix.SYS_EPOLL_PWAIT, e.fd, m, 1, 0, posixtest.Bad, 8)
		c.Do("pwait", unix.SYS_EPOLL_PWAIT, e.fd, m, 1, 0, 0, 99)
		c.Do("pwait2", unix.SYS_EPOLL_PWAIT2, e.fd, m, 1, c.Mem(timespec(0, 1000)), 0, 0)
		c.Do("pwait2 time", unix.SYS_EPOLL_PWAIT2, e.fd, m, 1, c.Mem(timespec(0, -1)), 0, 0)
		c.Do("pwait2 bad", unix.SYS_EPOLL_PWAIT2, e.fd, m, 1, posixtest.Bad, 0, 0)
		c.Do("read", unix.SYS_READ, e.fd, m, 8)
		c.Do("write", unix.SYS_WRITE, e.fd, m, 8)
		c.Do("lseek", unix.SYS_LSEEK, e.fd, 0, 0)
		c.Do("getfl", unix.SYS_FCNTL, e.fd, unix.F_GETFL, 0)
		c.Close(e.fd, inner.fd, fd, file)
	})
}

func TestEpollNesting(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		var eps []ep
		for range 8 {
			eps = append(eps, newEpoll(c))
		}
		for i := range 6 {
			eps[i].add(eps[i+1].fd, unix.EPOLLIN, uint64(i))
		}
		eps[2].ctl("loop", unix.EPOLL_CTL_ADD, eps[0].fd, unix.EPOLLIN, 0)
		eps[4].ctl("loop", unix.EPOLL_CTL_ADD, eps[3].fd, unix.EPOLLIN, 0)
		eps[7].ctl("above", unix.EPOLL_CTL_ADD, eps[0].fd, unix.EPOLLIN, 0)
		eps[7].ctl("above the second", unix.EPOLL_CTL_ADD, eps[1].fd, unix.EPOLLIN, 0)
		fd := newEventfd(c, 0)
		eps[3].add(fd, unix.EPOLLIN, 9)
		for i := range 5 {
			c.Poll(eps[i].fd)
		}
		write1(c, fd)
		for i := range 5 {
			c.Poll(eps[i].fd)
			eps[i].wait(4)
		}
		read8(c, fd)
		for i := range 5 {
			eps[i].wait(4)
		}
		eps[1].ctl("del", unix.EPOLL_CTL_DEL, eps[2].fd, 0, 0)
		eps[2].ctl("no loop any more", unix.EPOLL_CTL_ADD, eps[0].fd, unix.EPOLLIN, 0)
		for _, e := range eps {
			c.Close(e.fd)
		}
		c.Close(fd)
	})
}

func TestEpollCloses(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		e := newEpoll(c)
		fd := newEventfd(c, 1)
		c.Do("dup2", unix.SYS_DUP2, fd, 600)
		e.add(fd, unix.EPOLLIN, 1)
		e.add(600, unix.EPOLLIN, 2)
		e.wait(10)
		c.Close(fd)
		e.wait(10)
		e.ctl("del", unix.EPOLL_CTL_DEL, fd, 0, 0)
		c.Close(600)
		e.wait(10)
		c.Close(e.fd)
	})
}

func TestEpollPipes(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		e := newEpoll(c)
		r, w := c.Pipe(unix.O_NONBLOCK)
		e.add(r, unix.EPOLLIN|unix.EPOLLOUT|unix.EPOLLET|unix.EPOLLRDHUP, 1)
		e.add(w, unix.EPOLLOUT|unix.EPOLLET, 2)
		e.wait(10)
		buf := c.Room(65536)
		c.Do("write", unix.SYS_WRITE, w, buf, 10)
		e.wait(10)
		c.Do("write", unix.SYS_WRITE, w, buf, 10)
		e.wait(10)
		c.Do("fill", unix.SYS_WRITE, w, buf, 65536)
		e.wait(10)
		c.Do("read", unix.SYS_READ, r, buf, 10)
		e.wait(10)
		c.Do("read", unix.SYS_READ, r, buf, 20000)
		e.wait(10)
		c.Do("read", unix.SYS_READ, r, buf, 10)
		e.wait(10)
		c.Close(w)
		e.wait(10)
		c.Close(r)
		e.wait(10)
		c.Close(e.fd)
	})
}

// TestEpollManyWaiters has several threads wait on one epoll: each event wakes one
// that takes it, and none is lost.
func TestEpollManyWaiters(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		e := newEpoll(c)
		sem := c.FD("eventfd2", unix.SYS_EVENTFD2, 0, unix.EFD_SEMAPHORE|unix.EFD_NONBLOCK)
		e.add(sem, unix.EPOLLIN, 1)
		const threads, tokens = 4, 400
		var waits []func()
		for range threads {
			waits = append(waits, c.Go(func(c *posixtest.Caller) {
				m, buf := c.Room(12), c.Room(8)
				for taken := 0; taken < tokens/threads; {
					c.Call(unix.SYS_EPOLL_WAIT, e.fd, m, 1, 5000)
					if n, _ := c.Call(unix.SYS_READ, sem, buf, 8); n == 8 {
						taken++
					}
				}
			}))
		}
		one := c.Mem(binary.NativeEndian.AppendUint64(nil, 1))
		for range tokens {
			c.Call(unix.SYS_WRITE, sem, one, 8)
		}
		for _, wait := range waits {
			wait()
		}
		read8(c, sem)
		c.Close(e.fd, sem)
	})
}
