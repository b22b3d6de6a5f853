package sched

import (
	"sync"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// state is a task's.
type state struct {
	mu sync.Mutex
	params
}

// params are the settings of a task.
type params struct {
	policy      int32
	resetOnFork bool
	nice        int32  // -20 to 19
	priority    int32  // of SCHED_FIFO and SCHED_RR: 1 to 99
	runtime     uint64 // of SCHED_DEADLINE, nanoseconds
	deadline    uint64
	period      uint64
	utilMin     uint32 // SCHED_FLAG_UTIL_CLAMP
	utilMax     uint32
	ioprio      uint16 // ioprio_set(2); 0 is none
}

var states task.Slot[state]

func init() {
	states = task.NewSlot(task.Hooks[state]{
		New: func(*task.Task) (*state, error) { return &state{}, nil },
		Clone: func(parent, _ *task.Task, _ uint64) (*state, error) {
			p := of(parent).get()
			if p.resetOnFork {
				p = p.reset()
			}
			return &state{params: p}, nil
		},
	})
}

// of returns the task's state; of one that has ended an empty one.
func of(t *task.Task) *state {
	if s := states.Get(t); s != nil {
		return s
	}
	return &state{}
}

// reset returns the settings of a child of a task with SCHED_RESET_ON_FORK (sched(7)).
func (p params) reset() params {
	n := params{policy: p.policy, nice: max(p.nice, 0), ioprio: p.ioprio}
	if isRealtime(p.policy) || p.policy == unix.SCHED_DEADLINE {
		n.policy, n.nice = unix.SCHED_NORMAL, 0
	}
	return n
}

func (s *state) get() params {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.params
}

func (s *state) set(p params) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.params = p
}

func isRealtime(policy int32) bool { return policy == unix.SCHED_FIFO || policy == unix.SCHED_RR }

// mayChange says whether t may change how another task is scheduled: it has the target's real or effective
// user id as its own effective one, or CAP_SYS_NICE.
func mayChange(t, target *task.Task) bool {
	c, o := vfs.CredOf(t), vfs.CredOf(target)
	return c.UID == o.RUID || c.UID == o.UID || c.Has(unix.CAP_SYS_NICE)
}
