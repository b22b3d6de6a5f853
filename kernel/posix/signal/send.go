package signal

import (
	"cairn/kernel/posix/process"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// pendingLimit returns RLIMIT_SIGPENDING of the process that t is in.
var pendingLimit = func(t *task.Task) uint64 { return defaultPendingLimit }

// defaultPendingLimit is what Linux gives a machine with a few GiB of memory.
const defaultPendingLimit = 15000

// Send sends a signal to a task. It fails with EAGAIN if a signal that must be
// queued finds RLIMIT_SIGPENDING reached.
func Send(t *task.Task, i *Info) error { return send(t, i, false) }

// SendProcess sends a signal to a process: to whichever of its tasks does not
// block it. It does nothing if the process has ended.
func SendProcess(p *task.Process, i *Info) error {
	for _, t := range p.Tasks() {
		if slot.Get(t) != nil {
			return send(t, i, true)
		}
	}
	return nil
}

func send(t *task.Task, i *Info, toProcess bool) error {
	s := slot.Get(t)
	if s == nil {
		return nil // the task is ending
	}
	sig := i.Signo()
	s.proc.mu.Lock()
	if sig == int(unix.SIGKILL) {
		s.proc.mu.Unlock()
		t.Proc.Exit(task.Killed(sig))
		return nil
	}
	continued := s.prepare(t, sig)
	err := s.enqueue(t, i, toProcess)
	s.proc.mu.Unlock()
	if continued {
		process.Continue(t.Proc)
	}
	return err
}

// prepare makes SIGCONT and the stop signals cancel each other, and says whether the process
// is to go on.
func (s *taskState) prepare(t *task.Task, sig int) (goOn bool) {
	cont := SetOf(unix.SIGCONT)
	var cancel Set
	switch {
	case stops.Has(sig):
		cancel = cont
	case sig == int(unix.SIGCONT):
		cancel, goOn = stops, true
	default:
		return false
	}
	s.proc.pending.drop(cancel)
	for _, other := range t.Proc.Tasks() {
		if o := slot.Get(other); o != nil {
			o.pending.drop(cancel)
		}
	}
	return goOn
}

// enqueue puts the signal where it waits, and wakes who is to take it. proc.mu is held.
func (s *taskState) enqueue(t *task.Task, i *Info, toProcess bool) error {
	sig := i.Signo()
	if s.isIgnored(sig) {
		return nil
	}
	q := &s.pending
	if toProcess {
		q = &s.proc.pending
	}
	if uint64(len(q.infos)) >= pendingLimit(t) {
		if sig >= FirstRealTime && i.Code() != SIUser && i.Code() != SIKernel {
			return unix.EAGAIN
		}
	}
	q.add(i)
	if toProcess {
		s.wakeOne(t, sig)
	} else {
		s.notify(t, sig)
	}
	s.proc.arrived.Wake(wait.In)
	return nil
}

// isIgnored says whether sending sig has no effect at all: it is ignored and not
// blocked. (A blocked one waits: the action may change first.)
func (s *taskState) isIgnored(sig int) bool {
	if s.blocked.Has(sig) || s.awaited.Has(sig) {
		return false
	}
	h := s.hand.get(sig).handler
	return h == actIgnore && !unblockable.Has(sig) || h == actDefault && ignored.Has(sig)
}

// wakeOne finds a task of the process that takes sig: t if it does not block the signal, else any.
func (s *taskState) wakeOne(t *task.Task, sig int) {
	if s.notify(t, sig) {
		return
	}
	for _, other := range t.Proc.Tasks() {
		if o := slot.Get(other); o != nil && other != t && o.notify(other, sig) {
			return
		}
	}
}

// notify wakes t if it takes or awaits sig.
func (s *taskState) notify(t *task.Task, sig int) bool {
	switch {
	case !s.blocked.Has(sig):
		t.Post(task.WorkSignal)
	case s.awaited.Has(sig):
		t.Wake()
	default:
		return false
	}
	return true
}

// force sends t a signal that it cannot block or ignore: for something that its own instructions did.
func force(t *task.Task, i *Info) {
	s := slot.Get(t)
	sig := i.Signo()
	s.proc.mu.Lock()
	s.hand.mu.Lock()
	if a := &s.hand.actions[sig]; s.blocked.Has(sig) || a.handler == actIgnore {
		a.handler = actDefault
		s.blocked &^= 1 << (sig - 1)
	}
	s.hand.mu.Unlock()
	s.pending.add(i)
	s.proc.mu.Unlock()
	t.Post(task.WorkSignal)
}
