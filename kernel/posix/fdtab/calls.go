package fdtab

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// Close implements close(2).
//
//cairn:syscall close
func Close(t *task.Task, fd sys.FD) error { return Remove(t, fd) }

// CloseRange implements close_range(2).
//
// Supports CLOSE_RANGE_UNSHARE and CLOSE_RANGE_CLOEXEC.
//
//cairn:syscall close_range
func CloseRange(t *task.Task, first, last uint32, flags sys.CloseRangeFlags) error {
	if flags&^(unix.CLOSE_RANGE_UNSHARE|unix.CLOSE_RANGE_CLOEXEC) != 0 || first > last {
		return unix.EINVAL
	}
	from, to := int(min(first, MaxDescriptors)), int(min(last, MaxDescriptors))
	tb := tables.Get(t)
	if flags&unix.CLOSE_RANGE_UNSHARE != 0 {
		skipFirst, skipLast := from, to
		if flags&unix.CLOSE_RANGE_CLOEXEC != 0 {
			skipFirst, skipLast = -1, -1
		}
		own, err := own(tb, skipFirst, skipLast)
		if err != nil {
			return err
		}
		tb = own
		tables.Set(t, tb)
	}
	if flags&unix.CLOSE_RANGE_CLOEXEC != 0 {
		tb.cloexecRange(from, to)
	} else {
		tb.removeRange(from, to)
	}
	return nil
}

// Dup implements dup(2).
//
//cairn:syscall dup
func Dup(t *task.Task, fd sys.FD) (sys.FD, error) {
	f, err := GetPath(t, fd)
	if err != nil {
		return -1, err
	}
	return Install(t, f, false)
}

// Dup2 implements dup2(2).
//
//cairn:syscall dup2
func Dup2(t *task.Task, oldfd, newfd sys.FD) (sys.FD, error) {
	if oldfd != newfd {
		return dupTo(t, oldfd, newfd, false)
	}
	if tables.Get(t).peek(oldfd) == nil {
		return -1, unix.EBADF
	}
	return newfd, nil
}

// Dup3 implements dup3(2).
//
// Supports O_CLOEXEC.
//
//cairn:syscall dup3
func Dup3(t *task.Task, oldfd, newfd sys.FD, flags sys.DupFlags) (sys.FD, error) {
	if flags&^unix.O_CLOEXEC != 0 || oldfd == newfd {
		return -1, unix.EINVAL
	}
	return dupTo(t, oldfd, newfd, flags&unix.O_CLOEXEC != 0)
}

// dupTo makes newfd another descriptor of oldfd: EBADF if oldfd is not open or newfd is
// beyond RLIMIT_NOFILE.
func dupTo(t *task.Task, oldfd, newfd sys.FD, cloexec bool) (sys.FD, error) {
	if newfd < 0 || int(newfd) >= limit(t) {
		return -1, unix.EBADF
	}
	f, err := GetPath(t, oldfd)
	if err != nil {
		return -1, err
	}
	if err := tables.Get(t).replace(newfd, f, cloexec); err != nil {
		return -1, err
	}
	return newfd, nil
}
