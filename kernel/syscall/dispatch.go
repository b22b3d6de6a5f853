package syscall

import (
	"sync"

	"cairn/kernel/arch"
	"cairn/kernel/config"
	"cairn/kernel/klog"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// Dispatch makes the system call that t trapped for, and puts its result into
// the task's registers.
//
// It has no deferred recover: that would cost something at every call. The
// task's loop runs inside one frame that recovers, and a panic in a handler
// unwinds to it; the loop then ends the process.
//
// A handler that a signal interrupted returns one of the ERESTART errors of
// package sys. Dispatch hands it to the task, and the code that delivers the
// signal decides whether the call is made again.
func Dispatch(t *task.Task) {
	r := &t.Regs
	nr := uintptr(r.SyscallNumber())
	h := unprovided
	if nr < uintptr(len(table)) {
		h = table[nr]
	}
	if config.LIBSYSCALL_SHIM_ROUTINES && len(routines) != 0 {
		dispatchTraced(t, r, nr, h)
		return
	}
	v, err := h(t, r)
	if err != nil {
		v = failure(t, nr, err)
	}
	r.SetSyscallResult(v)
}

// dispatchTraced is the rest of Dispatch if there are routines. It is apart so
// that what it keeps on the stack is not set up at every call.
//
//go:noinline
func dispatchTraced(t *task.Task, r *arch.Regs, nr uintptr, h Handler) {
	var v uintptr
	var args [6]uintptr
	r.SyscallArgs(&args)
	err := enter(t, nr, args)
	if err == nil {
		v, err = h(t, r)
	}
	result := v
	if err != nil {
		result = failure(t, nr, err)
	}
	r.SetSyscallResult(result)
	leave(t, nr, v, err)
}

// failure returns what the program gets for an error: the negated errno.
// An ERESTART error is left with the task as well. An error that has no number
// is a fault of the library: it is logged, and the program gets EIO.
func failure(t *task.Task, nr uintptr, err error) uintptr {
	e, ok := err.(unix.Errno)
	if !ok {
		klog.Errf("%s: %s failed without an error number: %v", t, Name(nr), err)
		e = unix.EIO
	}
	if sys.IsRestart(e) {
		t.SetRestart(e, nr)
	}
	return -uintptr(e)
}

// missing notes which calls that nobody provides were asked for.
var missing struct {
	sync.Mutex
	seen map[uintptr]bool
}

// maxMissing bounds how many numbers are noted, and so the lines in the log.
const maxMissing = 64

// unprovided handles the calls that the image does not have: ENOSYS, and one
// line in the log for each number.
func unprovided(t *task.Task, r *arch.Regs) (uintptr, error) {
	nr := uintptr(r.SyscallNumber())
	missing.Lock()
	defer missing.Unlock()
	if !missing.seen[nr] && len(missing.seen) < maxMissing {
		if missing.seen == nil {
			missing.seen = map[uintptr]bool{}
		}
		missing.seen[nr] = true
		klog.Infof("%s: system call %d (%s) is not provided: ENOSYS", t, nr, Name(nr))
	}
	return 0, unix.ENOSYS
}
