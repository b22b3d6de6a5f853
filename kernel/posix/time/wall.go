package time

import (
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/task"
)

// sleepers are the tasks that sleep until a time of day: they look again when the
// clock is set.
type sleepers struct {
	mu    sync.Mutex
	tasks map[*task.Task]bool
}

var wall = sleepers{tasks: map[*task.Task]bool{}}

func init() { clock.OnWallChange(wall.wake) }

func (s *sleepers) add(t *task.Task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tasks[t] = true
}

func (s *sleepers) remove(t *task.Task) {
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
