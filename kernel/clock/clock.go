// Package clock tells the time and runs timers. Monotonic time is nanoseconds
// since the machine started; wall time is that plus an offset read from the
// machine's clock at boot.
//
// The timers are the kernel's own, rather than package time's, so that the ground
// floor always knows the earliest deadline, in user mode as well as idle.
package clock

import (
	"sync"
	"sync/atomic"
)

// A Time is monotonic time in nanoseconds since the machine started
// (CLOCK_MONOTONIC).
type Time int64

// Never is a deadline that does not come.
const Never Time = 1<<63 - 1

// Second is the number of nanoseconds in one.
const Second = 1_000_000_000

// Source is the machine's clock, set by the ground floor before any goroutine asks.
var Source struct {
	// Now returns monotonic time.
	Now func() Time
	// SetAlarm asks for a call of Expire at the deadline or soon after.
	SetAlarm func(deadline Time)
}

// offset is wall time minus monotonic time, in nanoseconds.
var offset atomic.Int64

// Now returns monotonic time.
func Now() Time { return Source.Now() }

// Wall returns the time of day in nanoseconds since 1970 (CLOCK_REALTIME).
func Wall() int64 { return int64(Now()) + offset.Load() }

// Offset returns wall time minus monotonic time, in nanoseconds.
func Offset() int64 { return offset.Load() }

// SetWall sets the time of day, in nanoseconds since 1970.
func SetWall(ns int64) {
	offset.Store(ns - int64(Now()))
	watchers.mu.Lock()
	defer watchers.mu.Unlock()
	for _, f := range watchers.fns {
		f()
	}
}

var watchers struct {
	mu  sync.Mutex
	fns []func()
}

// OnWallChange adds a function that is called when the time of day is set.
func OnWallChange(f func()) {
	watchers.mu.Lock()
	defer watchers.mu.Unlock()
	watchers.fns = append(watchers.fns, f)
}
