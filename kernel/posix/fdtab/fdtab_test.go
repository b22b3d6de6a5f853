package fdtab

import (
	"math/rand"
	"sync"
	"testing"

	"cairn/kernel/fs/ramfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/task/tasktest"

	"golang.org/x/sys/unix"
)

// counted is a file that notes when it is released.
type counted struct {
	vfs.NoFile
	live *int
	mu   *sync.Mutex
}

func (c *counted) Release(*vfs.File) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*c.live--
}

// A fixture is a task and a count of the files that are open.
type fixture struct {
	*tasktest.Task
	live int
	mu   sync.Mutex
}

func setUp(tb testing.TB) *fixture {
	tb.Helper()
	tasktest.InitMemory()
	sb, err := ramfs.New("")
	if err != nil {
		tb.Fatal(err)
	}
	vfs.MountRoot(sb, "tmpfs")
	fx := &fixture{}
	tb.Cleanup(func() {
		if fx.live != 0 {
			tb.Errorf("%d files leaked", fx.live)
		}
	})
	fx.Task = tasktest.New(tb)
	return fx
}

func (fx *fixture) file() *vfs.File {
	fx.mu.Lock()
	defer fx.mu.Unlock()
	fx.live++
	return vfs.NewFile(&counted{live: &fx.live, mu: &fx.mu}, "test", unix.O_RDWR)
}

// open installs n new files.
func (fx *fixture) open(tb testing.TB, n int) {
	tb.Helper()
	for range n {
		if _, err := Install(fx.Task.Task, fx.file(), false); err != nil {
			tb.Fatal(err)
		}
	}
}

func setLimit(tb testing.TB, n uint64) {
	old := Limit
	Limit = func(*task.Task) uint64 { return n }
	tb.Cleanup(func() { Limit = old })
}

