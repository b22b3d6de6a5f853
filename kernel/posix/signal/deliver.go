package signal

import (
	"fmt"

	"cairn/kernel/arch"
	"cairn/kernel/klog"
	"cairn/kernel/posix/process"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Flags of sigaction(2).
const (
	saNoCldStop = 0x1
	saNoCldWait = 0x2
	saSigInfo   = 0x4
	saOnStack   = 0x08000000
	saRestart   = 0x10000000
	saNoDefer   = 0x40000000
	saResetHand = 0x80000000
)

func init() {
	task.OnWork(task.WorkSignal|task.WorkRestart, deliver)
	task.Kernel.Raise = raise
}

// raise sends the signal for a fault.
func raise(t *task.Task, f task.Fault) {
	i := NewInfo(int(f.Signal), int(f.Code)).WithAddr(uint64(f.Addr))
	force(t, i)
}

// deliver delivers what is pending for t, before it goes back to user mode, and
// resolves the system call that the first of it interrupted.
func deliver(t *task.Task) {
	s := slot.Get(t)
	restart := t.TakeRestart()
	for !t.Pending(task.WorkExit) {
		i := s.next(t)
		if i == nil {
			break
		}
		a := s.hand.get(i.Signo())
		switch {
		case a.handler == actIgnore && !unblockable.Has(i.Signo()):
		case a.handler == actDefault || unblockable.Has(i.Signo()):
			s.byDefault(t, i)
		default:
			s.interrupt(t, &restart, a.flags&saRestart != 0)
			s.handle(t, i, a)
		}
	}
	if restart.Err != 0 {
		restart.ResolveRestart(&t.Regs)
	}
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	if s.hasSaved {
		s.hasSaved = false
		s.setBlocked(t, s.saved)
	}
}

// next takes the signal to deliver next: those that the task caused itself, then
// the task's, then the process's, each in order of their numbers. It is nil when there is none.
func (s *taskState) next(t *task.Task) *Info {
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	defer s.recalculate(t)
	own, all := s.pending.set&^s.blocked, s.proc.pending.set&^s.blocked
	switch {
	case own&synchronous != 0:
		return s.pending.take((own & synchronous).first())
	case own != 0:
		return s.pending.take(own.first())
	case all != 0:
		i := s.proc.pending.take(all.first())
		s.proc.timers.taken(i)
		return i
	}
	return nil
}

// interrupted is what a system call returns that a handler interrupted: -EINTR.
const interrupted = ^uintptr(unix.EINTR) + 1

// interrupt decides an interrupted system call as a handler is about to run
// (signal(7), "Interruption of system calls").
func (s *taskState) interrupt(t *task.Task, r *task.Restart, restarts bool) {
	switch r.Err {
	case 0:
		return
	case sys.ERESTARTNOINTR:
		r.ResolveRestart(&t.Regs)
	case sys.ERESTARTSYS:
		if restarts {
			r.ResolveRestart(&t.Regs)
			break
		}
		fallthrough
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
		s.kill(t, i)
	}
}

// kill ends the process. A program that did something wrong gets a line in the log.
func (s *taskState) kill(t *task.Task, i *Info) {
	sig := i.Signo()
	if synchronous.Has(sig) && i.Code() > 0 {
		where := ""
		for _, m := range t.AS.Mappings(false) {
			if pc := vm.Addr(t.Regs.PC()); pc >= m.Start && pc < m.End && m.Identity.Path != "" {
				where = fmt.Sprintf(" in %s+%#x", m.Identity.Path, uint64(pc-m.Start)+m.Offset)
			}
		}
		klog.Warnf("%s killed by %s at pc %#x%s, address %#x, sp %#x", t, unix.SignalName(unix.Signal(sig)), t.Regs.PC(), where,
			i.get64(offAddr), t.Regs.SP())
	}
	t.Proc.Exit(task.Killed(sig))
}

// handle makes t run the handler of a signal.
func (s *taskState) handle(t *task.Task, i *Info, a action) {
	sig := i.Signo()
	s.proc.mu.Lock()
	mask := s.blocked
	if s.hasSaved {
		mask, s.hasSaved = s.saved, false
	}
	if !s.pushFrame(t, i, a, mask) {
		s.proc.mu.Unlock()
		// A stack that cannot take the frame: SIGSEGV, and if that was it, the end.
		if sig == int(unix.SIGSEGV) {
			s.hand.mu.Lock()
			s.hand.actions[sig].handler = actDefault
			s.hand.mu.Unlock()
		}
		force(t, NewInfo(int(unix.SIGSEGV), SIKernel))
		return
	}
	if a.flags&saResetHand != 0 {
		s.hand.mu.Lock()
		s.hand.actions[sig].handler = actDefault
		s.hand.mu.Unlock()
	}
	blocked := s.blocked | a.mask
	if a.flags&saNoDefer == 0 {
		blocked |= 1 << (sig - 1)
	}
	s.setBlocked(t, blocked)
	s.proc.mu.Unlock()
}

// pushFrame puts the signal's frame on the stack.
func (s *taskState) pushFrame(t *task.Task, i *Info, a action, mask Set) bool {
	f := arch.SignalFrame{
		Handler: a.handler, Restorer: a.restorer, Signal: i.Signo(), Info: *i, Mask: uint64(mask),
		AltBase: uint64(s.alt.base), AltSize: s.alt.size, AltFlags: s.alt.state(t.Regs.SP()),
		OnAltStack: a.flags&saOnStack != 0 && s.alt.usable(t.Regs.SP()),
	}
	t.FPU.Sync()
	ok := f.Push(&t.Regs, &t.FPU, func(addr uint64, p []byte) bool {
		_, err := t.CopyOut(vm.Addr(addr), p)
		return err == nil
	})
	if ok && s.alt.flags&ssAutoDisarm != 0 {
		s.alt = altStack{flags: ssDisable}
	}
	return ok
}

// RtSigreturn implements rt_sigreturn(2).
//
//cairn:syscall rt_sigreturn
func RtSigreturn(t *task.Task) (uintptr, error) {
	s := slot.Get(t)
	var f arch.SignalFrame
	t.FPU.Sync()
	ok := f.Pop(&t.Regs, &t.FPU, func(addr uint64, p []byte) bool {
		_, err := t.CopyIn(p, vm.Addr(addr))
		return err == nil
	})
	if !ok {
		force(t, NewInfo(int(unix.SIGSEGV), SIKernel))
		return 0, nil
	}
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	s.setBlocked(t, Set(f.Mask))
	alt := altStack{vm.Addr(f.AltBase), f.AltSize, f.AltFlags &^ ssOnStack}
	if !s.alt.contains(t.Regs.SP()) && alt.check() == nil {
		s.alt = alt
	}
	return t.Regs.SyscallResult(), nil
}
