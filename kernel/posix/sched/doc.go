// Package sched is the calls about scheduling: policies, priorities, processor affinity, yielding.
//
// Every task runs when its turn comes, for a time slice at most, whatever its policy and priority:
// they are kept, checked and inherited as sched(7) says, and have no other effect.
package sched

//go:generate go run cairn/tools/sysgen
