package socket

import (
	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/posix/fdio"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// sockFS holds the inodes of sockets, as Linux's sockfs.
var sockFS = vfs.NewSuperBlock(&vfs.FSType{Name: "sockfs", Magic: unix.SOCKFS_MAGIC})

// file is the operations of a description of a socket.
type file struct {
	vfs.NoFile
	ops  Ops
	base *Base
}

// Held implements fdtab.Holder.
func (f *file) Held() int {
	if h, ok := f.ops.(fdtab.Holder); ok {
		return h.Held()
	}
	return 0
}

// NewFile returns a description of a socket, named "socket:[N]" with the inode's
// number. flags are SOCK_NONBLOCK.
func NewFile(t *task.Task, ops Ops, flags int) *vfs.File {
	b := ops.Common()
	inode := &vfs.Inode{}
	c := vfs.CredOf(t)
	inode.SetUp(sockFS, new(vfs.NoInode), unix.S_IFSOCK|0o777, c.UID, c.GID)
	f := vfs.NewFileInode(&file{ops: ops, base: b}, inode, kfmt.Sprintf("socket:[%d]", inode.Ino),
		unix.O_RDWR|flags&unix.SOCK_NONBLOCK)
	f.SetTimed()
	b.inode.Store(inode)
	return f
}

// Of returns the socket behind a description, nil if it is none.
func Of(f *vfs.File) Ops {
	if s, ok := f.Ops.(*file); ok {
		return s.ops
	}
	return nil
}

// get returns the socket behind a descriptor, counted: EBADF, ENOTSOCK.
func get(t *task.Task, fd sys.FD) (*vfs.File, Ops, error) {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return nil, nil, err
	}
	if s, ok := f.Ops.(*file); ok {
		return f, s.ops, nil
	}
	f.Put()
	return nil, nil, unix.ENOTSOCK
}

// Await tries until try returns something else than EAGAIN, and waits in the queue for one of
// the events between the tries. It returns EAGAIN once the deadline came, and a signal's
// interruption as signal(7) says for sockets: a wait with a deadline is not restarted.
func Await(t *task.Task, q *wait.Queue, ev wait.Events, deadline clock.Time, try func() error) error {
	err := try()
	if !sys.IsAgain(err) || deadline == NoWait {
		return err
	}
	err = fdio.WaitQueue(t, q, ev, deadline, try)
	if err == sys.ERESTARTSYS && deadline != clock.Never {
		return unix.EINTR
	}
	return err
}

// deadline returns until when a call on the description waits.
func deadline(f *vfs.File, b *Base, flags int, write bool) clock.Time {
	if flags&unix.MSG_DONTWAIT != 0 || f.NonBlocking() {
		return NoWait
	}
	return b.Deadline(write)
}

// Read implements read(2) on a socket. A read of nothing does nothing. One that would wait for
// datagrams after shutdown(2) finds the end instead.
func (s *file) Read(t *task.Task, f *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	if b.Len() == 0 {
		return 0, nil
	}
	n, err := s.ops.Recv(t, b, nil, 0, NoWait)
	if s.base.Type != unix.SOCK_STREAM && sys.IsAgain(err) && !f.NonBlocking() && s.ops.Ready()&wait.RdHup != 0 {
		return 0, nil
	}
	return n, err
}

// Write implements write(2) on a socket.
func (s *file) Write(t *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	return s.ops.Send(t, b, nil, 0, NoWait)
}

// Ready returns what poll(2) says.
func (s *file) Ready(*vfs.File) wait.Events { return s.ops.Ready() }

// Queue returns the socket's queue.
func (s *file) Queue(*vfs.File) *wait.Queue { return s.ops.Queue() }

// Ioctl does the family's commands.
func (s *file) Ioctl(t *task.Task, _ *vfs.File, cmd uint32, arg vm.Addr) (uintptr, error) {
	return s.ops.Ioctl(t, cmd, arg)
}

// Deadline says until when read(2) and write(2) wait (fdio.Deadliner).
func (s *file) Deadline(write bool) clock.Time { return s.base.Deadline(write) }

// BreaksQuietly says whether write(2), having written n bytes, fails with EPIPE without
// SIGPIPE (fdio.Quiet).
func (s *file) BreaksQuietly(n int) bool { return n > 0 || !s.ops.Signals() }

// Release ends the socket.
func (s *file) Release(*vfs.File) { s.ops.Release() }
