package poll

import (
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// A watch is one descriptor that a call waits for.
type watch struct {
	fd     sys.FD
	events uint32 // asked for
	ready  uint32 // what is true of them
	file   *vfs.File
	queue  *wait.Queue // that entry is in, or nil
	entry  wait.Entry
}

// A waiter is the descriptors that one call waits for. Waiters are reused, so that
// no call allocates.
type waiter struct {
	watches []watch
	sets    []uint64 // the sets of select(2)
	bytes   []byte   // scratch for copies
}

var waiters = sync.Pool{New: func() any { return new(waiter) }}

// keep is up to how many descriptors a waiter that is reused keeps room for.
const keep = 1024

// free gives the waiter back.
func (w *waiter) free() {
	if cap(w.watches) > keep {
		*w = waiter{}
	}
	w.watches = w.watches[:0]
	waiters.Put(w)
}

// grow makes room for n watches in one piece: entries that are in a queue cannot move.
func (w *waiter) grow(n int) {
	if cap(w.watches) < n {
		w.watches = make([]watch, 0, n)
	}
}

// scratch returns n bytes that are good until the next call.
func (w *waiter) scratch(n int) []byte {
	if cap(w.bytes) < n {
		w.bytes = make([]byte, n)
	}
	return w.bytes[:n]
}

// add adds a watch. There is room for it.
func (w *waiter) add(fd sys.FD, events uint32) {
	n := len(w.watches)
	w.watches = w.watches[:n+1]
	p := &w.watches[n]
	p.fd, p.events, p.ready = fd, events, 0
}

// look finds out what is ready now, and returns on how many descriptors something is.
// A negative descriptor has no events, one that is not open has POLLNVAL.
func (w *waiter) look(t *task.Task) int {
	n := 0
	for i := range w.watches {
		p := &w.watches[i]
		p.ready = 0
		if p.fd < 0 {
			continue
		}
		f, err := fdtab.Get(t, p.fd)
		if err != nil {
			p.ready = unix.POLLNVAL
			n++
			continue
		}
		if p.ready = reported(f.ReadyTo(t), p.events); p.ready != 0 {
			n++
		}
		f.Put()
	}
	return n
}

// wait blocks t until something is ready, and returns on how many descriptors: 0 once
// the deadline has passed, ERESTARTSYS if a signal came. It returns at once if the
// deadline is not in the future.
func (w *waiter) wait(t *task.Task, deadline clock.Time) (int, error) {
	if n := w.look(t); n > 0 || deadline <= 0 {
		return orSignal(t, n)
	}
	w.enter(t)
	defer w.leave()
	for {
		if n := w.lookAgain(t); n > 0 {
			return n, nil
		}
		if err := t.BlockUntil(deadline); err == unix.ETIMEDOUT {
			return orSignal(t, w.lookAgain(t))
		} else if err != nil {
			return 0, err
		}
	}
}

// orSignal returns n or, if that is 0 and a signal waits, ERESTARTSYS: also a call that
// does not wait lets through what its mask unblocks.
func orSignal(t *task.Task, n int) (int, error) {
	if n == 0 && t.Interrupted() {
		return 0, sys.ERESTARTSYS
	}
	return n, nil
}

// enter holds the files and enters their queues.
func (w *waiter) enter(t *task.Task) {
	for i := range w.watches {
		p := &w.watches[i]
		p.file, p.queue = nil, nil
		if p.fd < 0 {
			continue
		}
		f, err := fdtab.Get(t, p.fd)
		if err != nil {
			continue
		}
		p.file, p.queue = f, f.QueueOf(t)
		if p.queue != nil {
			p.entry.Mask, p.entry.Waiter = wanted(p.events), t
			p.queue.Add(&p.entry)
		}
	}
}

// leave undoes enter.
func (w *waiter) leave() {
	for i := range w.watches {
		p := &w.watches[i]
		if p.queue != nil {
			p.queue.Remove(&p.entry)
		}
		if p.file != nil {
			p.file.Put()
		}
		p.queue, p.file = nil, nil
		p.entry.Waiter = nil
	}
}

// lookAgain is look for files that are held.
func (w *waiter) lookAgain(t *task.Task) int {
	n := 0
	for i := range w.watches {
		p := &w.watches[i]
		if p.file == nil && p.fd >= 0 {
			p.ready = unix.POLLNVAL // closed since the first look
			n++
		}
		if p.file == nil {
			continue
		}
		if p.ready = reported(p.file.ReadyTo(t), p.events); p.ready != 0 {
			n++
		}
	}
	return n
}
