package sched

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/process"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// The parts of an I/O priority (ioprio_set(2)).
const (
	ioClassShift = 13
	ioClassNone  = 0
	ioClassRT    = 1
	ioClassBE    = 2
	ioClassIdle  = 3
	ioLevels     = 8
	ioDefault    = ioClassBE<<ioClassShift | 4

	ioWhoProcess = 1
	ioWhoGroup   = 2
	ioWhoUser    = 3
)

// IoprioGet implements ioprio_get(2).
//
//cairn:syscall ioprio_get
func IoprioGet(t *task.Task, which int32, who sys.Pid) (int32, error) {
	targets, err := ioTargets(t, which, who)
	if err != nil {
		return 0, err
	}
	if which == ioWhoProcess {
		return int32(of(targets[0]).get().ioprio), nil // what was set, also if that is nothing
	}
	best := int32(-1)
	for _, o := range targets {
		p := int32(of(o).get().ioprio)
		if p>>ioClassShift == ioClassNone {
			p = ioDefault
		}
		if best < 0 || p < best {
			best = p
		}
	}
	return best, nil
}

// IoprioSet implements ioprio_set(2).
//
// Priorities are kept and checked, and have no effect.
//
//cairn:syscall ioprio_set
func IoprioSet(t *task.Task, which int32, who sys.Pid, priority int32) error {
	class, level := priority>>ioClassShift, priority&(1<<ioClassShift-1)
	privileged := vfs.CredOf(t).Has(unix.CAP_SYS_ADMIN) || vfs.CredOf(t).Has(unix.CAP_SYS_NICE)
	switch class {
	case ioClassRT:
		if !privileged {
			return unix.EPERM
		}
		fallthrough
	case ioClassBE:
		if level >= ioLevels {
			return unix.EINVAL
		}
	case ioClassIdle:
	case ioClassNone:
		if level != 0 {
			return unix.EINVAL
		}
	default:
		return unix.EINVAL
	}
	targets, err := ioTargets(t, which, who)
	if err != nil {
		return err
	}
	for _, o := range targets {
		if !mayChange(t, o) {
			return unix.EPERM
		}
		s := of(o)
		s.mu.Lock()
		s.ioprio = uint16(priority)
		s.mu.Unlock()
	}
	return nil
}

// ioTargets returns the tasks that the arguments mean: EINVAL, ESRCH.
func ioTargets(t *task.Task, which int32, who sys.Pid) ([]*task.Task, error) {
	switch which {
	case ioWhoProcess:
		return among(t, unix.PRIO_PROCESS, who)
	case ioWhoGroup:
		if who == 0 {
			who = sys.Pid(process.GroupOf(t.Proc))
		}
		return among(t, unix.PRIO_PGRP, who)
	case ioWhoUser:
		return among(t, unix.PRIO_USER, who)
	}
	return nil, unix.EINVAL
}
