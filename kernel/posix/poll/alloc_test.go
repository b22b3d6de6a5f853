package poll_test

import (
	"encoding/binary"
	"testing"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/eventfd"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/posix/poll"
	"cairn/kernel/posix/posixtest"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task/tasktest"

	"golang.org/x/sys/unix"
)

func install(tb testing.TB, tk *tasktest.Task, f *vfs.File) sys.FD {
	tb.Helper()
	fd, err := fdtab.Install(tk.Task, f, false)
	if err != nil {
		tb.Fatal(err)
	}
	return fd
}

// readyEpoll returns a task, an epoll that watches an eventfd that is readable, and
// memory for its events.
func readyEpoll(tb testing.TB) (*tasktest.Task, sys.FD, sys.OutEpollEvents) {
	tb.Helper()
	tk := posixtest.NewTask(tb)
	fd := install(tb, tk, eventfd.New(1, 0))
	epfd, err := poll.EpollCreate1(tk.Task, 0)
	if err != nil {
		tb.Fatal(err)
	}
	ev := tk.Put(event(unix.EPOLLIN, 7))
	if err := poll.EpollCtl(tk.Task, epfd, unix.EPOLL_CTL_ADD, fd, sys.EpollEvent(ev)); err != nil {
		tb.Fatal(err)
	}
	return tk, epfd, sys.OutEpollEvents(tk.Map(120))
}

func TestNoAllocation(t *testing.T) {
	tk, epfd, events := readyEpoll(t)
	n := testing.AllocsPerRun(100, func() {
		if n, err := poll.EpollWait(tk.Task, epfd, events, 10, -1); n != 1 || err != nil {
			t.Fatal(n, err)
		}
	})
	if n != 0 {
		t.Errorf("epoll_wait: %v allocations", n)
	}
	fds := tk.Put(pollfd(int(epfd), unix.POLLIN))
	if n := testing.AllocsPerRun(100, func() {
		if n, err := poll.Poll(tk.Task, sys.PollFDs(fds), 1, -1); n != 1 || err != nil {
			t.Fatal(n, err)
		}
	}); n > 0.5 { // the pool may be emptied by a collection
		t.Errorf("poll: %v allocations", n)
	}
}

// TestTimeouts has epoll_wait time out, which must not cost memory either.
func TestTimeouts(t *testing.T) {
	tk := posixtest.NewTask(t)
	epfd, err := poll.EpollCreate1(tk.Task, 0)
	if err != nil {
		t.Fatal(err)
	}
	events := sys.OutEpollEvents(tk.Map(12))
	if n, err := poll.EpollWait(tk.Task, epfd, events, 1, 1); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	ts := sys.Timespec(tk.Put(binary.NativeEndian.AppendUint64(make([]byte, 8), 1000)))
	if n := testing.AllocsPerRun(20, func() {
		if n, err := poll.EpollPwait2(tk.Task, epfd, events, 1, ts, 0, 0); n != 0 || err != nil {
			t.Fatal(n, err)
		}
	}); n > 0.5 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkEpollWait(b *testing.B) {
	tk, epfd, events := readyEpoll(b)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = poll.EpollWait(tk.Task, epfd, events, 10, -1)
	}
}
