// Package signalfd is signalfd(2): descriptors that signals are read from.
package signalfd

import (
	"strings"
	"sync/atomic"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/posix/signal"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

//go:generate go run cairn/tools/sysgen

// setSize is the size of a signal set, the only one that the calls accept.
const setSize = 8

// Signalfd4 implements signalfd4(2).
//
// Supports SFD_CLOEXEC and SFD_NONBLOCK.
//
//cairn:syscall signalfd4
func Signalfd4(t *task.Task, fd sys.FD, mask sys.SigSet, size sys.Size, flags sys.SignalfdFlags) (sys.FD, error) {
	if size != setSize {
		return -1, unix.EINVAL
	}
	set, err := vm.Load[uint64](t.AS, vm.Addr(mask))
	if err != nil {
		return -1, err
	}
	if flags&^(unix.SFD_CLOEXEC|unix.SFD_NONBLOCK) != 0 {
		return -1, unix.EINVAL
	}
	set &^= uint64(signal.SetOf(unix.SIGKILL, unix.SIGSTOP))
	if fd != -1 {
		return fd, change(t, fd, set)
	}
	s := &signalfd{maker: t}
	s.set.Store(set)
	f := vfs.NewFile(s, "anon_inode:[signalfd]", unix.O_RDWR|int(flags&unix.SFD_NONBLOCK))
	f.SetPersonal()
	return fdtab.Install(t, f, flags&unix.SFD_CLOEXEC != 0)
}

// Signalfd implements signalfd(2).
//
//cairn:syscall signalfd
func Signalfd(t *task.Task, fd sys.FD, mask sys.SigSet, size sys.Size) (sys.FD, error) {
	return Signalfd4(t, fd, mask, size, 0)
}

// change gives a signalfd another set: EINVAL if the descriptor is none.
func change(t *task.Task, fd sys.FD, set uint64) error {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	s, ok := f.Ops.(*signalfd)
	if !ok {
		return unix.EINVAL
	}
	s.set.Store(set)
	signal.Arrivals(t).Wake(wait.In) // something may wait already that is in the new set
	return nil
}

// A signalfd is the operations of a signalfd. Whoever reads from it, polls it or adds it to an epoll gets the
// signals of its own (signalfd(2), "fork(2) semantics").
type signalfd struct {
	vfs.NoFile
	set   atomic.Uint64
	maker *task.Task // stands for who asks, if that is not known
}

func (s *signalfd) signals() signal.Set { return signal.Set(s.set.Load()) }

// Read takes signals that wait, as many as there is room for: EINVAL if that is none, EAGAIN if none
// waits.
func (s *signalfd) Read(t *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	if b.Len() < signal.FDInfoSize {
		return 0, unix.EINVAL
	}
	n := 0
	var i signal.Info
	for b.Len() >= signal.FDInfoSize && signal.Take(t, s.signals(), &i) {
		info := i.FDInfo()
		if _, err := b.Write(info[:]); err != nil {
			if n == 0 {
				return 0, err // as on Linux, the signal is gone
			}
			return n, nil
		}
		n += len(info)
	}
	if n == 0 {
		return 0, unix.EAGAIN
	}
	return n, nil
}

// ReadyTo says that a signalfd is readable if a signal of t's waits.
func (s *signalfd) ReadyTo(t *task.Task) wait.Events {
	if signal.Waiting(t)&s.signals() != 0 {
		return wait.In
	}
	return 0
}

// QueueOf returns the queue of t's process.
func (s *signalfd) QueueOf(t *task.Task) *wait.Queue { return signal.Arrivals(t) }

// Ready is ReadyTo for who made the signalfd.
func (s *signalfd) Ready(*vfs.File) wait.Events { return s.ReadyTo(s.maker) }

// Queue returns a queue that is never woken: it says that a signalfd can be waited for.
func (s *signalfd) Queue(*vfs.File) *wait.Queue { return &nobody }

var nobody wait.Queue

// FDInfo adds the set, as Linux's signalfd_show_fdinfo does.
func (s *signalfd) FDInfo(_ *vfs.File, w *strings.Builder) {
	kfmt.Fprintf(w, "sigmask:\t%016x\n", s.set.Load())
}
