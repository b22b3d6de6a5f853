package fdio_test

import (
	"testing"
	"time"

	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/eventfd"
	"cairn/kernel/posix/fdio"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/posix/pipe"
	"cairn/kernel/posix/posixtest"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/task/tasktest"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// install puts a file into the task's table.
func install(tb testing.TB, tk *tasktest.Task, f *vfs.File) sys.FD {
	tb.Helper()
	fd, err := fdtab.Install(tk.Task, f, false)
	if err != nil {
		tb.Fatal(err)
	}
	return fd
}

// pipes makes a pipe in the task's table.
func pipes(tb testing.TB, tk *tasktest.Task, flags int) (r, w sys.FD) {
	rf, wf := pipe.New(tk.Task, flags)
	return install(tb, tk, rf), install(tb, tk, wf)
}

// catchSignals notes the signals that files cause.
func catchSignals(t *testing.T) *[]int {
	var sent []int
	old := fdio.SendSignal
	fdio.SendSignal = func(_ *task.Task, sig int) { sent = append(sent, sig) }
	t.Cleanup(func() { fdio.SendSignal = old })
	return &sent
}

func TestSIGPIPE(t *testing.T) {
	tk := posixtest.NewTask(t)
	sent := catchSignals(t)
	r, w := pipes(t, tk, 0)
	if err := fdtab.Remove(tk.Task, r); err != nil {
		t.Fatal(err)
	}
	buf := tk.Map(8)
	if _, err := fdio.Write(tk.Task, w, sys.InBuf(buf), 8); err != unix.EPIPE {
		t.Errorf("write: %v", err)
	}
	if len(*sent) != 1 || (*sent)[0] != int(unix.SIGPIPE) {
		t.Errorf("signals %v", *sent)
	}
}

// TestSIGPIPELater has the reader go while a write waits for room: what was written
// counts, and the signal comes all the same.
func TestSIGPIPELater(t *testing.T) {
	tk := posixtest.NewTask(t)
	sent := catchSignals(t)
	r, w := pipes(t, tk, 0)
	wait := tasktest.Go(func() {
		time.Sleep(10 * time.Millisecond)
		if f, err := fdtab.Get(tk.Task, r); err == nil {
			f.Put()
			f.Put() // the table's
		}
	})
	n, err := fdio.Write(tk.Task, w, sys.InBuf(tk.Map(100000)), 100000)
	wait()
	if n != 65536 || err != nil {
		t.Errorf("write: %d, %v", n, err)
	}
	if len(*sent) != 1 {
		t.Errorf("signals %v", *sent)
	}
}

func TestInterrupted(t *testing.T) {
	tk := posixtest.NewTask(t)
	r, w := pipes(t, tk, 0)
	buf := tk.Map(100000)
	interrupt := func() func() {
		return tasktest.Go(func() {
			time.Sleep(10 * time.Millisecond)
			tk.Post(task.WorkSignal)
		})
	}
	wait := interrupt()
	if n, err := fdio.Read(tk.Task, r, sys.OutBuf(buf), 1); err != sys.ERESTARTSYS || n != 0 {
		t.Errorf("read: %d, %v", n, err)
	}
	wait()
	tk.Clear(task.WorkSignal)
	wait = interrupt()
	if n, err := fdio.Write(tk.Task, w, sys.InBuf(buf), 100000); err != nil || n != 65536 {
		t.Errorf("write: %d, %v", n, err)
	}
	wait()
	if n, err := fdio.Write(tk.Task, w, sys.InBuf(buf), 1); err != sys.ERESTARTSYS || n != 0 {
		t.Errorf("write with a signal pending: %d, %v", n, err)
	}
	tk.Clear(task.WorkSignal)
}

func TestSIGIO(t *testing.T) {
	tk := posixtest.NewTask(t)
	var got []vfs.Owner
	old := fdio.SendOwner
	fdio.SendOwner = func(_ *vfs.File, o vfs.Owner, fd sys.FD, ev wait.Events) {
		if ev&wait.In != 0 && fd == 0 {
			got = append(got, o)
		}
	}
	defer func() { fdio.SendOwner = old }()
	r, w := pipes(t, tk, 0)
	if _, err := fdio.Fcntl(tk.Task, r, unix.F_SETOWN, 42); err != nil {
		t.Fatal(err)
	}
	write := func() {
		if _, err := fdio.Write(tk.Task, w, sys.InBuf(tk.Map(1)), 1); err != nil {
			t.Fatal(err)
		}
	}
	for _, flags := range []sys.FcntlArg{0, unix.O_ASYNC, unix.O_ASYNC, 0} {
		if _, err := fdio.Fcntl(tk.Task, r, unix.F_SETFL, flags); err != nil {
			t.Fatal(err)
		}
		write()
	}
	if len(got) != 2 || got[0].ID != 42 {
		t.Errorf("signals to %v", got)
	}
}

// TestNoAllocation holds the calls that programs make most to their promise.
func TestNoAllocation(t *testing.T) {
	tk := posixtest.NewTask(t)
	r, w := pipes(t, tk, 0)
	event := install(t, tk, eventfd.New(0, 0))
	buf := tk.Map(4096)
	tk.Set(buf, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	must := func(n int, err error) {
		if err != nil || n == 0 {
			t.Fatal(n, err)
		}
	}
	for name, f := range map[string]func(){
		"pipe": func() {
			must(fdio.Write(tk.Task, w, sys.InBuf(buf), 8))
			must(fdio.Read(tk.Task, r, sys.OutBuf(buf), 8))
		},
		"eventfd": func() {
			must(fdio.Write(tk.Task, event, sys.InBuf(buf), 8))
			must(fdio.Read(tk.Task, event, sys.OutBuf(buf), 8))
		},
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// TestNoAllocationBlocking has two tasks wait for each other.
func TestNoAllocationBlocking(t *testing.T) {
	a := posixtest.NewTask(t)
	b := a.Clone(unix.CLONE_VM | unix.CLONE_FILES)
	r1, w1 := pipes(t, a, 0)
	r2, w2 := pipes(t, a, 0)
	bufA, bufB := sys.OutBuf(a.Map(1)), sys.OutBuf(a.Map(1))
	wait := tasktest.Go(func() {
		for {
			n, err := fdio.Read(b.Task, r1, bufB, 1)
			if n == 0 || err != nil {
				return
			}
			_, _ = fdio.Write(b.Task, w2, sys.InBuf(bufB), 1)
		}
	})
	n := testing.AllocsPerRun(200, func() {
		_, _ = fdio.Write(a.Task, w1, sys.InBuf(bufA), 1)
		_, _ = fdio.Read(a.Task, r2, bufA, 1)
	})
	_ = fdtab.Remove(a.Task, w1)
	wait()
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// slow is a file that is never ready, and for which nobody waits longer than a moment.
type slow struct {
	vfs.NoFile
	queue wait.Queue
}

func (*slow) Read(*task.Task, *vfs.File, *vm.Buffer, int64) (int, error)  { return 0, unix.EAGAIN }
func (*slow) Write(*task.Task, *vfs.File, *vm.Buffer, int64) (int, error) { return 0, unix.EAGAIN }
func (s *slow) Queue(*vfs.File) *wait.Queue                               { return &s.queue }
func (*slow) Deadline(bool) clock.Time                                    { return clock.Now() + 5_000_000 }

func TestDeadline(t *testing.T) {
	tk := posixtest.NewTask(t)
	f := vfs.NewFile(new(slow), "slow", unix.O_RDWR)
	f.SetTimed()
	fd := install(t, tk, f)
	buf := tk.Map(1)
	if _, err := fdio.Read(tk.Task, fd, sys.OutBuf(buf), 1); err != unix.EAGAIN {
		t.Errorf("read: %v", err)
	}
	if _, err := fdio.Write(tk.Task, fd, sys.InBuf(buf), 1); err != unix.EAGAIN {
		t.Errorf("write: %v", err)
	}
	tk.Post(task.WorkSignal)
	if _, err := fdio.Read(tk.Task, fd, sys.OutBuf(buf), 1); err != unix.EINTR {
		t.Errorf("read with a signal pending: %v", err)
	}
}
