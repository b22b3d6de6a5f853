package task

import (
	"sync"

	"cairn/kernel/park"
	"cairn/kernel/trial"
)

// A runner is a goroutine that runs one task after another, so that a task begins on a stack
// that has grown already.
type runner struct {
	parker park.Parker
	task   *Task
}

// maxIdle is how many runners wait for a task at most.
const maxIdle = 8

// idle are the runners that wait for a task.
var idle struct {
	sync.Mutex
	runners []*runner
}

// launch runs the task on a goroutine.
func launch(t *Task) {
	idle.Lock()
	n := len(idle.runners)
	if n == 0 {
		idle.Unlock()
		r := &runner{task: t}
		go r.run()
		return
	}
	r := idle.runners[n-1]
	idle.runners = idle.runners[:n-1]
	trial.Idle.Add(-1)
	idle.Unlock()
	r.task = t
	r.parker.Unpark()
}

func (r *runner) run() {
	for r.task.run(); r.rest() && r.task != nil; r.task.run() {
	}
}

// dismiss ends the runners that wait for a task.
func dismiss() {
	idle.Lock()
	runners := idle.runners
	idle.runners = nil
	idle.Unlock()
	for _, r := range runners {
		r.parker.Unpark() // without a task
	}
}

// rest waits for another task. It reports false if enough runners wait already.
func (r *runner) rest() bool {
	r.task = nil
	idle.Lock()
	if len(idle.runners) == maxIdle {
		idle.Unlock()
		return false
	}
	idle.runners = append(idle.runners, r)
	trial.Idle.Add(1)
	idle.Unlock()
	r.parker.Park()
	return true
}
