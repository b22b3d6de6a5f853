package timerfd

import (
	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// TimerfdCreate implements timerfd_create(2).
//
// Supports CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME and, with CAP_WAKE_ALARM, the
// two ALARM clocks, which are the same since the machine never sleeps; TFD_CLOEXEC and
// TFD_NONBLOCK.
//
//cairn:syscall timerfd_create
func TimerfdCreate(t *task.Task, id sys.ClockID, flags sys.TimerfdFlags) (sys.FD, error) {
	if flags&^(unix.TFD_CLOEXEC|unix.TFD_NONBLOCK) != 0 {
		return -1, unix.EINVAL
	}
	switch id {
	case unix.CLOCK_REALTIME, unix.CLOCK_MONOTONIC, unix.CLOCK_BOOTTIME:
	case unix.CLOCK_REALTIME_ALARM, unix.CLOCK_BOOTTIME_ALARM:
		if !vfs.CredOf(t).Has(unix.CAP_WAKE_ALARM) {
			return -1, unix.EPERM
		}
	default:
		return -1, unix.EINVAL
	}
	tm := &timer{clockID: id}
	tm.alarm.F = tm.expire
	f := vfs.NewFile(tm, "anon_inode:[timerfd]", unix.O_RDWR|int(flags&unix.TFD_NONBLOCK))
	return fdtab.Install(t, f, flags&unix.TFD_CLOEXEC != 0)
}

// TimerfdSettime implements timerfd_settime(2).
//
// Supports TFD_TIMER_ABSTIME and TFD_TIMER_CANCEL_ON_SET.
//
//cairn:syscall timerfd_settime
func TimerfdSettime(t *task.Task, fd sys.FD, flags sys.TimerfdSetFlags, value sys.Itimerspec, old sys.OutItimerspec) error {
	spec, err := vm.Load[unix.ItimerSpec](t.AS, vm.Addr(value))
	if err != nil {
		return err
	}
	if flags&^(unix.TFD_TIMER_ABSTIME|unix.TFD_TIMER_CANCEL_ON_SET) != 0 || !valid(spec.Value) || !valid(spec.Interval) {
		return unix.EINVAL
	}
	f, tm, err := get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	if tm.wakes() && !vfs.CredOf(t).Has(unix.CAP_WAKE_ALARM) {
		return unix.EPERM
	}
	rest, err := tm.set(int(flags), nanoseconds(spec.Value), nanoseconds(spec.Interval))
	if err != nil || old == 0 {
		return err
	}
	return vm.Store(t.AS, vm.Addr(old), rest)
}

// TimerfdGettime implements timerfd_gettime(2).
//
//cairn:syscall timerfd_gettime
func TimerfdGettime(t *task.Task, fd sys.FD, value sys.OutItimerspec) error {
	f, tm, err := get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	return vm.Store(t.AS, vm.Addr(value), tm.get())
}

// get returns the timer behind fd, with its file counted: EINVAL if it is none.
func get(t *task.Task, fd sys.FD) (*vfs.File, *timer, error) {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return nil, nil, err
	}
	tm, ok := f.Ops.(*timer)
	if !ok {
		f.Put()
		return nil, nil, unix.EINVAL
	}
	return f, tm, nil
}

// valid says whether ts is a time that may be asked for.
func valid(ts unix.Timespec) bool {
	return ts.Sec >= 0 && ts.Nsec >= 0 && ts.Nsec < clock.Second
}

// nanoseconds returns ts in nanoseconds, clock.Never if they are too many.
func nanoseconds(ts unix.Timespec) int64 {
	if ts.Sec >= int64(clock.Never)/clock.Second {
		return int64(clock.Never)
	}
	return ts.Sec*clock.Second + ts.Nsec
}
