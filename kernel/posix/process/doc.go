// Package process is processes as programs see them: their ids, parents, groups and
// sessions, how they end and are waited for, how they execute other programs, and what prctl(2) and
// getrusage(2) say of them. Package clone makes them.
//
// What package task knows of a process is the tasks in it. Here a Process outlives
// its tasks until its parent has waited for it.
package process

//go:generate go run cairn/tools/sysgen
