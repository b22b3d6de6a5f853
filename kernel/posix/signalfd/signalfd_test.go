package signalfd

import (
	"strings"
	"testing"
	"time"

	"cairn/kernel/posix/fdio"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/posix/poll"
	"cairn/kernel/posix/posixtest"
	"cairn/kernel/posix/signal"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task/tasktest"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// block makes the set the signal mask, and returns its address.
func block(t *testing.T, k *tasktest.Task, set signal.Set) sys.SigSet {
	t.Helper()
	a := k.Map(setSize)
	if err := vm.Store(k.AS, a, set); err != nil {
		t.Fatal(err)
	}
	if err := signal.RtSigprocmask(k.Task, unix.SIG_SETMASK, sys.SigSet(a), 0, setSize); err != nil {
		t.Fatal(err)
	}
	return sys.SigSet(a)
}

func send(t *testing.T, k *tasktest.Task, sig unix.Signal) {
	t.Helper()
	i := signal.NewInfo(int(sig), signal.SIUser)
	if err := signal.SendProcess(k.Proc, &i); err != nil {
		t.Fatal(err)
	}
}

func TestRead(t *testing.T) {
	k := posixtest.NewTask(t)
	set := block(t, k, signal.SetOf(unix.SIGUSR1, unix.SIGUSR2, unix.SIGKILL))
	fd, err := Signalfd4(k.Task, -1, set, setSize, unix.SFD_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	room := k.Map(4 * signal.FDInfoSize)
	read := func(n int) (int, error) { return fdio.Read(k.Task, fd, sys.OutBuf(room), sys.Size(n)) }
	if _, err := read(4 * signal.FDInfoSize); err != unix.EAGAIN {
		t.Errorf("read without a signal: %v", err)
	}
	if _, err := read(signal.FDInfoSize - 1); err != unix.EINVAL {
		t.Errorf("read of too little: %v", err)
	}
	send(t, k, unix.SIGUSR2)
	send(t, k, unix.SIGUSR1)
	f, err := fdtab.Get(k.Task, fd)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Put()
	if f.ReadyTo(k.Task) != wait.In || f.Ready() != wait.In {
		t.Error("not ready although signals wait")
	}
	if n, err := read(4 * signal.FDInfoSize); n != 2*signal.FDInfoSize || err != nil {
		t.Errorf("read: %d, %v", n, err)
	}
	if b := k.Bytes(room, signal.FDInfoSize+1); b[0] != byte(unix.SIGUSR1) || b[signal.FDInfoSize] != byte(unix.SIGUSR2) {
		t.Errorf("read signals %d and %d", b[0], b[signal.FDInfoSize])
	}
	if f.ReadyTo(k.Task) != 0 {
		t.Error("ready although no signal waits")
	}
	var info strings.Builder
	f.Ops.(*signalfd).FDInfo(f, &info)
	if want := "sigmask:\t0000000000000a00\n"; info.String() != want {
		t.Errorf("fdinfo %q, want %q", info.String(), want)
	}
}

// TestPollWakes waits in poll(2) for a signal that comes later, and for one that is in the set only later.
func TestPollWakes(t *testing.T) {
	k := posixtest.NewTask(t)
	set := block(t, k, signal.SetOf(unix.SIGUSR1))
	fd, err := Signalfd4(k.Task, -1, set, setSize, 0)
	if err != nil {
		t.Fatal(err)
	}
	fds := k.Map(8)
	if err := vm.Store(k.AS, fds, [2]uint32{uint32(fd), unix.POLLIN}); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(10*time.Millisecond, func() { send(t, k, unix.SIGUSR1) })
	defer timer.Stop()
	if n, err := poll.Poll(k.Task, sys.PollFDs(fds), 1, 10_000); n != 1 || err != nil {
		t.Errorf("poll: %d, %v", n, err)
	}
}
