package posixtest

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// Poll logs what poll(2) says of a descriptor at once.
func (c *Caller) Poll(fd int) {
	const all = unix.POLLIN | unix.POLLOUT | unix.POLLPRI | unix.POLLRDHUP
	p := make([]byte, 8)
	binary.NativeEndian.PutUint32(p, uint32(fd))
	binary.NativeEndian.PutUint16(p[4:], all)
	m := c.Mem(p)
	c.Do("poll", unix.SYS_POLL, m, 1, 0)
	c.Log("revents %#x", binary.NativeEndian.Uint16(m.Bytes()[6:]))
}

// Pipe makes a pipe, logs the result, and returns its ends.
func (c *Caller) Pipe(flags int) (r, w int) {
	m := c.Room(8)
	c.Do("pipe2", unix.SYS_PIPE2, m, flags)
	p := m.Bytes()
	return int(int32(binary.NativeEndian.Uint32(p))), int(int32(binary.NativeEndian.Uint32(p[4:])))
}

// Close closes descriptors and logs the results.
func (c *Caller) Close(fds ...int) {
	for _, fd := range fds {
		c.Do("close", unix.SYS_CLOSE, fd)
	}
}

// Reopen opens the file behind a descriptor anew, as opening /proc/self/fd does.
func (c *Caller) Reopen(fd, flags int) int { return c.k.reopen(fd, flags) }

// Temp makes a regular file with the contents, and returns a descriptor opened with the flags.
func (c *Caller) Temp(flags int, contents string) int {
	c.tb.Helper()
	fd := c.k.temp(flags)
	if len(contents) > 0 {
		m := c.Mem([]byte(contents))
		if n, e := c.Call(unix.SYS_WRITE, fd, m, len(contents)); int(n) != len(contents) {
			c.tb.Fatalf("posixtest: write of a temporary file: %d, %v", n, e)
		}
		c.Call(unix.SYS_LSEEK, fd, 0, unix.SEEK_SET)
	}
	return fd
}
