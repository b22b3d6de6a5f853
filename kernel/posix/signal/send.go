package signal

import (
	"cairn/kernel/posix/process"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// Send sends a signal to a task. It fails with EAGAIN if a signal that must be
// queued finds RLIMIT_SIGPENDING reached, and does nothing if the task has ended.
func Send(t *task.Task, i *Info) error { return send(t, i, false) }

// SendProcess sends a signal to a process: to whichever of its tasks does not
// block it. It does nothing if the process has ended.
func SendProcess(p *task.Process, i *Info) error {
	if t := member(p); t != nil {
		return send(t, i, true)
	}
	return nil
}

// member returns a task of p that has not ended, the first one if that is possible; else nil.
func member(p *task.Process) *task.Task {
	if t := task.Find(p.PID); t != nil && t.Proc == p && slot.Get(t) != nil {
		return t
	}
	for _, t := range p.Tasks() {
		if slot.Get(t) != nil {
			return t
		}
	}
	return nil
}

// send sends a signal to t, or toProcess to t's whole process.
func send(t *task.Task, i *Info, toProcess bool) error {
	s := slot.Get(t)
	if s == nil {
		return nil // the task is ending
	}
	sig := i.Signo()
	if sig == int(unix.SIGKILL) {
		t.Proc.Exit(task.Killed(sig))
		return nil
	}
	s.proc.mu.Lock()
	s.prepare(t, sig)
	var err error
	queued := !s.isIgnored(sig) && s.proc.tasks > 0 && (toProcess || !s.gone)
	if queued {
		queued, err = s.enqueue(t, i, toProcess)
	}
	s.proc.mu.Unlock()
	s.proc.announce(queued)
	if sig == int(unix.SIGCONT) {
		process.Continue(t.Proc)
	}
	return err
}

// announce tells those who watch that a signal was queued.
func (p *processState) announce(queued bool) {
	if queued && p.watched.Load() {
		p.arrived.Wake(wait.In)
	}
}

// prepare makes SIGCONT and the stop signals cancel each other. proc.mu is held.
func (s *taskState) prepare(t *task.Task, sig int) {
	var cancel Set
	switch {
	case sig == int(unix.SIGCONT):
		cancel = stops
	case stops.Has(sig):
		cancel = SetOf(unix.SIGCONT)
	default:
		return
	}
	s.proc.pending.drop(s.proc, cancel)
	for _, other := range t.Proc.Tasks() {
		if o := slot.Get(other); o != nil {
			o.pending.drop(s.proc, cancel)
		}
	}
}

// queueFor returns where a signal waits.
func (s *taskState) queueFor(toProcess bool) *queue {
	if toProcess {
		return &s.proc.pending
	}
	return &s.pending
}

// enqueue puts the signal where it waits, and wakes who is to take it. proc.mu is held.
func (s *taskState) enqueue(t *task.Task, i *Info, toProcess bool) (queued bool, err error) {
	sig, q := i.Signo(), s.queueFor(toProcess)
	if sig < FirstRealTime && q.set.Has(sig) {
		return false, nil
	}
	e := s.proc.allocate(t, sig < FirstRealTime && i.Code() >= 0)
	if e == nil && sig >= FirstRealTime && i.Code() != SIUser && i.Code() != SIKernel {
		return false, unix.EAGAIN
	}
	if e != nil {
		e.info = *i
		q.add(e)
	}
	q.set |= bit(sig)
	s.wake(t, sig, toProcess)
	return true, nil
}

// isIgnored says whether sending sig has no effect at all: it is ignored and not
// blocked. (A blocked one waits: the action may change first.)
func (s *taskState) isIgnored(sig int) bool {
	return !s.blocked.Has(sig) && !unblockable.Has(sig) && s.hand.ignores(sig)
}

// wake wakes t if it takes sig, or else, if the signal is toProcess, another task that does.
func (s *taskState) wake(t *task.Task, sig int, toProcess bool) {
	if s.notify(t, sig) || !toProcess || s.proc.tasks == 1 && !s.gone {
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
	case s.gone:
		return false
	case s.awaited.Has(sig):
		t.Wake()
	case !s.blocked.Has(sig):
		t.Post(task.WorkSignal)
	default:
		return false
	}
	return true
}

// force sends t a signal that it cannot block or ignore: for something that its own instructions did.
// With fatal it cannot handle it either. The goroutine is t's.
func force(t *task.Task, i *Info, fatal bool) {
	s := slot.Get(t)
	sig := i.Signo()
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	s.hand.mu.Lock()
	if a := &s.hand.actions[sig]; fatal || s.blocked.Has(sig) || a.handler == actIgnore {
		a.handler = actDefault
		s.blocked &^= bit(sig)
	}
	s.hand.mu.Unlock()
	if !s.pending.set.Has(sig) {
		e := s.proc.allocate(t, true)
		e.info = *i
		s.pending.add(e)
	}
	t.Post(task.WorkSignal)
}
