// Package pipe is pipes and FIFOs (pipe(7)): pipe2(2), what opening a FIFO does,
// and the operations of their ends.
//
// A pipe is a ring of pages, as on Linux, so that its capacity, the atomicity
// of small writes and what poll(2) says agree with Linux to the byte.
package pipe

//go:generate go run cairn/tools/sysgen
