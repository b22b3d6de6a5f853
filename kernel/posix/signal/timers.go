package signal

import (
	"slices"
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// timers are the timers of a process that send signals: the one of setitimer(2) that counts
// real time, and those of timer_create(2).
type timers struct {
	mu     sync.Mutex
	proc   *task.Process
	real   timer
	posix  map[int32]*timer
	nextID int32
}

// A timer sends a signal at its deadline, again and again if it has an interval.
type timer struct {
	clock.Timer
	mu       sync.Mutex
	set      *timers
	id       int32 // of timer_create; -1 is setitimer's
	wall     bool  // deadlines are wall time
	sig      int   // 0 sends nothing
	value    uint64
	tid      int32 // send to this task; 0 is the process
	deadline clock.Time
	interval clock.Time
	armed    bool
	queued   bool  // its signal waits
	missed   int64 // expirations since the signal was queued
	overrun  int64 // of the last signal that was taken
}

func (ts *timers) init(p *task.Process) {
	ts.proc = p
	ts.real.init(ts, -1)
	ts.real.sig = int(unix.SIGALRM)
}

func (tm *timer) init(set *timers, id int32) {
	tm.set, tm.id = set, id
	tm.F = tm.expire
}

// expire sends the timer's signal, and starts it again.
func (tm *timer) expire() {
	tm.mu.Lock()
	now := clock.Now()
	if !tm.armed || now < tm.deadline {
		tm.mu.Unlock()
		return
	}
	runs := int64(1)
	if tm.interval > 0 {
		runs += int64((now - tm.deadline) / tm.interval)
		tm.deadline += clock.Time(runs) * tm.interval
		tm.Start(tm.deadline)
	} else {
		tm.armed = false
	}
	if tm.queued {
		tm.missed += runs
		tm.mu.Unlock()
		return
	}
	tm.queued, tm.missed = tm.id >= 0 && tm.sig != 0, runs-1
	tm.mu.Unlock()
	tm.send()
}

// send queues the timer's signal.
func (tm *timer) send() {
	switch {
	case tm.sig == 0:
		return
	case tm.id < 0:
		SendProcess(tm.set.proc, NewInfo(tm.sig, SIKernel))
		return
	}
	i := NewInfo(tm.sig, SITimer).WithValue(tm.value)
	i.put32(offTimer, tm.id)
	if tm.tid == 0 {
		SendProcess(tm.set.proc, i)
	} else if t := task.Find(tm.tid); t != nil {
		Send(t, i)
	}
}

// start sets the timer; a deadline of 0 stops it.
func (tm *timer) start(deadline, interval clock.Time) {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	tm.deadline, tm.interval, tm.armed, tm.queued, tm.missed = deadline, interval, deadline != 0, false, 0
	if tm.armed {
		tm.Start(deadline)
	} else {
		tm.Stop()
	}
}

// state returns the time until the next expiration, 0 if the timer is stopped, and the interval.
func (tm *timer) state() (left, interval clock.Time) {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	if tm.armed {
		left = max(1, tm.deadline-clock.Now())
	}
	return left, tm.interval
}

// taken notes that a timer's signal was delivered, and puts into it how many expirations it stands for.
func (ts *timers) taken(i *Info) {
	if i.Code() != SITimer {
		return
	}
	tm := ts.find(i.get32(offTimer))
	if tm == nil {
		return
	}
	tm.mu.Lock()
	defer tm.mu.Unlock()
	tm.overrun, tm.missed, tm.queued = min(tm.missed, maxOverrun), 0, false
	i.put32(offRuns, int32(tm.overrun))
}

// maxOverrun is DELAYTIMER_MAX.
const maxOverrun = 1<<31 - 1

func (ts *timers) find(id int32) *timer {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return ts.posix[id]
}

// create makes a timer of timer_create(2).
func (ts *timers) create() *timer {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.posix == nil {
		ts.posix = map[int32]*timer{}
	}
	for ts.posix[ts.nextID] != nil {
		ts.nextID = (ts.nextID + 1) & (1<<31 - 1)
	}
	tm := &timer{}
	tm.init(ts, ts.nextID)
	ts.posix[ts.nextID] = tm
	ts.nextID = (ts.nextID + 1) & (1<<31 - 1)
	return tm
}

// remove deletes a timer, and reports whether there was one.
func (ts *timers) remove(id int32) bool {
	ts.mu.Lock()
	tm := ts.posix[id]
	delete(ts.posix, id)
	ts.mu.Unlock()
	if tm == nil {
		return false
	}
	tm.start(0, 0)
	return true
}

// deleteAll deletes the timers of timer_create(2), as execve(2) does.
func (ts *timers) deleteAll() {
	ts.mu.Lock()
	var ids []int32
	for id := range ts.posix {
		ids = append(ids, id)
	}
	ts.mu.Unlock()
	slices.Sort(ids)
	for _, id := range ids {
		ts.remove(id)
	}
}
