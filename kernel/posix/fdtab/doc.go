// Package fdtab is the table of file descriptors of a process: what dup(2),
// close(2), close_range(2) and the descriptor half of fcntl(2) work on, and where
// every other library finds the file behind a number and puts a new one.
//
// A table is shared by the tasks that clone(2) made with CLONE_FILES, and copied
// otherwise, in time proportional to the descriptors that are open. Get takes no
// lock: readers load an atomic pointer, writers hold the table's mutex.
//
// A descriptor is given out in two steps where something can still fail after
// it is known: Reserve makes the number unavailable without anything behind it,
// then Fill or Release.
package fdtab

//go:generate go run cairn/tools/sysgen
