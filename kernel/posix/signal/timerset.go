package signal

import (
	"sync"

	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// timers are the timers of a process that send signals: those of setitimer(2) and
// those of timer_create(2).
type timers struct {
	proc     *task.Process
	interval [3]timer // by ITIMER_REAL and so on

	mu     sync.Mutex
	posix  map[int32]*timer
	nextID int32
}

// itimerSignals are the signals of ITIMER_REAL, ITIMER_VIRTUAL and ITIMER_PROF.
var itimerSignals = [3]unix.Signal{unix.SIGALRM, unix.SIGVTALRM, unix.SIGPROF}

func (ts *timers) init(p *task.Process, s *processState) {
	ts.proc = p
	for i := range ts.interval {
		tm := &ts.interval[i]
		tm.setUp(ts, NewInfo(int(itimerSignals[i]), SIKernel))
	}
	ts.interval[unix.ITIMER_VIRTUAL].clock = timerClock{kind: cpuUser, process: p, cpu: &s.cpu}
	ts.interval[unix.ITIMER_PROF].clock = timerClock{kind: cpuTotal, process: p, cpu: &s.cpu}
}

func (ts *timers) find(id int32) *timer {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return ts.posix[id]
}

// add gives a timer of timer_create(2) an id, and sets it up to send the signal with the value, or with its id as the
// value.
func (ts *timers) add(tm *timer, sig int, value uint64, withID bool) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.posix == nil {
		ts.posix = map[int32]*timer{}
	}
	for ts.posix[ts.nextID] != nil {
		ts.nextID = (ts.nextID + 1) & (1<<31 - 1)
	}
	tm.id = ts.nextID
	if withID {
		value = uint64(tm.id)
	}
	i := NewInfo(sig, SITimer)
	i.put32(offTimer, tm.id)
	i.put64(offValue, value)
	tm.setUp(ts, i)
	ts.posix[tm.id] = tm
	ts.nextID = (ts.nextID + 1) & (1<<31 - 1)
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
	tm.start(0, 0, false)
	tm.entry.owner.n.Add(-1)
	return true
}

// deleteAll deletes the timers of timer_create(2), as execve(2) does.
func (ts *timers) deleteAll() {
	ts.mu.Lock()
	all := ts.posix
	ts.posix = nil
	ts.mu.Unlock()
	for _, tm := range all {
		tm.start(0, 0, false)
		tm.entry.owner.n.Add(-1)
	}
}

// stopAll stops all timers: the process has ended.
func (ts *timers) stopAll() {
	ts.deleteAll()
	for i := range ts.interval {
		ts.interval[i].start(0, 0, false)
	}
}
