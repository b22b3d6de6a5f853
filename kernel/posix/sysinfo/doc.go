// Package sysinfo tells programs about the machine: uname(2) and the names it
// shows, sysinfo(2), the kernel's log by syslog(2).
package sysinfo

//go:generate go run cairn/tools/sysgen
