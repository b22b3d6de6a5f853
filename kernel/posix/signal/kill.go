package signal

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/process"
	"cairn/kernel/posix/user"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// userInfo returns the Info of a signal that t sends.
func userInfo(t *task.Task, sig sys.Signal, code int) Info {
	i := NewInfo(int(sig), code)
	i.from(t.Proc.PID, vfs.CredOf(t).RUID)
	return i
}

// mayKill checks that t may send sig to target: EINVAL if there is no such signal, EPERM as kill(2) says.
func mayKill(t, target *task.Task, sig int) error {
	switch {
	case sig < 0 || sig > NumSignals:
		return unix.EINVAL
	case t.Proc == target.Proc, user.Of(t).MaySignal(user.Of(target)):
		return nil
	case sig == int(unix.SIGCONT) && process.SameSession(t.Proc, target.Proc):
		return nil
	}
	return unix.EPERM
}

// sendChecked sends i to target's process, if t may. Signal 0 just asks.
func sendChecked(t, target *task.Task, i *Info) error {
	if err := mayKill(t, target, i.Signo()); err != nil || i.Signo() == 0 {
		return err
	}
	if slot.Get(target) == nil {
		return SendProcess(target.Proc, i)
	}
	return send(target, i, true)
}

// sendPID sends i to the process that pid names by any of its threads, if t may: ESRCH if there is none. A
// process that has ended but was not waited for takes every signal.
func sendPID(t *task.Task, pid int32, i *Info) error {
	target := t
	if pid != t.TID {
		target = task.Find(pid)
	}
	if target != nil {
		return sendChecked(t, target, i)
	}
	p := process.Find(pid)
	if p == nil {
		return unix.ESRCH
	}
	if target := member(p.Tasks); target != nil { // its first thread has ended
		return sendChecked(t, target, i)
	}
	if i.Signo() < 0 || i.Signo() > NumSignals {
		return unix.EINVAL
	}
	return nil
}

// Kill implements kill(2).
//
//cairn:syscall kill
func Kill(t *task.Task, pid sys.Pid, sig sys.Signal) error {
	i := userInfo(t, sig, SIUser)
	switch {
	case pid > 0:
		return sendPID(t, int32(pid), &i)
	case pid == 0:
		return killGroup(t, process.GroupOf(t.Proc), &i)
	case pid == -1:
		return killAll(t, &i)
	case pid == -1<<31:
		return unix.ESRCH
	}
	return killGroup(t, int32(-pid), &i)
}

// killAll sends to all processes but the first and the caller's: ESRCH if there are no others. As
// on Linux it is no error if t may not send to any of them.
func killAll(t *task.Task, i *Info) error {
	result, found := error(nil), false
	for _, p := range process.All() {
		target := member(p)
		if p.PID == 1 || p == t.Proc || target == nil {
			continue
		}
		found = true
		if err := sendChecked(t, target, i); err != unix.EPERM {
			result = err
		}
	}
	if !found {
		return unix.ESRCH
	}
	return result
}

// killGroup sends to all processes of a group: ESRCH if there is no such group, EPERM if t may send to
// none of them.
func killGroup(t *task.Task, pgid int32, i *Info) error {
	result, sent := error(nil), false
	for _, p := range process.Group(pgid) {
		if target := member(p); target != nil {
			err := sendChecked(t, target, i)
			result, sent = err, sent || err == nil
		}
	}
	switch {
	case sent:
		return nil
	case result == nil && process.SessionOfGroup(pgid) == 0:
		return unix.ESRCH
	}
	return result // nil: all that are left have ended
}

// Tkill implements tkill(2).
//
//cairn:syscall tkill
func Tkill(t *task.Task, tid sys.Pid, sig sys.Signal) error {
	if tid <= 0 {
		return unix.EINVAL
	}
	i := userInfo(t, sig, SITkill)
	return sendTask(t, 0, tid, &i)
}

// Tgkill implements tgkill(2).
//
//cairn:syscall tgkill
func Tgkill(t *task.Task, tgid, tid sys.Pid, sig sys.Signal) error {
	if tgid <= 0 || tid <= 0 {
		return unix.EINVAL
	}
	i := userInfo(t, sig, SITkill)
	return sendTask(t, tgid, tid, &i)
}

// sendTask sends i to the thread tid, of process tgid if that is not 0, if t may.
func sendTask(t *task.Task, tgid, tid sys.Pid, i *Info) error {
	target := task.Find(int32(tid))
	if target == nil || tgid != 0 && target.Proc.PID != int32(tgid) {
		if target == nil && (tgid == 0 || tgid == tid) && process.Find(int32(tid)) != nil {
			return nil // a first thread that has ended is there until its process was waited for
		}
		return unix.ESRCH
	}
	if err := mayKill(t, target, i.Signo()); err != nil || i.Signo() == 0 {
		return err
	}
	return Send(target, i)
}
