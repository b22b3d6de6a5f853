package rlimit

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// MayAccess says whether t may see and change the limits of the process with
// the id (prlimit(2), "Permissions"). The library of users replaces it.
var MayAccess = func(t *task.Task, pid int32) bool { return true }

// Getrlimit implements getrlimit(2).
//
//cairn:syscall getrlimit
func Getrlimit(t *task.Task, resource sys.Resource, out sys.OutRlimit) error {
	if resource >= Count {
		return unix.EINVAL
	}
	return vm.Store(t.AS, vm.Addr(out), Pair(t, int(resource)))
}

// Setrlimit implements setrlimit(2).
//
//cairn:syscall setrlimit
func Setrlimit(t *task.Task, resource sys.Resource, in sys.Rlimit) error {
	want, err := vm.Load[unix.Rlimit](t.AS, vm.Addr(in))
	if err != nil {
		return err
	}
	if resource >= Count {
		return unix.EINVAL
	}
	_, err = slot.Get(t).set(t, int(resource), want)
	return err
}

// Prlimit64 implements prlimit(2).
//
//cairn:syscall prlimit64
func Prlimit64(t *task.Task, pid sys.Pid, resource sys.Resource, in sys.Rlimit, out sys.OutRlimit) error {
	if resource >= Count {
		return unix.EINVAL
	}
	var want *unix.Rlimit
	if in != 0 {
		v, err := vm.Load[unix.Rlimit](t.AS, vm.Addr(in))
		if err != nil {
			return err
		}
		want = &v
	}
	l := slot.Get(t)
	if pid != 0 && int32(pid) != t.TID && int32(pid) != t.Proc.PID {
		if l = find(int32(pid)); l == nil {
			return unix.ESRCH
		}
		if !MayAccess(t, l.pid) {
			return unix.EPERM
		}
	}
	old := l.all()[resource]
	if want != nil {
		var err error
		if old, err = l.set(t, int(resource), *want); err != nil {
			return err
		}
	}
	if out == 0 {
		return nil
	}
	return vm.Store(t.AS, vm.Addr(out), old)
}

// set changes a limit on behalf of t, and returns what it was: EINVAL if the soft limit is
// above the hard one, EPERM if t may not raise the hard limit or if RLIMIT_NOFILE would be
// more than a table can hold.
func (l *Limits) set(t *task.Task, resource int, want unix.Rlimit) (old unix.Rlimit, err error) {
	if want.Cur > want.Max {
		return old, unix.EINVAL
	}
	if resource == unix.RLIMIT_NOFILE && want.Max > fdtab.MaxDescriptors {
		return old, unix.EPERM
	}
	l.mu.Lock()
	old = l.pairs[resource]
	if want.Max > old.Max && !vfs.CredOf(t).Has(unix.CAP_SYS_RESOURCE) {
		l.mu.Unlock()
		return old, unix.EPERM
	}
	l.pairs[resource] = want
	l.mu.Unlock()
	switch resource {
	case unix.RLIMIT_AS, unix.RLIMIT_DATA, unix.RLIMIT_STACK, unix.RLIMIT_MEMLOCK:
		l.applyAll()
	case unix.RLIMIT_CPU:
		l.cpu.set(want)
	}
	return old, nil
}

// applyAll hands the limits of memory to the process's address space.
func (l *Limits) applyAll() {
	for _, t := range task.All() {
		if slot.Get(t) != l {
			continue
		}
		if as := t.Space(); as != nil {
			l.apply(as)
			as.Put()
			return
		}
	}
}
