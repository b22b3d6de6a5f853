// Package time is the calls that read and set clocks and that sleep. Timers
// that send signals (setitimer(2), timer_create(2)) belong to the library of signals.
package time

//go:generate go run cairn/tools/sysgen
