package task

import (
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// Wake makes the task's current or next Block return. Anyone may call it; a
// wake-up that nobody waits for makes one later Block return early, so callers of
// Block look again at what they wait for.
func (t *Task) Wake() {
	if t.parker.Unpark() {
		ready.Add(1)
	}
}

// Notify implements wait.Waiter: whatever came true, the task looks again.
func (t *Task) Notify(*wait.Entry, wait.Events) { t.Wake() }

// WaitIn puts t.Waiting into a queue, so that one of the events, or an error, wakes t, and returns it. The caller
// takes it out again.
func (t *Task) WaitIn(q *wait.Queue, ev wait.Events) *wait.Entry {
	e := &t.Waiting
	e.Mask, e.Waiter = ev, t
	q.Add(e)
	return e
}

// Block waits for Wake. It returns ERESTARTSYS at once if the wait should not be, because of a
// signal or the process's end; the caller hands that on, or makes EINTR of it where signal(7) says
// that the call is never restarted.
//
// The pattern: register with a queue; then, in a loop, try, and Block if it would
// block; unregister. So a task that is woken tries once more before a signal counts: what it
// waited for may have come too.
func (t *Task) Block() error {
	if t.Interrupted() {
		return sys.ERESTARTSYS
	}
	t.wait()
	return nil
}

// BlockKillable is Block for waits that only the process's end breaks off
// (vfork(2) of a parent).
func (t *Task) BlockKillable() error {
	if !t.Pending(WorkExit) {
		t.wait()
	}
	if t.Pending(WorkExit) {
		return sys.ERESTARTSYS
	}
	return nil
}

// BlockUntil is Block with a deadline: ETIMEDOUT at once if it has passed. So the task tries once more then as well.
func (t *Task) BlockUntil(deadline clock.Time) error {
	if deadline == clock.Never {
		return t.Block()
	}
	if clock.Now() >= deadline {
		return unix.ETIMEDOUT
	}
	if t.timer.F == nil {
		t.timer.F = t.Wake
	}
	t.timer.Start(deadline)
	err := t.Block()
	t.timer.Stop()
	return err
}

// BlockUntilWall is BlockUntil with a deadline in nanoseconds of the time of day
// (CLOCK_REALTIME): it follows the clock when that is set.
func (t *Task) BlockUntilWall(deadline int64) error {
	if clock.Wall() >= deadline {
		return unix.ETIMEDOUT
	}
	wallSleepers.add(t)
	err := t.BlockUntil(clock.Time(deadline - clock.Offset()))
	wallSleepers.remove(t)
	if err == unix.ETIMEDOUT && clock.Wall() < deadline {
		return nil // the clock was set back: look again
	}
	return err
}

// wallSleepers are the tasks that are in BlockUntilWall: they look again when the clock is set.
var wallSleepers = sleepers{tasks: map[*Task]bool{}}

func init() { clock.OnWallChange(wallSleepers.wake) }

type sleepers struct {
	mu    sync.Mutex
	tasks map[*Task]bool
}

func (s *sleepers) add(t *Task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tasks[t] = true
}

func (s *sleepers) remove(t *Task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tasks, t)
}

func (s *sleepers) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range s.tasks {
		t.Wake()
	}
}
