//go:build !cairn

package clock

import "time"

// On a developer's machine the clock is package time's, and its timers call Expire.
func init() {
	start := time.Now()
	alarm := time.AfterFunc(time.Hour, Expire)
	Source.Now = func() Time { return Time(time.Since(start)) }
	Source.SetAlarm = func(d Time) { alarm.Reset(max(0, time.Duration(min(d-Now(), Time(time.Hour))))) }
	SetWall(time.Now().UnixNano())
}
