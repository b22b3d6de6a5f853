// Package timerfd is timerfd_create(2) and its kin: timers whose expirations are
// read from a descriptor.
package timerfd

//go:generate go run cairn/tools/sysgen
