package time

import (
	"cairn/kernel/clock"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Nanosleep implements nanosleep(2).
//
//cairn:syscall nanosleep
func Nanosleep(t *task.Task, request sys.Timespec, remain sys.RemTimespec) error {
	return ClockNanosleep(t, unix.CLOCK_MONOTONIC, 0, request, remain)
}

// ClockNanosleep implements clock_nanosleep(2).
//
// Supports TIMER_ABSTIME; CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI, the ALARM clocks
// and the CPU clocks of processes. An absolute sleep on CLOCK_REALTIME follows the clock when it is set.
//
//cairn:syscall clock_nanosleep
func ClockNanosleep(t *task.Task, id sys.ClockID, flags sys.TimerFlags, request sys.Timespec, remain sys.RemTimespec) error {
	s, err := newSleep(t, id, flags&unix.TIMER_ABSTIME != 0)
	if err != nil {
		return err
	}
	ts, err := vm.Load[unix.Timespec](t.AS, vm.Addr(request))
	if err != nil {
		return err
	}
	ns, ok := nanoseconds(ts)
	if !ok {
		return unix.EINVAL
	}
	s.remain = remain
	if s.absolute {
		s.until = ns
	} else {
		start := s.now(t)
		s.until = start + min(ns, int64(clock.Never)-start)
	}
	return s.run(t)
}

// A sleep is what is left of a call when a signal interrupts it.
type sleep struct {
	id       sys.ClockID
	absolute bool
	until    int64 // what the clock shows at the end
	remain   sys.RemTimespec
}

// newSleep checks the clock: EINVAL if there is no such clock or it is the caller's own CPU time,
// EOPNOTSUPP if it cannot be slept on.
func newSleep(t *task.Task, id sys.ClockID, absolute bool) (sleep, error) {
	switch id {
	case unix.CLOCK_REALTIME, unix.CLOCK_TAI, unix.CLOCK_REALTIME_ALARM:
		if !absolute {
			id = unix.CLOCK_MONOTONIC // not moved by clock_settime(2)
		}
	case unix.CLOCK_MONOTONIC, unix.CLOCK_BOOTTIME, unix.CLOCK_BOOTTIME_ALARM, unix.CLOCK_PROCESS_CPUTIME_ID:
	case unix.CLOCK_THREAD_CPUTIME_ID, unix.CLOCK_MONOTONIC_RAW, unix.CLOCK_REALTIME_COARSE, unix.CLOCK_MONOTONIC_COARSE:
		return sleep{}, unix.EOPNOTSUPP
	default:
		of, thread, _ := CPUClock(t, id)
		if of == nil || thread && of == t {
			return sleep{}, unix.EINVAL
		}
	}
	return sleep{id: id, absolute: absolute}, nil
}

// now returns what the sleep's clock shows, or its end if the process whose
// time it is has gone.
func (s *sleep) now(t *task.Task) int64 {
	ns, err := now(t, s.id)
	if err != nil {
		return s.until
	}
	return ns
}

// run sleeps. A relative sleep that a signal interrupts goes on to the same end when
// it is restarted.
func (s *sleep) run(t *task.Task) error {
	for {
		left := s.until - s.now(t)
		if left <= 0 {
			return nil
		}
		if err := s.block(t, left); err != nil && err != unix.ETIMEDOUT {
			return s.interrupted(t)
		}
	}
}

// block waits until the end, if the clock goes on as it does now. A CPU clock does not
// go faster than that on one processor.
func (s *sleep) block(t *task.Task, left int64) error {
	switch s.id {
	case unix.CLOCK_REALTIME, unix.CLOCK_REALTIME_ALARM:
		return t.BlockUntilWall(s.until)
	case unix.CLOCK_TAI:
		return t.BlockUntilWall(s.until - taiOffset.Load()*clock.Second)
	}
	at := clock.Now()
	return t.BlockUntil(at + min(clock.Time(left), clock.Never-at))
}

// interrupted is how a sleep ends by a signal (clock_nanosleep(2), "Return value").
func (s *sleep) interrupted(t *task.Task) error {
	if s.absolute {
		return sys.ERESTARTNOHAND
	}
	if s.remain != 0 {
		left := max(0, s.until-s.now(t))
		if err := vm.Store(t.AS, vm.Addr(s.remain), unix.NsecToTimespec(left)); err != nil {
			return err
		}
	}
	rest := *s
	t.SetAgain(func(t *task.Task) (uintptr, error) { return 0, rest.run(t) })
	return sys.ERESTART_RESTARTBLOCK
}
