package clock

import (
	"container/heap"
	"sync"
)

// A Timer calls a function once, at a deadline. The zero Timer with F set is
// stopped and ready to use; it may be started again and again.
type Timer struct {
	// F is called at the deadline, on a goroutine of the kernel that runs every
	// timer: it must be quick and must not block. It may start the timer again.
	F func()

	deadline Time
	index    int // place in the heap, plus one; 0 is stopped
}

type timerHeap []*Timer

func (h timerHeap) Len() int           { return len(h) }
func (h timerHeap) Less(i, j int) bool { return h[i].deadline < h[j].deadline }
func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i+1, j+1
}

// Push is for package heap.
func (h *timerHeap) Push(x any) {
	t := x.(*Timer)
	*h = append(*h, t)
	t.index = len(*h)
}

// Pop is for package heap.
func (h *timerHeap) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	t.index = 0
	return t
}

var timers struct {
	mu   sync.Mutex
	heap timerHeap
}

// Start sets the timer to go off at the deadline, whether it was running or not.
func (t *Timer) Start(deadline Time) {
	timers.mu.Lock()
	defer timers.mu.Unlock()
	t.deadline = deadline
	if t.index != 0 {
		heap.Fix(&timers.heap, t.index-1)
	} else {
		heap.Push(&timers.heap, t)
	}
	if timers.heap[0] == t {
		Source.SetAlarm(deadline)
	}
}

// Stop stops the timer. It reports whether the timer was running; if not, F may be
// running now or have run.
func (t *Timer) Stop() bool {
	timers.mu.Lock()
	defer timers.mu.Unlock()
	if t.index == 0 {
		return false
	}
	heap.Remove(&timers.heap, t.index-1)
	return true
}

// Expire runs the timers whose time has come, and sets the alarm for the next.
// The ground floor's interrupt goroutine calls it.
func Expire() {
	for {
		t := nextExpired()
		if t == nil {
			return
		}
		t.F()
	}
}

func nextExpired() *Timer {
	timers.mu.Lock()
	defer timers.mu.Unlock()
	if len(timers.heap) == 0 {
		Source.SetAlarm(Never)
		return nil
	}
	first := timers.heap[0]
	if first.deadline > Now() {
		Source.SetAlarm(first.deadline)
		return nil
	}
	heap.Pop(&timers.heap)
	return first
}
