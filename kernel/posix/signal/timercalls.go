package signal

import (
	"cairn/kernel/clock"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Alarm implements alarm(2).
//
//cairn:syscall alarm arch=amd64
func Alarm(t *task.Task, seconds uint32) (uint32, error) {
	tm := &slot.Get(t).proc.timers.real
	left, _ := tm.state()
	deadline := clock.Time(0)
	if seconds != 0 {
		deadline = clock.Now() + clock.Time(seconds)*clock.Second
	}
	tm.start(deadline, 0)
	if left == 0 {
		return 0, nil
	}
	return uint32(max(1, (left+clock.Second/2)/clock.Second)), nil
}

// itimerT is a struct itimerval in memory.
type itimerT struct{ interval, value unix.Timeval }

func fromTimeval(tv unix.Timeval) (clock.Time, bool) {
	if tv.Sec < 0 || tv.Usec < 0 || tv.Usec >= 1e6 {
		return 0, false
	}
	return clock.Time(min(tv.Sec, maxSeconds))*clock.Second + clock.Time(tv.Usec)*1000, true
}

// maxSeconds keeps sums of times from overflowing: some 146 years.
const maxSeconds = int64(clock.Never) / clock.Second / 2

func toTimeval(d clock.Time) unix.Timeval {
	us := (int64(d) + 999) / 1000
	return unix.Timeval{Sec: us / 1e6, Usec: us % 1e6}
}

// Setitimer implements setitimer(2).
//
// Supports ITIMER_REAL; EINVAL for ITIMER_VIRTUAL and ITIMER_PROF.
//
//cairn:syscall setitimer
func Setitimer(t *task.Task, which sys.ItimerWhich, value sys.Itimerval, old sys.OutItimerval) error {
	if which != unix.ITIMER_REAL {
		return unix.EINVAL
	}
	var n itimerT
	if value != 0 {
		var err error
		if n, err = vm.Load[itimerT](t.AS, sys.Addr(value)); err != nil {
			return err
		}
	}
	first, ok1 := fromTimeval(n.value)
	interval, ok2 := fromTimeval(n.interval)
	if !ok1 || !ok2 {
		return unix.EINVAL
	}
	tm := &slot.Get(t).proc.timers.real
	left, every := tm.state()
	if old != 0 {
		if err := vm.Store(t.AS, sys.Addr(old), itimerT{toTimeval(every), toTimeval(left)}); err != nil {
			return err
		}
	}
	if first == 0 {
		tm.start(0, 0)
	} else {
		tm.start(clock.Now()+first, interval)
	}
	return nil
}

// Getitimer implements getitimer(2).
//
//cairn:syscall getitimer
func Getitimer(t *task.Task, which sys.ItimerWhich, value sys.OutItimerval) error {
	if which != unix.ITIMER_REAL {
		return unix.EINVAL
	}
	left, every := slot.Get(t).proc.timers.real.state()
	return vm.Store(t.AS, sys.Addr(value), itimerT{toTimeval(every), toTimeval(left)})
}

// sigEventT is the part of a struct sigevent that timer_create(2) reads.
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
// Supports CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI; SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD_ID.
// EINVAL for the CPU-time clocks.
//
//cairn:syscall timer_create
func TimerCreate(t *task.Task, id sys.ClockID, event sys.SigEvent, out sys.OutTimerID) error {
	wall := false
	switch id {
	case unix.CLOCK_REALTIME, unix.CLOCK_TAI, unix.CLOCK_REALTIME_ALARM:
		wall = true
	case unix.CLOCK_MONOTONIC, unix.CLOCK_BOOTTIME, unix.CLOCK_BOOTTIME_ALARM:
	default:
		return unix.EINVAL
	}
	e := sigEventT{signo: int32(unix.SIGALRM)}
	if event != 0 {
		var err error
		if e, err = vm.Load[sigEventT](t.AS, sys.Addr(event)); err != nil {
			return err
		}
	}
	tid, err := e.target(t)
	if err != nil {
		return err
	}
	tm := slot.Get(t).proc.timers.create()
	tm.wall, tm.sig, tm.value, tm.tid = wall, int(e.signo), e.value, tid
	if event == 0 {
		tm.value = uint64(tm.id)
	}
	if e.notify == sigevNone {
		tm.sig = 0
	}
	if err := vm.Store(t.AS, sys.Addr(out), tm.id); err != nil {
		tm.set.remove(tm.id)
		return err
	}
	return nil
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

func fromTimespec(ts unix.Timespec) (clock.Time, bool) {
	if ts.Sec < 0 || ts.Nsec < 0 || ts.Nsec >= clock.Second {
		return 0, false
	}
	return clock.Time(min(ts.Sec, maxSeconds))*clock.Second + clock.Time(ts.Nsec), true
}

func toTimespec(d clock.Time) unix.Timespec {
	return unix.Timespec{Sec: int64(d) / clock.Second, Nsec: int64(d) % clock.Second}
}

func (tm *timer) spec() itimerspecT {
	left, every := tm.state()
	return itimerspecT{toTimespec(every), toTimespec(left)}
}

// TimerSettime implements timer_settime(2).
//
//cairn:syscall timer_settime
func TimerSettime(t *task.Task, id sys.TimerID, flags sys.TimerFlags, value sys.Itimerspec, old sys.OutItimerspec) error {
	if value == 0 {
		return unix.EINVAL
	}
	n, err := vm.Load[itimerspecT](t.AS, sys.Addr(value))
	if err != nil {
		return err
	}
	first, ok1 := fromTimespec(n.value)
	interval, ok2 := fromTimespec(n.interval)
	tm := slot.Get(t).proc.timers.find(int32(id))
	if !ok1 || !ok2 || tm == nil {
		return unix.EINVAL
	}
	before := tm.spec()
	switch {
	case first == 0:
		tm.start(0, 0)
	case flags&unix.TIMER_ABSTIME == 0:
		tm.start(clock.Now()+first, interval)
	case tm.wall:
		tm.start(max(1, first-clock.Time(clock.Offset())), interval)
	default:
		tm.start(first, interval)
	}
	if old == 0 {
		return nil
	}
	return vm.Store(t.AS, sys.Addr(old), before)
}

// TimerGettime implements timer_gettime(2).
//
//cairn:syscall timer_gettime
func TimerGettime(t *task.Task, id sys.TimerID, value sys.OutItimerspec) error {
	tm := slot.Get(t).proc.timers.find(int32(id))
	if tm == nil {
		return unix.EINVAL
	}
	return vm.Store(t.AS, sys.Addr(value), tm.spec())
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
