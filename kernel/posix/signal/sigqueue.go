package signal

import (
	"cairn/kernel/syscall"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// RtSigqueueinfo implements rt_sigqueueinfo(2), behind sigqueue(3).
//
//cairn:syscall rt_sigqueueinfo
func RtSigqueueinfo(t *task.Task, pid sys.Pid, sig sys.Signal, info sys.SigInfo) error {
	i, err := loadInfo(t, info)
	if err != nil {
		return err
	}
	i.put32(offSigno, int32(sig))
	if i.pretends() && int32(pid) != t.TID {
		return unix.EPERM
	}
	return sendPID(t, int32(pid), &i)
}

// RtTgsigqueueinfo implements rt_tgsigqueueinfo(2).
//
//cairn:syscall rt_tgsigqueueinfo
func RtTgsigqueueinfo(t *task.Task, tgid, tid sys.Pid, sig sys.Signal, info sys.SigInfo) error {
	i, err := loadInfo(t, info)
	if err != nil {
		return err
	}
	if tgid <= 0 || tid <= 0 {
		return unix.EINVAL
	}
	i.put32(offSigno, int32(sig))
	if i.pretends() && int32(tid) != t.TID {
		return unix.EPERM
	}
	return sendTask(t, tgid, tid, &i)
}

// loadInfo reads a siginfo_t. What has no meaning for any signal must be 0 in one that the kernel
// does not know: E2BIG.
func loadInfo(t *task.Task, info sys.SigInfo) (i Info, err error) {
	if _, err = t.CopyIn(i[:], vm.Addr(info)); err != nil || i.known() {
		return i, err
	}
	rest, err := vm.Load[[syscall.SigInfoSize - infoSize]byte](t.AS, vm.Addr(info)+infoSize)
	if err == nil && rest != [len(rest)]byte{} {
		err = unix.E2BIG
	}
	return i, err
}

// known says whether the code is one that Linux knows the meaning of.
func (i *Info) known() bool {
	c := i.Code()
	return c >= -7 && c <= 10 || c == SIKernel || c == -60 // SI_DETHREAD to the codes of faults, SI_ASYNCNL
}

// pretends says whether the siginfo_t says that it is from the kernel or kill(2), which processes may
// say to themselves only.
func (i *Info) pretends() bool { return i.Code() >= 0 || i.Code() == SITkill }

// sendPidfd sends the signal that pidfd_send_signal(2) asks for to the process of
// target. info is 0 or the user's siginfo_t.
func sendPidfd(t, target *task.Task, sig sys.Signal, info sys.SigInfo) error {
	if info == 0 {
		i := userInfo(t, sig, SIUser)
		return sendChecked(t, target, &i)
	}
	i, err := loadInfo(t, info)
	if err != nil {
		return err
	}
	if int32(sig) != i.get32(offSigno) {
		return unix.EINVAL
	}
	if i.pretends() && target.Proc != t.Proc {
		return unix.EPERM
	}
	return sendChecked(t, target, &i)
}
