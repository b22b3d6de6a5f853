// Package signal is POSIX signals as Linux has them: actions, masks, queues of
// pending signals for tasks and processes, delivery to handlers and by default
// action, alternate stacks, interval timers, signalfd (signal(7)).
//
// A signal is sent with Send or SendProcess from any goroutine. It is delivered
// by the task's own, before it goes back to user mode (task.OnWork).
package signal

//go:generate go run cairn/tools/sysgen
