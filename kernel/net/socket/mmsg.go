package socket

import (
	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// A struct mmsghdr is a struct msghdr and a length.
const (
	mmsghdrSize = 64
	lengthAt    = msghdrSize
)

// waitForOne is MSG_WAITFORONE.
const waitForOne = unix.MSG_WAITFORONE

// Sendmmsg implements sendmmsg(2).
//
//cairn:syscall sendmmsg
func Sendmmsg(t *task.Task, fd sys.FD, msgs sys.MMsgHdr, n uint32, flags sys.MsgFlags) (int, error) {
	if flags&cmsgCompat != 0 {
		return 0, unix.EINVAL
	}
	f, ops, err := get(t, fd)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	a := vm.Addr(msgs)
	for i := range int(min(n, vm.MaxIOVecs)) {
		sent, err := send(t, f, ops, a, int(flags))
		if err == nil {
			err = vm.Store(t.AS, a+lengthAt, uint32(sent))
		}
		if err != nil {
			return several(i, err)
		}
		a += mmsghdrSize
	}
	return int(min(n, vm.MaxIOVecs)), nil
}

// several returns how many messages there were, or the error if there was none.
func several(n int, err error) (int, error) {
	if n > 0 {
		return n, nil
	}
	return 0, err
}

// Recvmmsg implements recvmmsg(2).
//
// Supports MSG_WAITFORONE. The time is looked at after each message, as on Linux, and what is
// left of it is stored.
//
//cairn:syscall recvmmsg
func Recvmmsg(t *task.Task, fd sys.FD, msgs sys.OutMMsgHdr, n uint32, flags sys.MsgFlags, timeout sys.InOutTimespec) (int, error) {
	if flags&cmsgCompat != 0 {
		return 0, unix.EINVAL
	}
	until, err := loadTimeout(t, vm.Addr(timeout))
	if err != nil {
		return 0, err
	}
	f, ops, err := get(t, fd)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	if err := ops.Common().TakeError(); err != nil {
		return 0, err
	}
	got, err := recvSeveral(t, f, ops, vm.Addr(msgs), int(n), int(flags), until)
	if timeout == 0 || got == 0 {
		return got, err
	}
	left := max(0, until-clock.Now())
	ts := [2]int64{int64(left / clock.Second), int64(left % clock.Second)}
	if err := vm.Store(t.AS, vm.Addr(timeout), ts); err != nil {
		return 0, err
	}
	return got, nil
}

// recvSeveral receives up to n messages, until the deadline.
func recvSeveral(t *task.Task, f *vfs.File, ops Ops, a vm.Addr, n, flags int, until clock.Time) (int, error) {
	for i := 0; i < n; i++ {
		got, err := recv(t, f, ops, a, flags&^waitForOne)
		if err == nil {
			err = vm.Store(t.AS, a+lengthAt, uint32(got))
		}
		if err != nil {
			if e, ok := err.(unix.Errno); ok && i > 0 && err != unix.EAGAIN && !sys.IsRestart(e) {
				ops.Common().SetError(e) // the next call reports it
			}
			return several(i, err)
		}
		if flags&waitForOne != 0 {
			flags |= unix.MSG_DONTWAIT
		}
		if clock.Now() >= until {
			return i + 1, nil
		}
		a += mmsghdrSize
	}
	return n, nil
}

// loadTimeout returns the time that is the struct timespec at user address a from now; 0 is
// for ever. EINVAL if it is none.
func loadTimeout(t *task.Task, a vm.Addr) (clock.Time, error) {
	if a == 0 {
		return clock.Never, nil
	}
	ts, err := vm.Load[[2]int64](t.AS, a)
	if err != nil {
		return 0, err
	}
	if ts[0] < 0 || ts[1] < 0 || ts[1] >= clock.Second {
		return 0, unix.EINVAL
	}
	return after(ts[0], ts[1]), nil
}

// after returns the time that is so many seconds and nanoseconds from now.
func after(s, ns int64) clock.Time {
	now := clock.Now()
	if s > int64(clock.Never-now)/clock.Second-1 {
		return clock.Never
	}
	return now + clock.Time(s*clock.Second+ns)
}
