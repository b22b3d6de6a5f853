package fdio

import (
	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// SendSignal sends a signal to a task, as tgkill(2) from itself would. The
// library of signals replaces it; without one, signals that files cause are lost.
var SendSignal = func(t *task.Task, sig int) {}

// Wait tries until try returns something else than EAGAIN, and blocks t between
// the tries until one of the events in ev, or an error, comes true on f. It
// returns what try returned; ERESTARTSYS if a signal came first; EAGAIN if f has O_NONBLOCK,
// or no queue to wait in, or the deadline passed.
//
// The first try is made before anything is set up: callers do not need one of their own.
func Wait(t *task.Task, f *vfs.File, ev wait.Events, deadline clock.Time, try func() error) error {
	err := try()
	if err != unix.EAGAIN || f.NonBlocking() {
		return err
	}
	q := f.Queue()
	if q == nil {
		return err
	}
	return WaitQueue(t, q, ev, deadline, try)
}

// WaitQueue is Wait on a queue, whether the file has O_NONBLOCK or not.
func WaitQueue(t *task.Task, q *wait.Queue, ev wait.Events, deadline clock.Time, try func() error) error {
	e := &t.Waiting
	e.Mask, e.Waiter = ev, t
	q.Add(e)
	defer q.Remove(e)
	for {
		if err := try(); err != unix.EAGAIN {
			return err
		}
		if err := t.BlockUntil(deadline); err != nil {
			if err == unix.ETIMEDOUT {
				return unix.EAGAIN
			}
			return err
		}
	}
}
