package task

import (
	"runtime"
	"sync/atomic"

	"cairn/kernel/clock"
)

// How CPU time is counted. The clock is read when a task begins to run and when it
// stops: where it blocks and where it lets others run. Between, in a system call for example, it is not
// read, so that accounting costs nothing there; what the kernel does on behalf of nobody,
// or of another task in between, is charged to who ran. How the time divides into
// user and system time is estimated as Linux does it, from what the timer interrupts.

// usage is what a task used.
type usage struct {
	ran     atomic.Int64 // nanoseconds until it last stopped
	started atomic.Int64 // when it last began to run; 0 while it does not run
	inUser  atomic.Int64 // timer interrupts in user mode
	inCalls atomic.Int64 // timer interrupts that waited for the end of kernel code
	faults  atomic.Int64 // page faults
	blocked atomic.Int64 // voluntary switches
	broken  atomic.Int64 // involuntary switches
}

// Usage is what a task or a process used (getrusage(2)).
type Usage struct {
	// User and System are CPU time.
	User, System clock.Time
	// Faults is the number of page faults, which are all minor: no page is read from a disk.
	Faults int64
	// Voluntary and Involuntary count context switches.
	Voluntary, Involuntary int64
}

// Total returns all CPU time.
func (u *Usage) Total() clock.Time { return u.User + u.System }

// Add adds what another used.
func (u *Usage) Add(o Usage) {
	u.User += o.User
	u.System += o.System
	u.Faults += o.Faults
	u.Voluntary += o.Voluntary
	u.Involuntary += o.Involuntary
}

// busy is the CPU time of all tasks, until each last stopped.
var busy atomic.Int64

// Busy returns the time that the processor ran tasks, about.
func Busy() clock.Time { return clock.Time(busy.Load()) }

// begin starts the clock of a task that runs from now on.
func (u *usage) begin() { u.started.Store(int64(clock.Now())) }

// stop stops the clock of a task that does not run for a while.
func (u *usage) stop() {
	started := u.started.Swap(0)
	if started == 0 {
		return // a test makes calls in the task's name
	}
	n := int64(clock.Now()) - started
	u.ran.Store(u.ran.Load() + n) // only the task itself writes it
	busy.Add(n)
}

// tick counts an interrupt. One that was due while kernel code ran is taken at the first
// instruction of user mode.
func (u *usage) tick(progress bool) {
	if progress {
		u.inUser.Store(u.inUser.Load() + 1)
	} else {
		u.inCalls.Store(u.inCalls.Load() + 1)
	}
}

// CPUTime returns the CPU time that the task has used until now. Anyone may call it.
func (t *Task) CPUTime() clock.Time {
	n := t.usage.ran.Load()
	if started := t.usage.started.Load(); started != 0 {
		n += int64(clock.Now()) - started
	}
	return clock.Time(n)
}

// Usage returns what the task has used until now. Anyone may call it.
func (t *Task) Usage() Usage {
	u := &t.usage
	total, user, calls := t.CPUTime(), u.inUser.Load(), u.inCalls.Load()
	r := Usage{Faults: u.faults.Load(), Voluntary: u.blocked.Load(), Involuntary: u.broken.Load()}
	if calls == 0 {
		r.User = total
	} else {
		r.User = clock.Time(float64(total) * float64(user) / float64(user+calls))
	}
	r.System = total - r.User
	return r
}

// Usage returns what the tasks of the process, those that have ended too, have used until now.
func (p *Process) Usage() Usage {
	p.mu.Lock()
	defer p.mu.Unlock()
	u := p.ended
	for _, t := range p.tasks {
		u.Add(t.Usage())
	}
	return u
}

// CPUTime returns the CPU time that the process has used until now.
func (p *Process) CPUTime() clock.Time {
	u := p.Usage()
	return u.Total()
}

// ready counts the tasks that could run but do not: woken, started, or broken off.
var ready atomic.Int32

// Yield lets others run, if another task is ready (sched_yield(2)). Goroutines of the kernel
// get their turn by interrupts.
func (t *Task) Yield() {
	if ready.Load() != 0 {
		t.breakOff()
	}
}

// breakOff lets others run.
func (t *Task) breakOff() {
	t.usage.stop()
	t.usage.broken.Store(t.usage.broken.Load() + 1)
	ready.Add(1)
	runtime.Gosched()
	ready.Add(-1)
	t.usage.begin()
}

// wait blocks the goroutine until Wake.
func (t *Task) wait() {
	t.usage.stop()
	t.usage.blocked.Store(t.usage.blocked.Load() + 1)
	if t.parker.Park() {
		ready.Add(-1) // Wake counted it
	}
	t.usage.begin()
}
