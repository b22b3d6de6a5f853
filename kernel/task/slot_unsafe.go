package task

import (
	"sync/atomic"
	"unsafe"

	"cairn/kernel/trial"

	"golang.org/x/sys/unix"
)

// A Slot is a library's place in every task for state of type T: the
// descriptor table, the signal handlers, the working directory. Tasks may share
// one state: Clone decides.
type Slot[T any] struct {
	index uint
}

// Hooks are what a library does with its state as tasks come and go. Nil hooks
// do nothing; a nil Clone shares the parent's state.
type Hooks[T any] struct {
	// New makes the state of the machine's first task.
	New func(t *Task) (*T, error)
	// Clone makes the state of child, which parent creates with the flags of
	// clone(2). On error the clone fails with it.
	Clone func(parent, child *Task, flags uint64) (*T, error)
	// Exec adapts the state to a new program (execve(2)), after the point of
	// no return. It returns the state to go on with.
	Exec func(t *Task, s *T) *T
	// Exit gives up the task's use of the state.
	Exit func(t *Task, s *T)
}

// hooks is Hooks with the type forgotten: functions of a *T are called in the same way as functions of an
// unsafe.Pointer, and the two structures have the same fields.
type hooks struct {
	new   func(t *Task) (unsafe.Pointer, error)
	clone func(parent, child *Task, flags uint64) (unsafe.Pointer, error)
	exec  func(t *Task, s unsafe.Pointer) unsafe.Pointer
	exit  func(t *Task, s unsafe.Pointer)
}

var registered []hooks

// NewSlot registers a slot. Libraries call it when they are initialised.
// Clone hooks run in the order of registration, Exit hooks in reverse.
func NewSlot[T any](h Hooks[T]) Slot[T] {
	if len(registered) == maxSlots {
		panic("task: more slots than maxSlots")
	}
	registered = append(registered, *(*hooks)(unsafe.Pointer(&h)))
	return Slot[T]{uint(len(registered) - 1)}
}

// Get returns the task's state. Another task may ask as well: it gets nil once the
// state is given up, and a state that may be given up at any time, so what is in it
// needs the library's own lock.
func (s Slot[T]) Get(t *Task) *T { return (*T)(atomic.LoadPointer(&t.slots[s.index%maxSlots])) }

// Set replaces the task's state (unshare(2)).
func (s Slot[T]) Set(t *Task, v *T) {
	atomic.StorePointer(&t.slots[s.index%maxSlots], unsafe.Pointer(v))
}

// maxSlots is how many slots there can be; a power of two.
const maxSlots = 32

// slots are a task's states, in the order of registration.
type slots [maxSlots]unsafe.Pointer

// newSlots fills the slots of the first task.
func newSlots(t *Task) error {
	for i := range registered {
		f := registered[i].new
		if f == nil {
			continue
		}
		s, err := f(t)
		if err != nil {
			exitSlots(t, i)
			return err
		}
		atomic.StorePointer(&t.slots[i], s)
	}
	return nil
}

// cloneSlots fills the slots of child from its parent's. When one fails, those
// already made are given up again.
func cloneSlots(parent, child *Task, flags uint64) error {
	for i := range registered {
		s := parent.slots[i]
		if f := registered[i].clone; f != nil {
			var err error
			if trial.Fail() {
				err = unix.EAGAIN
			} else {
				s, err = f(parent, child, flags)
			}
			if err != nil {
				exitSlots(child, i)
				return err
			}
		}
		atomic.StorePointer(&child.slots[i], s)
	}
	return nil
}

func execSlots(t *Task) {
	for i := range registered {
		if f := registered[i].exec; f != nil {
			atomic.StorePointer(&t.slots[i], f(t, t.slots[i]))
		}
	}
}

// exitSlots gives up the first n slots, last first.
func exitSlots(t *Task, n int) {
	for i := n - 1; i >= 0; i-- {
		if f := registered[i].exit; f != nil {
			f(t, t.slots[i])
		}
		atomic.StorePointer(&t.slots[i], nil)
	}
}
