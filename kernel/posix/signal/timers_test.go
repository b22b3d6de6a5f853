package signal

import (
	"testing"

	"cairn/kernel/clock"
	"cairn/kernel/task/tasktest"

	"golang.org/x/sys/unix"
)

// until waits for a condition.
func until(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := clock.Now() + 5*clock.Second; !f(); {
		if clock.Now() > end {
			t.Fatalf("not within 5 seconds: %s", what)
		}
	}
}

// newTimer returns a timer of timer_create(2) of the task's.
func newTimer(k *tasktest.Task) *timer {
	p := slot.Get(k.Task).proc
	tm := &timer{}
	tm.entry.owner = p.reserve(k.Task)
	p.timers.add(tm, FirstRealTime, 9, false)
	return tm
}

func TestOverruns(t *testing.T) {
	const interval = 1_000_000
	k := newTask(t)
	block(k, ^Set(0))
	tm := newTimer(k)
	tm.startIn(interval, interval)
	until(t, "the signal", func() bool { return Waiting(k.Task) != 0 })
	start := clock.Now()
	until(t, "ten intervals more", func() bool { return clock.Now() > start+10*interval })
	var i Info
	if !Take(k.Task, ^Set(0), &i) {
		t.Fatal("no signal waits")
	}
	if n := i.get32(offOverrun); n < 9 || int64(n) != tm.overrun || i.get64(offValue) != 9 || i.Code() != SITimer {
		t.Errorf("overruns %d, value %d, code %d", n, i.get64(offValue), i.Code())
	}
	if left, every := tm.state(); left <= 0 || left > interval || every != interval {
		t.Errorf("%d left of %d", left, every)
	}
	until(t, "the next signal", func() bool { return Take(k.Task, ^Set(0), &i) })
	slot.Get(k.Task).proc.timers.remove(tm.id)
	if n := Queued(0); n != 0 {
		t.Errorf("%d signals count as queued when the timer is deleted", n)
	}
}

// TestIgnoredTimer checks that a timer whose signal is ignored goes on.
func TestIgnoredTimer(t *testing.T) {
	const interval = 1_000_000
	k := newTask(t)
	install(t, k, unix.Signal(FirstRealTime), actIgnore, 0, 0)
	tm := newTimer(k)
	tm.startIn(interval, interval)
	until(t, "some intervals", func() bool {
		tm.mu.Lock()
		defer tm.mu.Unlock()
		return tm.deadline > int64(clock.Now())
	})
	install(t, k, unix.Signal(FirstRealTime), handlerAt, 0, 0)
	until(t, "the signal", func() bool { return Waiting(k.Task) != 0 })
	slot.Get(k.Task).proc.timers.remove(tm.id)
}

func TestTimerStates(t *testing.T) {
	now := int64(clock.Now())
	tests := []struct {
		name string
		tm   *timer
		left func(left int64) bool
	}{
		{"stopped", &timer{}, func(l int64) bool { return l == 0 }},
		{"runs", &timer{deadline: now + 1e12}, func(l int64) bool { return l > 9e11 && l <= 1e12 }},
		{"about to expire", &timer{deadline: 1}, func(l int64) bool { return l == 1 }},
		{"waits, once", &timer{deadline: 0, waits: true}, func(l int64) bool { return l == 0 }},
		{"waits, periodic", &timer{deadline: 1, waits: true, interval: 1e12}, func(l int64) bool { return l > 0 && l <= 1e12 }},
		{"tells nobody, over", &timer{deadline: 1, none: true}, func(l int64) bool { return l == 0 }},
	}
	for _, test := range tests {
		if left, _ := test.tm.state(); !test.left(left) {
			t.Errorf("%s: %d left", test.name, left)
		}
	}
}

func TestForward(t *testing.T) {
	tm := &timer{deadline: 1, interval: 10}
	before := tm.now()
	n := tm.forward()
	if after := tm.now(); tm.deadline <= before || tm.deadline > after+10 || n != (tm.deadline-1)/10 {
		t.Errorf("forward by %d to %d, between %d and %d", n, tm.deadline, before, after)
	}
	tm = &timer{deadline: int64(clock.Never), interval: int64(clock.Never)}
	if n := tm.forward(); n != 0 {
		t.Errorf("a deadline to come moved by %d", n)
	}
	tm = &timer{deadline: 1, interval: int64(clock.Never)}
	if tm.forward(); tm.deadline <= 0 {
		t.Errorf("the deadline overflowed to %d", tm.deadline)
	}
}
