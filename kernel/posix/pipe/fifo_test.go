package pipe_test

import (
	"path/filepath"
	"testing"
	"time"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/posix/pipe"
	"cairn/kernel/posix/posixtest"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/task/tasktest"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// openFIFO opens a FIFO for a task.
func openFIFO(t *task.Task, flags int) (*vfs.File, error) {
	return vfs.OpenAt(t, vfs.Path{}, "/fifo", flags, 0)
}

func newFIFO(tb testing.TB) *tasktest.Task {
	tb.Helper()
	tk := posixtest.NewTask(tb)
	if err := vfs.Mknod(tk.Task, vfs.Path{}, "/fifo", unix.S_IFIFO|0o600, 0); err != nil {
		tb.Fatal(err)
	}
	return tk
}

// TestFIFO compares opening a FIFO with what Linux does.
func TestFIFO(t *testing.T) {
	tk := newFIFO(t)
	path := filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	const nb = unix.O_NONBLOCK
	for _, flags := range [][]int{{unix.O_RDONLY | nb}, {unix.O_WRONLY | nb}, {unix.O_RDWR}, {unix.O_RDWR | nb},
		{unix.O_RDONLY | nb, unix.O_WRONLY | nb}, {unix.O_RDONLY | nb, unix.O_WRONLY}, {unix.O_RDWR, unix.O_WRONLY},
		{unix.O_RDWR, unix.O_RDONLY}} {
		var files []*vfs.File
		var fds []int
		for _, fl := range flags {
			f, err := openFIFO(tk.Task, fl)
			fd, want := unix.Open(path, fl, 0)
			if err != want && !(err == nil && want == nil) {
				t.Errorf("%#x: open with %#x: %v, Linux says %v", flags, fl, err, want)
			}
			if err == nil && want == nil {
				files, fds = append(files, f), append(fds, fd)
			}
		}
		for len(files) > 0 {
			for i, f := range files {
				p := []unix.PollFd{{Fd: int32(fds[i]), Events: unix.POLLIN | unix.POLLOUT}}
				if _, err := unix.Poll(p, 0); err != nil {
					t.Fatal(err)
				}
				if got := f.Ready(); got != wait.Events(p[0].Revents) {
					t.Errorf("%#x: file %d is %#x, Linux says %#x", flags, i, got, p[0].Revents)
				}
			}
			last := len(files) - 1
			files[last].Put()
			unix.Close(fds[last])
			files, fds = files[:last], fds[:last]
		}
	}
}

func TestFIFOOpenWaits(t *testing.T) {
	for _, first := range []int{unix.O_RDONLY, unix.O_WRONLY} {
		a := newFIFO(t)
		b := a.Clone(0)
		opened := make(chan *vfs.File)
		go func() {
			f, err := openFIFO(a.Task, first)
			if err != nil {
				t.Error(err)
			}
			opened <- f
		}()
		select {
		case <-opened:
			t.Fatal("open did not wait for the other side")
		case <-time.After(20 * time.Millisecond):
		}
		f, err := openFIFO(b.Task, first^unix.O_WRONLY)
		if err != nil {
			t.Fatal(err)
		}
		g := <-opened
		f.Put()
		g.Put()
	}
}

func TestFIFOOpenInterrupted(t *testing.T) {
	tk := newFIFO(t)
	tk.Post(task.WorkSignal)
	if _, err := openFIFO(tk.Task, unix.O_RDONLY); err != sys.ERESTARTSYS {
		t.Errorf("interrupted open: %v", err)
	}
	tk.Clear(task.WorkSignal)
	if _, err := openFIFO(tk.Task, unix.O_WRONLY|unix.O_NONBLOCK); err != unix.ENXIO {
		t.Errorf("the reader that gave up is still counted: %v", err)
	}
}

func TestStat(t *testing.T) {
	tk := posixtest.NewTask(t)
	r, w := pipe.New(tk.Task, 0)
	defer r.Put()
	defer w.Put()
	var a, b vfs.Attr
	if r.Stat(&a) != nil || w.Stat(&b) != nil {
		t.Fatal("Stat failed")
	}
	if a.Mode != unix.S_IFIFO|0o600 || a.Size != 0 || a.Nlink != 1 || a.Ino == 0 || a != b || a.Mtime == 0 {
		t.Errorf("attributes %+v and %+v", a, b)
	}
	time.Sleep(time.Millisecond)
	if _, err := w.Write(tk.Task, vm.NewBuffer([]byte("x"))); err != nil {
		t.Fatal(err)
	}
	if _ = r.Stat(&b); b.Mtime <= a.Mtime || b.Atime != a.Atime {
		t.Errorf("times after a write: %+v, before: %+v", b, a)
	}
	if _, err := r.Read(tk.Task, vm.NewBuffer(make([]byte, 1))); err != nil {
		t.Fatal(err)
	}
	if _ = r.Stat(&b); b.Atime <= a.Atime {
		t.Errorf("times after a read: %+v, before: %+v", b, a)
	}
}

// TestReopen opens the read end of a pipe anew, as /proc/self/fd does.
func TestReopen(t *testing.T) {
	tk := posixtest.NewTask(t)
	r, w := pipe.New(tk.Task, 0)
	f := vfs.NewFileInode(nil, w.Inode(), w.Path(), unix.O_RDONLY)
	if err := w.Inode().Ops.Open(tk.Task, f); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(tk.Task, vm.NewBuffer([]byte("x"))); err != nil {
		t.Fatal(err)
	}
	r.Put()
	p := make([]byte, 2)
	if n, err := f.Read(tk.Task, vm.NewBuffer(p)); n != 1 || err != nil {
		t.Errorf("read: %d, %v", n, err)
	}
	w.Put()
	if n, err := f.Read(tk.Task, vm.NewBuffer(p)); n != 0 || err != nil {
		t.Errorf("read at the end: %d, %v", n, err)
	}
	f.Put()
}

func TestNoFrameLeaks(t *testing.T) {
	tk := posixtest.NewTask(t)
	before := mem.Free()
	for range 10 {
		r, w := pipe.New(tk.Task, unix.O_NONBLOCK)
		if n, err := w.Write(tk.Task, vm.NewBuffer(make([]byte, 100000))); n != 65536 || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
		if _, err := r.Read(tk.Task, vm.NewBuffer(make([]byte, 5000))); err != nil {
			t.Fatal(err)
		}
		r.Put()
		w.Put()
	}
	if after := mem.Free(); after != before {
		t.Errorf("%d bytes leaked", before-after)
	}
}
