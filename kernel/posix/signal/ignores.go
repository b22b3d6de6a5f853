package signal

import "cairn/kernel/task"

// Ignores says whether t blocks a signal or its process ignores it: job control asks before
// it stops a process that reads from or changes its terminal. Only t itself may call it.
func Ignores(t *task.Task, sig int) bool {
	s := slot.Get(t)
	return s.blocked.Has(sig) || s.hand.get(sig).handler == actIgnore
}
