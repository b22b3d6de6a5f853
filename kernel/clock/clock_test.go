package clock

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestTimersGoOffInOrder(t *testing.T) {
	order := make(chan int, 3)
	now := Now()
	var ts [3]Timer
	for i, ms := range []Time{30, 10, 20} {
		ts[i].F = func() { order <- i }
		ts[i].Start(now + ms*1e6)
	}
	if !ts[2].Stop() {
		t.Error("Stop of a running timer says it was not")
	}
	if ts[2].Stop() {
		t.Error("Stop of a stopped timer says it was running")
	}
	for _, want := range []int{1, 0} {
		if got := <-order; got != want {
			t.Errorf("timer %d went off, want %d", got, want)
		}
	}
	if Now() < now+30e6 {
		t.Error("the last timer went off early")
	}
}

func TestRestartMovesTheDeadline(t *testing.T) {
	fired := make(chan Time, 1)
	tm := Timer{F: func() { fired <- Now() }}
	start := Now()
	tm.Start(start + 3600*Second)
	tm.Start(start + 5e6)
	select {
	case at := <-fired:
		if at < start+5e6 {
			t.Errorf("went off %d ns early", start+5e6-at)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("never went off")
	}
}

func TestSetWall(t *testing.T) {
	called := 0
	OnWallChange(func() { called++ })
	old := Wall()
	defer SetWall(old)
	SetWall(1e18)
	if w := Wall(); w < 1e18 || w > 1e18+int64(time.Minute) || called != 1 {
		t.Errorf("Wall = %d after SetWall(1e18), watchers called %d times", w, called)
	}
}

// TestTimerHeap changes a heap at random, and checks that the first timer is the earliest and that each
// knows its place.
func TestTimerHeap(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var h timerHeap
	all := make([]Timer, 40)
	for range 20000 {
		tm := &all[rnd.IntN(len(all))]
		switch {
		case tm.index == 0:
			tm.deadline = Time(rnd.IntN(100))
			h.add(tm)
		case rnd.IntN(3) == 0:
			tm.deadline = Time(rnd.IntN(100))
			h.place(tm.index-1, tm)
		default:
			h.remove(tm.index - 1)
		}
		running := 0
		for i := range all {
			if at := all[i].index; at != 0 {
				running++
				if h[at-1] != &all[i] || h[0].deadline > all[i].deadline {
					t.Fatalf("timer %d of %d is at place %d of %v", i, all[i].deadline, at, h)
				}
			}
		}
		if running != len(h) {
			t.Fatalf("%d timers run, %d are in the heap", running, len(h))
		}
	}
}
