package time

import (
	"math"

	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// A CPU clock's id holds the complement of a process or thread id and three bits: which
// time, and whether of a thread (Linux's include/linux/posix-timers.h). The clocks of
// the caller itself, CLOCK_PROCESS_CPUTIME_ID and CLOCK_THREAD_CPUTIME_ID, have ids of
// their own.
const (
	cpuClockThread = 1 << 2
	cpuClockKind   = 3
	cpuClockUser   = 1 // user time; 0 and 2 are all time
	clockFD        = 3 // a device's clock, of which there are none
	cpuClockShift  = 3
)

// resolution is what clock_getres(2) says of the clocks that count nanoseconds.
const resolution = 1

// coarseResolution is that of the coarse clocks: a tick of a Linux with HZ=250.
// They are in truth as fine as the others.
const coarseResolution = 4_000_000

// CPUClock returns the task and the kind of time that a CPU clock's id, of the kind that names a process or thread, names: t
// is nil if there is no such clock. thread says that it is t's own time rather than its whole process's, user that it
// is the time in user mode alone.
func CPUClock(caller *task.Task, id sys.ClockID) (t *task.Task, thread bool, user bool) {
	kind := id & cpuClockKind
	if id >= 0 || kind == clockFD {
		return nil, false, false
	}
	thread = id&cpuClockThread != 0
	user = kind == cpuClockUser
	tid := int32(^(id >> cpuClockShift))
	if tid == 0 {
		return caller, thread, user
	}
	t = task.Find(tid)
	switch {
	case t == nil:
	case thread && t.Proc != caller.Proc:
		t = nil // only the threads of the caller's own process
	case !thread && t.TID != t.Proc.PID && t != caller:
		t = nil // not a process's id
	}
	return t, thread, user
}

// now returns what a clock shows, in nanoseconds; EINVAL if there is no such clock.
func now(t *task.Task, id sys.ClockID) (int64, error) {
	switch id {
	case unix.CLOCK_REALTIME, unix.CLOCK_REALTIME_COARSE, unix.CLOCK_REALTIME_ALARM:
		return clock.Wall(), nil
	case unix.CLOCK_MONOTONIC, unix.CLOCK_MONOTONIC_RAW, unix.CLOCK_MONOTONIC_COARSE,
		unix.CLOCK_BOOTTIME, unix.CLOCK_BOOTTIME_ALARM:
		return int64(clock.Now()), nil
	case unix.CLOCK_TAI:
		return clock.Wall() + taiOffset.Load()*clock.Second, nil
	case unix.CLOCK_PROCESS_CPUTIME_ID, unix.CLOCK_THREAD_CPUTIME_ID:
		return cpuTime(t, id == unix.CLOCK_THREAD_CPUTIME_ID, false), nil
	}
	of, thread, user := CPUClock(t, id)
	if of == nil {
		return 0, unix.EINVAL
	}
	return cpuTime(of, thread, user), nil
}

// cpuTime returns the CPU time in nanoseconds of t's whole process, or with thread of
// t alone; with user only the part in user mode.
func cpuTime(t *task.Task, thread, user bool) int64 {
	var u task.Usage
	if thread {
		u = t.Usage()
	} else {
		u = t.Proc.Usage()
	}
	if user {
		return int64(u.User)
	}
	return int64(u.Total())
}

// ClockGettime implements clock_gettime(2).
//
// Supports every clock of Linux except those of devices. The coarse and raw clocks are
// the same as the others; the machine never sleeps, so CLOCK_BOOTTIME is CLOCK_MONOTONIC.
//
//cairn:syscall clock_gettime
func ClockGettime(t *task.Task, id sys.ClockID, ts sys.OutTimespec) error {
	if id == unix.CLOCK_MONOTONIC { // the one that matters for speed
		ns := uint64(clock.Now())
		return vm.Store(t.AS, vm.Addr(ts), unix.Timespec{Sec: int64(ns / clock.Second), Nsec: int64(ns % clock.Second)})
	}
	ns, err := now(t, id)
	if err != nil {
		return err
	}
	return vm.Store(t.AS, vm.Addr(ts), unix.NsecToTimespec(ns))
}

// ClockGetres implements clock_getres(2).
//
//cairn:syscall clock_getres
func ClockGetres(t *task.Task, id sys.ClockID, ts sys.OutTimespec) error {
	if _, err := now(t, id); err != nil {
		return err
	}
	if ts == 0 {
		return nil
	}
	r := int64(resolution)
	if id == unix.CLOCK_REALTIME_COARSE || id == unix.CLOCK_MONOTONIC_COARSE {
		r = coarseResolution
	}
	return vm.Store(t.AS, vm.Addr(ts), unix.NsecToTimespec(r))
}

// ClockSettime implements clock_settime(2).
//
// Only CLOCK_REALTIME can be set, with CAP_SYS_TIME.
//
//cairn:syscall clock_settime
func ClockSettime(t *task.Task, id sys.ClockID, ts sys.Timespec) error {
	if id != unix.CLOCK_REALTIME {
		if of, _, _ := CPUClock(t, id); of != nil {
			return unix.EPERM // a CPU clock, which Linux checks before it refuses
		}
		return unix.EINVAL
	}
	v, err := vm.Load[unix.Timespec](t.AS, vm.Addr(ts))
	if err != nil {
		return err
	}
	return setWall(t, v)
}

// maxWall is the latest time of day that can be set, in seconds: 30 years before nanoseconds do not fit 63 bits
// (TIME_SETTOD_SEC_MAX).
const maxWall = math.MaxInt64/clock.Second - 30*365*24*3600

// setWall sets the time of day: EINVAL for no time of day or one before the
// machine's start, EPERM without CAP_SYS_TIME.
func setWall(t *task.Task, v unix.Timespec) error {
	ns, ok := nanoseconds(v)
	switch {
	case !ok, v.Sec > maxWall:
		return unix.EINVAL
	case !vfs.CredOf(t).Has(unix.CAP_SYS_TIME):
		return unix.EPERM
	case ns < int64(clock.Now()):
		return unix.EINVAL
	}
	clock.SetWall(ns)
	return nil
}

// nanoseconds returns ts as a number, the largest one if it is larger; ok is false if
// ts is no valid time.
func nanoseconds(ts unix.Timespec) (ns int64, ok bool) {
	if ts.Sec < 0 || ts.Nsec < 0 || ts.Nsec >= clock.Second {
		return 0, false
	}
	if ts.Sec >= int64(clock.Never)/clock.Second {
		return int64(clock.Never), true
	}
	return ts.Sec*clock.Second + ts.Nsec, true
}
