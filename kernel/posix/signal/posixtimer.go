package signal

import (
	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/time"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// sigEventT is a struct sigevent.
type sigEventT struct {
	value  uint64
	signo  int32
	notify int32
	tid    int32
	_      [11]int32
}

// How a timer notifies (sigevent(7)).
const (
	sigevSignal   = 0
	sigevNone     = 1
	sigevThread   = 2
	sigevThreadID = 4
)

// TimerCreate implements timer_create(2).
//
// Supports CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI, with CAP_WAKE_ALARM the ALARM clocks, and the CPU
// clocks of processes and threads; SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD and SIGEV_THREAD_ID.
//
//cairn:syscall timer_create
func TimerCreate(t *task.Task, id sys.ClockID, event sys.SigEvent, out sys.OutTimerID) error {
	e := sigEventT{signo: int32(unix.SIGALRM)}
	if event != 0 {
		var err error
		if e, err = vm.Load[sigEventT](t.AS, vm.Addr(event)); err != nil {
			return err
		}
	}
	c, err := clockOf(t, id)
	if err != nil {
		return err
	}
	p := slot.Get(t).proc
	owner := p.reserve(t)
	if owner == nil {
		return unix.EAGAIN
	}
	tm := &timer{clock: c, none: e.notify == sigevNone}
	tm.entry.owner = owner
	if tm.tid, err = e.target(t); err != nil {
		owner.n.Add(-1)
		return err
	}
	p.timers.add(tm, int(e.signo), e.value, event == 0)
	if err := vm.Store(t.AS, vm.Addr(out), tm.id); err != nil {
		p.timers.remove(tm.id)
		return err
	}
	return nil
}

// clockOf returns the clock with the id: EINVAL if there is none, EOPNOTSUPP if no timer can run on it, EPERM if
// t may not.
func clockOf(t *task.Task, id sys.ClockID) (timerClock, error) {
	switch id {
	case unix.CLOCK_REALTIME, unix.CLOCK_TAI:
		return timerClock{wall: true}, nil
	case unix.CLOCK_MONOTONIC, unix.CLOCK_BOOTTIME:
		return timerClock{}, nil
	case unix.CLOCK_REALTIME_ALARM, unix.CLOCK_BOOTTIME_ALARM:
		if !vfs.CredOf(t).Has(unix.CAP_WAKE_ALARM) {
			return timerClock{}, unix.EPERM
		}
		return timerClock{wall: id == unix.CLOCK_REALTIME_ALARM}, nil
	case unix.CLOCK_MONOTONIC_RAW, unix.CLOCK_REALTIME_COARSE, unix.CLOCK_MONOTONIC_COARSE:
		return timerClock{}, unix.EOPNOTSUPP
	}
	of, thread, user := t, id == unix.CLOCK_THREAD_CPUTIME_ID, false
	if id != unix.CLOCK_PROCESS_CPUTIME_ID && !thread {
		if of, thread, user = time.CPUClock(t, id); of == nil {
			return timerClock{}, unix.EINVAL
		}
	}
	s := slot.Get(of)
	if s == nil {
		return timerClock{}, unix.EINVAL
	}
	c := timerClock{kind: cpuTotal, process: of.Proc, cpu: &s.proc.cpu}
	if thread {
		c.thread = of
	}
	if user {
		c.kind = cpuUser
	}
	return c, nil
}

// target checks the event, and returns the task that gets the signal; 0 is the process.
func (e *sigEventT) target(t *task.Task) (int32, error) {
	if e.notify != sigevNone && (e.signo < 1 || e.signo > NumSignals) {
		return 0, unix.EINVAL
	}
	switch e.notify {
	case sigevSignal, sigevNone, sigevThread:
		return 0, nil
	case sigevThreadID:
		if to := task.Find(e.tid); to != nil && to.Proc == t.Proc {
			return e.tid, nil
		}
	}
	return 0, unix.EINVAL
}

// itimerspecT is a struct itimerspec in memory.
type itimerspecT struct{ interval, value unix.Timespec }

// fromTimespec returns ts in nanoseconds, the most if it is more; ok is false if it is no valid time.
func fromTimespec(ts unix.Timespec) (ns int64, ok bool) {
	if ts.Sec < 0 || ts.Nsec < 0 || ts.Nsec >= clock.Second {
		return 0, false
	}
	return min(ts.Sec, maxSeconds)*clock.Second + ts.Nsec, true
}

func newSpec(left, interval int64) itimerspecT {
	return itimerspecT{unix.NsecToTimespec(interval), unix.NsecToTimespec(left)}
}

// TimerSettime implements timer_settime(2).
//
// Supports TIMER_ABSTIME. An absolute timer on CLOCK_REALTIME follows the clock when it is set.
//
//cairn:syscall timer_settime
func TimerSettime(t *task.Task, id sys.TimerID, flags sys.TimerFlags, value sys.Itimerspec, old sys.OutItimerspec) error {
	if value == 0 {
		return unix.EINVAL
	}
	n, err := vm.Load[itimerspecT](t.AS, vm.Addr(value))
	if err != nil {
		return err
	}
	first, ok1 := fromTimespec(n.value)
	interval, ok2 := fromTimespec(n.interval)
	tm := slot.Get(t).proc.timers.find(int32(id))
	if !ok1 || !ok2 || tm == nil {
		return unix.EINVAL
	}
	var left, every int64
	if flags&unix.TIMER_ABSTIME == 0 || first == 0 {
		left, every = tm.startIn(first, interval)
	} else {
		left, every = tm.start(first, interval, tm.clock.wall)
	}
	if old == 0 {
		return nil
	}
	return vm.Store(t.AS, vm.Addr(old), newSpec(left, every))
}

// TimerGettime implements timer_gettime(2).
//
//cairn:syscall timer_gettime
func TimerGettime(t *task.Task, id sys.TimerID, value sys.OutItimerspec) error {
	tm := slot.Get(t).proc.timers.find(int32(id))
	if tm == nil {
		return unix.EINVAL
	}
	return vm.Store(t.AS, vm.Addr(value), newSpec(tm.state()))
}

// TimerGetoverrun implements timer_getoverrun(2).
//
//cairn:syscall timer_getoverrun
func TimerGetoverrun(t *task.Task, id sys.TimerID) (int32, error) {
	tm := slot.Get(t).proc.timers.find(int32(id))
	if tm == nil {
		return 0, unix.EINVAL
	}
	tm.mu.Lock()
	defer tm.mu.Unlock()
	return int32(tm.overrun), nil
}

// TimerDelete implements timer_delete(2).
//
//cairn:syscall timer_delete
func TimerDelete(t *task.Task, id sys.TimerID) error {
	if !slot.Get(t).proc.timers.remove(int32(id)) {
		return unix.EINVAL
	}
	return nil
}
