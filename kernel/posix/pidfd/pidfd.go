// Package pidfd is descriptors of processes: pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2), and what
// clone(2) and waitid(2) need of them.
package pidfd

import (
	"strings"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/posix/process"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

//go:generate go run cairn/tools/sysgen

// file is a process as a file: readable when the process has ended.
type file struct {
	vfs.NoFile
	process *process.Process
}

func init() { process.NewPidfd = func(p *process.Process) *vfs.File { return newFile(p, 0) } }

// newFile returns a file that stands for the process. flags are PIDFD_NONBLOCK.
func newFile(p *process.Process, flags int) *vfs.File {
	return vfs.NewFile(&file{process: p}, "anon_inode:[pidfd]", unix.O_RDWR|flags&unix.PIDFD_NONBLOCK)
}

// Of returns the process that f stands for; nil if f is no such file.
func Of(f *vfs.File) *process.Process {
	if p, ok := f.Ops.(*file); ok {
		return p.process
	}
	return nil
}

// Get returns the process behind a descriptor, and whether waiting for it must not block
// (PIDFD_NONBLOCK): EBADF if the descriptor is none of a process.
func Get(t *task.Task, fd sys.FD) (p *process.Process, nonblock bool, err error) {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return nil, false, err
	}
	defer f.Put()
	if p = Of(f); p == nil {
		return nil, false, unix.EBADF
	}
	return p, f.NonBlocking(), nil
}

// Ready says that the process has ended (pidfd_open(2)).
func (f *file) Ready(*vfs.File) wait.Events {
	if f.process.Ended() {
		return wait.In
	}
	return 0
}

// Queue returns the queue that is woken when the process ends.
func (f *file) Queue(*vfs.File) *wait.Queue { return f.process.Watched() }

// FDInfo adds the id: -1 once the process has been waited for.
func (f *file) FDInfo(_ *vfs.File, w *strings.Builder) {
	pid := f.process.PID
	if f.process.Reaped() {
		pid = -1
	}
	kfmt.Fprintf(w, "Pid:\t%d\nNSpid:\t%d\n", pid, pid)
}

// PidfdOpen implements pidfd_open(2).
//
// Supports PIDFD_NONBLOCK.
//
//cairn:syscall pidfd_open
func PidfdOpen(t *task.Task, pid sys.Pid, flags sys.PidfdFlags) (sys.FD, error) {
	if flags&^unix.PIDFD_NONBLOCK != 0 || pid <= 0 {
		return -1, unix.EINVAL
	}
	p := process.Find(int32(pid))
	if p == nil {
		if task.Find(int32(pid)) != nil {
			return -1, unix.EINVAL // a thread that is not the first of its process
		}
		return -1, unix.ESRCH
	}
	return fdtab.Install(t, newFile(p, int(flags)), true)
}

// A directory is /proc/PID as an open file, which pidfd_send_signal(2) takes, too.
type directory interface {
	// Process returns the process, nil if the directory is about a thread.
	Process() *task.Process
}

// target returns the process that a signal to the file is for: EBADF if there is none, ESRCH if it is gone.
func target(f *vfs.File) (*process.Process, error) {
	if p := Of(f); p != nil {
		return p, nil
	}
	d, ok := f.Ops.(directory)
	if !ok || d.Process() == nil {
		return nil, unix.EBADF
	}
	if p := process.Find(d.Process().PID); p != nil && p.Tasks == d.Process() {
		return p, nil
	}
	return nil, unix.ESRCH
}

// PidfdSendSignal implements pidfd_send_signal(2).
//
// The descriptor may be one of the directory /proc/PID.
//
//cairn:syscall pidfd_send_signal
func PidfdSendSignal(t *task.Task, fd sys.FD, sig sys.Signal, info sys.SigInfo, flags sys.PidfdFlags) error {
	if flags != 0 {
		return unix.EINVAL
	}
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	p, err := target(f)
	if err != nil {
		return err
	}
	if first := p.First(); first != nil {
		return process.Signals.Pidfd(t, first, sig, info)
	}
	if p.Reaped() {
		return unix.ESRCH
	}
	return nil // a zombie takes every signal
}

// PidfdGetfd implements pidfd_getfd(2).
//
//cairn:syscall pidfd_getfd
func PidfdGetfd(t *task.Task, fd, target sys.FD, flags uint32) (sys.FD, error) {
	if flags != 0 {
		return -1, unix.EINVAL
	}
	p, _, err := Get(t, fd)
	if err != nil {
		return -1, err
	}
	of := p.First()
	if of == nil {
		return -1, unix.ESRCH
	}
	if !process.MayAccess(t, of) {
		return -1, unix.EPERM
	}
	f, _ := fdtab.Of(of, target)
	if f == nil {
		return -1, unix.EBADF
	}
	return fdtab.Install(t, f, true)
}
