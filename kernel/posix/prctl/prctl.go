// Package prctl is prctl(2): a table of operations, which belong to the libraries
// whose state they read and change.
package prctl

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

//go:generate go run cairn/tools/sysgen

// Args are the arguments of prctl(2) after the operation.
type Args [4]uint64

// RestZero says whether the arguments from index i on are zero, which some operations ask for.
func (a *Args) RestZero(i int) bool {
	for _, v := range a[i:] {
		if v != 0 {
			return false
		}
	}
	return true
}

// operations is filled while the libraries are initialised.
var operations map[sys.PrctlOp]func(t *task.Task, a *Args) (int, error)

// Handle makes f the function for an operation. Libraries call it when they are
// initialised; two of them cannot handle one operation.
func Handle(op sys.PrctlOp, f func(t *task.Task, a *Args) (int, error)) {
	if operations == nil {
		operations = map[sys.PrctlOp]func(t *task.Task, a *Args) (int, error){}
	}
	if operations[op] != nil {
		panic("prctl: two libraries handle one operation")
	}
	operations[op] = f
}

// Prctl implements prctl(2).
//
// Which operations there are depends on the libraries selected. An unknown
// one fails with EINVAL.
//
//cairn:syscall prctl option=LIBPOSIX_PRCTL
func Prctl(t *task.Task, op sys.PrctlOp, arg2, arg3, arg4, arg5 sys.PrctlArg) (int, error) {
	f := operations[op]
	if f == nil {
		return 0, unix.EINVAL
	}
	return f(t, &Args{uint64(arg2), uint64(arg3), uint64(arg4), uint64(arg5)})
}
