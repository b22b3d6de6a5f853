package pipe

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// An end is the operations of one description of a pipe.
type end struct {
	vfs.NoFile
	*pipe
	// seen is how often the pipe had been opened for writing when a FIFO was opened for
	// reading with O_NONBLOCK and without a writer: as long as that stays, there is no
	// hang-up. It is 0 for others.
	seen uint32
}

// Read implements read(2) on a pipe.
func (e *end) Read(t *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	if b.Len() == 0 {
		return 0, nil
	}
	p := e.pipe
	p.mu.Lock()
	if p.ring.empty() {
		writers := p.writers
		if t != nil {
			t.Unready = p.in.Mark()
		}
		p.mu.Unlock()
		if writers == 0 {
			return 0, nil
		}
		return 0, unix.EAGAIN
	}
	wasFull := p.ring.full()
	n, freed, err := p.ring.read(b)
	if n > 0 {
		p.inode.Accessed()
	}
	both := p.both
	p.mu.Unlock()
	if wasFull && freed {
		p.wakeWriters(both)
	}
	return n, err
}

// Write implements write(2) on a pipe. What it takes is atomic up to PIPE_BUF, a page,
// since a page's worth needs one place.
func (e *end) Write(_ *task.Task, f *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	if b.Len() == 0 {
		return 0, nil
	}
	kind := private
	if f.Flags()&unix.O_DIRECT != 0 {
		kind = packet
	}
	p := e.pipe
	p.mu.Lock()
	if p.readers == 0 {
		p.mu.Unlock()
		return 0, unix.EPIPE
	}
	n, err := p.ring.write(b, kind)
	if n > 0 {
		p.inode.Modified()
	}
	p.mu.Unlock()
	if n > 0 {
		p.in.Wake(wait.In)
		return n, nil
	}
	if err == nil {
		err = unix.EAGAIN
	}
	return 0, err
}

// Ready says what pipe(7) documents for poll(2).
func (e *end) Ready(f *vfs.File) wait.Events {
	p := e.pipe
	p.mu.Lock()
	defer p.mu.Unlock()
	var ev wait.Events
	if f.Readable() {
		if !p.ring.empty() {
			ev |= wait.In
		}
		if p.writers == 0 && e.seen != p.writes {
			ev |= wait.Hup
		}
	}
	if f.Writable() {
		if !p.ring.full() {
			ev |= wait.Out
		}
		if p.readers == 0 {
			ev |= wait.Err
		}
	}
	return ev
}

// Queue returns the queue of the end's side.
func (e *end) Queue(f *vfs.File) *wait.Queue {
	if f.Readable() {
		return &e.in
	}
	return &e.out
}

// Ioctl implements FIONREAD.
func (e *end) Ioctl(t *task.Task, _ *vfs.File, cmd uint32, arg vm.Addr) (uintptr, error) {
	if cmd != unix.TIOCINQ {
		return 0, unix.ENOTTY
	}
	e.mu.Lock()
	n := e.ring.bytes()
	e.mu.Unlock()
	return 0, vm.Store(t.AS, arg, int32(n))
}

// Release closes the end.
func (e *end) Release(f *vfs.File) { e.leave(f) }

// PipeSize implements F_GETPIPE_SZ of fcntl(2): the capacity in bytes.
func (e *end) PipeSize() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ring.size * mem.PageSize
}

// SetPipeSize implements F_SETPIPE_SZ of fcntl(2), and returns the new capacity in bytes:
// EINVAL beyond 2 GiB, EPERM beyond MaxSize without CAP_SYS_RESOURCE, EBUSY if more is in the pipe.
func (e *end) SetPipeSize(t *task.Task, size uint32) (int, error) {
	pages := roundSize(uint64(size))
	if pages == 0 {
		return 0, unix.EINVAL
	}
	e.mu.Lock()
	if pages > e.ring.size && pages*mem.PageSize > MaxSize() && !vfs.CredOf(t).Has(unix.CAP_SYS_RESOURCE) {
		e.mu.Unlock()
		return 0, unix.EPERM
	}
	if pages < e.ring.used() {
		e.mu.Unlock()
		return 0, unix.EBUSY
	}
	bigger := pages > e.ring.size
	if pages != e.ring.size {
		e.ring.resize(pages)
	}
	both := e.both
	e.mu.Unlock()
	if bigger {
		e.wakeWriters(both)
	}
	return pages * mem.PageSize, nil
}
