package futex

import (
	"sync/atomic"

	"cairn/kernel/config"
	"cairn/kernel/posix/prctl"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// state is a task's.
type state struct {
	waiter waiter
	// robust is the head of the robust list, 0 for none.
	robust vm.Addr
	// clearTID is the word to clear and wake at the task's end, 0 for none.
	clearTID vm.Addr
	// left says that the task gave up its locks, since it ends or executes another program.
	left atomic.Bool
}

var states task.Slot[state]

func init() {
	states = task.NewSlot(task.Hooks[state]{
		New:   func(t *task.Task) (*state, error) { return newState(t), nil },
		Clone: func(_, child *task.Task, _ uint64) (*state, error) { return newState(child), nil },
		Exec: func(_ *task.Task, s *state) *state {
			s.left.Store(false)
			return s
		},
	})
	task.OnTaskExit(release)
	task.OnExec(release)
	if config.LIBPOSIX_PRCTL {
		prctl.Handle(unix.PR_GET_TID_ADDRESS, getTIDAddress)
	}
}

func newState(t *task.Task) *state {
	s := &state{}
	s.waiter.task = t
	return s
}

// SetTidAddress implements set_tid_address(2).
//
//cairn:syscall set_tid_address
func SetTidAddress(t *task.Task, a vm.Addr) (sys.Pid, error) {
	SetClearTID(t, a)
	return sys.Pid(t.TID), nil
}

// SetClearTID makes the word at a be cleared and woken when t ends or executes
// another program (CLONE_CHILD_CLEARTID). 0 is none. Only t itself, or who creates it, may call it.
func SetClearTID(t *task.Task, a vm.Addr) { states.Get(t).clearTID = a }

// getTIDAddress is PR_GET_TID_ADDRESS of prctl(2).
func getTIDAddress(t *task.Task, a *prctl.Args) (int, error) {
	return 0, vm.Store(t.AS, vm.Addr(a[0]), uint64(states.Get(t).clearTID))
}

// release ends what the task has to do with its address space's futexes: locks on its
// robust list and locks with an owner pass on, the word of SetClearTID is
// cleared and woken. A task calls it when it ends and before it executes another program.
func release(t *task.Task) {
	s := states.Get(t)
	if s.robust != 0 {
		s.releaseRobust(t)
		s.robust = 0
	}
	s.releaseOwned(t)
	if s.clearTID == 0 {
		return
	}
	if t.AS.Shared() { // nobody else could see it
		if vm.Store(t.AS, s.clearTID, uint32(0)) == nil {
			Wake(t.AS, s.clearTID, 1)
		}
	}
	s.clearTID = 0
}
