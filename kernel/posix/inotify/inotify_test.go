package inotify_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"testing"

	_ "cairn/kernel/posix/fs"
	_ "cairn/kernel/posix/inotify"
	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

// compare runs a script on Linux and on Cairn in an empty directory of a tmpfs, with an inotify instance.
func compare(t *testing.T, script func(c *watcher)) {
	t.Helper()
	var st unix.Statfs_t
	if err := unix.Statfs("/dev/shm", &st); err != nil || st.Type != unix.TMPFS_MAGIC || os.Geteuid() != 0 {
		t.Skip("needs a tmpfs at /dev/shm, and root")
	}
	defer unix.Umask(unix.Umask(0o22))
	posixtest.Compare(t, func(p *posixtest.Caller) {
		c := &watcher{Caller: p, room: p.Room(4096)}
		dir := fmt.Sprintf("/dev/shm/cairn-inotify-%d", os.Getpid())
		for _, d := range []string{"/dev", "/dev/shm", dir} {
			c.Call(unix.SYS_MKDIR, c.String(d), 0o755)
		}
		if _, e := c.Call(unix.SYS_CHDIR, c.String(dir)); e != 0 {
			t.Fatalf("chdir: %v", e)
		}
		c.fd = c.FD("inotify_init1", unix.SYS_INOTIFY_INIT1, unix.IN_NONBLOCK)
		script(c)
		c.Close(c.fd)
		c.Call(unix.SYS_CHDIR, c.String("/"))
		os.RemoveAll(dir)
	})
}

// A watcher is a Caller with an inotify instance.
type watcher struct {
	*posixtest.Caller
	fd   int
	room posixtest.Mem
}

func (c *watcher) watch(name string, mask uint32) int64 {
	return c.Do("watch "+name, unix.SYS_INOTIFY_ADD_WATCH, c.fd, c.String(name), mask)
}

// do makes a call whose first argument is a name, and logs what is told of it.
func (c *watcher) do(label string, nr uintptr, name string, args ...any) {
	c.Do(label+" "+name, nr, append([]any{c.String(name)}, args...)...)
	c.told()
}

// told logs the events that wait.
func (c *watcher) told() {
	n, e := c.Call(unix.SYS_READ, c.fd, c.room, 4096)
	c.Log("%d bytes, %v", n, e)
	for b := c.room.Bytes(); n > 0; {
		word := func(i int) uint32 { return binary.NativeEndian.Uint32(b[4*i:]) }
		size := 16 + int(word(3))
		c.Log("%d %#x %t %q", int32(word(0)), word(1), word(2) != 0, b[16:size])
		b, n = b[size:], n-int64(size)
	}
}

func (c *watcher) create(name string) {
	fd := c.FD("create", unix.SYS_OPEN, c.String(name), unix.O_CREAT|unix.O_RDWR, 0o644)
	c.Do("write", unix.SYS_WRITE, fd, c.room, 3)
	c.Close(fd)
}

func TestTold(t *testing.T) {
	compare(t, func(c *watcher) {
		c.watch(".", unix.IN_ALL_EVENTS)
		c.create("a")
		c.told()
		c.watch("a", unix.IN_ALL_EVENTS|unix.IN_EXCL_UNLINK)
		c.do("chmod", unix.SYS_CHMOD, "a", 0o600)
		c.do("truncate", unix.SYS_TRUNCATE, "a", 2)
		c.do("mkdir", unix.SYS_MKDIR, "d", 0o755)
		c.do("symlink", unix.SYS_SYMLINK, "a", c.String("s"))
		c.do("link", unix.SYS_LINK, "a", c.String("l"))
		c.do("rename", unix.SYS_RENAME, "a", c.String("l"))
		c.do("rename", unix.SYS_RENAME, "a", c.String("d/a"))
		c.do("unlink", unix.SYS_UNLINK, "d/a")
		c.do("unlink", unix.SYS_UNLINK, "l")
		c.do("rmdir", unix.SYS_RMDIR, "d")
		c.Do("remove", unix.SYS_INOTIFY_RM_WATCH, c.fd, 2)
		c.Do("remove", unix.SYS_INOTIFY_RM_WATCH, c.fd, 1)
		c.told()
	})
}

// TestRead reads with less room than there are events, into memory that is not there, and what is the same twice.
func TestRead(t *testing.T) {
	compare(t, func(c *watcher) {
		read := func(label string, to any, n int) { c.Do(label, unix.SYS_READ, c.fd, to, n) }
		size := func() {
			c.Do("FIONREAD", unix.SYS_IOCTL, c.fd, unix.TIOCINQ, c.room)
			c.Log("%d", binary.NativeEndian.Uint32(c.room.Bytes()))
		}
		c.create("a name of sixteen")
		c.create("fifteen letters")
		c.watch(".", unix.IN_OPEN|unix.IN_ATTRIB)
		read("nothing", c.room, 1)
		c.Poll(c.fd)
		for range 3 {
			c.Do("chmod", unix.SYS_CHMOD, c.String("a name of sixteen"), 0o600)
		}
		size()
		c.Poll(c.fd)
		c.Do("chmod", unix.SYS_CHMOD, c.String("fifteen letters"), 0o600)
		size()
		read("too little", c.room, 47)
		read("the first", c.room, 48+31)
		read("too little", c.room, 31)
		read("bad", posixtest.Bad, 32)
		size()
		read("nothing", c.room, 100)
		c.Do("write", unix.SYS_WRITE, c.fd, c.room, 1)
		c.Do("lseek", unix.SYS_LSEEK, c.fd, 0, 0)
		c.Do("pread", unix.SYS_PREAD64, c.fd, c.room, 10, 0)
		c.Do("ioctl", unix.SYS_IOCTL, c.fd, unix.TCGETS, c.room)
	})
}

func TestErrors(t *testing.T) {
	compare(t, func(c *watcher) {
		c.create("f")
		add := func(label string, fd int, name any, mask uint32) {
			c.Do(label, unix.SYS_INOTIFY_ADD_WATCH, fd, name, mask)
		}
		f, null := c.String("f"), 0
		add("no event", c.fd, f, 0)
		add("no known bit", c.fd, f, 1<<16)
		add("an unknown bit", c.fd, f, 1<<16|unix.IN_OPEN)
		add("no descriptor", -1, f, unix.IN_OPEN)
		add("no inotify", c.Temp(unix.O_RDWR, ""), f, unix.IN_OPEN)
		add("no name", c.fd, null, unix.IN_OPEN)
		add("an empty name", c.fd, c.String(""), unix.IN_OPEN)
		add("no file", c.fd, c.String("g"), unix.IN_OPEN)
		add("no directory", c.fd, f, unix.IN_OPEN|unix.IN_ONLYDIR)
		add("there already", c.fd, f, unix.IN_OPEN|unix.IN_MASK_CREATE)
		add("both", c.fd, f, unix.IN_OPEN|unix.IN_MASK_CREATE|unix.IN_MASK_ADD)
		add("more", c.fd, f, unix.IN_ATTRIB|unix.IN_MASK_ADD)
		c.Do("no watch", unix.SYS_INOTIFY_RM_WATCH, c.fd, 7)
		c.Do("flags", unix.SYS_INOTIFY_INIT1, 1)
	})
}
