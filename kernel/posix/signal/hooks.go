package signal

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdio"
	"cairn/kernel/posix/poll"
	"cairn/kernel/posix/process"
	"cairn/kernel/posix/rlimit"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// What other libraries leave to this one.
func init() {
	process.Signals.Child = sendChild
	process.Signals.Kernel = SendKernel
	rlimit.Signal = SendKernel
	process.Signals.User = sendUser
	process.Signals.IgnoresChildren = ignoresChildren
	process.Signals.Pidfd = sendPidfd
	fdio.SendSignal = sendSelf
	fdio.SendOwner = sendOwner
	fdio.OwnerExists = ownerExists
	vfs.FileSizeExceeded = func(t *task.Task) { sendSelf(t, int(unix.SIGXFSZ)) }
	poll.SetMask = func(t *task.Task, mask uint64) { suspendMask(t, Set(mask)) }
	poll.RestoreMask = restoreMask
}

// SendKernel sends a signal of the kernel's to a process.
func SendKernel(p *task.Process, sig unix.Signal) {
	i := NewInfo(int(sig), SIKernel)
	_ = SendProcess(p, &i) // one that finds no room is lost
}

// sendUser sends a process a signal as another one would.
func sendUser(p *task.Process, sig unix.Signal, pid int32, uid uint32) {
	i := NewInfo(int(sig), SIUser)
	i.from(pid, uid)
	_ = SendProcess(p, &i) // one that finds no room is lost
}

// SendGroup sends a signal of the kernel's to every process of a group.
func SendGroup(pgid int32, sig unix.Signal) {
	i := NewInfo(int(sig), SIKernel)
	for _, p := range process.Group(pgid) {
		_ = SendProcess(p, &i) // one that finds no room is lost
	}
}

// Ignores says whether t blocks a signal or its process ignores it: job control asks before it stops a
// process that reads from or changes its terminal.
func Ignores(t *task.Task, sig int) bool {
	s := slot.Get(t)
	if s == nil {
		return true
	}
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	return s.blocked.Has(sig) || s.hand.get(sig).handler == actIgnore
}

// sendSelf sends t a signal about its own system call.
func sendSelf(t *task.Task, sig int) {
	i := NewInfo(sig, SIUser)
	i.from(t.Proc.PID, vfs.CredOf(t).RUID)
	_ = Send(t, &i) // a standard signal does not fail
}

// cldStopped is the first si_code of SIGCHLD for children that did not end (CLD_TRAPPED, CLD_STOPPED, CLD_CONTINUED).
const cldStopped = 4

// sendChild sends a process the signal about a child.
func sendChild(parent *task.Process, c process.Child) {
	t := member(parent)
	if t == nil {
		return
	}
	if s := slot.Get(t); s != nil && c.Code >= cldStopped {
		if a := s.hand.get(int(unix.SIGCHLD)); a.handler == actIgnore || a.flags&saNoCldStop != 0 {
			return
		}
	}
	i := NewInfo(int(c.Signal), int(c.Code))
	i.from(c.PID, c.UID)
	i.status(c.Status, c.User, c.System)
	_ = send(t, &i, true) // one that finds no room is lost
}

// ignoresChildren says whether the process does not want to wait for its children: SIGCHLD
// is ignored, or has an action with SA_NOCLDWAIT (wait(2), "NOTES").
func ignoresChildren(parent *task.Process) (noZombies, ignored bool) {
	for _, t := range parent.Tasks() {
		if s := slot.Get(t); s != nil {
			a := s.hand.get(int(unix.SIGCHLD))
			ignored = a.handler == actIgnore
			return ignored || a.flags&saNoCldWait != 0, ignored
		}
	}
	return true, true // the parent is ending as well
}
