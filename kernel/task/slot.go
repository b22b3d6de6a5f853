package task

// A Slot is a library's place in every task for state of type T: the
// descriptor table, the signal handlers, the working directory. Tasks may share
// one state: Clone decides.
type Slot[T any] struct {
	index int
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

// hooks is Hooks with the type forgotten.
type hooks struct {
	new   func(t *Task) (any, error)
	clone func(parent, child *Task, flags uint64, s any) (any, error)
	exec  func(t *Task, s any) any
	exit  func(t *Task, s any)
}

var registered []hooks

// NewSlot registers a slot. Libraries call it when they are initialised.
// Clone hooks run in the order of registration, Exit hooks in reverse.
func NewSlot[T any](h Hooks[T]) Slot[T] {
	e := hooks{
		new:   func(*Task) (any, error) { return (*T)(nil), nil },
		clone: func(_, _ *Task, _ uint64, s any) (any, error) { return s, nil },
		exec:  func(_ *Task, s any) any { return s },
		exit:  func(*Task, any) {},
	}
	if h.New != nil {
		e.new = func(t *Task) (any, error) { return h.New(t) }
	}
	if h.Clone != nil {
		e.clone = func(p, c *Task, flags uint64, _ any) (any, error) { return h.Clone(p, c, flags) }
	}
	if h.Exec != nil {
		e.exec = func(t *Task, s any) any { return h.Exec(t, s.(*T)) }
	}
	if h.Exit != nil {
		e.exit = func(t *Task, s any) { h.Exit(t, s.(*T)) }
	}
	registered = append(registered, e)
	return Slot[T]{len(registered) - 1}
}

// Get returns the task's state. Only the task itself may call it without a lock of
// the library's own.
func (s Slot[T]) Get(t *Task) *T { return t.slots[s.index].(*T) }

// Set replaces the task's state (unshare(2)).
func (s Slot[T]) Set(t *Task, v *T) { t.slots[s.index] = v }

// newSlots fills the slots of the first task.
func newSlots(t *Task) error {
	t.slots = make([]any, len(registered))
	for i, h := range registered {
		s, err := h.new(t)
		if err != nil {
			exitSlots(t, i)
			return err
		}
		t.slots[i] = s
	}
	return nil
}

// cloneSlots fills the slots of child from its parent's. When one fails, those
// already made are given up again.
func cloneSlots(parent, child *Task, flags uint64) error {
	child.slots = make([]any, len(registered))
	for i, h := range registered {
		s, err := h.clone(parent, child, flags, parent.slots[i])
		if err != nil {
			exitSlots(child, i)
			return err
		}
		child.slots[i] = s
	}
	return nil
}

func execSlots(t *Task) {
	for i, h := range registered {
		t.slots[i] = h.exec(t, t.slots[i])
	}
}

// exitSlots gives up the first n slots, last first.
func exitSlots(t *Task, n int) {
	for i := n - 1; i >= 0; i-- {
		registered[i].exit(t, t.slots[i])
		t.slots[i] = nil
	}
}