func TestLowestFirst(t *testing.T) {
	setLimit(t, 1<<16)
	fx := setUp(t)
	tk := fx.Task.Task
	fx.open(t, 10000)
	for _, fd := range []sys.FD{9000, 63, 64, 4095, 4096, 0, 9999} {
		if err := Remove(tk, fd); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []sys.FD{0, 63, 64, 4095, 4096, 9000, 9999, 10000} {
		if fd, err := Install(tk, fx.file(), false); fd != want || err != nil {
			t.Errorf("Install: %d, %v; want %d", fd, err, want)
		}
	}
}

func TestLimit(t *testing.T) {
	setLimit(t, 5)
	fx := setUp(t)
	tk := fx.Task.Task
	fx.open(t, 4)
	pair := sys.OutFDPair(fx.Map(8))
	if err := InstallPair(tk, fx.file(), fx.file(), false, pair); err != unix.EMFILE {
		t.Errorf("InstallPair with room for one: %v", err)
	}
	if err := InstallPair(tk, fx.file(), fx.file(), false, 8); err != unix.EMFILE {
		t.Errorf("InstallPair with room for one, to nowhere: %v", err)
	}
	if fd, err := Install(tk, fx.file(), false); fd != 4 || err != nil {
		t.Errorf("the last descriptor: %d, %v", fd, err)
	}
	if _, err := Install(tk, fx.file(), false); err != unix.EMFILE {
		t.Errorf("one too many: %v", err)
	}
	if _, err := DupFrom(tk, 0, 2, false); err != unix.EMFILE {
		t.Errorf("F_DUPFD with nothing free: %v", err)
	}
	if _, err := DupFrom(tk, 0, 5, false); err != unix.EINVAL {
		t.Errorf("F_DUPFD beyond the limit: %v", err)
	}
	if _, err := Dup2(tk, 0, 5); err != unix.EBADF {
		t.Errorf("dup2 beyond the limit: %v", err)
	}
}

func TestInstallPairToNowhere(t *testing.T) {
	fx := setUp(t)
	if err := InstallPair(fx.Task.Task, fx.file(), fx.file(), false, 8); err != unix.EFAULT {
		t.Errorf("InstallPair: %v", err)
	}
	if open := List(fx.Task.Task); len(open) != 0 || fx.live != 0 {
		t.Errorf("left open: %v, %d files", open, fx.live)
	}
}

func TestReserved(t *testing.T) {
	fx := setUp(t)
	tk := fx.Task.Task
	fd, err := Reserve(tk, true)
	if fd != 0 || err != nil {
		t.Fatalf("Reserve: %d, %v", fd, err)
	}
	if _, err := Get(tk, fd); err != unix.EBADF {
		t.Errorf("Get of a reserved descriptor: %v", err)
	}
	if err := Remove(tk, fd); err != unix.EBADF {
		t.Errorf("close of a reserved descriptor: %v", err)
	}
	fx.open(t, 1)
	if _, err := Dup2(tk, 1, 0); err != unix.EBUSY {
		t.Errorf("dup2 onto a reserved descriptor: %v", err)
	}
	child := fx.Clone(0)
	if got := List(child.Task); len(got) != 1 || got[0].FD != 1 {
		t.Errorf("the copy has %v", got)
	}
	Release(tk, fd)
	if fd, _ := Reserve(tk, false); fd != 0 {
		t.Errorf("Reserve after Release: %d", fd)
	}
	Fill(tk, 0, fx.file())
	if on, err := Cloexec(tk, 0); on || err != nil {
		t.Errorf("FD_CLOEXEC of another use: %v, %v", on, err)
	}
}

func TestCloneExecExit(t *testing.T) {
	fx := setUp(t)
	tk := fx.Task.Task
	fx.open(t, 3)
	if err := SetCloexec(tk, 1, true); err != nil {
		t.Fatal(err)
	}
	thread := fx.Clone(unix.CLONE_FILES | unix.CLONE_VM)
	child := fx.Clone(0)
	if err := Remove(tk, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := Get(thread.Task, 2); err != unix.EBADF {
		t.Errorf("CLONE_FILES does not share: %v", err)
	}
	if f, err := Get(child.Task, 2); err != nil {
		t.Errorf("a copy lost a descriptor: %v", err)
	} else {
		f.Put()
	}
	tables.Set(thread.Task, exec(thread.Task, tables.Get(thread.Task)))
	if got := List(thread.Task); len(got) != 1 || got[0].FD != 0 {
		t.Errorf("after exec: %v", got)
	}
	if got := List(tk); len(got) != 2 {
		t.Errorf("exec of a sharer closed the descriptors of the other: %v", got)
	}
	Unshare(thread.Task) // alone already
	if fx.live != 3 {
		t.Errorf("%d files, want 3", fx.live)
	}
}

func TestCloseRangeUnshare(t *testing.T) {
	fx := setUp(t)
	fx.open(t, 5)
	for _, flags := range []sys.CloseRangeFlags{0, unix.CLOSE_RANGE_CLOEXEC} {
		thread := fx.Clone(unix.CLONE_FILES | unix.CLONE_VM)
		if err := CloseRange(thread.Task, 1, 3, flags|unix.CLOSE_RANGE_UNSHARE); err != nil {
			t.Fatal(err)
		}
		if got := List(fx.Task.Task); len(got) != 5 || got[1].Cloexec {
			t.Errorf("the other's table changed: %v", got)
		}
		want := 2
		if flags != 0 {
			want = 5
		}
		if got := List(thread.Task); len(got) != want || got[1].Cloexec != (flags != 0) {
			t.Errorf("flags %d: %v", flags, got)
		}
	}
}

// TestConcurrent has readers and writers of one table meet; run it with -race.
func TestConcurrent(t *testing.T) {
	fx := setUp(t)
	var tasks []*tasktest.Task
	for range 4 {
		tasks = append(tasks, fx.Clone(unix.CLONE_FILES|unix.CLONE_VM))
	}
	var wg sync.WaitGroup
	for i, tk := range tasks {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r := rand.New(rand.NewSource(int64(i)))
			for range 3000 {
				fx.step(tk.Task, r)
			}
		}()
	}
	wg.Wait()
}

// step does something with a descriptor; that it is not open is no error.
func (fx *fixture) step(t *task.Task, r *rand.Rand) {
	fd := sys.FD(r.Intn(200))
	switch r.Intn(5) {
	case 0:
		_, _ = Install(t, fx.file(), r.Intn(2) == 0)
	case 1:
		_ = Remove(t, fd)
	case 2:
		_, _ = Dup2(t, fd, sys.FD(r.Intn(200)))
	default:
		if f, err := Get(t, fd); err == nil {
			f.Put()
		}
	}
}

func TestGetAllocatesNothing(t *testing.T) {
	fx := setUp(t)
	fx.open(t, 1)
	n := testing.AllocsPerRun(100, func() {
		f, err := Get(fx.Task.Task, 0)
		if err != nil {
			t.Fatal(err)
		}
		f.Put()
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzBitmap(f *testing.F) {
	f.Add([]byte{0, 1, 2, 128, 255}, uint16(3))
	f.Fuzz(func(t *testing.T, ops []byte, from uint16) {
		var b bitmap
		b.grow(1024)
		set := map[int]bool{}
		for i, op := range ops {
			n := (int(op)*7 + i*i) % 1024
			if op&1 == 0 {
				b.set(n)
				set[n] = true
			} else {
				b.clear(n)
				delete(set, n)
			}
		}
		gap, next, last := int(from)%1024, int(from)%1024, -1
		for set[gap] {
			gap++
		}
		for next < 1024 && !set[next] {
			next++
		}
		for n := range set {
			last = max(last, n)
		}
		if next == 1024 {
			next = -1
		}
		if g := b.gap(int(from) % 1024); g != gap {
			t.Errorf("gap %d, want %d", g, gap)
		}
		if n := b.next(int(from) % 1024); n != next {
			t.Errorf("next %d, want %d", n, next)
		}
		if l := b.last(); l != last {
			t.Errorf("last %d, want %d", l, last)
		}
	})
}
