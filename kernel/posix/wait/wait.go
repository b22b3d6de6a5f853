// Package wait is wait4(2) and waitid(2).
package wait

import (
	"cairn/kernel/posix/pidfd"
	"cairn/kernel/posix/process"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

//go:generate go run cairn/tools/sysgen

// whose are the options that say which children are meant.
const whose = unix.WALL | unix.WCLONE | unix.WNOTHREAD

// Wait4 implements wait4(2), and with it waitpid(2).
//
// Supports all options.
//
//cairn:syscall wait4
func Wait4(t *task.Task, pid sys.Pid, status sys.OutWaitStatus, options sys.WaitOptions, usage sys.OutRusage) (sys.Pid, error) {
	if uint32(options)&^(unix.WNOHANG|unix.WUNTRACED|unix.WCONTINUED|whose) != 0 {
		return 0, unix.EINVAL
	}
	f := process.WaitFor{Kind: unix.P_PID, ID: int32(pid), Options: int(uint32(options)) | unix.WEXITED}
	switch {
	case pid == -1<<31:
		return 0, unix.ESRCH
	case pid == -1:
		f.Kind = unix.P_ALL
	case pid == 0:
		f.Kind, f.ID = unix.P_PGID, process.GroupOf(t.Proc)
	case pid < 0:
		f.Kind, f.ID = unix.P_PGID, int32(-pid)
	}
	w, err := process.Wait(t, f)
	if err != nil || w.PID == 0 {
		return 0, err
	}
	if status != 0 {
		if err := vm.Store(t.AS, vm.Addr(status), uint32(w.Status)); err != nil {
			return 0, err
		}
	}
	return sys.Pid(w.PID), storeUsage(t, usage, &w)
}

// storeUsage writes the struct rusage, if it is wanted.
func storeUsage(t *task.Task, a sys.OutRusage, w *process.Waited) error {
	if a == 0 {
		return nil
	}
	return vm.Store(t.AS, vm.Addr(a), w.Usage.Rusage())
}

// Waitid implements waitid(2).
//
// Supports P_ALL, P_PID, P_PGID and P_PIDFD, and all options.
//
//cairn:syscall waitid
func Waitid(t *task.Task, kind sys.WaitIDType, id sys.Pid, info sys.OutSigInfo, options sys.WaitOptions, usage sys.OutRusage) error {
	const what = unix.WEXITED | unix.WSTOPPED | unix.WCONTINUED
	if uint32(options)&^(unix.WNOHANG|unix.WNOWAIT|what|whose) != 0 || options&what == 0 {
		return unix.EINVAL
	}
	f, nonblock, err := waitFor(t, int(kind), id, int(uint32(options)))
	if err != nil {
		return err
	}
	w, err := process.Wait(t, f)
	if err != nil {
		return err
	}
	if w.PID == 0 && nonblock {
		return unix.EAGAIN
	}
	if w.PID != 0 {
		if err := storeUsage(t, usage, &w); err != nil {
			return err
		}
	}
	if info == 0 {
		return nil
	}
	return storeInfo(t, vm.Addr(info), &w)
}

// waitFor returns the children that the arguments of waitid(2) mean. nonblock says that it is
// a descriptor that waits for nothing, without WNOHANG.
func waitFor(t *task.Task, kind int, id sys.Pid, options int) (f process.WaitFor, nonblock bool, err error) {
	f = process.WaitFor{Kind: kind, ID: int32(id), Options: options}
	switch kind {
	case unix.P_ALL:
	case unix.P_PID:
		if id <= 0 {
			return f, false, unix.EINVAL
		}
	case unix.P_PGID:
		if id < 0 {
			return f, false, unix.EINVAL
		}
		if id == 0 {
			f.ID = process.GroupOf(t.Proc)
		}
	case unix.P_PIDFD:
		if id < 0 {
			return f, false, unix.EINVAL
		}
		if f.Process, nonblock, err = pidfd.Get(t, sys.FD(id)); err != nil {
			return f, false, err
		}
		nonblock = nonblock && options&unix.WNOHANG == 0
		if nonblock {
			f.Options |= unix.WNOHANG
		}
	default:
		return f, false, unix.EINVAL
	}
	return f, nonblock, nil
}

// offsetPID is where the fields about a child are in a siginfo_t.
const offsetPID = 16

// storeInfo writes the fields of the siginfo_t that waitid(2) documents; all are 0 if there is
// nothing to report.
func storeInfo(t *task.Task, a vm.Addr, w *process.Waited) error {
	signal := int32(0)
	if w.PID != 0 {
		signal = int32(unix.SIGCHLD)
	}
	if err := vm.Store(t.AS, a, [3]int32{signal, 0, w.Code}); err != nil {
		return err
	}
	return vm.Store(t.AS, a+offsetPID, [3]int32{w.PID, int32(w.UID), w.ExitStatus})
}
