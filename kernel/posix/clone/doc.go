// Package clone is how tasks are made: clone(2), clone3(2), fork(2) and vfork(2), and the calls that
// undo sharing, unshare(2) and setns(2).
//
// The options MULTITHREADING and MULTIPROCESS say which kinds of tasks can be made.
package clone

//go:generate go run cairn/tools/sysgen
