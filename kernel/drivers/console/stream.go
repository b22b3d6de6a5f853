package console

import (
	"cairn/kernel/drivers"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// stream is a descriptor of the first program that is no terminal: it looks like the end
// of a pipe.
type stream struct {
	vfs.NoFile
	ch drivers.Channel
}

// streamInode is the inode of a stream, so that opening /proc/self/fd/1 works.
type streamInode struct {
	vfs.NoInode
	ops *stream
}

// pipeFS is where the inodes of the streams are.
var pipeFS = vfs.NewSuperBlock(&vfs.FSType{Name: "pipefs", Magic: unix.PIPEFS_MAGIC})

// newStream returns an open file for one direction of a channel: flags is O_RDONLY or O_WRONLY.
func newStream(ch drivers.Channel, flags int) *vfs.File {
	ops := &stream{ch: ch}
	inode := &vfs.Inode{}
	inode.SetUp(pipeFS, &streamInode{ops: ops}, unix.S_IFIFO|0600, 0, 0)
	return vfs.NewFileInode(ops, inode, kfmt.Sprintf("pipe:[%d]", inode.Ino), flags)
}

// Open gives a new description of the same stream.
func (i *streamInode) Open(_ *task.Task, f *vfs.File) error {
	f.Ops = i.ops
	f.SetStream()
	return nil
}

// Read moves what has arrived to b.
func (s *stream) Read(_ *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	return s.ch.Read(b)
}

// Write sends what is in b.
func (s *stream) Write(_ *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	return s.ch.Write(b)
}

// Ready says what poll(2) says of the end of a pipe.
func (s *stream) Ready(f *vfs.File) wait.Events {
	ev := s.ch.Ready()
	if f.Writable() {
		return ev & (wait.Out | wait.Err)
	}
	return ev & (wait.In | wait.Hup)
}

// Queue is woken when Ready changes.
func (s *stream) Queue(*vfs.File) *wait.Queue { return s.ch.Queue() }

// Ioctl knows FIONREAD (TIOCINQ).
func (s *stream) Ioctl(t *task.Task, _ *vfs.File, cmd uint32, arg vm.Addr) (uintptr, error) {
	if cmd != unix.TIOCINQ {
		return 0, unix.ENOTTY
	}
	return 0, vm.Store(t.AS, arg, int32(s.ch.Buffered()))
}
