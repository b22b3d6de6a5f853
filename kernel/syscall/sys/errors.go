package sys

import "golang.org/x/sys/unix"

// What a call returns when a signal interrupted it before it did anything.
// They never reach the program: the code that delivers the signal either
// restarts the call or turns the value into EINTR. The numbers are those of
// Linux's include/linux/errno.h, and strace(1) prints them.
const (
	// ERESTARTSYS restarts the call if no handler runs or if the handler was
	// installed with SA_RESTART.
	ERESTARTSYS = unix.Errno(512)
	// ERESTARTNOINTR always restarts the call.
	ERESTARTNOINTR = unix.Errno(513)
	// ERESTARTNOHAND restarts the call if no handler runs.
	ERESTARTNOHAND = unix.Errno(514)
	// ERESTART_RESTARTBLOCK goes on with the call through restart_syscall(2)
	// if no handler runs. The task holds what is left of it, such as the
	// absolute deadline of a sleep.
	ERESTART_RESTARTBLOCK = unix.Errno(516)
)

// IsAgain reports whether err is EAGAIN, faster than the comparison of two errors.
func IsAgain(err error) bool {
	e, ok := err.(unix.Errno)
	return ok && e == unix.EAGAIN
}

// IsRestart reports whether e is one of the ERESTART values.
func IsRestart(e unix.Errno) bool {
	return e >= ERESTARTSYS && e <= ERESTART_RESTARTBLOCK && e != 515
}
