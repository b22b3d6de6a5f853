//go:build cairn

package bare

import (
	"cairn/kernel/clock"
	"cairn/kernel/plat"

	"golang.org/x/sys/unix"
)

// Descriptors that exist for the Go runtime.
const (
	fdStdout = 1
	fdStderr = 2
	fdEpoll  = 3
	fdEvent  = 4
	// EventFD is the descriptor whose readiness stands for a pending interrupt.
	EventFD = 5
)

// hostCall serves a system call that the kernel's Go runtime makes. The arguments are in
// the thread's registers; so is the result when it returns.
func hostCall() {
	t := current()
	r := &t.regs
	t.blocked = false
	result := t.serve(r.RAX, r.RDI, r.RSI, r.RDX, r.R10, r.R8)
	if !t.blocked { // else wakeUp sets the result
		r.RAX = uint64(result)
	}
}

// serve returns the result of host call nr. A call that blocks gives the processor
// away by changing CPU.Thread; its result is what wakes it.
func (t *thread) serve(nr, a0, a1, a2, a3, a4 uint64) int64 {
	switch nr {
	case unix.SYS_FUTEX:
		return t.futexCall(uintptr(a0), a1, uint32(a2), a3)
	case unix.SYS_EPOLL_PWAIT:
		return t.epollWait(uintptr(a1), int32(a3))
	case unix.SYS_CLOCK_GETTIME:
		putTimespec(a1, hostClock(a0))
		return 0
	case unix.SYS_NANOSLEEP:
		return t.sleep(Now() + getTimespec(a0))
	case unix.SYS_SCHED_YIELD:
		return t.sleep(0)
	case unix.SYS_MMAP:
		return mmap(uintptr(a0), uintptr(a1), a3)
	case unix.SYS_MUNMAP:
		return munmap(uintptr(a0), uintptr(a1))
	case unix.SYS_MADVISE:
		return madvise(uintptr(a0), uintptr(a1), a2)
	case unix.SYS_CLONE:
		if tid := t.spawn(a1, a4); tid != 0 {
			return int64(tid)
		}
		return -int64(unix.EAGAIN)
	case unix.SYS_EXIT:
		t.state = unused
		t.yield()
		return 0
	case unix.SYS_EXIT_GROUP:
		exit(a0)
	case unix.SYS_WRITE:
		return write(a0, a1, a2)
	case unix.SYS_READ:
		return read(a0, a1, a2)
	}
	return t.serveSimple(nr, a0, a1, a2)
}

// serveSimple serves the calls that have a plain answer.
func (t *thread) serveSimple(nr, a0, a1, a2 uint64) int64 {
	switch nr {
	case unix.SYS_GETPID:
		return 1
	case unix.SYS_GETTID:
		return int64(t.tid)
	case unix.SYS_ARCH_PRCTL:
		return t.archPrctl(a0, a1)
	case unix.SYS_RT_SIGACTION:
		return sigaction(a0, a1, a2)
	case unix.SYS_SIGALTSTACK:
		return t.sigaltstack(a0, a1)
	case unix.SYS_RT_SIGRETURN:
		return t.sigreturn()
	case unix.SYS_SCHED_GETAFFINITY:
		return oneCPU(a1, a2)
	case unix.SYS_GETRANDOM:
		return getrandom(a0, a1)
	case unix.SYS_EPOLL_CREATE1:
		return fdEpoll
	case unix.SYS_EVENTFD2:
		return fdEvent
	case unix.SYS_EPOLL_CTL:
		return t.epollCtl(a1, int32(a2), t.regs.R10)
	case unix.SYS_TGKILL:
		// Preemption of another thread: with one processor it is not running.
		return 0
	case unix.SYS_PRCTL:
		return -int64(unix.EINVAL) // no names for mappings (PR_SET_VMA): the runtime asks once
	case unix.SYS_RT_SIGPROCMASK, unix.SYS_CLOSE, unix.SYS_FCNTL, unix.SYS_TIMER_DELETE:
		return 0
	case unix.SYS_OPENAT:
		return -int64(unix.ENOENT)
	}
	return -int64(unix.ENOSYS)
}

// sleep lets others run until the deadline.
func (t *thread) sleep(deadline clock.Time) int64 {
	t.wait(deadline, 0)
	return 0
}

func (t *thread) archPrctl(code, addr uint64) int64 {
	const archSetFS = 0x1002
	if code != archSetFS {
		return -int64(unix.EINVAL)
	}
	// The g in the old thread-local word moves along.
	t.regs.FSBase = addr
	return 0
}

// The futex operations, without FUTEX_PRIVATE_FLAG.
const (
	futexWait   = 0
	futexWakeOp = 1
	futexMask   = 0x7f
)

func (t *thread) futexCall(addr uintptr, op uint64, val uint32, timeout uint64) int64 {
	switch op & futexMask {
	case futexWait:
		if load32(addr) != val {
			return -int64(unix.EAGAIN)
		}
		deadline := clock.Never
		if timeout != 0 {
			deadline = Now() + getTimespec(timeout)
		}
		t.futex = addr
		t.wait(deadline, -int64(unix.ETIMEDOUT))
		return 0
	case futexWakeOp:
		return futexWake(addr, uint64(val))
	}
	return -int64(unix.ENOSYS)
}

// exit ends the kernel. Its Go runtime does that only when it has panicked.
func exit(code uint64) {
	plat.Write("\r\ncairn: the kernel ended with status ")
	plat.WriteHex(code)
	plat.Write("\r\n")
	stop()
}

// hostClock answers clock_gettime for the runtime.
func hostClock(id uint64) clock.Time {
	if id == unix.CLOCK_REALTIME {
		return clock.Time(clock.Wall())
	}
	return Now()
}
