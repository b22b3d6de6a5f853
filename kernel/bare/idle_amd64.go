//go:build cairn

package bare

import (
	"math/bits"

	"cairn/kernel/arch"
	"cairn/kernel/clock"
)

// What waits for the goroutine that serves interrupts (package irq).
var pending struct {
	vectors [256 / 64]uint64 // interrupts that came while idle and are not yet acknowledged, a bit each
	alarm   bool             // the alarm's time has come
	news    bool             // the poller has not been told
}

// alarm is the deadline that SetAlarm asked for.
var alarm = clock.Never

// SetAlarm asks for an interrupt at the deadline, whose end is a true second
// result of TakePending.
func SetAlarm(deadline clock.Time) {
	alarm = deadline
	if deadline < armed {
		arm(deadline)
	}
}

// TakePending returns an interrupt that came while the processor was idle, 0
// for none, and whether the alarm went off; both are then forgotten.
//
//go:nosplit
func TakePending() (vector uint64, alarmed bool) {
	alarmed, pending.alarm = pending.alarm, false
	for i, w := range pending.vectors {
		if w != 0 {
			bit := bits.TrailingZeros64(w)
			pending.vectors[i] &^= 1 << bit
			return uint64(64*i + bit), alarmed
		}
	}
	return 0, alarmed
}

// idle waits for an interrupt, until the deadline at most.
func idle(deadline clock.Time) {
	deadline = min(deadline, alarm)
	if deadline < armed {
		arm(deadline)
	}
	if deadline != clock.Never && deadline <= Now() {
		armed = clock.Never
		checkAlarm()
		return
	}
	Interrupt(arch.WaitForInterrupt())
}

// Interrupt notes an interrupt. The timer's is acknowledged at once; any other waits
// for TakePending.
func Interrupt(vector uint64) {
	if vector == arch.VectorTimer {
		arch.EndOfInterrupt()
		armed = clock.Never
		arch.Boot().SetSliced(false)
		checkAlarm()
		return
	}
	if vector == arch.VectorSpurious {
		return
	}
	pending.vectors[vector/64] |= 1 << (vector % 64)
	pending.news = true
	wakePoller()
}

// checkAlarm wakes whoever asked for the alarm if its time has come.
func checkAlarm() {
	if alarm == clock.Never || alarm > Now() {
		return
	}
	alarm = clock.Never
	pending.alarm, pending.news = true, true
	wakePoller()
}
