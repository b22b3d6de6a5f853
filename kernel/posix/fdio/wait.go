package fdio

import (
	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
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
	if !sys.IsAgain(err) || f.NonBlocking() {
		return err
	}
	q := f.QueueOf(t)
	if q == nil {
		return err
	}
	return WaitQueue(t, q, ev, deadline, try)
}

// WaitQueue is Wait on a queue, whether the file has O_NONBLOCK or not.
func WaitQueue(t *task.Task, q *wait.Queue, ev wait.Events, deadline clock.Time, try func() error) error {
	e := t.WaitIn(q, ev)
	err := try()
	for sys.IsAgain(err) {
		if err = t.BlockUntil(deadline); err != nil {
			err = late(err)
			break
		}
		err = try()
	}
	q.Remove(e)
	return err
}

// late makes EAGAIN of the error of a wait whose deadline passed.
func late(err error) error {
	if err == unix.ETIMEDOUT {
		return unix.EAGAIN
	}
	return err
}

// A Deadliner is a file with vfs.File.SetTimed whose operations say how long a call waits for it: a socket with
// SO_RCVTIMEO or SO_SNDTIMEO.
type Deadliner interface {
	// Deadline returns until when a read or a write that begins now waits.
	Deadline(write bool) clock.Time
}

// deadlineOf returns until when to wait for a file.
func deadlineOf(f *vfs.File, write bool) clock.Time {
	if f.Timed() {
		return f.Ops.(Deadliner).Deadline(write)
	}
	return clock.Never
}

// untimed makes EINTR of an error that would restart a call with a deadline, which
// signal(7) says is never restarted.
func untimed(err error, deadline clock.Time) error {
	if err == sys.ERESTARTSYS && deadline != clock.Never {
		return unix.EINTR
	}
	return err
}
