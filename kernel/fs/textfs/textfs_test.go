package textfs

import (
	"strconv"
	"strings"
	"testing"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// mount makes a file system with the files the root of the tree.
func mount(t *testing.T, files map[string]File) *vfs.SuperBlock {
	t.Helper()
	sb := vfs.NewSuperBlock(&vfs.FSType{Name: "test"})
	sb.SetRoot(NewInode(sb, &Dir{}, unix.S_IFDIR|0555))
	for path, f := range files {
		Add(sb, path, NewInode(sb, &f, unix.S_IFREG|0644))
	}
	vfs.MountRoot(sb, "test")
	return sb
}

func open(t *testing.T, path string, flags int) *vfs.File {
	t.Helper()
	f, err := vfs.OpenAt(nil, vfs.Path{}, path, flags, 0)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	t.Cleanup(f.Put)
	return f
}

// TestContents reads in pieces: what is read stays the same until the beginning is read again.
func TestContents(t *testing.T) {
	n := 0
	mount(t, map[string]File{"a/b/count": {Text: func(_ *task.Task, w *strings.Builder) error {
		n++
		w.WriteString("read " + strconv.Itoa(n))
		return nil
	}}})
	f := open(t, "/a/b/count", unix.O_RDONLY)
	p := make([]byte, 3)
	read := func() string {
		k, err := f.Read(nil, vm.NewBuffer(p))
		if err != nil {
			t.Fatal(err)
		}
		return string(p[:k])
	}
	if got := read() + read() + read(); got != "read 1" {
		t.Errorf("got %q", got)
	}
	if _, err := f.Seek(0, unix.SEEK_SET); err != nil {
		t.Fatal(err)
	}
	if got := read() + read(); got != "read 2" {
		t.Errorf("after a seek to the beginning: %q", got)
	}
	if _, err := f.Seek(0, unix.SEEK_END); err != unix.EINVAL {
		t.Errorf("seek to the end: %v", err)
	}
}

func TestSet(t *testing.T) {
	var got string
	mount(t, map[string]File{
		"set":    {Set: func(_ *task.Task, s string) error { got = s; return nil }},
		"fixed":  {Text: Fixed("x")},
		"secret": {Text: Fixed("x"), Check: func(*task.Task) error { return unix.EACCES }},
	})
	f := open(t, "/set", unix.O_RDWR|unix.O_TRUNC)
	if n, err := f.Write(nil, vm.NewBuffer([]byte("value\n"))); n != 6 || err != nil || got != "value" {
		t.Errorf("write: %d, %v, %q", n, err, got)
	}
	if _, err := f.Read(nil, vm.NewBuffer(make([]byte, 1))); err != unix.EINVAL {
		t.Errorf("read of a file that is only written: %v", err)
	}
	if _, err := open(t, "/fixed", unix.O_WRONLY).Write(nil, vm.NewBuffer([]byte("y"))); err != unix.EIO {
		t.Errorf("write to a file that is only read: %v", err)
	}
	if _, err := vfs.OpenAt(nil, vfs.Path{}, "/secret", unix.O_RDONLY, 0); err != unix.EACCES {
		t.Errorf("check: %v", err)
	}
	p, _ := vfs.Walk(nil, vfs.Path{}, "/set", 0)
	if err := vfs.Chmod(nil, p, 0777); err != unix.EPERM {
		t.Errorf("chmod: %v", err)
	}
}

func TestReplace(t *testing.T) {
	sb := mount(t, map[string]File{"d/f": {Text: Fixed("old")}})
	Add(sb, "d/f", NewInode(sb, &File{Text: Fixed("new")}, unix.S_IFREG|0444))
	Add(sb, "l", NewInode(sb, &Link{Target: "d/f"}, unix.S_IFLNK|0777))
	p := make([]byte, 10)
	if n, err := open(t, "/l", unix.O_RDONLY).ReadAt(p, 0); string(p[:n]) != "new" || err != nil {
		t.Errorf("%q, %v", p[:n], err)
	}
}
