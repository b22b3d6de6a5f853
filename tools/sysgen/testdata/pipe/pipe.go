// Package pipe is what sysgen's test reads. It is like a library that declares
// system calls.
package pipe

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
)

// Pipe implements pipe(2).
//
//cairn:syscall pipe
func Pipe(t *task.Task, fds sys.OutFDPair) error { return Pipe2(t, fds, 0) }

// Pipe2 implements pipe2(2).
//
// Supports O_CLOEXEC, O_NONBLOCK, O_DIRECT (packet mode).
//
//cairn:syscall pipe2
func Pipe2(t *task.Task, fds sys.OutFDPair, flags sys.PipeFlags) error { return nil }

// Mmap implements mmap(2). Everything but MAP_HUGETLB.
//
//cairn:syscall mmap
func Mmap(t *task.Task, addr vm.Addr, n sys.Size, prot sys.Prot, flags sys.MapFlags, fd sys.FD, off sys.MapOff) (vm.Addr, error) {
	return addr, nil
}

// Getpid implements getpid(2).
//
//cairn:syscall getpid
func Getpid(t *task.Task) (sys.Pid, error) { return sys.Pid(t.TID), nil }

// Umount2 implements umount2(2): the parameter names need care.
//
//cairn:syscall umount2 option=LIBPOSIX_PROCESS_MULTIPROCESS
func Umount2(t *task.Task, s sys.Path, _ sys.UmountFlags) (v int32, err error) { return 0, nil }

// Getpgrp implements getpgrp(2).
//
//cairn:syscall getpgrp arch=amd64
func Getpgrp(*task.Task) (sys.Pid, error) { return 0, nil }
