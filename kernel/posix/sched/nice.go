package sched

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/process"
	"cairn/kernel/posix/rlimit"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// The range of nice values.
const (
	minNice = -20
	maxNice = 19
)

// niceAllowed says whether RLIMIT_NICE lets the task have the nice value (getrlimit(2)).
func niceAllowed(t *task.Task, nice int32) bool {
	const ceiling = 20 // a limit of 40 means -20
	return uint64(ceiling-nice) <= rlimit.Get(t, unix.RLIMIT_NICE)
}

// Nice returns the task's nice value (/proc/PID/stat).
func Nice(t *task.Task) int32 { return of(t).get().nice }

// Getpriority implements getpriority(2).
//
// The value is that of the system call: 20 minus the nice value.
//
//cairn:syscall getpriority
func Getpriority(t *task.Task, which sys.PriorityWhich, who sys.Pid) (int32, error) {
	targets, err := among(t, which, who)
	if err != nil {
		return 0, err
	}
	best := int32(maxNice)
	for _, o := range targets {
		best = min(best, Nice(o))
	}
	return 20 - best, nil
}

// Setpriority implements setpriority(2).
//
// Nice values are kept and checked, and have no effect.
//
//cairn:syscall setpriority
func Setpriority(t *task.Task, which sys.PriorityWhich, who sys.Pid, priority int32) error {
	nice := min(max(priority, minNice), maxNice)
	targets, err := among(t, which, who)
	if err != nil {
		return err
	}
	for _, o := range targets {
		if e := setNice(t, o, nice); e != nil {
			err = e
		}
	}
	return err
}

// setNice sets a task's nice value: EPERM, EACCES.
func setNice(t, target *task.Task, nice int32) error {
	privileged := vfs.CredOf(t).Has(unix.CAP_SYS_NICE)
	s := of(target)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !privileged && !mayChange(t, target):
		return unix.EPERM
	case nice < s.nice && !privileged && !niceAllowed(target, nice):
		return unix.EACCES
	}
	s.nice = nice
	return nil
}

// among returns the tasks that the arguments of getpriority(2) mean: EINVAL, ESRCH.
func among(t *task.Task, which sys.PriorityWhich, who sys.Pid) ([]*task.Task, error) {
	var targets []*task.Task
	switch which {
	case unix.PRIO_PROCESS:
		o, err := find(t, who)
		if err != nil {
			return nil, err
		}
		targets = append(targets, o)
	case unix.PRIO_PGRP:
		group := int32(who)
		if group == 0 {
			group = process.GroupOf(t.Proc)
		}
		for _, p := range process.Group(group) {
			targets = append(targets, p.Tasks()...)
		}
	case unix.PRIO_USER:
		uid := uint32(who)
		if uid == 0 {
			uid = vfs.CredOf(t).RUID
		}
		for _, o := range task.All() {
			if vfs.CredOf(o).RUID == uid {
				targets = append(targets, o)
			}
		}
	default:
		return nil, unix.EINVAL
	}
	if len(targets) == 0 {
		return nil, unix.ESRCH
	}
	return targets, nil
}
