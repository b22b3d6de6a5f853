package tty

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// file is a terminal, opened. It is the slave's side of a pseudoterminal.
type file struct {
	vfs.NoFile
	t *Terminal
	// hangups is the terminal's count when it was opened.
	hangups uint32
}

// Open makes f a description of the terminal, as opening its device node does: EBUSY if the terminal is
// exclusive (TIOCEXCL), EIO if it has no other end. A session leader without a controlling terminal gets
// this one, unless noCTTY.
func (t *Terminal) Open(tk *task.Task, f *vfs.File, noCTTY bool) error {
	t.lock()
	defer t.unlock()
	if t.line.gone() {
		return unix.EIO
	}
	if t.exclusive && t.opens > 0 && !privileged(tk) {
		return unix.EBUSY
	}
	t.opens++
	if m, ok := t.line.(*master); ok {
		m.slaveOpened()
	}
	f.Ops = &file{t: t, hangups: t.hangups}
	f.SetStream()
	if !noCTTY && f.Readable() {
		t.adopt(tk)
	}
	return nil
}

// Release is the end of a description.
func (f *file) Release(*vfs.File) {
	t := f.t
	t.lock()
	defer t.unlock()
	t.opens--
	if t.opens == 0 {
		t.exclusive = false
		if m, ok := t.line.(*master); ok {
			m.slaveClosed(t)
		}
	}
}

// dead says whether the terminal was hung up since f was opened.
func (f *file) dead() bool { return f.hangups != f.t.hangups }

// Read reads input: 0 after a hang-up.
func (f *file) Read(tk *task.Task, vf *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	t := f.t
	t.lock()
	defer t.unlock()
	if f.dead() {
		return 0, nil
	}
	if err := t.mayRead(tk); err != nil {
		return 0, err
	}
	return t.read(tk, b, vf.NonBlocking())
}

// writeChunk is how many bytes a write takes as one, as on Linux: all of them or, if not all are there, none.
const writeChunk = 2048

// Write writes output: EIO after a hang-up.
func (f *file) Write(tk *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	t := f.t
	t.lock()
	defer t.unlock()
	if f.dead() || t.line.gone() {
		return 0, unix.EIO
	}
	if t.lflag(unix.TOSTOP) {
		if err := t.mayChange(tk); err != nil {
			return 0, err
		}
	}
	if err := b.Check(writeChunk); err != nil {
		return 0, err
	}
	return t.write(b)
}

// Ready says what poll(2) would say.
func (f *file) Ready(*vfs.File) wait.Events {
	t := f.t
	t.lock()
	defer t.unlock()
	if f.dead() {
		return wait.In | wait.Out | wait.Err | wait.Hup
	}
	var ev wait.Events
	if t.readable() {
		ev |= wait.In
	}
	if !t.out.stopped && t.roomy() {
		ev |= wait.Out
	}
	return ev
}

// Queue is woken when Ready changes.
func (f *file) Queue(*vfs.File) *wait.Queue { return &f.t.queue }

// inode is the inode of a terminal that is opened without a device node in the tree.
type inode struct {
	vfs.NoInode
	t *Terminal
}

// Open opens the terminal again, through /proc/self/fd.
func (i *inode) Open(tk *task.Task, f *vfs.File) error { return i.t.Open(tk, f, f.NoCTTY()) }

// nodes is the file system of such inodes.
var nodes = vfs.NewSuperBlock(&vfs.FSType{Name: "devtmpfs", Magic: unix.TMPFS_MAGIC})

// NewFile opens the terminal without a device node.
func (t *Terminal) NewFile(tk *task.Task, flags int) (*vfs.File, error) {
	i := &vfs.Inode{Rdev: t.dev}
	const ttyGroup = 5
	i.SetUp(nodes, &inode{t: t}, unix.S_IFCHR|0620, 0, ttyGroup)
	f := vfs.NewFileInode(nil, i, t.name, flags)
	if err := t.Open(tk, f, true); err != nil {
		return nil, err
	}
	return f, nil
}
