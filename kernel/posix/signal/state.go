package signal

import (
	"slices"
	"sync"

	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// An action is what a process does with a signal: struct sigaction of
// rt_sigaction(2).
type action struct {
	handler  uint64
	flags    uint64
	restorer uint64
	mask     Set
}

// Values of action.handler that are no address.
const (
	actDefault = 0
	actIgnore  = 1
)

// handlers are the actions of the tasks that share them (CLONE_SIGHAND).
type handlers struct {
	mu      sync.Mutex
	actions [NumSignals + 1]action
}

func (h *handlers) get(sig int) action {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.actions[sig]
}

// queue is signals that wait. Of a standard signal one waits at most; real-time
// signals wait in order (signal(7), "Queueing and delivery semantics").
type queue struct {
	set   Set
	infos []*Info
	// timers are the timer expirations among infos, so that one timer waits at most once.
}

// add puts a signal into the queue. It reports false if a standard signal
// waits already.
func (q *queue) add(i *Info) bool {
	sig := i.Signo()
	if sig < FirstRealTime && q.set.Has(sig) {
		return false
	}
	q.set |= 1 << (sig - 1)
	q.infos = append(q.infos, i)
	return true
}

// take removes the first waiting signal number sig.
func (q *queue) take(sig int) *Info {
	n := slices.IndexFunc(q.infos, func(i *Info) bool { return i.Signo() == sig })
	i := q.infos[n]
	q.infos = slices.Delete(q.infos, n, n+1)
	if !slices.ContainsFunc(q.infos, func(i *Info) bool { return i.Signo() == sig }) {
		q.set &^= 1 << (sig - 1)
	}
	return i
}

// drop removes all waiting signals that are in s.
func (q *queue) drop(s Set) {
	if q.set&s == 0 {
		return
	}
	q.infos = slices.DeleteFunc(q.infos, func(i *Info) bool { return s.Has(i.Signo()) })
	q.set &^= s
}

// processState is what the tasks of a process share.
type processState struct {
	// mu guards the queues and masks of the process and of its tasks.
	mu      sync.Mutex
	pending queue
	timers  timers
	// arrived is woken at each signal, for signalfd.
	arrived wait.Queue
}

// taskState is what one task has. Its fields are guarded by proc.mu, except
// that the task itself may read its mask.
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
}

var slot task.Slot[taskState]

func init() {
	slot = task.NewSlot(task.Hooks[taskState]{
		New: func(t *task.Task) (*taskState, error) {
			return &taskState{proc: newProcessState(t.Proc), hand: &handlers{}, alt: altStack{flags: ssDisable}}, nil
		},
		Clone: clone,
		Exec:  exec,
		Exit:  exit,
	})
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
	if flags&unix.CLONE_THREAD == 0 {
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

func (h *handlers) copy() *handlers {
	h.mu.Lock()
	defer h.mu.Unlock()
	return &handlers{actions: h.actions}
}

// reset makes every handler the default action; what is ignored stays so
// (execve(2), "Effect on process attributes").
func (h *handlers) reset() {
	for i := range h.actions {
		a := &h.actions[i]
		if a.handler != actIgnore {
			a.handler = actDefault
		}
		a.flags, a.restorer, a.mask = 0, 0, 0
	}
}

// exec adapts the state to a new program: handlers and the alternate stack go, the mask and what is
// pending stay.
func exec(_ *task.Task, s *taskState) *taskState {
	s.hand = s.hand.copy()
	s.hand.reset()
	s.alt = altStack{flags: ssDisable}
	s.proc.timers.deleteAll()
	return s
}

// exit lets other tasks of the process take the signals that this one would have.
func exit(t *task.Task, s *taskState) {
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	if s.proc.pending.set == 0 {
		return
	}
	for _, other := range t.Proc.Tasks() {
		if o := slot.Get(other); o != nil && other != t {
			o.recalculate(other)
		}
	}
}

func newProcessState(p *task.Process) *processState {
	s := &processState{}
	s.timers.init(p)
	return s
}

// recalculate notes whether a signal can be delivered to t. proc.mu is held.
func (s *taskState) recalculate(t *task.Task) {
	if s.deliverable() != 0 {
		t.Post(task.WorkSignal)
	} else {
		t.Clear(task.WorkSignal)
	}
}

// deliverable is the set of pending signals that are not blocked.
func (s *taskState) deliverable() Set { return (s.pending.set | s.proc.pending.set) &^ s.blocked }

// setBlocked changes the mask. proc.mu is held.
func (s *taskState) setBlocked(t *task.Task, mask Set) {
	s.blocked = mask &^ unblockable
	s.recalculate(t)
}
