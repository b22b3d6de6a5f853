package inotify

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/posix/posixtest"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/task/tasktest"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// empty checks that nothing is left of what was watched.
func empty(t *testing.T) {
	t.Helper()
	all.mu.Lock()
	defer all.mu.Unlock()
	if len(all.watches) != 0 || len(all.count.byUser) != 0 || len(all.instances.byUser) != 0 {
		t.Errorf("left: %d files, %v watches, %v instances", len(all.watches), all.count.byUser, all.instances.byUser)
	}
}

// start makes an instance.
func start(t *testing.T, k *tasktest.Task) sys.FD {
	t.Helper()
	fd, err := InotifyInit1(k.Task, unix.IN_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	return fd
}

// add watches a file, and returns the error.
func add(k *tasktest.Task, fd sys.FD, name string) error {
	a := k.Map(100)
	k.Set(a, append([]byte(name), 0))
	_, err := InotifyAddWatch(k.Task, fd, sys.Path(a), unix.IN_ALL_EVENTS)
	return err
}

// touch makes a file.
func touch(t *testing.T, owner *task.Task, name string) *vfs.File {
	t.Helper()
	f, err := vfs.OpenAt(owner, vfs.Path{}, name, unix.O_CREAT|unix.O_RDWR, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestLimits reaches the limits, and gets everything back.
func TestLimits(t *testing.T) {
	k := posixtest.NewTask(t)
	fd := start(t, k)
	if err := maxWatches.write(nil, "3\n"); err != nil {
		t.Fatal(err)
	}
	defer maxWatches.set.Store(0)
	for n, want := range []error{nil, nil, nil, unix.ENOSPC} {
		name := strconv.Itoa(n)
		touch(t, k.Task, name).Put()
		if err := add(k, fd, name); err != want {
			t.Errorf("watch %d: %v, want %v", n, err, want)
		}
	}
	n := 1
	var err error
	for ; err == nil && n < 200; n++ {
		_, err = InotifyInit(k.Task)
	}
	if n-1 != 128 || err != unix.EMFILE {
		t.Errorf("%d instances, then %v", n-1, err)
	}
	for fd := range sys.FD(n - 1) {
		if err := fdtab.Close(k.Task, fd); err != nil {
			t.Fatal(fd, err)
		}
	}
	empty(t)
	if maxEvents.write(nil, "x") != unix.EINVAL || maxEvents.write(nil, "-1") != unix.EINVAL {
		t.Error("a limit that is no number")
	}
}

// TestGone removes watched files: no watch is left, and the files are evicted.
func TestGone(t *testing.T) {
	k := posixtest.NewTask(t)
	fd := start(t, k)
	f := touch(t, k.Task, "f")
	if err := add(k, fd, "f"); err != nil {
		t.Fatal(err)
	}
	var info strings.Builder
	g, err := fdtab.Get(k.Task, fd)
	if err != nil {
		t.Fatal(err)
	}
	g.FDInfo(&info)
	if !strings.HasPrefix(info.String(), "inotify wd:1 ino:") || !strings.HasSuffix(info.String(), " mask:fff ignored_mask:0 \n") {
		t.Errorf("fdinfo %q", info.String())
	}
	if err := vfs.Unlink(k.Task, vfs.Path{}, "f"); err != nil {
		t.Fatal(err)
	}
	if len(all.watches) != 1 {
		t.Errorf("%d files are watched while one is open", len(all.watches))
	}
	f.Put()
	g.Put()
	if len(all.watches) != 0 {
		t.Errorf("%d files are watched that are gone", len(all.watches))
	}
	if f.Inode().Hold() {
		t.Error("the file is not gone")
	}
	if err := fdtab.Close(k.Task, fd); err != nil {
		t.Fatal(err)
	}
	empty(t)
}

// TestTogether makes, watches, renames and removes files from several tasks at once.
func TestTogether(t *testing.T) {
	k := posixtest.NewTask(t)
	var g sync.WaitGroup
	for n := range 4 {
		other := k.Clone(unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND | unix.CLONE_THREAD)
		g.Go(func() {
			name := "f" + strconv.Itoa(n%2)
			a := other.Map(100)
			other.Set(a, append([]byte(name), 0))
			fd, err := InotifyInit1(other.Task, unix.IN_NONBLOCK)
			if err != nil {
				t.Error(err)
				return
			}
			for range 200 {
				f, err := vfs.OpenAt(other.Task, vfs.Path{}, name, unix.O_CREAT|unix.O_RDWR, 0o644)
				if err != nil {
					continue // it was removed meanwhile
				}
				InotifyAddWatch(other.Task, fd, sys.Path(a), unix.IN_ALL_EVENTS)
				f.Write(other.Task, vm.NewBuffer([]byte("x")))
				vfs.Rename(other.Task, vfs.Path{}, name, vfs.Path{}, "g", 0)
				vfs.Unlink(other.Task, vfs.Path{}, "g")
				f.Put()
			}
			if err := fdtab.Close(other.Task, fd); err != nil {
				t.Error(err)
			}
		})
	}
	g.Wait()
	empty(t)
}
