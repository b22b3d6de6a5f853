package clone

import (
	"math"

	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Fork implements fork(2).
//
//cairn:syscall fork option=LIBPOSIX_PROCESS_MULTIPROCESS
func Fork(t *task.Task) (sys.Pid, error) {
	return create(t, &request{exitSignal: uint64(unix.SIGCHLD)})
}

// Vfork implements vfork(2).
//
//cairn:syscall vfork option=LIBPOSIX_PROCESS_MULTIPROCESS
func Vfork(t *task.Task) (sys.Pid, error) {
	return create(t, &request{flags: unix.CLONE_VFORK | unix.CLONE_VM, exitSignal: uint64(unix.SIGCHLD)})
}

// Clone implements clone(2).
//
// Supports CLONE_CHILD_CLEARTID, CLONE_CHILD_SETTID, CLONE_FILES, CLONE_FS, CLONE_PARENT, CLONE_PARENT_SETTID, CLONE_PIDFD, CLONE_SETTLS,
// CLONE_SIGHAND, CLONE_THREAD, CLONE_VFORK, CLONE_VM. CLONE_IO, CLONE_SYSVSEM, CLONE_PTRACE and CLONE_UNTRACED have
// nothing to act on. There are no namespaces: CLONE_NEW* fail with EINVAL.
//
//cairn:syscall clone arch=amd64
func Clone(t *task.Task, flags sys.CloneFlags, stack vm.Addr, parentTID, childTID sys.OutInt32, tls vm.Addr) (sys.Pid, error) {
	r := request{
		flags: uint64(uint32(flags)) &^ unix.CSIGNAL, exitSignal: uint64(flags) & unix.CSIGNAL,
		stack: stack, parentTID: vm.Addr(parentTID), childTID: vm.Addr(childTID), tls: tls, pidfd: vm.Addr(parentTID),
	}
	if r.flags&unix.CLONE_PIDFD != 0 && r.flags&(unix.CLONE_PARENT_SETTID|unix.CLONE_DETACHED) != 0 {
		return 0, unix.EINVAL
	}
	return create(t, &r)
}

// args is the struct clone_args of clone3(2).
type args struct {
	Flags, PIDFD, ChildTID, ParentTID, ExitSignal, Stack, StackSize, TLS uint64 // version 0
	SetTID, SetTIDSize                                                   uint64 // version 1
	Cgroup                                                               uint64 // version 2
}

const (
	argsSize    = 88
	argsMinSize = 64 // CLONE_ARGS_SIZE_VER0
	argsMaxSize = 4096
	maxSetTID   = 32 // MAX_PID_NS_LEVEL
	numSignals  = 64
)

// Clone3 implements clone3(2).
//
// As clone(2), and CLONE_CLEAR_SIGHAND and set_tid. There are no control groups: CLONE_INTO_CGROUP fails with EBADF.
//
//cairn:syscall clone3
func Clone3(t *task.Task, a sys.CloneArgs, size sys.Size) (sys.Pid, error) {
	c, err := loadArgs(t, vm.Addr(a), uint64(size))
	if err != nil {
		return 0, err
	}
	const known = 1<<32 - 1 | unix.CLONE_CLEAR_SIGHAND | unix.CLONE_INTO_CGROUP
	switch {
	case c.Flags&^known != 0, c.Flags&(unix.CLONE_DETACHED|unix.CSIGNAL&^unix.CLONE_NEWTIME) != 0,
		c.Flags&unix.CLONE_SIGHAND != 0 && c.Flags&unix.CLONE_CLEAR_SIGHAND != 0,
		c.Flags&(unix.CLONE_THREAD|unix.CLONE_PARENT) != 0 && c.ExitSignal != 0, c.ExitSignal > numSignals,
		(c.Stack == 0) != (c.StackSize == 0), c.Stack >= vm.UserEnd, c.StackSize > vm.UserEnd-c.Stack,
		c.SetTIDSize > maxSetTID, (c.SetTID == 0) != (c.SetTIDSize == 0), c.ExitSignal > numSignals,
		c.Flags&unix.CLONE_PIDFD != 0 && c.Flags&unix.CLONE_PARENT_SETTID != 0 && c.PIDFD == c.ParentTID,
		c.Flags&unix.CLONE_INTO_CGROUP != 0 && (size < argsSize || c.Cgroup > math.MaxInt32):
		return 0, unix.EINVAL
	case c.Flags&unix.CLONE_INTO_CGROUP != 0:
		return 0, unix.EBADF
	}
	r := request{
		flags: c.Flags, exitSignal: c.ExitSignal, stack: vm.Addr(c.Stack + c.StackSize), parentTID: vm.Addr(c.ParentTID),
		childTID: vm.Addr(c.ChildTID), tls: vm.Addr(c.TLS), pidfd: vm.Addr(c.PIDFD),
	}
	if c.SetTIDSize != 0 {
		if r.tid, err = loadTID(t, vm.Addr(c.SetTID), c.SetTIDSize); err != nil {
			return 0, err
		}
	}
	return create(t, &r)
}

// loadArgs reads the arguments, whose size the program says: E2BIG if there is something in them
// that this kernel does not know.
func loadArgs(t *task.Task, a vm.Addr, size uint64) (c args, err error) {
	if size > argsMaxSize {
		return c, unix.E2BIG
	}
	if size < argsMinSize {
		return c, unix.EINVAL
	}
	fields := [argsSize / 8]*uint64{&c.Flags, &c.PIDFD, &c.ChildTID, &c.ParentTID, &c.ExitSignal, &c.Stack, &c.StackSize,
		&c.TLS, &c.SetTID, &c.SetTIDSize, &c.Cgroup}
	for i := uint64(0); i+8 <= size; i += 8 {
		v, err := vm.Load[uint64](t.AS, a+vm.Addr(i))
		if err != nil {
			return c, err
		}
		if i < argsSize {
			*fields[i/8] = v
		} else if v != 0 {
			return c, unix.E2BIG
		}
	}
	for i := size &^ 7; i < size; i++ {
		v, err := vm.Load[uint8](t.AS, a+vm.Addr(i))
		if err != nil {
			return c, err
		}
		if v != 0 {
			return c, unix.E2BIG
		}
	}
	return c, nil
}
