package fdtab

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
)

// An Open is one open descriptor.
type Open struct {
	FD      sys.FD
	Cloexec bool
}

// The functions in this file may be called for any task, by anyone: a task that
// has ended has no descriptors.

// List returns the open descriptors of any task, lowest first (/proc/PID/fd).
func List(t *task.Task) []Open {
	tb := tables.Get(t)
	if tb == nil {
		return nil
	}
	tb.mu.Lock()
	defer tb.mu.Unlock()
	var all []Open
	for fd := tb.used.next(0); fd >= 0; fd = tb.used.next(fd + 1) {
		if tb.peek(sys.FD(fd)) != nil {
			all = append(all, Open{sys.FD(fd), tb.cloexec.has(fd)})
		}
	}
	return all
}

// Of returns the file behind a descriptor of any task, counted, and whether
// the descriptor has FD_CLOEXEC; nil if it is not open.
func Of(t *task.Task, fd sys.FD) (f *vfs.File, cloexec bool) {
	tb := tables.Get(t)
	if tb == nil {
		return nil, false
	}
	tb.mu.Lock()
	defer tb.mu.Unlock()
	if f = tb.peek(fd); f == nil {
		return nil, false
	}
	f.Get()
	return f, tb.cloexec.has(int(fd))
}

// Size returns for how many descriptors the table of any task has room (FDSize
// in /proc/PID/status).
func Size(t *task.Task) int {
	if tb := tables.Get(t); tb != nil {
		return len(*tb.slots.Load())
	}
	return 0
}
