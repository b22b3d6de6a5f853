package pipe

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// pipeFS holds the inodes of pipes without a name, as Linux's pipefs.
var pipeFS = vfs.NewSuperBlock(&vfs.FSType{Name: "pipefs", Magic: unix.PIPEFS_MAGIC})

// New returns the two ends of a new pipe, r for reading and w for writing. flags
// are O_NONBLOCK and O_DIRECT.
func New(t *task.Task, flags int) (r, w *vfs.File) {
	inode := &vfs.Inode{}
	c := vfs.CredOf(t)
	inode.SetUp(pipeFS, &nodeOps{}, unix.S_IFIFO|0o600, c.UID, c.GID)
	p := newPipe(inode)
	inode.Attach(func() any { return p })
	name := kfmt.Sprintf("pipe:[%d]", inode.Ino)
	r = vfs.NewFileInode(&end{pipe: p}, inode, name, unix.O_RDONLY|flags&unix.O_NONBLOCK)
	w = vfs.NewFileInode(&end{pipe: p}, inode, name, unix.O_WRONLY|flags)
	p.mu.Lock()
	p.enter(r)
	p.enter(w)
	p.mu.Unlock()
	return r, w
}

// nodeOps is the inode of a pipe without a name: opening /proc/PID/fd/N opens
// another end of it.
type nodeOps struct{ vfs.NoInode }

// Open opens another end, and never waits.
func (*nodeOps) Open(_ *task.Task, f *vfs.File) error {
	p := f.Inode().Attach(nil).(*pipe)
	if !f.Readable() && !f.Writable() {
		return unix.EINVAL
	}
	p.mu.Lock()
	p.enter(f)
	p.mu.Unlock()
	f.Ops = &end{pipe: p}
	return nil
}

func init() { vfs.OpenFIFO = openFIFO }

// openFIFO opens a FIFO, as fifo(7) says: opening for reading waits for a writer and the
// other way round. With O_NONBLOCK reading does not wait, and writing fails with
// ENXIO. Opening for both never waits.
func openFIFO(t *task.Task, f *vfs.File) error {
	if !f.Readable() && !f.Writable() {
		return unix.EINVAL
	}
	inode := f.Inode()
	p := inode.Attach(func() any { return newPipe(inode) }).(*pipe)
	e := &end{pipe: p}
	p.mu.Lock()
	noPartner := f.Readable() && !f.Writable() && p.writers == 0 ||
		f.Writable() && !f.Readable() && p.readers == 0
	if noPartner && f.NonBlocking() {
		if f.Writable() {
			p.mu.Unlock()
			return unix.ENXIO
		}
		e.seen = p.writes
		noPartner = false
	}
	p.enter(f)
	partner := &p.writes
	if f.Writable() {
		partner = &p.reads
	}
	before := *partner
	p.mu.Unlock()
	p.opens.Wake(wait.In)
	if noPartner {
		if err := p.await(t, partner, before); err != nil {
			p.leave(f)
			return err
		}
	}
	f.Ops = e
	return nil
}

// await blocks t until the counter, one of the pipe's, is no longer what it was
// before.
func (p *pipe) await(t *task.Task, counter *uint32, before uint32) error {
	e := &t.Waiting
	e.Mask, e.Waiter = wait.In, t
	p.opens.Add(e)
	defer p.opens.Remove(e)
	for {
		p.mu.Lock()
		now := *counter
		p.mu.Unlock()
		if now != before {
			return nil
		}
		if err := t.Block(); err != nil {
			return err
		}
	}
}

// Pipe2 implements pipe2(2).
//
// Supports O_CLOEXEC, O_NONBLOCK and O_DIRECT (packet mode). O_NOTIFICATION_PIPE is
// refused with ENOPKG, as by a Linux without watch queues.
//
//cairn:syscall pipe2
func Pipe2(t *task.Task, fds sys.OutFDPair, flags sys.PipeFlags) error {
	if flags&^(unix.O_CLOEXEC|unix.O_NONBLOCK|unix.O_DIRECT|unix.O_EXCL) != 0 {
		return unix.EINVAL
	}
	if flags&unix.O_EXCL != 0 { // O_NOTIFICATION_PIPE
		return unix.ENOPKG
	}
	r, w := New(t, int(flags))
	return fdtab.InstallPair(t, r, w, flags&unix.O_CLOEXEC != 0, fds)
}

// Pipe implements pipe(2).
//
//cairn:syscall pipe
func Pipe(t *task.Task, fds sys.OutFDPair) error { return Pipe2(t, fds, 0) }
