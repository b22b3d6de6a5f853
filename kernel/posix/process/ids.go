package process

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
)

// Getpid implements getpid(2).
//
//cairn:syscall getpid
func Getpid(t *task.Task) (sys.Pid, error) { return sys.Pid(t.Proc.PID), nil }

// Gettid implements gettid(2).
//
//cairn:syscall gettid
func Gettid(t *task.Task) (sys.Pid, error) { return sys.Pid(t.TID), nil }

// Getppid implements getppid(2).
//
//cairn:syscall getppid
func Getppid(t *task.Task) (sys.Pid, error) { return sys.Pid(Of(t).PPID()), nil }
