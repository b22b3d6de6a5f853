package fdtab_test

import (
	"testing"

	_ "cairn/kernel/posix/eventfd"
	_ "cairn/kernel/posix/pipe"
	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

// far is above every descriptor that the test binary has open on Linux.
const far = 500

func TestDup(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		fd := c.FD("eventfd", unix.SYS_EVENTFD2, 1, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
		a := c.FD("dup", unix.SYS_DUP, fd)
		c.Do("getfd", unix.SYS_FCNTL, a, unix.F_GETFD, 0)
		c.Do("dup2", unix.SYS_DUP2, fd, far)
		c.Do("getfd", unix.SYS_FCNTL, far, unix.F_GETFD, 0)
		c.Do("dup2 self", unix.SYS_DUP2, far, far)
		c.Do("dup2 closed self", unix.SYS_DUP2, far+1, far+1)
		c.Do("dup2 closed", unix.SYS_DUP2, far+1, far+2)
		c.Do("dup2 negative", unix.SYS_DUP2, fd, -1)
		c.Do("dup2 from negative", unix.SYS_DUP2, -1, far)
		c.Do("dup2 huge", unix.SYS_DUP2, fd, 1<<30)
		c.Do("dup3", unix.SYS_DUP3, fd, far+1, unix.O_CLOEXEC)
		c.Do("getfd", unix.SYS_FCNTL, far+1, unix.F_GETFD, 0)
		c.Do("dup3 self", unix.SYS_DUP3, far, far, 0)
		c.Do("dup3 flags", unix.SYS_DUP3, fd, far, unix.O_NONBLOCK)
		c.Do("setfd", unix.SYS_FCNTL, far, unix.F_SETFD, unix.FD_CLOEXEC)
		c.Do("getfd", unix.SYS_FCNTL, far, unix.F_GETFD, 0)
		c.Do("setfd", unix.SYS_FCNTL, far, unix.F_SETFD, 2)
		c.Do("getfd", unix.SYS_FCNTL, far, unix.F_GETFD, 0)
		c.Do("dupfd", unix.SYS_FCNTL, fd, unix.F_DUPFD, far)
		c.Do("dupfd cloexec", unix.SYS_FCNTL, fd, unix.F_DUPFD_CLOEXEC, far)
		c.Do("getfd", unix.SYS_FCNTL, far+3, unix.F_GETFD, 0)
		c.Do("dupfd negative", unix.SYS_FCNTL, fd, unix.F_DUPFD, -1)
		c.Do("dupfd closed", unix.SYS_FCNTL, far+100, unix.F_DUPFD, 0)
		c.Do("dupfd query", unix.SYS_FCNTL, fd, 1027, far)
		c.Do("dupfd query closed", unix.SYS_FCNTL, fd, 1027, far+100)
		for i := range 4 {
			c.Close(far + i)
		}
		c.Close(fd, a, far, -1)
	})
}

func TestCloseRange(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(0)
		for i := range 10 {
			c.Do("dup2", unix.SYS_DUP2, w, far+i)
		}
		check := func() {
			for i := range 10 {
				c.Do("getfd", unix.SYS_FCNTL, far+i, unix.F_GETFD, 0)
			}
		}
		c.Do("cloexec", unix.SYS_CLOSE_RANGE, far+1, far+2, unix.CLOSE_RANGE_CLOEXEC)
		check()
		c.Do("range", unix.SYS_CLOSE_RANGE, far+2, far+4, 0)
		check()
		c.Do("backwards", unix.SYS_CLOSE_RANGE, far+4, far+2, 0)
		c.Do("flags", unix.SYS_CLOSE_RANGE, far, far, 1)
		c.Do("flags", unix.SYS_CLOSE_RANGE, far, far, 8)
		c.Do("all", unix.SYS_CLOSE_RANGE, far, uint64(1)<<32-1, 0)
		check()
		c.Close(r, w)
	})
}

func TestFcntlErrors(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		r, w := c.Pipe(0)
		for _, cmd := range []int{100, -1, 1029, unix.F_SETLEASE, unix.F_GET_SEALS, unix.F_ADD_SEALS} {
			c.Do("unknown", unix.SYS_FCNTL, r, cmd, 0)
			c.Do("unknown, closed", unix.SYS_FCNTL, far, cmd, 0)
		}
		c.Close(r, w)
	})
}
