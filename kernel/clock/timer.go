package clock

import "sync"

// A Timer calls a function once, at a deadline. The zero Timer with F set is
// stopped and ready to use; it may be started again and again.
type Timer struct {
	// F is called at the deadline, on a goroutine of the kernel that runs every
	// timer: it must be quick and must not block. It may start the timer again.
	F func()

	deadline Time
	index    int // place in the heap, plus one; 0 is stopped
}

// A timerHeap has the timers that run, the earliest first: each is not later than those at twice
// its place plus one and two. It is written out, since calls with a timeout are many.
type timerHeap []*Timer

// set puts t at place i.
func (h timerHeap) set(i int, t *Timer) { h[i], t.index = t, i+1 }

// up puts t, for which place i is free, there or before it.
func (h timerHeap) up(i int, t *Timer) {
	for i > 0 {
		parent := (i - 1) / 2
		if h[parent].deadline <= t.deadline {
			break
		}
		h.set(i, h[parent])
		i = parent
	}
	h.set(i, t)
}

// down puts t, for which place i is free, there or behind it.
func (h timerHeap) down(i int, t *Timer) {
	for {
		child := 2*i + 1
		if child >= len(h) {
			break
		}
		if child+1 < len(h) && h[child+1].deadline < h[child].deadline {
			child++
		}
		if t.deadline <= h[child].deadline {
			break
		}
		h.set(i, h[child])
		i = child
	}
	h.set(i, t)
}

// place puts t, for which place i is free, where it belongs.
func (h timerHeap) place(i int, t *Timer) {
	if i > 0 && t.deadline < h[(i-1)/2].deadline {
		h.up(i, t)
	} else {
		h.down(i, t)
	}
}

// add puts t into the heap.
func (h *timerHeap) add(t *Timer) {
	*h = append(*h, t)
	h.up(len(*h)-1, t)
}

// remove takes the timer at place i out of the heap.
func (h *timerHeap) remove(i int) {
	old := *h
	n := len(old) - 1
	t, last := old[i], old[n]
	old[n] = nil
	*h = old[:n]
	t.index = 0
	if i < n {
		h.place(i, last)
	}
}

var timers struct {
	mu   sync.Mutex
	heap timerHeap
}

// Start sets the timer to go off at the deadline, whether it was running or not.
func (t *Timer) Start(deadline Time) {
	timers.mu.Lock()
	t.deadline = deadline
	if t.index != 0 {
		timers.heap.place(t.index-1, t)
	} else {
		timers.heap.add(t)
	}
	if t.index == 1 {
		Source.SetAlarm(deadline)
	}
	timers.mu.Unlock()
}

// Stop stops the timer. It reports whether the timer was running; if not, F may be
// running now or have run.
func (t *Timer) Stop() bool {
	timers.mu.Lock()
	running := t.index != 0
	if running {
		timers.heap.remove(t.index - 1)
	}
	timers.mu.Unlock()
	return running
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
	timers.heap.remove(0)
	return first
}
