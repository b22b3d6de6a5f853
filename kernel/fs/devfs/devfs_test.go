package devfs_test

import (
	"testing"

	"cairn/kernel/fs/devfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/posixtest"
	"cairn/kernel/vm"

	_ "cairn/kernel/posix/fdio"
	_ "cairn/kernel/posix/fs"

	"golang.org/x/sys/unix"
)

// mountDev gives the next task a /dev.
func mountDev(t testing.TB) {
	t.Helper()
	if err := vfs.MountDir("/dev", "devtmpfs", "devtmpfs", "", 0); err != nil {
		t.Fatal(err)
	}
}

// TestCompare does the same with the devices here and on Linux.
func TestCompare(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		if vfs.Root().Dentry != nil && vfs.Root().Dentry.Child("dev") == nil {
			mountDev(t)
		}
		for _, name := range []string{"null", "zero", "full", "urandom", "random"} {
			fd := c.FD(name, unix.SYS_OPEN, c.String("/dev/"+name), unix.O_RDWR)
			m := c.Mem([]byte("some bytes"))
			n := c.Do("read", unix.SYS_READ, fd, m, 10)
			if name == "zero" || name == "full" {
				c.Log("%q", m.Bytes()[:n])
			}
			c.Do("write", unix.SYS_WRITE, fd, m, 10)
			c.Do("write from nowhere", unix.SYS_WRITE, fd, posixtest.Bad, 10)
			c.Do("read to nowhere", unix.SYS_READ, fd, posixtest.Bad, 10)
			c.Do("seek", unix.SYS_LSEEK, fd, 100, unix.SEEK_SET)
			c.Do("pread", unix.SYS_PREAD64, fd, m, 5, 1000)
			c.Do("ioctl", unix.SYS_IOCTL, fd, unix.TCGETS, c.Room(100))
			c.Do("ftruncate", unix.SYS_FTRUNCATE, fd, 0)
			c.Do("fallocate", unix.SYS_FALLOCATE, fd, 0, 0, 1)
			c.Do("fsync", unix.SYS_FSYNC, fd)
			c.Do("close", unix.SYS_CLOSE, fd)
		}
		c.Do("open none", unix.SYS_OPEN, c.String("/dev/nothing"), 0)
		for _, l := range []string{"fd", "stdin", "stdout", "stderr"} {
			m := c.Room(20)
			n := c.Do("readlink "+l, unix.SYS_READLINK, c.String("/dev/"+l), m, 20)
			c.Log("%s", m.Bytes()[:max(n, 0)])
		}
	})
}

func TestRegister(t *testing.T) {
	task := posixtest.NewTask(t)
	mountDev(t)
	devfs.RegisterTerminal("ttyTEST", 0620, unix.Mkdev(240, 1))
	p, err := vfs.Walk(task.Task, vfs.Path{}, "/dev/ttyTEST", 0)
	if err != nil {
		t.Fatal(err)
	}
	var a vfs.Attr
	if err := p.Dentry.Inode().Stat(&a); err != nil || a.Mode != unix.S_IFCHR|0620 || a.GID != 5 || a.Rdev != unix.Mkdev(240, 1) {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := vfs.OpenAt(task.Task, vfs.Path{}, "/dev/ttyTEST", unix.O_RDONLY, 0); err != unix.ENXIO {
		t.Errorf("open without a driver: %v", err)
	}
}

func TestZeroMapsAnonymousMemory(t *testing.T) {
	task := posixtest.NewTask(t)
	mountDev(t)
	f, err := vfs.OpenAt(task.Task, vfs.Path{}, "/dev/zero", unix.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Put()
	if o, err := f.Map(unix.PROT_READ, true); o != nil || err != nil {
		t.Errorf("map: %v, %v", o, err)
	}
	p := make([]byte, 200<<10)
	if n, err := f.Read(task.Task, vm.NewBuffer(p)); n != len(p) || err != nil {
		t.Errorf("a long read: %d, %v", n, err)
	}
}
