package fs

import (
	"encoding/binary"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"

	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

const here = unix.AT_FDCWD

// compare runs a script on Linux and on Cairn in an empty directory of a tmpfs.
func compare(t *testing.T, script func(c *caller)) {
	t.Helper()
	var st unix.Statfs_t
	if err := unix.Statfs("/dev/shm", &st); err != nil || st.Type != unix.TMPFS_MAGIC || os.Geteuid() != 0 {
		t.Skip("needs a tmpfs at /dev/shm, and root")
	}
	defer unix.Umask(unix.Umask(022))
	posixtest.Compare(t, func(p *posixtest.Caller) {
		c := &caller{p}
		dir := fmt.Sprintf("/dev/shm/cairn-fs-%d", os.Getpid())
		for _, d := range []string{"/dev", "/dev/shm", dir} {
			c.Call(unix.SYS_MKDIR, c.String(d), 0755)
		}
		if _, e := c.Call(unix.SYS_CHDIR, c.String(dir)); e != 0 {
			t.Fatalf("chdir: %v", e)
		}
		script(c)
		c.Call(unix.SYS_CHDIR, c.String("/"))
		os.RemoveAll(dir)
	})
}

// caller adds to a Caller what these tests do often.
type caller struct{ *posixtest.Caller }

// do makes a call, logs it with its arguments, and returns its value. Strings are passed by
// their address.
func (c *caller) do(name string, nr uintptr, args ...any) int64 {
	var shown []string
	for i, a := range args {
		if s, ok := a.(string); ok {
			if len(s) > 30 {
				shown = append(shown, fmt.Sprintf("%q...", s[:30]))
			} else {
				shown = append(shown, fmt.Sprintf("%q", s))
			}
			args[i] = c.String(s)
		} else if _, ok := a.(posixtest.Mem); !ok {
			shown = append(shown, fmt.Sprint(a))
		}
	}
	return c.Do(name+"("+strings.Join(shown, ", ")+")", nr, args...)
}

func (c *caller) open(path string, flags, mode int) int {
	return c.FD(fmt.Sprintf("open(%.30q, %#x, %o)", path, flags, mode), unix.SYS_OPENAT, here, c.String(path), flags, mode)
}

// put makes a file.
func (c *caller) put(path, contents string) {
	fd, _ := c.Call(unix.SYS_OPEN, c.String(path), unix.O_CREAT|unix.O_WRONLY|unix.O_TRUNC, 0644)
	c.Call(unix.SYS_WRITE, int(fd), c.Mem([]byte(contents)), len(contents))
	c.Call(unix.SYS_CLOSE, int(fd))
}

// stat logs what does not differ between machines of a file's attributes.
func (c *caller) stat(path string, flags int) {
	m := c.Room(144)
	if c.do("stat", unix.SYS_NEWFSTATAT, here, path, m, flags) != 0 {
		return
	}
	b := m.Bytes()
	c.Log("nlink %d mode %o uid %d gid %d rdev %d size %d blksize %d blocks %d",
		binary.NativeEndian.Uint64(b[16:]), binary.NativeEndian.Uint32(b[24:]),
		binary.NativeEndian.Uint32(b[28:]), binary.NativeEndian.Uint32(b[32:]), binary.NativeEndian.Uint64(b[40:]),
		binary.NativeEndian.Uint64(b[48:]), binary.NativeEndian.Uint64(b[56:]), binary.NativeEndian.Uint64(b[64:]))
}

// times logs access and modification time.
func (c *caller) times(path string) {
	m := c.Room(144)
	c.Call(unix.SYS_NEWFSTATAT, here, c.String(path), m, 0)
	b := m.Bytes()
	c.Log("times %d.%d %d.%d", binary.NativeEndian.Uint64(b[72:]), binary.NativeEndian.Uint64(b[80:]),
		binary.NativeEndian.Uint64(b[88:]), binary.NativeEndian.Uint64(b[96:]))
}

func TestOpenErrors(t *testing.T) {
	compare(t, func(c *caller) {
		c.put("f", "hello")
		c.do("mkdir", unix.SYS_MKDIR, "d", 0755)
		c.do("symlink", unix.SYS_SYMLINK, "f", "l")
		c.do("symlink", unix.SYS_SYMLINK, "nowhere", "dangling")
		c.do("symlink", unix.SYS_SYMLINK, "loop", "loop")
		c.do("symlink", unix.SYS_SYMLINK, "d", "ld")
		c.do("symlink", unix.SYS_SYMLINK, "", "empty")
		c.do("mknod", unix.SYS_MKNOD, "s", unix.S_IFSOCK|0600, 0)
		c.do("mknod", unix.SYS_MKNOD, "chr", unix.S_IFCHR|0600, int(unix.Mkdev(240, 77)))
		c.do("mknod", unix.SYS_MKNOD, "bad", unix.S_IFDIR|0600, 0)
		c.do("mknod", unix.SYS_MKNOD, "bad", 0170000|0600, 0)
		modes := []int{unix.O_RDONLY, unix.O_WRONLY, unix.O_RDWR, 3}
		extra := []int{0, unix.O_CREAT, unix.O_CREAT | unix.O_EXCL, unix.O_TRUNC, unix.O_NOFOLLOW, unix.O_DIRECTORY, unix.O_PATH,
			unix.O_PATH | unix.O_NOFOLLOW, unix.O_DIRECTORY | unix.O_NOFOLLOW, unix.O_CREAT | unix.O_NOFOLLOW, unix.O_TMPFILE, unix.O_APPEND}
		for _, path := range []string{"f", "d", "l", "loop", "ld", "s", "chr", "f/", "d/", "l/", "ld/", "f/x", "d/..", ".", "", "none/x",
			"none/", "d/none/", "d/../f", strings.Repeat("n", 256), strings.Repeat("./", 2047) + "f", "./" + strings.Repeat("./", 2047) + "f"} {
			for _, m := range modes {
				for _, x := range extra {
					if fd := c.open(path, m|x|unix.O_NONBLOCK, 0640); fd >= 0 {
						c.Call(unix.SYS_CLOSE, fd)
					}
				}
			}
		}
		c.open("dangling", unix.O_RDONLY, 0)
		c.open("dangling", unix.O_CREAT|unix.O_EXCL|unix.O_WRONLY, 0600)
		c.open("dangling", unix.O_CREAT|unix.O_WRONLY, 0600)
		c.stat("nowhere", 0)
		c.Do("open bad pointer", unix.SYS_OPEN, posixtest.Bad, 0, 0)
		c.Do("openat bad fd", unix.SYS_OPENAT, 99, c.String("f"), 0, 0)
		c.FD("openat bad fd, absolute", unix.SYS_OPENAT, 99, c.String("/"), 0, 0)
		f := c.open("f", unix.O_RDONLY, 0)
		c.Do("openat file", unix.SYS_OPENAT, f, c.String("x"), 0, 0)
		c.Do("openat file, empty", unix.SYS_OPENAT, f, c.String(""), 0, 0)
	})
}

func TestOpenat2(t *testing.T) {
	how := func(flags, mode, resolve uint64) []byte {
		b := binary.NativeEndian.AppendUint64(nil, flags)
		b = binary.NativeEndian.AppendUint64(b, mode)
		return binary.NativeEndian.AppendUint64(b, resolve)
	}
	compare(t, func(c *caller) {
		c.do("mkdir", unix.SYS_MKDIR, "d", 0755)
		c.do("mkdir", unix.SYS_MKDIR, "d/e", 0755)
		c.put("d/f", "x")
		c.put("top", "x")
		for from, to := range map[string]string{"d/up": "../top", "d/abs": "/d/f", "d/ok": "e/../f", "d/absup": "/../f"} {
			c.Call(unix.SYS_SYMLINK, c.String(to), c.String(from))
		}
		dir := c.open("d", unix.O_PATH|unix.O_DIRECTORY, 0)
		for _, path := range []string{"f", "ok", "up", "abs", "absup", "../top", "/f", "e/..", "e/../..", "/", "e/../f"} {
			for _, r := range []uint64{0, unix.RESOLVE_BENEATH, unix.RESOLVE_IN_ROOT, unix.RESOLVE_NO_SYMLINKS, unix.RESOLVE_NO_MAGICLINKS, unix.RESOLVE_NO_XDEV} {
				// On Linux the root is another mount and has other files.
				if (r == 0 || r == unix.RESOLVE_NO_XDEV) && (path[0] == '/' || strings.HasPrefix(path, "abs")) {
					continue
				}
				c.FD(fmt.Sprintf("openat2 %q %#x", path, r), unix.SYS_OPENAT2, dir, c.String(path), c.Mem(how(0, 0, r)), 24)
			}
		}
		for i, h := range [][]byte{how(0, 0644, 0), how(1<<40, 0, 0), how(unix.O_CREAT, 010000, 0), how(0, 0, 1<<10), how(0, 0, 0x18),
			how(unix.O_PATH|unix.O_RDWR, 0, 0), how(unix.O_CREAT, 0600, 0x20)} {
			c.Do(fmt.Sprint("openat2 bad ", i), unix.SYS_OPENAT2, dir, c.String("f"), c.Mem(h), 24)
		}
		c.Do("short", unix.SYS_OPENAT2, dir, c.String("f"), c.Mem(how(0, 0, 0)), 23)
		c.Do("long", unix.SYS_OPENAT2, dir, c.String("f"), c.Mem(append(how(0, 0, 0), 0, 1)), 26)
		c.FD("long zeros", unix.SYS_OPENAT2, dir, c.String("f"), c.Mem(append(how(0, 0, 0), 0, 0)), 26)
		c.Do("bad pointer", unix.SYS_OPENAT2, dir, c.String("f"), posixtest.Bad, 24)
	})
}

func TestLinks(t *testing.T) {
	compare(t, func(c *caller) {
		c.put("f", "hello")
		c.do("mkdir", unix.SYS_MKDIR, "d", 0755)
		c.do("symlink", unix.SYS_SYMLINK, "f", "l")
		c.do("link", unix.SYS_LINK, "f", "f2")
		c.do("link", unix.SYS_LINK, "d", "d2")
		c.do("link", unix.SYS_LINK, "l", "l2")
		c.stat("l2", unix.AT_SYMLINK_NOFOLLOW)
		c.do("linkat", unix.SYS_LINKAT, here, "l", here, "f3", unix.AT_SYMLINK_FOLLOW)
		c.stat("f", 0)
		c.do("linkat", unix.SYS_LINKAT, here, "f", here, "f4", 1)
		fd := c.open("f", unix.O_RDONLY, 0)
		c.Do("linkat empty", unix.SYS_LINKAT, fd, c.String(""), here, c.String("f5"), unix.AT_EMPTY_PATH)
		tmp := c.open(".", unix.O_TMPFILE|unix.O_RDWR, 0600)
		c.Do("linkat tmpfile", unix.SYS_LINKAT, tmp, c.String(""), here, c.String("t"), unix.AT_EMPTY_PATH)
		c.stat("t", 0)
		tmp = c.open(".", unix.O_TMPFILE|unix.O_RDWR|unix.O_EXCL, 0600)
		c.Do("linkat tmpfile excl", unix.SYS_LINKAT, tmp, c.String(""), here, c.String("t2"), unix.AT_EMPTY_PATH)
		c.do("unlink", unix.SYS_UNLINK, "f2")
		c.do("unlink", unix.SYS_UNLINK, "d")
		c.do("unlink", unix.SYS_UNLINK, ".")
		c.do("unlink", unix.SYS_UNLINK, "/")
		c.do("unlinkat", unix.SYS_UNLINKAT, here, "d", 1)
		c.do("rmdir", unix.SYS_RMDIR, "f")
		c.do("rmdir", unix.SYS_RMDIR, "d/.")
		c.do("rmdir", unix.SYS_RMDIR, "d/..")
		c.do("rmdir", unix.SYS_RMDIR, "/")
		for _, size := range []int{100, 3, 0, -1} {
			m := c.Room(100)
			c.do("readlink", unix.SYS_READLINK, "l", m, size)
			c.Log("%q", m.Bytes()[:8])
		}
		c.do("readlink", unix.SYS_READLINK, "f", c.Room(10), 10)
		l := c.open("l", unix.O_PATH|unix.O_NOFOLLOW, 0)
		c.Do("readlinkat empty", unix.SYS_READLINKAT, l, c.String(""), c.Room(10), 10)
		c.Do("readlinkat empty of a file", unix.SYS_READLINKAT, fd, c.String(""), c.Room(10), 10)
		c.do("symlink", unix.SYS_SYMLINK, "", "x")
		c.do("symlink", unix.SYS_SYMLINK, "x", "x/")
		c.do("mkdir", unix.SYS_MKDIR, "m/", 0777)
		c.do("mkdir", unix.SYS_MKDIR, "m", 0777)
		c.do("mkdir", unix.SYS_MKDIR, ".", 0777)
		c.do("mkdir", unix.SYS_MKDIR, "", 0777)
		c.do("mkdir", unix.SYS_MKDIR, "l/x", 0777)
	})
}

func TestTimes(t *testing.T) {
	ts := func(v ...int64) []byte {
		var b []byte
		for _, n := range v {
			b = binary.NativeEndian.AppendUint64(b, uint64(n))
		}
		return b
	}
	compare(t, func(c *caller) {
		c.put("f", "hello")
		fd := c.open("f", unix.O_RDONLY, 0)
		path := c.open("f", unix.O_PATH, 0)
		c.do("utimensat", unix.SYS_UTIMENSAT, here, "f", c.Mem(ts(1, 2, 3, 4)), 0)
		c.times("f")
		c.do("utimensat", unix.SYS_UTIMENSAT, here, "f", c.Mem(ts(9, unix.UTIME_OMIT, -5, 999999999)), 0)
		c.times("f")
		c.do("utimensat", unix.SYS_UTIMENSAT, here, "f", c.Mem(ts(0, 1e9, 0, 0)), 0)
		c.do("utimensat", unix.SYS_UTIMENSAT, here, "none", c.Mem(ts(0, unix.UTIME_OMIT, 0, unix.UTIME_OMIT)), 0)
		c.Do("futimens", unix.SYS_UTIMENSAT, fd, 0, c.Mem(ts(7, 8, 9, 10)), 0)
		c.Do("futimens flags", unix.SYS_UTIMENSAT, fd, 0, c.Mem(ts(7, 8, 9, 10)), unix.AT_SYMLINK_NOFOLLOW)
		c.Do("futimens O_PATH", unix.SYS_UTIMENSAT, path, 0, c.Mem(ts(7, 8, 9, 10)), 0)
		c.times("f")
		c.do("utimes", unix.SYS_UTIMES, "f", c.Mem(ts(11, 12, 13, 14)))
		c.do("utimes", unix.SYS_UTIMES, "f", c.Mem(ts(11, 1e6, 13, 14)))
		c.times("f")
		c.do("utime", unix.SYS_UTIME, "f", c.Mem(ts(21, 22)))
		c.times("f")
	})
}

func TestAttributes(t *testing.T) {
	compare(t, func(c *caller) {
		c.put("f", "hello")
		c.do("mkdir", unix.SYS_MKDIR, "d", 02775)
		c.do("symlink", unix.SYS_SYMLINK, "f", "l")
		c.do("chmod", unix.SYS_CHMOD, "f", 07777)
		c.stat("l", 0)
		c.do("chown", unix.SYS_CHOWN, "f", 1, 2)
		c.stat("f", 0)
		c.do("chmod", unix.SYS_CHMOD, "f", 06644)
		c.do("chown", unix.SYS_CHOWN, "f", -1, 7)
		c.stat("f", 0)
		c.do("lchown", unix.SYS_LCHOWN, "l", 5, -1)
		c.stat("l", unix.AT_SYMLINK_NOFOLLOW)
		c.do("chmod", unix.SYS_CHMOD, "d", 02777)
		c.do("chown", unix.SYS_CHOWN, "d", 0, 9)
		c.do("mkdir", unix.SYS_MKDIR, "d/sub", 0777)
		c.put("d/file", "")
		c.stat("d/sub", 0)
		c.stat("d/file", 0)
		c.do("fchmodat", unix.SYS_FCHMODAT, here, "l", 0600)
		c.do("fchmodat2", 452, here, "l", 0600, unix.AT_SYMLINK_NOFOLLOW)
		c.do("fchmodat2", 452, here, "l", 0600, 4)
		c.do("fchownat", unix.SYS_FCHOWNAT, here, "l", 1, 1, 4)
		fd := c.open("f", unix.O_RDONLY, 0)
		path := c.open("f", unix.O_PATH, 0)
		c.Do("fchmod", unix.SYS_FCHMOD, fd, 0444)
		c.Do("fchmod O_PATH", unix.SYS_FCHMOD, path, 0444)
		c.Do("fchownat empty O_PATH", unix.SYS_FCHOWNAT, path, c.String(""), 3, 3, unix.AT_EMPTY_PATH)
		c.stat("f", 0)
		c.do("truncate", unix.SYS_TRUNCATE, "f", 3)
		c.do("truncate", unix.SYS_TRUNCATE, "f", -1)
		c.do("truncate", unix.SYS_TRUNCATE, "d", 3)
		c.do("truncate", unix.SYS_TRUNCATE, "none", 3)
		c.Do("ftruncate read-only", unix.SYS_FTRUNCATE, fd, 3)
		c.Do("ftruncate O_PATH", unix.SYS_FTRUNCATE, path, 3)
		for _, mode := range []int{0, 1, 2, 4, 6, 7, 8} {
			c.do("access", unix.SYS_ACCESS, "f", mode)
			c.do("access", unix.SYS_ACCESS, "d", mode)
		}
		c.do("faccessat2", unix.SYS_FACCESSAT2, here, "l", 1, unix.AT_SYMLINK_NOFOLLOW)
		c.do("faccessat2", unix.SYS_FACCESSAT2, here, "l", 0, 1)
		c.Do("faccessat2 empty", unix.SYS_FACCESSAT2, path, c.String(""), 4, unix.AT_EMPTY_PATH)
		c.Do("faccessat2 empty, no flag", unix.SYS_FACCESSAT2, path, c.String(""), 4, 0)
		c.Do("fstat bad pointer", unix.SYS_FSTAT, fd, posixtest.Bad)
		c.Do("fstat bad fd", unix.SYS_FSTAT, 99, c.Room(144))
		c.stat("f", 1)
		c.Do("statx", unix.SYS_STATX, here, c.String("f"), 0, 0x7ff, c.Room(256))
		c.Do("statx bad mask", unix.SYS_STATX, here, c.String("f"), 0, 1<<31, c.Room(256))
		c.Do("statx bad sync", unix.SYS_STATX, here, c.String("f"), 0x6000, 0x7ff, c.Room(256))
	})
}

func TestDirectories(t *testing.T) {
	compare(t, func(c *caller) {
		for i := range 50 {
			c.put(fmt.Sprintf("entry%d", i), "")
		}
		c.do("mkdir", unix.SYS_MKDIR, "sub", 0755)
		for _, nr := range []uintptr{unix.SYS_GETDENTS64, unix.SYS_GETDENTS} {
			dir := c.open(".", unix.O_RDONLY|unix.O_DIRECTORY, 0)
			var names []string
			for calls := 0; ; calls++ {
				m := c.Room(300)
				n, e := c.Call(nr, dir, m, 300)
				if n <= 0 {
					c.Log("end %d %v", n, e)
					break
				}
				b := m.Bytes()[:n]
				for len(b) > 0 {
					size := int(binary.NativeEndian.Uint16(b[16:]))
					name, typ := b[19:size], b[18]
					if nr == unix.SYS_GETDENTS {
						name, typ = b[18:size-1], b[size-1]
					}
					names = append(names, fmt.Sprintf("%s:%d", strings.Split(string(name), "\x00")[0], typ))
					b = b[size:]
				}
			}
			sort.Strings(names)
			c.Log("%v", names)
			c.Do("short", nr, dir, c.Room(10), 10)
			c.Do("rewind", unix.SYS_LSEEK, dir, 0, 0)
			c.Do("too short", nr, dir, c.Room(10), 10)
			c.Do("bad pointer", nr, dir, posixtest.Bad, 300)
			c.Do("read", unix.SYS_READ, dir, c.Room(10), 10)
		}
		f := c.open("entry1", unix.O_RDONLY, 0)
		c.Do("getdents of a file", unix.SYS_GETDENTS64, f, c.Room(100), 100)
		c.Do("fchdir to a file", unix.SYS_FCHDIR, f)
		c.do("chdir", unix.SYS_CHDIR, "entry1")
		c.do("chdir", unix.SYS_CHDIR, "none")
		c.do("chdir", unix.SYS_CHDIR, "sub")
		gone := c.open(".", unix.O_RDONLY, 0)
		c.do("rmdir", unix.SYS_RMDIR, "../sub")
		c.Do("getcwd of a removed directory", unix.SYS_GETCWD, c.Room(100), 100)
		c.Do("getdents of a removed directory", unix.SYS_GETDENTS64, gone, c.Room(100), 100)
		c.open("x", unix.O_CREAT|unix.O_RDWR, 0600)
		c.do("mkdir", unix.SYS_MKDIR, "x", 0700)
		c.stat(".", 0)
		c.do("chdir", unix.SYS_CHDIR, "..")
		c.Do("getcwd, no room", unix.SYS_GETCWD, c.Room(3), 3)
		c.Do("getcwd", unix.SYS_GETCWD, c.Room(100), 100)
		c.Do("getcwd bad pointer", unix.SYS_GETCWD, posixtest.Bad, 100)
		c.Do("umask", unix.SYS_UMASK, 077)
		c.Do("umask", unix.SYS_UMASK, 022)
		c.do("statfs", unix.SYS_STATFS, "none", c.Room(120))
		m := c.Room(120)
		c.do("statfs", unix.SYS_STATFS, ".", m)
		c.Log("type %x namelen %d", binary.NativeEndian.Uint64(m.Bytes()), binary.NativeEndian.Uint64(m.Bytes()[64:]))
	})
}

func TestXattrs(t *testing.T) {
	compare(t, func(c *caller) {
		c.put("f", "")
		for _, name := range []string{"trusted.a", "security.b", "", strings.Repeat("n", 256), "trusted." + strings.Repeat("n", 247), "nothing.x", "trusted."} {
			c.do("setxattr", unix.SYS_SETXATTR, "f", name, c.String("value"), 5, 0)
			c.do("getxattr", unix.SYS_GETXATTR, "f", name, c.Room(10), 10)
		}
		c.do("getxattr size", unix.SYS_GETXATTR, "f", "trusted.a", 0, 0)
		c.do("getxattr short", unix.SYS_GETXATTR, "f", "trusted.a", c.Room(2), 2)
		c.do("setxattr big", unix.SYS_SETXATTR, "f", "trusted.a", c.String("value"), 65537, 0)
		c.do("setxattr flags", unix.SYS_SETXATTR, "f", "trusted.a", c.String("value"), 5, 4)
		c.do("setxattr pointer", unix.SYS_SETXATTR, "f", "trusted.a", posixtest.Bad, 5, 0)
		c.do("listxattr short", unix.SYS_LISTXATTR, "f", c.Room(3), 3)
		c.do("removexattr", unix.SYS_REMOVEXATTR, "f", "trusted.a")
		c.do("removexattr", unix.SYS_REMOVEXATTR, "f", "trusted.a")
	})
}

func TestMemfd(t *testing.T) {
	compare(t, func(c *caller) {
		fd := c.FD("memfd", unix.SYS_MEMFD_CREATE, c.String("name"), unix.MFD_ALLOW_SEALING)
		m := c.Room(144)
		c.Do("fstat", unix.SYS_FSTAT, fd, m)
		c.Log("mode %o nlink %d", binary.NativeEndian.Uint32(m.Bytes()[24:]), binary.NativeEndian.Uint64(m.Bytes()[16:]))
		c.Do("ftruncate", unix.SYS_FTRUNCATE, fd, 100)
		c.Do("fallocate", unix.SYS_FALLOCATE, fd, 0, 0, 5000)
		c.Do("fallocate", unix.SYS_FALLOCATE, fd, 16, 0, 5000)
		c.Do("fsync", unix.SYS_FSYNC, fd)
		c.Do("long name", unix.SYS_MEMFD_CREATE, c.String(strings.Repeat("n", 250)), 0)
		c.FD("longest name", unix.SYS_MEMFD_CREATE, c.String(strings.Repeat("n", 249)), 0)
		c.Do("bad flags", unix.SYS_MEMFD_CREATE, c.String("x"), 1<<8)
		c.Do("bad pointer", unix.SYS_MEMFD_CREATE, posixtest.Bad, 0)
	})
}
