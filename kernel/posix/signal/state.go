package signal

import (
	"sync"
	"sync/atomic"

	"cairn/kernel/arch"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// processState is what the tasks of a process share.
type processState struct {
	// mu guards the queues and masks of the process and of its tasks.
	mu      sync.Mutex
	tasks   int // that use the state
	pending queue
	counter *counter // of the user whose signals were queued last
	spare   *entry   // entries to use again
	spares  int
	timers  timers
	cpu     cpuTimers

	// arrived is woken at each signal while somebody watches it (signalfd(2)).
	arrived wait.Queue
	watched atomic.Bool
}

// taskState is what one task has. Its fields are guarded by proc.mu, except
// that the task itself, which alone changes its mask, may read it, and that only it uses alt and frame.
type taskState struct {
	proc    *processState
	hand    *handlers
	blocked Set
	pending queue
	alt     altStack
	// saved is the mask to go back to after the system call that replaced it
	// (sigsuspend, ppoll), or after the signal that interrupted it.
	saved    Set
	hasSaved bool
	// awaited is what sigtimedwait(2) waits for.
	awaited Set
	// gone says that the task has ended: it takes no signals.
	gone bool
	// frame is room for the frames of handlers, made when the first one runs.
	frame *arch.SignalFrame
}

var slot task.Slot[taskState]

func init() {
	slot = task.NewSlot(task.Hooks[taskState]{
		New: func(t *task.Task) (*taskState, error) {
			return &taskState{proc: newProcessState(t.Proc), hand: &handlers{}}, nil
		},
		Clone: clone,
		Exec:  exec,
		Exit:  exit,
	})
}

func newProcessState(p *task.Process) *processState {
	s := &processState{tasks: 1}
	s.timers.init(p, s)
	return s
}

// clone makes the state of a new task (clone(2)).
func clone(parent, child *task.Task, flags uint64) (*taskState, error) {
	p := slot.Get(parent)
	p.proc.mu.Lock()
	defer p.proc.mu.Unlock()
	c := &taskState{proc: p.proc, hand: p.hand, blocked: p.blocked, alt: p.alt}
	if p.hasSaved {
		c.blocked = p.saved
	}
	if flags&unix.CLONE_VM != 0 && flags&unix.CLONE_VFORK == 0 {
		c.alt = altStack{flags: ssDisable}
	}
	if flags&unix.CLONE_THREAD != 0 {
		c.proc.tasks++
	} else {
		c.proc = newProcessState(child.Proc)
	}
	if flags&unix.CLONE_SIGHAND == 0 {
		c.hand = p.hand.copy()
		if flags&unix.CLONE_CLEAR_SIGHAND != 0 {
			c.hand.reset()
		}
	}
	return c, nil
}

// exec adapts the state to a new program: handlers, the alternate stack and the timers of timer_create(2)
// go, the mask and what is pending stay.
func exec(t *task.Task, s *taskState) *taskState {
	hand := s.hand.copy()
	hand.reset()
	s.alt = altStack{flags: s.alt.flags}
	s.proc.timers.deleteAll()
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	s.hand = hand
	s.pending.dropTimers(s.proc)
	s.proc.pending.dropTimers(s.proc)
	s.recalculate(t)
	return s
}

// exit lets other tasks of the process take the signals that this one would have, and gives up
// what waits for it.
func exit(t *task.Task, s *taskState) {
	p := s.proc
	p.mu.Lock()
	s.gone = true
	s.pending.drop(s.proc, ^Set(0))
	p.tasks--
	last := p.tasks == 0
	if last {
		p.pending.drop(p, ^Set(0))
	} else {
		s.retarget(t, ^s.blocked)
	}
	p.mu.Unlock()
	if last {
		p.timers.stopAll()
	}
}

// recalculate notes whether a signal can be delivered to t. proc.mu is held.
func (s *taskState) recalculate(t *task.Task) {
	if s.deliverable() != 0 {
		t.Post(task.WorkSignal)
	} else if t.Pending(task.WorkSignal) {
		t.Clear(task.WorkSignal)
	}
}

// deliverable is the set of pending signals that are not blocked.
func (s *taskState) deliverable() Set { return (s.pending.set | s.proc.pending.set) &^ s.blocked }

// setBlocked changes the mask. The signals of the process that t would have taken go to others. proc.mu is
// held.
func (s *taskState) setBlocked(t *task.Task, mask Set) {
	mask &^= unblockable
	if added := mask &^ s.blocked; added&s.proc.pending.set != 0 {
		s.retarget(t, added)
	}
	s.blocked = mask
	s.recalculate(t)
}

// retarget finds other tasks for those signals of the process that t does not take any more. proc.mu is held.
func (s *taskState) retarget(t *task.Task, which Set) {
	which &= s.proc.pending.set
	if which == 0 {
		return
	}
	for _, other := range t.Proc.Tasks() {
		o := slot.Get(other)
		if other == t || o == nil || which&^o.blocked == 0 {
			continue
		}
		other.Post(task.WorkSignal)
		if which &= o.blocked; which == 0 {
			return
		}
	}
}
