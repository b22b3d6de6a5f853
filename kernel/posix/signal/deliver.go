package signal

import (
	"cairn/kernel/kfmt"
	"cairn/kernel/klog"
	"cairn/kernel/posix/process"
	"cairn/kernel/syscall"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

func init() {
	task.OnWork(task.WorkSignal|task.WorkRestart, deliver)
	task.Kernel.Raise = raise
}

// raise sends the signal for a fault.
func raise(t *task.Task, f task.Fault) {
	i := NewInfo(int(f.Signal), int(f.Code))
	i.put64(offAddr, uint64(f.Addr))
	force(t, &i, false)
}

// deliver delivers what is pending for t, before it goes back to user mode, and
// resolves the system call that the first of it interrupted.
func deliver(t *task.Task) {
	s := slot.Get(t)
	restart := t.TakeRestart()
	var i Info
	for t.Pending(task.WorkSignal) && s.next(t, &i) {
		a := s.hand.use(i.Signo())
		s.tell(t, &i)
		switch {
		case a.handler == actIgnore:
		case a.handler == actDefault:
			s.byDefault(t, &i)
		default:
			s.interrupt(t, &restart, a.flags&saRestart != 0)
			s.handle(t, &i, &a)
		}
		switch {
		case t.Pending(task.WorkExit):
			return
		case t.Pending(task.WorkStop):
			// What the signal interrupted is still so when the process goes on.
			if restart.Err != 0 {
				t.SetRestart(restart.Err, restart.Number)
			}
			t.Post(task.WorkRestart)
			return
		}
	}
	if restart.Err != 0 {
		restart.ResolveRestart(&t.Regs)
	}
	if s.hasSaved {
		s.proc.mu.Lock()
		s.hasSaved = false
		s.setBlocked(t, s.saved)
		s.proc.mu.Unlock()
	}
}

// next takes the signal to deliver next: the task's, then the process's. It reports false if there
// is none.
func (s *taskState) next(t *task.Task, i *Info) bool {
	s.proc.mu.Lock()
	ok := s.takeFrom(^s.blocked, i)
	s.recalculate(t)
	s.proc.mu.Unlock()
	return ok
}

// takeFrom takes a pending signal of the set: the task's own first. proc.mu is held.
func (s *taskState) takeFrom(want Set, i *Info) bool {
	var tm *timer
	if own := s.pending.set & want; own != 0 {
		tm = s.pending.take(s.proc, own.first(), i)
	} else if all := s.proc.pending.set & want; all != 0 {
		tm = s.proc.pending.take(s.proc, all.first(), i)
	} else {
		return false
	}
	if tm != nil {
		tm.taken(i)
	}
	return true
}

// tell lets those who trace system calls see the signal.
func (s *taskState) tell(t *task.Task, i *Info) {
	w := s.room().Info()
	*(*[infoSize]byte)(w[:]) = *i
	syscall.Signalled(t, w)
}

// interrupted is what a system call returns that a handler interrupted: -EINTR.
const interrupted = ^uintptr(unix.EINTR) + 1

// interrupt decides an interrupted system call as a handler is about to run
// (signal(7), "Interruption of system calls").
func (s *taskState) interrupt(t *task.Task, r *task.Restart, restarts bool) {
	switch {
	case r.Err == 0:
		return
	case r.Err == sys.ERESTARTNOINTR, r.Err == sys.ERESTARTSYS && restarts:
		r.ResolveRestart(&t.Regs)
	default:
		t.Regs.SetSyscallResult(interrupted)
	}
	r.Err = 0
}

// byDefault does a signal's default action (signal(7)).
func (s *taskState) byDefault(t *task.Task, i *Info) {
	sig := i.Signo()
	switch {
	case ignored.Has(sig):
	case stops.Has(sig):
		if sig == int(unix.SIGSTOP) || !process.Orphaned(t.Proc) {
			process.Stop(t, sig)
		}
	default:
		if synchronous.Has(sig) && i.Code() > SIUser {
			report(t, i)
		}
		t.Proc.Exit(task.Killed(sig))
	}
}

// report logs the end of a program that did something wrong. As on Linux that matters to those who
// look at the log, unless it is the first program.
func report(t *task.Task, i *Info) {
	where := ""
	pc := vm.Addr(t.Regs.PC())
	for _, m := range t.AS.Mappings(false) {
		if pc >= m.Start && pc < m.End && m.Identity.Path != "" {
			where = kfmt.Sprintf(" in %s+%#x", m.Identity.Path, uint64(pc-m.Start)+m.Offset)
		}
	}
	logf := klog.Infof
	if t.Proc.PID == 1 {
		logf = klog.Warnf
	}
	logf("%s killed by %s at pc %#x%s, address %#x, sp %#x", t, unix.SignalName(unix.Signal(i.Signo())), t.Regs.PC(), where,
		i.get64(offAddr), t.Regs.SP())
}
