package process

import (
	"slices"

	"cairn/kernel/config"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// A WaitFor says which children a task waits for, and for what (waitid(2)).
type WaitFor struct {
	// Kind is unix.P_ALL, P_PID, P_PGID or P_PIDFD.
	Kind int
	// ID is the process or group.
	ID int32
	// Process is the process of a P_PIDFD.
	Process *Process
	// Options are the W flags: WEXITED, WSTOPPED (WUNTRACED), WCONTINUED, WNOHANG, WNOWAIT, __WALL,
	// __WCLONE, __WNOTHREAD.
	Options int
}

// Waited is what waiting found out about a child.
type Waited struct {
	// PID is the child; 0 says that there is nothing to report yet (WNOHANG).
	PID int32
	// UID is its real user id.
	UID uint32
	// Code and ExitStatus are si_code and si_status.
	Code, ExitStatus int32
	// Status is the status of wait(2).
	Status task.Status
	// Usage is what the child and its children used.
	Usage Usage
}

// statusContinued is the status of wait(2) of a child that went on.
const statusContinued = 0xffff

// stoppedStatus is the status of wait(2) of a child that a signal stopped.
func stoppedStatus(sig int) task.Status { return task.Status(sig)<<8 | 0x7f }

// Wait waits for a child of t's process. It fails with ECHILD if there is none that could be meant,
// and with ERESTARTSYS if a signal comes first.
func Wait(t *task.Task, f WaitFor) (Waited, error) {
	p := Of(t)
	w, err := p.look(t, &f)
	if w.PID != 0 || err != nil || f.Options&unix.WNOHANG != 0 {
		return w, err
	}
	t.Waiting.Mask, t.Waiting.Waiter, t.Waiting.Exclusive = wait.In, t, false
	p.waiters.Add(&t.Waiting)
	defer p.waiters.Remove(&t.Waiting)
	for {
		w, err := p.look(t, &f)
		if w.PID != 0 || err != nil {
			return w, err
		}
		if err := t.Block(); err != nil {
			return w, err
		}
	}
}

// look looks for a child that f waits for and that has something to report.
func (p *Process) look(t *task.Task, f *WaitFor) (Waited, error) {
	tree.Lock()
	defer tree.Unlock()
	any := false
	for _, c := range p.children {
		if !f.means(t, c) {
			continue
		}
		any = any || c.life != zombie || f.Options&unix.WEXITED != 0 // a zombie does nothing else any more
		if w, ok := c.report(f.Options); ok {
			return w, nil
		}
	}
	if !any {
		return Waited{}, unix.ECHILD
	}
	return Waited{}, nil
}

// means says whether f waits for the child c of t's process. tree is held.
func (f *WaitFor) means(t *task.Task, c *Process) bool {
	switch f.Kind {
	case unix.P_PID:
		if c.PID != f.ID {
			return false
		}
	case unix.P_PGID:
		if c.group.id != f.ID {
			return false
		}
	case unix.P_PIDFD:
		if c != f.Process {
			return false
		}
	}
	if f.Options&unix.WNOTHREAD != 0 && c.creator != t {
		return false
	}
	if f.Options&unix.WALL != 0 {
		return true
	}
	clone := c.exitSignal != int32(unix.SIGCHLD)
	return clone == (f.Options&unix.WCLONE != 0)
}

// report returns what c has to report of what options ask for, and takes note that it did, or reaps a
// zombie, unless options say not to. tree is held.
func (c *Process) report(options int) (w Waited, ok bool) {
	s := &c.stop
	keep := options&unix.WNOWAIT != 0
	w.PID = c.PID
	switch {
	case c.life == zombie && options&unix.WEXITED != 0:
		w.Status, w.UID, w.Usage = c.status, c.uid, c.usage
		w.Usage.add(c.childUsage)
		w.Code, w.ExitStatus = c.endCode()
		if !keep {
			c.parent.childUsage.add(w.Usage)
			c.reap()
		}
		return w, true
	case c.life != alive:
	case s.report != 0 && options&unix.WSTOPPED != 0:
		w.Status, w.Code, w.ExitStatus = stoppedStatus(s.report), childStopped, int32(s.report)
		if !keep {
			s.report = 0
		}
		ok = true
	case s.resumed && options&unix.WCONTINUED != 0:
		w.Status, w.Code, w.ExitStatus = statusContinued, childContinued, int32(unix.SIGCONT)
		if !keep {
			s.resumed = false
		}
		ok = true
	}
	if ok {
		w.UID = c.realUID()
	}
	return w, ok
}

// Credentials returns the credentials of the process's first task; nil if it has ended.
func (p *Process) Credentials() *vfs.Cred {
	for _, t := range p.Tasks.Tasks() {
		return vfs.CredOf(t)
	}
	return nil
}

func init() {
	if config.LIBPOSIX_PROCESS_MULTIPROCESS {
		task.FreeIDs = freeIDs
	}
}

// freeIDs reaps the orphans that have ended and that the first process has not waited for: it is any program, and
// need not know that it is theirs to wait for. As long as there are ids for others they stay, as on Linux.
func freeIDs() bool {
	tree.Lock()
	defer tree.Unlock()
	first, found := processes[initPID], false
	if first == nil {
		return false
	}
	for _, c := range slices.Clone(first.children) {
		if c.adopted && c.life == zombie {
			c.reap()
			found = true
		}
	}
	return found
}
