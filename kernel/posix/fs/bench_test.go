package fs

import (
	"testing"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/posix/posixtest"
	"cairn/kernel/syscall/sys"

	"golang.org/x/sys/unix"
)

// BenchmarkOpenFstatClose opens a file three directories deep, asks for its attributes and closes it.
func BenchmarkOpenFstatClose(b *testing.B) {
	t := posixtest.NewTask(b)
	if _, err := vfs.MkdirAll("/usr/lib/python3"); err != nil {
		b.Fatal(err)
	}
	path := sys.Path(t.PutString("/usr/lib/python3/os.py"))
	fd, err := Open(t.Task, path, unix.O_CREAT|unix.O_RDWR, 0644)
	if err != nil {
		b.Fatal(err)
	}
	_ = fdtab.Close(t.Task, fd)
	st := sys.OutStat(t.Map(144))
	b.ReportAllocs()
	for b.Loop() {
		fd, err := Open(t.Task, path, unix.O_RDONLY, 0)
		if err != nil {
			b.Fatal(err)
		}
		if err := Fstat(t.Task, fd, st); err != nil {
			b.Fatal(err)
		}
		if err := fdtab.Close(t.Task, fd); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStat asks for the attributes of a file three directories deep by its path.
func BenchmarkStat(b *testing.B) {
	t := posixtest.NewTask(b)
	if _, err := vfs.MkdirAll("/usr/lib/python3"); err != nil {
		b.Fatal(err)
	}
	path := sys.Path(t.PutString("/usr/lib/python3"))
	st := sys.OutStat(t.Map(144))
	b.ReportAllocs()
	for b.Loop() {
		if err := Stat(t.Task, path, st); err != nil {
			b.Fatal(err)
		}
	}
}
