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
	left, _ := slot.Get(t).proc.timers.interval[unix.ITIMER_REAL].startIn(int64(seconds)*clock.Second, 0)
	if left == 0 {
		return 0, nil
	}
	return uint32(max(1, (left+clock.Second/2)/clock.Second)), nil
}

// startIn sets the timer to expire after a time and then every interval, or stops it if the time is 0. It
// returns what it was set to.
func (tm *timer) startIn(after, interval int64) (left, every int64) {
	if after == 0 {
		return tm.start(0, 0, false)
	}
	now := tm.clock.now()
	return tm.start(now+min(after, int64(clock.Never)-now), interval, false)
}

// itimerT is a struct itimerval in memory.
type itimerT struct{ interval, value unix.Timeval }

// fromTimeval returns tv in nanoseconds, the most if it is more; ok is false if it is no valid time.
func fromTimeval(tv unix.Timeval) (ns int64, ok bool) {
	if tv.Sec < 0 || tv.Usec < 0 || tv.Usec >= 1e6 {
		return 0, false
	}
	return min(tv.Sec, maxSeconds)*clock.Second + tv.Usec*1000, true
}

// maxSeconds keeps sums of times from overflowing: some 146 years.
const maxSeconds = int64(clock.Never) / clock.Second / 2

// toTimeval returns a time as a timeval, rounded up: a timer that runs does not look stopped.
func toTimeval(ns int64) unix.Timeval {
	us := (ns + 999) / 1000
	return unix.Timeval{Sec: us / 1e6, Usec: us % 1e6}
}

// intervalTimer returns the timer of setitimer(2).
func intervalTimer(t *task.Task, which sys.ItimerWhich) (*timer, error) {
	ts := &slot.Get(t).proc.timers
	if which < 0 || int(which) >= len(ts.interval) {
		return nil, unix.EINVAL
	}
	return &ts.interval[which], nil
}

// Setitimer implements setitimer(2).
//
// Supports ITIMER_REAL, ITIMER_VIRTUAL and ITIMER_PROF.
//
//cairn:syscall setitimer
func Setitimer(t *task.Task, which sys.ItimerWhich, value sys.Itimerval, old sys.OutItimerval) error {
	var n itimerT
	if value != 0 {
		var err error
		if n, err = vm.Load[itimerT](t.AS, vm.Addr(value)); err != nil {
			return err
		}
	}
	first, ok1 := fromTimeval(n.value)
	interval, ok2 := fromTimeval(n.interval)
	tm, err := intervalTimer(t, which)
	if !ok1 || !ok2 || err != nil {
		return unix.EINVAL
	}
	left, every := tm.startIn(first, interval)
	if old == 0 {
		return nil
	}
	return vm.Store(t.AS, vm.Addr(old), itimerT{toTimeval(every), toTimeval(left)})
}

// Getitimer implements getitimer(2).
//
//cairn:syscall getitimer
func Getitimer(t *task.Task, which sys.ItimerWhich, value sys.OutItimerval) error {
	tm, err := intervalTimer(t, which)
	if err != nil {
		return err
	}
	left, every := tm.state()
	return vm.Store(t.AS, vm.Addr(value), itimerT{toTimeval(every), toTimeval(left)})
}
