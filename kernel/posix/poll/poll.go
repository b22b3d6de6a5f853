package poll

import (
	"encoding/binary"

	"cairn/kernel/clock"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// pollfdSize is the size of a struct pollfd: an int and two shorts.
const pollfdSize = 8

// reventsAt is the offset of revents in it.
const reventsAt = 6

// Poll implements poll(2).
//
//cairn:syscall poll
func Poll(t *task.Task, fds sys.PollFDs, n uint32, timeout sys.Msec) (int, error) {
	return pollOn(t, vm.Addr(fds), n, afterMsec(timeout))
}

// pollOn is poll for poll(2), which goes on until its first deadline if no handler runs
// for the signal that interrupted it.
func pollOn(t *task.Task, a vm.Addr, n uint32, deadline clock.Time) (int, error) {
	ready, err := poll(t, a, n, deadline)
	if err != sys.ERESTARTSYS {
		return ready, err
	}
	t.SetAgain(func(t *task.Task) (uintptr, error) {
		ready, err := pollOn(t, a, n, deadline)
		return uintptr(ready), err
	})
	return 0, sys.ERESTART_RESTARTBLOCK
}

// Ppoll implements ppoll(2).
//
// The time that is left is stored, as Linux does.
//
//cairn:syscall ppoll
func Ppoll(t *task.Task, fds sys.PollFDs, n uint32, timeout sys.InOutTimespec, mask sys.SigSet, size sys.Size) (int, error) {
	deadline, err := loadTimespec(t, vm.Addr(timeout))
	if err != nil {
		return 0, err
	}
	set, err := setMask(t, vm.Addr(mask), uint64(size))
	if err != nil {
		return 0, err
	}
	ready, err := poll(t, vm.Addr(fds), n, deadline)
	err = nohand(err)
	restoreMask(t, set, err)
	return ready, storeTimespec(t, vm.Addr(timeout), deadline, err)
}

// poll waits for the n struct pollfd at user address a: EINVAL if they are more
// than RLIMIT_NOFILE.
func poll(t *task.Task, a vm.Addr, n uint32, deadline clock.Time) (int, error) {
	if uint64(n) > min(fdtab.Limit(t), fdtab.MaxDescriptors) {
		return 0, unix.EINVAL
	}
	w := waiters.Get().(*waiter)
	defer w.free()
	if err := w.loadPollFDs(t, a, int(n)); err != nil {
		return 0, err
	}
	ready, err := w.wait(t, deadline)
	if err != nil {
		return 0, err
	}
	for i := range w.watches {
		if err := vm.Store(t.AS, a+vm.Addr(i*pollfdSize+reventsAt), uint16(w.watches[i].ready)); err != nil {
			return 0, err
		}
	}
	return ready, nil
}

// loadPollFDs makes the n struct pollfd at user address a the watches.
func (w *waiter) loadPollFDs(t *task.Task, a vm.Addr, n int) error {
	w.grow(n)
	p := w.scratch(n * pollfdSize)
	if _, err := t.CopyIn(p, a); err != nil {
		return err
	}
	for ; len(p) > 0; p = p[pollfdSize:] {
		fd := sys.FD(binary.NativeEndian.Uint32(p))
		w.add(fd, uint32(binary.NativeEndian.Uint16(p[4:]))|always)
	}
	return nil
}
