// Package futex is futex(2), futex_waitv(2), the robust lists of get_robust_list(2), and the word
// that set_tid_address(2) names, which is cleared and woken when a task ends.
//
// Waiters stand in buckets chosen by the hash of what they wait for, first come
// first served. A task's entry is part of its state, so that waiting and waking allocate
// nothing; just futex_waitv(2) makes entries of its own.
package futex

//go:generate go run cairn/tools/sysgen
