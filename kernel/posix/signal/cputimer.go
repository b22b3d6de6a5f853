package signal

import (
	"slices"
	"sync"
	"sync/atomic"

	"cairn/kernel/clock"
	"cairn/kernel/task"
)

// cpuTimers are the timers that count the CPU time of a process or of its threads. They are looked at when a task of the process
// was interrupted, so that nothing runs for them while the process does not. An
// alarm makes sure that the interrupt comes in time.
type cpuTimers struct {
	armed atomic.Int32 // how many there are

	mu    sync.Mutex
	list  []cpuTimer
	alarm clock.Timer
}

// A cpuTimer is a timer and its deadline.
type cpuTimer struct {
	*timer
	deadline int64
}

func init() { task.OnPreempt(checkCPUTimers) }

// add adds a timer, or gives it another deadline.
func (c *cpuTimers) add(tm *timer, deadline int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := c.index(tm); i >= 0 {
		c.list[i].deadline = deadline
	} else {
		c.list = append(c.list, cpuTimer{tm, deadline})
		c.armed.Store(int32(len(c.list)))
	}
	c.wake(deadline - tm.clock.now())
}

func (c *cpuTimers) remove(tm *timer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := c.index(tm); i >= 0 {
		c.list = slices.Delete(c.list, i, i+1)
		c.armed.Store(int32(len(c.list)))
	}
}

func (c *cpuTimers) index(tm *timer) int {
	return slices.IndexFunc(c.list, func(e cpuTimer) bool { return e.timer == tm })
}

// wake makes sure that there is an interrupt when so much more CPU time may have been used: it passes no
// faster than real time. That is for times shorter than a time slice. c.mu is held.
func (c *cpuTimers) wake(left int64) {
	if left > 0 && left < slice {
		if c.alarm.F == nil {
			c.alarm.F = func() {} // the interrupt is all that is wanted
		}
		c.alarm.Start(clock.Now() + clock.Time(left))
	}
}

// slice is the longest that user mode runs without an interrupt, in nanoseconds.
const slice = 10_000_000

// checkCPUTimers looks at the timers that count the CPU time of t's process.
func checkCPUTimers(t *task.Task) {
	s := slot.Get(t)
	if s.proc.cpu.armed.Load() == 0 {
		return
	}
	for _, tm := range s.proc.cpu.due() {
		tm.expire()
	}
}

// due takes the timers whose time has come off the list, and sees to an interrupt for the next of the others.
func (c *cpuTimers) due() (due []*timer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := int64(slice)
	c.list = slices.DeleteFunc(c.list, func(e cpuTimer) bool {
		left := e.deadline - e.clock.now()
		if left <= 0 {
			due = append(due, e.timer)
			return true
		}
		next = min(next, left)
		return false
	})
	c.armed.Store(int32(len(c.list)))
	c.wake(next)
	return due
}
