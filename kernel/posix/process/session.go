package process

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// Setsid implements setsid(2).
//
//cairn:syscall setsid option=LIBPOSIX_PROCESS_MULTIPROCESS
func Setsid(t *task.Task) (sys.Pid, error) {
	p := Of(t)
	tree.Lock()
	defer tree.Unlock()
	if groups[p.PID] != nil || sessions[p.PID] != nil {
		return 0, unix.EPERM
	}
	newSession(p)
	return sys.Pid(p.PID), nil
}

// Getsid implements getsid(2).
//
//cairn:syscall getsid option=LIBPOSIX_PROCESS_MULTIPROCESS
func Getsid(t *task.Task, pid sys.Pid) (sys.Pid, error) {
	tree.Lock()
	defer tree.Unlock()
	p := lookup(t, pid)
	if p == nil {
		return 0, unix.ESRCH
	}
	return sys.Pid(p.group.session.id), nil
}

// Getpgid implements getpgid(2).
//
//cairn:syscall getpgid option=LIBPOSIX_PROCESS_MULTIPROCESS
func Getpgid(t *task.Task, pid sys.Pid) (sys.Pid, error) {
	tree.Lock()
	defer tree.Unlock()
	p := lookup(t, pid)
	if p == nil {
		return 0, unix.ESRCH
	}
	return sys.Pid(p.group.id), nil
}

// Getpgrp implements getpgrp(2).
//
//cairn:syscall getpgrp option=LIBPOSIX_PROCESS_MULTIPROCESS
func Getpgrp(t *task.Task) (sys.Pid, error) { return Getpgid(t, 0) }

// lookup returns the process with the id, which may be that of any of its tasks; t's own
// for 0, nil if there is none. tree is held.
func lookup(t *task.Task, pid sys.Pid) *Process {
	if pid == 0 {
		return Of(t)
	}
	if p := processes[int32(pid)]; p != nil {
		return p
	}
	if of := task.Find(int32(pid)); of != nil {
		return Of(of)
	}
	return nil
}

// Setpgid implements setpgid(2).
//
//cairn:syscall setpgid option=LIBPOSIX_PROCESS_MULTIPROCESS
func Setpgid(t *task.Task, pid, pgid sys.Pid) error {
	if pgid == 0 {
		pgid = pid
	}
	if pgid < 0 {
		return unix.EINVAL
	}
	self := Of(t)
	tree.Lock()
	defer tree.Unlock()
	p := self
	if pid != 0 && int32(pid) != self.PID {
		p = processes[int32(pid)]
		if p == nil && task.Find(int32(pid)) != nil {
			return unix.EINVAL // a thread that is not the first of its process
		}
		if p == nil || p.parent != self {
			return unix.ESRCH
		}
		if p.group.session != self.group.session {
			return unix.EPERM
		}
		if p.execed {
			return unix.EACCES
		}
	}
	if sessions[p.PID] != nil && p.group.session.id == p.PID {
		return unix.EPERM // a session leader
	}
	id := int32(pgid)
	if id == 0 {
		id = p.PID
	}
	g := groups[id]
	if g == nil && id == p.PID {
		g = newGroup(id, p.group.session)
	}
	if g == nil || g.session != p.group.session {
		return unix.EPERM
	}
	if g != p.group {
		p.join(g)
	}
	return nil
}
