// Package strace prints the system calls and signals of all tasks as strace(1)
// prints those of the same program on Linux.
//
// It is a user of the entry and exit routines of package syscall, and reads the
// descriptions that tools/sysgen makes of the declarations. Nothing is
// printed until [Start].
package strace
