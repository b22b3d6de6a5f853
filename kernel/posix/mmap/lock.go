package mmap

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
)

// Mlock implements mlock(2).
//
// There is no swap: locking makes the pages present, and counts them for RLIMIT_MEMLOCK.
//
//cairn:syscall mlock
func Mlock(t *task.Task, addr vm.Addr, length sys.Size) error {
	return Mlock2(t, addr, length, 0)
}

// Mlock2 implements mlock2(2).
//
// Supports MLOCK_ONFAULT.
//
//cairn:syscall mlock2
func Mlock2(t *task.Task, addr vm.Addr, length sys.Size, flags sys.MlockFlags) error {
	setLockPrivilege(t)
	return t.AS.Lock(addr, uint64(length), flags)
}

// Munlock implements munlock(2).
//
//cairn:syscall munlock
func Munlock(t *task.Task, addr vm.Addr, length sys.Size) error {
	return t.AS.Unlock(addr, uint64(length))
}

// Mlockall implements mlockall(2).
//
// Supports MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT.
//
//cairn:syscall mlockall
func Mlockall(t *task.Task, flags sys.MlockallFlags) error {
	setLockPrivilege(t)
	return t.AS.LockAll(flags)
}

// Munlockall implements munlockall(2).
//
//cairn:syscall munlockall
func Munlockall(t *task.Task) error {
	t.AS.UnlockAll()
	return nil
}
