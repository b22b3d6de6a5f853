package process

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
)

// Exit implements _exit(2) of a single thread, as the call exit.
//
//cairn:syscall exit
func Exit(t *task.Task, code sys.ExitCode) error {
	t.Exit(task.Exited(int(code)))
	return nil
}

// ExitGroup implements exit_group(2).
//
//cairn:syscall exit_group
func ExitGroup(t *task.Task, code sys.ExitCode) error {
	t.Proc.Exit(task.Exited(int(code)))
	return nil
}
