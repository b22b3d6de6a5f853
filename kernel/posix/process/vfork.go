package process

import (
	"sync/atomic"

	"cairn/kernel/task"
)

// A Vfork is a parent that waits until its child gives the address space back that they
// share (vfork(2)).
type Vfork struct {
	parent *task.Task
	done   atomic.Bool
}

// NewVfork makes parent wait for child, which is not started yet.
func NewVfork(parent, child *task.Task) *Vfork {
	v := &Vfork{parent: parent}
	threads.Get(child).vfork.Store(v)
	return v
}

// Wait waits until the child has ended or executes another program. Signals wait as well, but for
// one that ends the process: the result is false then.
func (v *Vfork) Wait() bool {
	for !v.done.Load() {
		if v.parent.BlockKillable() != nil {
			return false
		}
	}
	return true
}

// releaseVfork lets the parent that waits go on.
func (th *thread) releaseVfork() {
	if v := th.vfork.Swap(nil); v != nil {
		v.done.Store(true)
		v.parent.Wake()
	}
}
