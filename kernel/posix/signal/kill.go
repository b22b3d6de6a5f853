package signal

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/process"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// capKill is CAP_KILL.
const capKill = 5

// userInfo returns the Info of a signal that t sends.
func userInfo(t *task.Task, sig int, code int) *Info {
	return NewInfo(sig, code).From(t.Proc.PID, vfs.CredOf(t).RUID)
}

// mayKill checks that t may send sig to target (kill(2)): EPERM.
func mayKill(t, target *task.Task, sig int) error {
	if t.Proc == target.Proc {
		return nil
	}
	from, to := vfs.CredOf(t), vfs.CredOf(target)
	if from.Has(capKill) || from.UID == to.RUID || from.RUID == to.RUID || from.UID == to.UID {
		return nil
	}
	if sig == int(unix.SIGCONT) && process.SameSession(t.Proc, target.Proc) {
		return nil
	}
	return unix.EPERM
}

// sendChecked sends i to the process of target, if t may. Signal 0 just asks.
func sendChecked(t, target *task.Task, i *Info) error {
	if err := mayKill(t, target, i.Signo()); err != nil || i.Signo() == 0 {
		return err
	}
	return SendProcess(target.Proc, i)
}

func valid(sig sys.Signal) bool { return sig >= 0 && sig <= NumSignals }

// Kill implements kill(2).
//
//cairn:syscall kill
func Kill(t *task.Task, pid sys.Pid, sig sys.Signal) error {
	if !valid(sig) {
		return unix.EINVAL
	}
	i := userInfo(t, int(sig), SIUser)
	switch {
	case pid > 0:
		target := task.Find(int32(pid))
		if target == nil {
			if process.IsZombie(int32(pid)) {
				return nil
			}
			return unix.ESRCH
		}
		return sendChecked(t, target, i)
	case pid == 0:
		return killMany(t, i, process.Group(process.GroupOf(t.Proc)))
	case pid == -1:
		return killMany(t, i, others(t))
	case pid == -1<<31:
		return unix.ESRCH
	}
	return killMany(t, i, process.Group(int32(-pid)))
}

// others are all processes but the first and the caller's.
func others(t *task.Task) []*task.Process {
	var ps []*task.Process
	for _, p := range process.All() {
		if p.PID != 1 && p != t.Proc {
			ps = append(ps, p)
		}
	}
	return ps
}

// killMany sends to all the processes that t may send to: ESRCH if there is none, EPERM
// if it may to none.
func killMany(t *task.Task, i *Info, ps []*task.Process) error {
	result := error(unix.ESRCH)
	for _, p := range ps {
		tasks := p.Tasks()
		if len(tasks) == 0 {
			continue
		}
		copied := *i
		err := sendChecked(t, tasks[0], &copied)
		if err == nil || result == unix.ESRCH {
			result = err
		}
		if err == nil {
			result = nil
		}
	}
	return result
}

// SendGroup sends a signal to every process of a process group.
func SendGroup(pgid int32, i *Info) {
	for _, p := range process.Group(pgid) {
		copied := *i
		SendProcess(p, &copied)
	}
}

// Tkill implements tkill(2).
//
//cairn:syscall tkill
func Tkill(t *task.Task, tid sys.Pid, sig sys.Signal) error {
	return sendTask(t, 0, tid, sig, userInfo(t, int(sig), SITkill))
}

// Tgkill implements tgkill(2).
//
//cairn:syscall tgkill
func Tgkill(t *task.Task, tgid, tid sys.Pid, sig sys.Signal) error {
	if tgid <= 0 {
		return unix.EINVAL
	}
	return sendTask(t, tgid, tid, sig, userInfo(t, int(sig), SITkill))
}

// sendTask sends i to the thread tid, of process tgid if that is not 0.
func sendTask(t *task.Task, tgid, tid sys.Pid, sig sys.Signal, i *Info) error {
	if tid <= 0 || !valid(sig) {
		return unix.EINVAL
	}
	target := task.Find(int32(tid))
	if target == nil || tgid != 0 && target.Proc.PID != int32(tgid) {
		return unix.ESRCH
	}
	if err := mayKill(t, target, int(sig)); err != nil || sig == 0 {
		return err
	}
	return Send(target, i)
}

// RtSigqueueinfo implements rt_sigqueueinfo(2), behind sigqueue(3).
//
//cairn:syscall rt_sigqueueinfo
func RtSigqueueinfo(t *task.Task, pid sys.Pid, sig sys.Signal, info sys.SigInfo) error {
	i, err := loadInfo(t, int32(pid), sig, info)
	if err != nil {
		return err
	}
	target := task.Find(int32(pid))
	if target == nil {
		return unix.ESRCH
	}
	return sendChecked(t, target, i)
}

// RtTgsigqueueinfo implements rt_tgsigqueueinfo(2).
//
//cairn:syscall rt_tgsigqueueinfo
func RtTgsigqueueinfo(t *task.Task, tgid, tid sys.Pid, sig sys.Signal, info sys.SigInfo) error {
	if tgid <= 0 || tid <= 0 {
		return unix.EINVAL
	}
	i, err := loadInfo(t, int32(tgid), sig, info)
	if err != nil {
		return err
	}
	return sendTask(t, tgid, tid, sig, i)
}

// loadInfo reads the Info that t wants to send to process pid. To others it must not pretend to be
// the kernel or kill(2): EPERM.
func loadInfo(t *task.Task, pid int32, sig sys.Signal, info sys.SigInfo) (*Info, error) {
	i, err := vm.Load[Info](t.AS, sys.Addr(info))
	if err != nil {
		return nil, err
	}
	if !valid(sig) {
		return nil, unix.EINVAL
	}
	if (i.Code() >= 0 || i.Code() == SITkill) && pid != t.Proc.PID {
		return nil, unix.EPERM
	}
	i.put32(offSigno, int32(sig))
	return &i, nil
}

// PidfdSend sends the signal that pidfd_send_signal(2) asks for to the process of
// target. info is 0 or the user's siginfo_t.
func PidfdSend(t, target *task.Task, sig sys.Signal, info sys.SigInfo) error {
	if !valid(sig) {
		return unix.EINVAL
	}
	if info == 0 {
		return sendChecked(t, target, userInfo(t, int(sig), SIUser))
	}
	i, err := loadInfo(t, target.Proc.PID, sig, info)
	if err != nil {
		return err
	}
	if raw, err := vm.Load[Info](t.AS, sys.Addr(info)); err != nil || raw.Signo() != int(sig) {
		return unix.EINVAL
	}
	return sendChecked(t, target, i)
}
