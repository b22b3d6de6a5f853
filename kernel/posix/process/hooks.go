package process

import (
	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// What this library asks of those above it. They replace the functions when they are
// initialised. None is called with a lock held, but see ChildPolicy.

// Signals is what the library of signals gives.
var Signals = struct {
	// Child sends the parent the signal about a child that ended, stopped or went on:
	// c.Signal with the siginfo that c describes. The library checks SA_NOCLDSTOP for the
	// last two.
	Child func(parent *task.Process, c Child)
	// Kernel sends a process a signal of the kernel's (SI_KERNEL).
	Kernel func(p *task.Process, sig unix.Signal)
	// User sends a process a signal as kill(2) of the process with the id and the real user would (SI_USER).
	User func(p *task.Process, sig unix.Signal, pid int32, uid uint32)
	// IgnoresChildren says whether the process ignores SIGCHLD, or has set SA_NOCLDWAIT: its
	// children do not become zombies (wait(2), "Notes"). ignored says that it is SIG_IGN, so that no signal is
	// sent either. It may be called with the tree of processes locked: it must not call this package.
	IgnoresChildren func(parent *task.Process) (noZombies, ignored bool)
	// Pidfd sends the signal that pidfd_send_signal(2) asks for to the process of target; info is 0 or the
	// address of a siginfo_t. The errors are those of that call.
	Pidfd func(t, target *task.Task, sig sys.Signal, info sys.SigInfo) error
}{
	Child:           func(*task.Process, Child) {},
	Kernel:          killOnly,
	User:            func(p *task.Process, sig unix.Signal, _ int32, _ uint32) { killOnly(p, sig) },
	IgnoresChildren: func(*task.Process) (bool, bool) { return false, false },
	Pidfd:           func(_, _ *task.Task, _ sys.Signal, _ sys.SigInfo) error { return unix.ENOSYS },
}

// killOnly is how a kernel without signals sends one.
func killOnly(p *task.Process, sig unix.Signal) {
	if sig == unix.SIGKILL {
		p.Exit(task.Killed(int(sig)))
	}
}

// A Child is the siginfo_t about a child (sigaction(2), SIGCHLD).
type Child struct {
	Signal       unix.Signal
	Code         int32 // CLD_EXITED and so on
	PID          int32
	UID          uint32 // real user id
	Status       int32  // exit status or signal
	User, System clock.Time
}

// The si_codes of SIGCHLD (sigaction(2)).
const (
	childExited    = 1 // CLD_EXITED
	childKilled    = 2 // CLD_KILLED
	childDumped    = 3 // CLD_DUMPED
	childStopped   = 5 // CLD_STOPPED
	childContinued = 6 // CLD_CONTINUED
)

// NewPidfd returns an open file that stands for the process (clone(2), CLONE_PIDFD). It is nil without the library of
// such files.
var NewPidfd func(p *Process) *vfs.File

// SessionEnded is called when the leader of a session has ended, for its controlling terminal.
var SessionEnded = func(session int32) {}

// InitExited is called when the first process has ended, with its status: the machine ends.
var InitExited = func(s task.Status) {}

// ExecCred returns the credentials with which the program f would run if t executed it
// (execve(2), set-user-ID), whether those are not the caller's own (AT_SECURE), and a
// function that gives them to t. The library of users replaces it.
var ExecCred = func(t *task.Task, f *vfs.File) (c *vfs.Cred, secure bool, commit func()) {
	return vfs.CredOf(t), false, func() {}
}

// Crowded says whether t changed to a user that had more tasks than RLIMIT_NPROC allows, and still has (execve(2),
// EAGAIN). The library of users replaces it.
var Crowded = func(t *task.Task) bool { return false }

// MayAccess says whether t may look into target, or take from it (ptrace(2), "Ptrace access mode checking"). The library of
// users replaces it.
var MayAccess = func(t, target *task.Task) bool { return true }
