package fdio

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// atPos stands for the file's own position where an offset is asked for.
const atPos = -1

// read reads into b at off, or at the file's position, and waits until there is
// something to read. An error after the first byte is lost.
func read(t *task.Task, f *vfs.File, b *vm.Buffer, off int64) (int, error) {
	n, err := tryRead(t, f, b, off)
	if err == nil {
		return n, nil
	}
	return readMore(t, f, b, off, n, err)
}

// readMore is read once a read returned n and an error.
func readMore(t *task.Task, f *vfs.File, b *vm.Buffer, off int64, n int, err error) (int, error) {
	if n > 0 {
		return n, nil
	}
	if !sys.IsAgain(err) || f.NonBlocking() {
		return 0, err
	}
	return waitRead(t, f, b, off)
}

// waitRead is read once there was nothing to read.
func waitRead(t *task.Task, f *vfs.File, b *vm.Buffer, off int64) (n int, err error) {
	q := f.QueueOf(t)
	if q == nil {
		return 0, unix.EAGAIN
	}
	deadline := deadlineOf(f, false)
	e := t.WaitIn(q, wait.In|wait.RdHup)
	if err = unix.EAGAIN; !t.Unready.Stands(q) {
		n, err = tryRead(t, f, b, off)
	}
	for n == 0 && sys.IsAgain(err) {
		if err = t.BlockUntil(deadline); err != nil {
			err = late(err)
			break
		}
		n, err = tryRead(t, f, b, off)
	}
	q.Remove(e)
	if n > 0 || err == nil {
		return n, nil
	}
	return 0, untimed(err, deadline)
}

func tryRead(t *task.Task, f *vfs.File, b *vm.Buffer, off int64) (int, error) {
	if off == atPos {
		return f.Read(t, b)
	}
	return f.PRead(t, b, off)
}

// write writes b at off, or at the file's position. Files that have a queue, such
// as pipes, take what there is room for: write then waits for more room, until all is
// written or a signal comes. What was written counts: the error is then lost.
func write(t *task.Task, f *vfs.File, b *vm.Buffer, off int64) (int, error) {
	n, err := tryWrite(t, f, b, off)
	if err == nil && b.Len() == 0 {
		return n, nil
	}
	return writeMore(t, f, b, off, n, err)
}

// writeMore is write once a write returned n and an error, or did not take all.
func writeMore(t *task.Task, f *vfs.File, b *vm.Buffer, off int64, n int, err error) (int, error) {
	if (err == nil || sys.IsAgain(err)) && !f.NonBlocking() && f.Queue() != nil {
		var more int
		more, err = writeRest(t, f, b, off, n)
		n += more
	}
	if err == unix.EPIPE && !breaksQuietly(f, n) {
		SendSignal(t, int(unix.SIGPIPE))
	}
	if n > 0 {
		return n, nil
	}
	return n, err
}

// A Quiet is a file whose operations say when EPIPE comes without SIGPIPE: a socket.
type Quiet interface {
	// BreaksQuietly says so for a write that has written n bytes before the error.
	BreaksQuietly(n int) bool
}

// breaksQuietly says whether EPIPE of a file comes without SIGPIPE.
func breaksQuietly(f *vfs.File, n int) bool {
	q, ok := f.Ops.(Quiet)
	return ok && q.BreaksQuietly(n)
}

// writeRest is what write does after the first n bytes: it waits for room and
// writes, until all is written.
func writeRest(t *task.Task, f *vfs.File, b *vm.Buffer, off int64, n int) (int, error) {
	total := 0
	deadline := deadlineOf(f, true)
	err := Wait(t, f, wait.Out, deadline, func() error {
		for b.Len() > 0 {
			at := off
			if off != atPos {
				at += int64(n + total)
			}
			c, err := tryWrite(t, f, b, at)
			total += c
			if err != nil {
				return err
			}
			if c == 0 {
				return nil
			}
		}
		return nil
	})
	return total, untimed(err, deadline)
}

func tryWrite(t *task.Task, f *vfs.File, b *vm.Buffer, off int64) (int, error) {
	if off == atPos {
		return f.Write(t, b)
	}
	return f.PWrite(t, b, off)
}
