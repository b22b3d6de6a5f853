package signal

import (
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/task"
)

// A timer sends a signal when a clock reaches its deadline, again and again if it has an interval.
//
// As on Linux a periodic timer stands still from its expiration until its signal
// is delivered, which counts what it missed meanwhile as overruns: nothing runs for
// expirations that nobody takes.
type timer struct {
	entry entry // its signal
	set   *timers
	id    int32 // of timer_create(2)
	tid   int32 // send to this task; 0 is the process
	none  bool  // SIGEV_NONE: nothing is sent
	clock timerClock

	mu       sync.Mutex
	alarm    clock.Timer
	moves    bool  // deadline is a time of day, and moves when the clock is set
	deadline int64 // on the timer's clock; 0 is stopped
	interval int64 // 0 is once
	waits    bool  // it expired, and waits for its signal to be delivered
	overrun  int64 // of the last signal that was delivered
	queued   bool  // entry is in a queue; guarded by processState.mu
}

// kinds of clocks.
const (
	realClock = iota // CLOCK_MONOTONIC, and the time of day
	cpuTotal
	cpuUser
)

// A timerClock is what a timer counts: real time, or the CPU time of a process or a thread.
type timerClock struct {
	kind    int
	wall    bool          // absolute deadlines are times of day
	process *task.Process // whose CPU time
	thread  *task.Task    // not nil if it is that of a thread alone
	cpu     *cpuTimers    // of the process
}

// now returns what the clock shows.
func (c *timerClock) now() int64 {
	var u task.Usage
	switch {
	case c.kind == realClock:
		return int64(clock.Now())
	case c.thread != nil:
		u = c.thread.Usage()
	default:
		u = c.process.Usage()
	}
	if c.kind == cpuUser {
		return int64(u.User)
	}
	return int64(u.Total())
}

// now returns the time that the deadline is measured against. tm.mu is held.
func (tm *timer) now() int64 {
	if tm.moves {
		return clock.Wall()
	}
	return tm.clock.now()
}

// setUp makes the timer one of set, which sends the signal.
func (tm *timer) setUp(set *timers, i Info) {
	tm.set, tm.entry.info, tm.entry.timer = set, i, tm
	tm.alarm.F = tm.expire
}

// isPosix says whether the timer is one of timer_create(2).
func (tm *timer) isPosix() bool { return tm.entry.info.Code() == SITimer }

// arm has the timer looked at when its deadline comes. tm.mu is held.
func (tm *timer) arm() {
	switch {
	case tm.none:
	case tm.clock.kind != realClock:
		tm.clock.cpu.add(tm, tm.deadline)
	case tm.moves:
		tm.alarm.Start(clock.Time(tm.deadline - clock.Offset()))
	default:
		tm.alarm.Start(clock.Time(tm.deadline))
	}
}

// disarm undoes arm. tm.mu is held.
func (tm *timer) disarm() {
	if tm.clock.kind != realClock {
		tm.clock.cpu.remove(tm)
	} else {
		tm.alarm.Stop()
	}
}

// forward moves the deadline of a periodic timer beyond now, and returns by how many
// intervals. tm.mu is held.
func (tm *timer) forward() int64 {
	late := tm.now() - tm.deadline
	if late < 0 {
		return 0
	}
	n := late/tm.interval + 1
	if n > (int64(clock.Never)-tm.deadline)/tm.interval {
		tm.deadline = int64(clock.Never)
	} else {
		tm.deadline += n * tm.interval
	}
	return n
}

// expire sends the timer's signal if its time has come.
func (tm *timer) expire() {
	tm.mu.Lock()
	if tm.deadline == 0 || tm.waits {
		tm.mu.Unlock()
		return
	}
	if tm.now() < tm.deadline {
		tm.arm()
		tm.mu.Unlock()
		return
	}
	tm.waits = true
	if tm.interval == 0 {
		tm.deadline = 0
	}
	tm.mu.Unlock()
	if !tm.send() {
		tm.skip()
	}
}

// target returns the task that the signal goes to, nil if there is none.
func (tm *timer) target() *task.Task {
	if tm.tid == 0 {
		return member(tm.set.proc)
	}
	if t := task.Find(tm.tid); t != nil && t.Proc == tm.set.proc {
		return t
	}
	return nil
}

