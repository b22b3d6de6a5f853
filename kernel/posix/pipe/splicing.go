package pipe

import (
	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/posix/fdio"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// A splicing is one call of splice(2) or its kin.
type splicing struct {
	t             *task.Task
	in, out       *vfs.File
	inEnd, outEnd *end // nil if the file is no pipe
	n             int  // how many bytes at most
	nonBlock      bool // do not wait for a pipe
}

// begin gets the files. The call does not wait if a flag or a pipe's O_NONBLOCK says so.
func (s *splicing) begin(t *task.Task, inFD, outFD sys.FD, n sys.Size, flags sys.SpliceFlags) error {
	in, err := fdtab.Get(t, inFD)
	if err != nil {
		return err
	}
	out, err := fdtab.Get(t, outFD)
	if err != nil {
		in.Put()
		return err
	}
	s.t, s.in, s.out, s.n = t, in, out, int(min(n, vm.MaxTransfer))
	s.inEnd, _ = in.Ops.(*end)
	s.outEnd, _ = out.Ops.(*end)
	s.nonBlock = flags&spliceNonBlock != 0 ||
		s.inEnd != nil && in.NonBlocking() || s.outEnd != nil && out.NonBlocking()
	return nil
}

func (s *splicing) end() {
	s.in.Put()
	s.out.Put()
}

// errAgain says that the pipes are not what they were a moment ago: everything is tried again. It
// never reaches a program.
const errAgain = unix.Errno(4094)

// input waits until there is something to take from the input pipe. It reports the end if
// there is nothing and nobody writes.
func (s *splicing) input() (end bool, err error) {
	p := s.inEnd.pipe
	err = s.await(&p.in, wait.In, func() error {
		p.mu.Lock()
		defer p.mu.Unlock()
		end = p.ring.empty() && p.writers == 0
		if p.ring.empty() && !end {
			return unix.EAGAIN
		}
		return nil
	})
	return end, err
}

// room waits until there is room in the output pipe: EPIPE, and SIGPIPE, if nobody reads it.
func (s *splicing) room() error {
	p := s.outEnd.pipe
	err := s.await(s.outEnd.Queue(s.out), wait.Out, func() error {
		p.mu.Lock()
		defer p.mu.Unlock()
		switch {
		case p.readers == 0:
			return unix.EPIPE
		case p.ring.full():
			return unix.EAGAIN
		}
		return nil
	})
	return s.broken(err)
}

// await waits in a pipe's queue until try returns something else than EAGAIN.
func (s *splicing) await(q *wait.Queue, ev wait.Events, try func() error) error {
	if err := try(); err != unix.EAGAIN || s.nonBlock {
		return err
	}
	return fdio.WaitQueue(s.t, q, ev, clock.Never, try)
}

// broken sends SIGPIPE for EPIPE, and returns the error.
func (s *splicing) broken(err error) error {
	if err == unix.EPIPE {
		fdio.SendSignal(s.t, int(unix.SIGPIPE))
	}
	return err
}

// between hands pages of the input pipe to the output pipe, by move.
func (s *splicing) between(move func(from, to *ring, n int) int) (int, error) {
	in, out := s.inEnd.pipe, s.outEnd.pipe
	for {
		end, err := s.input()
		if end || err != nil {
			return 0, err
		}
		if err := s.room(); err != nil {
			return 0, err
		}
		lockBoth(in, out)
		wasFull := in.ring.full()
		n := move(&in.ring, &out.ring, s.n)
		freed, both := wasFull && !in.ring.full(), in.both
		in.mu.Unlock()
		out.mu.Unlock()
		if freed {
			in.wakeWriters(both)
		}
		if n > 0 {
			out.in.Wake(wait.In)
			return n, nil
		}
	}
}

// lockBoth locks two pipes, always in the same order, so that two who do it
// do not wait for each other.
func lockBoth(a, b *pipe) {
	if a.order > b.order {
		a, b = b, a
	}
	a.mu.Lock()
	b.mu.Lock()
}

// toFile writes what is in the input pipe to the output file.
func (s *splicing) toFile(to offset) (int, error) {
	switch {
	case to.given && !s.out.Seekable(), to.off < 0, s.out.Flags()&unix.O_APPEND != 0, s.out.Inode().Type() == 0:
		return 0, unix.EINVAL
	}
	for {
		end, err := s.input()
		if end || err != nil {
			return 0, err
		}
		n := 0
		err = fdio.Wait(s.t, s.out, wait.Out, clock.Never, func() (err error) {
			n, err = s.drain(to)
			return err
		})
		if err != errAgain {
			return n, s.broken(err)
		}
	}
}

// drain writes what it can: EAGAIN if the file takes nothing now, errAgain if the pipe is empty.
// The pipe stays locked meanwhile, so that nobody else reads what is being written.
func (s *splicing) drain(to offset) (int, error) {
	p := s.inEnd.pipe
	p.mu.Lock()
	wasFull, done := p.ring.full(), 0
	err := error(errAgain)
	for done < s.n && !p.ring.empty() {
		first := p.ring.at(p.ring.tail)
		part := first.frame.Bytes()[first.off:][:min(int(first.n), s.n-done)]
		s.t.Buf.SetBytes(part)
		var n int
		if to.given {
			n, err = s.out.PWrite(s.t, &s.t.Buf, to.off+int64(done))
		} else {
			n, err = s.out.Write(s.t, &s.t.Buf)
		}
		p.ring.consume(n)
		done += n
		if n < len(part) || err != nil {
			break
		}
	}
	freed, both := wasFull && !p.ring.full(), p.both
	p.mu.Unlock()
	if freed {
		p.wakeWriters(both)
	}
	if done > 0 {
		return done, nil
	}
	return 0, err
}

// fromFile reads the input file into the output pipe.
func (s *splicing) fromFile(from offset) (int, error) {
	if from.given && !s.in.Seekable() || from.off < 0 || s.in.Inode().IsDir() || s.in.Inode().Type() == 0 {
		return 0, unix.EINVAL
	}
	for {
		if err := s.room(); err != nil {
			return 0, err
		}
		n := 0
		try := func() (err error) {
			n, err = s.fill(from)
			return err
		}
		err := try()
		if err == unix.EAGAIN && !s.nonBlock {
			err = fdio.Wait(s.t, s.in, wait.In|wait.RdHup, clock.Never, try)
		}
		if err != errAgain {
			return n, err
		}
	}
}

// fill reads as much as there is room for: EAGAIN if there is nothing now, errAgain if the pipe
// is full or nobody reads it any more, 0 at the end of the file.
func (s *splicing) fill(from offset) (int, error) {
	p := s.outEnd.pipe
	p.mu.Lock()
	if p.ring.full() || p.readers == 0 {
		p.mu.Unlock()
		return 0, errAgain
	}
	var n int
	var err error
	if o := s.pages(); o != nil {
		n, err = s.lend(o, from)
	} else {
		n, err = s.copyIn(from)
	}
	p.mu.Unlock()
	if n > 0 {
		p.in.Wake(wait.In)
		return n, nil
	}
	return 0, err
}

// pages returns the pages of the input, if it is a regular file that has some to lend.
func (s *splicing) pages() vm.Object {
	if !s.in.Inode().IsRegular() {
		return nil
	}
	o, err := s.in.MapPages(false)
	if err != nil {
		return nil
	}
	return o
}

// lend puts the file's own pages into the ring.
func (s *splicing) lend(o vm.Object, from offset) (int, error) {
	pos, done := from.off, 0
	if !from.given {
		pos = s.in.Pos()
	}
	size := s.in.Inode().Size()
	ring := &s.outEnd.ring
	var err error
	for done < s.n && pos < size && !ring.full() {
		at := pos % mem.PageSize
		var frame mem.Frame
		if frame, err = o.Frame(uint64(pos-at), false); err != nil {
			break
		}
		n := int(min(mem.PageSize-at, size-pos, int64(s.n-done)))
		ring.push(page{frame: frame, off: uint32(at), n: uint32(n), kind: shared})
		pos += int64(n)
		done += n
	}
	if !from.given && done > 0 {
		_, _ = s.in.Seek(pos, unix.SEEK_SET)
	}
	if err == vm.ErrBeyondEnd {
		err = nil // cut short meanwhile
	}
	return done, err
}

// copyIn reads the file into new pages of the ring.
func (s *splicing) copyIn(from offset) (int, error) {
	ring, done := &s.outEnd.ring, 0
	for done < s.n && !ring.full() {
		frame, err := ring.frame()
		if err != nil {
			return done, err
		}
		room := min(s.n-done, mem.PageSize)
		s.t.Buf.SetBytes(frame.Bytes()[:room])
		var n int
		if from.given {
			n, err = s.in.PRead(s.t, &s.t.Buf, from.off+int64(done))
		} else {
			n, err = s.in.Read(s.t, &s.t.Buf)
		}
		if n == 0 {
			frame.Put()
			return done, err
		}
		ring.push(page{frame: frame, n: uint32(n), kind: shared})
		done += n
		if n < room {
			break
		}
	}
	return done, nil
}

// fromUser copies user memory into the pipe, as much as there is room for.
func (s *splicing) fromUser(b *vm.Buffer) (int, error) {
	if err := s.room(); err != nil {
		return 0, err
	}
	p := s.outEnd.pipe
	p.mu.Lock()
	n := 0
	var err error
	for err == nil && b.Len() > 0 && !p.ring.full() {
		var c int
		c, err = p.ring.fill(b, shared)
		n += c
	}
	p.mu.Unlock()
	if n > 0 {
		p.in.Wake(wait.In)
		return n, nil
	}
	return 0, err
}

// toUser copies what is in the pipe to user memory.
func (s *splicing) toUser(b *vm.Buffer) (int, error) {
	for {
		end, err := s.input()
		if end || err != nil {
			return 0, err
		}
		n, err := s.inEnd.Read(s.t, s.in, b, -1)
		if err != unix.EAGAIN {
			return n, err
		}
	}
}
