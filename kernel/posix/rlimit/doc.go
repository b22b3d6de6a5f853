// Package rlimit is the resource limits of processes: getrlimit(2), setrlimit(2), prlimit64(2).
//
// The limits are kept here and enforced by who owns the resource, who asks Get; those of
// memory are handed to the address space.
package rlimit

//go:generate go run cairn/tools/sysgen
