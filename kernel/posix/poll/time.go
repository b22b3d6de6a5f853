package poll

import (
	"cairn/kernel/clock"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// after returns the deadline ns nanoseconds from now: 0, which is over, for none.
func after(ns int64) clock.Time {
	if ns <= 0 {
		return 0
	}
	now := clock.Now()
	if ns >= int64(clock.Never-now) {
		return clock.Never
	}
	return now + clock.Time(ns)
}

// afterMsec is after for milliseconds; a negative number never ends.
func afterMsec(ms sys.Msec) clock.Time {
	if ms < 0 {
		return clock.Never
	}
	return after(int64(ms) * 1_000_000)
}

// afterSpec is after for a number of seconds and nanoseconds: EINVAL if they are no time.
func afterSpec(sec, nsec int64) (clock.Time, error) {
	if sec < 0 || nsec < 0 || nsec >= clock.Second {
		return 0, unix.EINVAL
	}
	if sec >= int64(clock.Never)/clock.Second {
		return clock.Never, nil
	}
	return after(sec*clock.Second + nsec), nil
}

// loadTimespec returns the deadline that a struct timespec at user address a asks for; 0 is none.
func loadTimespec(t *task.Task, a vm.Addr) (clock.Time, error) {
	if a == 0 {
		return clock.Never, nil
	}
	ts, err := vm.Load[unix.Timespec](t.AS, a)
	if err != nil {
		return 0, err
	}
	return afterSpec(ts.Sec, ts.Nsec)
}

// rest returns how long it is until the deadline.
func rest(deadline clock.Time) int64 {
	if deadline == 0 {
		return 0
	}
	return int64(max(0, deadline-clock.Now()))
}

// storeTimespec leaves the time that is left in the struct timespec at user address a. As on
// Linux it does not matter if that cannot be done, except that the call is not
// restarted then: it would wait for the whole time again.
func storeTimespec(t *task.Task, a vm.Addr, deadline clock.Time, result error) error {
	if a == 0 {
		return result
	}
	return unrestartable(vm.Store(t.AS, a, unix.NsecToTimespec(rest(deadline))), result)
}

// storeTimeval is storeTimespec for a struct timeval.
func storeTimeval(t *task.Task, a vm.Addr, deadline clock.Time, result error) error {
	if a == 0 {
		return result
	}
	return unrestartable(vm.Store(t.AS, a, unix.NsecToTimeval(rest(deadline))), result)
}

func unrestartable(stored, result error) error {
	if stored != nil && result == sys.ERESTARTNOHAND {
		return unix.EINTR
	}
	return result
}
