package posixtest

import (
	"fmt"
	"sync/atomic"
	"testing"

	"cairn/kernel/fs/ramfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	_ "cairn/kernel/posix/fdio" // write(2) and lseek(2), for Temp
	"cairn/kernel/posix/fdtab"
	_ "cairn/kernel/posix/poll" // poll(2), for Poll
	"cairn/kernel/syscall"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task/tasktest"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

const pageSize = mem.PageSize

// NewTask returns a task whose root is an empty directory of memory.
func NewTask(tb testing.TB) *tasktest.Task {
	tb.Helper()
	tasktest.InitMemory()
	sb, err := ramfs.New("")
	if err != nil {
		tb.Fatal(err)
	}
	root := vfs.MountRoot(sb, "tmpfs")
	tb.Cleanup(root.Dentry.EvictTree)
	return tasktest.New(tb)
}

// cairn makes calls on the libraries in the test binary.
type cairn struct{ t *tasktest.Task }

func newCairn(tb testing.TB) kernel { return cairn{NewTask(tb)} }

func (k cairn) call(nr uintptr, a [6]uint64) (int64, unix.Errno) {
	r := &k.t.Regs
	r.OrigRAX = uint64(nr)
	r.RDI, r.RSI, r.RDX, r.R10, r.R8, r.R9 = a[0], a[1], a[2], a[3], a[4], a[5]
	syscall.Dispatch(k.t.Task)
	v := int64(r.SyscallResult())
	if v >= 0 || v < -4095 {
		return v, 0
	}
	e := unix.Errno(-v)
	if sys.IsRestart(e) {
		k.t.TakeRestart()
		e = unix.EINTR
	}
	return 0, e
}

func (k cairn) thread() kernel {
	return cairn{k.t.Clone(unix.CLONE_VM | unix.CLONE_FILES | unix.CLONE_FS | unix.CLONE_THREAD)}
}

func (k cairn) temp(flags int) int {
	name := fmt.Sprintf("/temp-%d", temps.Add(1))
	return k.open(name, unix.O_CREAT|unix.O_RDWR|flags)
}

// temps numbers the temporary files.
var temps atomic.Int32

func (k cairn) reopen(fd, flags int) int {
	old, err := fdtab.Get(k.t.Task, sys.FD(fd))
	if err != nil {
		panic(err)
	}
	defer old.Put()
	return k.open(old.Path(), flags)
}

func (k cairn) open(name string, flags int) int {
	f, err := vfs.OpenAt(k.t.Task, vfs.Path{}, name, flags|unix.O_LARGEFILE, 0o600)
	if err != nil {
		panic(err)
	}
	fd, err := fdtab.Install(k.t.Task, f, false)
	if err != nil {
		panic(err)
	}
	return int(fd)
}

func (k cairn) alloc(n int) memory { return cairnMemory{k.t, k.t.Map(n)} }

type cairnMemory struct {
	t *tasktest.Task
	a vm.Addr
}

func (m cairnMemory) addr() uint64 { return uint64(m.a) }
func (m cairnMemory) get(p []byte) { copy(p, m.t.Bytes(m.a, len(p))) }
func (m cairnMemory) set(p []byte) { m.t.Set(m.a, p) }
