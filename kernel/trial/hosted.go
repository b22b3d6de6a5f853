//go:build !cairn

package trial

import (
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
)

// left is how many steps are to succeed before one fails; at 0 and below none does.
var left atomic.Int64

// where is the step that failed.
var where atomic.Pointer[string]

// Arm makes the nth step from now on fail, 1 for the next one, once.
func Arm(n int) {
	where.Store(nil)
	left.Store(int64(n))
}

// Disarm lets all steps succeed again. It returns the step that failed, as FILE:LINE, empty if none did.
func Disarm() string {
	left.Store(0)
	if at := where.Load(); at != nil {
		return *at
	}
	return ""
}

// Fail reports whether the step that asks is to fail.
func Fail() bool {
	if left.Load() <= 0 || left.Add(-1) != 0 {
		return false
	}
	_, file, line, _ := runtime.Caller(1)
	at := file[strings.LastIndex(file, "/kernel/")+1:] + ":" + strconv.Itoa(line)
	where.Store(&at)
	return true
}

// A Counter counts things that are alive.
type Counter struct{ n atomic.Int64 }

// Add notes that n more are alive.
func (c *Counter) Add(n int64) { c.n.Add(n) }

// Alive returns how many are.
func (c *Counter) Alive() int64 { return c.n.Load() }
