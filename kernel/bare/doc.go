// Package bare is the ground under the kernel's own Go runtime. The kernel is an
// ordinary Go program for Linux; when its runtime makes a system call (a host
// call), the processor traps to this package, which serves about forty of
// them: threads and futexes, memory, time, and the place where a processor
// with nothing to do waits for interrupts.
//
// Everything here is the ground floor: it allocates nothing, stores no Go
// pointers, does not block, and runs with interrupts off on stacks of its own.
package bare
