// Package signal is POSIX signals as Linux has them: actions, masks, queues of
// pending signals for tasks and processes, delivery to handlers and by default
// action, alternate stacks, timers that send signals (signal(7)).
//
// A signal is sent with Send or SendProcess from any goroutine. It is delivered
// by the task's own, before it goes back to user mode (task.OnWork).
//
// Locks, each taken before those after it: processState.mu, that of a timer, handlers.mu. Under
// processState.mu tasks are woken and their work is posted, but no queue is woken.
package signal

//go:generate go run cairn/tools/sysgen
