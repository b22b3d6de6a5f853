// Command image has what an image has of the system call path: a library with
// calls, and the dispatcher. A test looks at its symbols.
package main

import (
	_ "cairn/kernel/posix/eventfd"
	"cairn/kernel/syscall"
	"cairn/kernel/task"
)

func main() { task.Kernel.Syscall = syscall.Dispatch }