// send queues the timer's entry. It reports false if there is nothing to wait for: the signal is ignored, or waits
// already without being this timer's, or the thread is gone.
func (tm *timer) send() bool {
	t := tm.target()
	if t == nil {
		return false
	}
	s := slot.Get(t)
	if s == nil {
		return false
	}
	sig, toProcess := tm.entry.info.Signo(), tm.tid == 0
	q := s.queueFor(toProcess)
	s.proc.mu.Lock()
	s.prepare(t, sig)
	ok := !s.isIgnored(sig) && s.proc.tasks > 0 && (toProcess || !s.gone) &&
		(tm.queued || tm.isPosix() || !q.set.Has(sig))
	if ok && !tm.queued {
		tm.queued = true
		q.add(&tm.entry)
		s.wake(t, sig, toProcess)
	}
	s.proc.mu.Unlock()
	s.proc.announce(ok)
	return ok
}

// taken is told that the timer's signal is delivered, and notes in i, its siginfo_t, how many more expirations it
// stands for. processState.mu is held.
func (tm *timer) taken(i *Info) {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	tm.queued = false
	tm.overrun = min(max(tm.goOn(0)-1, 0), maxOverrun)
	if tm.isPosix() {
		i.put32(offOverrun, int32(tm.overrun))
	}
}

// dropped is told that the timer's signal was taken off its queue. processState.mu is held.
func (tm *timer) dropped() {
	tm.queued = false
	tm.skip()
}

// leastSkip is the least time between expirations that have no effect, in nanoseconds.
const leastSkip = 4_000_000

// skip goes on after an expiration whose signal is not delivered.
func (tm *timer) skip() {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	tm.goOn(leastSkip)
}

// goOn starts a periodic timer again that waited for its signal, to expire no sooner than after some time, and
// returns how many expirations there were. tm.mu is held.
func (tm *timer) goOn(least int64) int64 {
	if !tm.waits {
		return 0
	}
	tm.waits = false
	if tm.interval == 0 {
		return 1
	}
	n := tm.forward()
	if short := tm.now() + least - tm.deadline; short > 0 {
		tm.deadline += (short/tm.interval + 1) * tm.interval
	}
	tm.arm()
	return n
}

// maxOverrun is DELAYTIMER_MAX.
const maxOverrun = 1<<31 - 1

// start sets the timer to expire first at the deadline, a time of day if moves, and then every
// interval; a deadline of 0 stops it. It returns what it was set to.
func (tm *timer) start(deadline, interval int64, moves bool) (left, every int64) {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	left, every = tm.left(), tm.interval
	tm.disarm()
	tm.deadline, tm.interval, tm.moves = deadline, interval, moves
	tm.waits, tm.overrun = false, 0
	watchWall(tm, moves && deadline != 0)
	if deadline != 0 {
		tm.arm()
	}
	return left, every
}

// state returns the time until the next expiration, 0 if the timer is stopped, and the interval.
func (tm *timer) state() (left, interval int64) {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	return tm.left(), tm.interval
}

// left returns the time until the next expiration, 0 if the timer is stopped. tm.mu is held.
func (tm *timer) left() int64 {
	if tm.deadline == 0 {
		return 0
	}
	left := tm.deadline - tm.now()
	switch {
	case left > 0:
		return left
	case tm.interval != 0 && (tm.waits || tm.none):
		return tm.interval - -left%tm.interval
	case tm.waits || tm.none:
		return 0
	}
	return 1 // it is about to expire
}

// wallTimers are the timers whose deadline is a time of day.
var wallTimers = struct {
	sync.Mutex
	set map[*timer]bool
}{set: map[*timer]bool{}}

func init() { clock.OnWallChange(clockWasSet) }

// watchWall notes whether tm's deadline is a time of day.
func watchWall(tm *timer, on bool) {
	if tm.clock.kind != realClock || !tm.clock.wall {
		return
	}
	wallTimers.Lock()
	defer wallTimers.Unlock()
	if on {
		wallTimers.set[tm] = true
	} else {
		delete(wallTimers.set, tm)
	}
}

// clockWasSet moves the alarms of the timers whose deadline is a time of day.
func clockWasSet() {
	wallTimers.Lock()
	all := make([]*timer, 0, len(wallTimers.set))
	for tm := range wallTimers.set {
		all = append(all, tm)
	}
	wallTimers.Unlock()
	for _, tm := range all {
		tm.mu.Lock()
		if tm.moves && tm.deadline != 0 && !tm.waits {
			tm.arm()
		}
		tm.mu.Unlock()
	}
}
