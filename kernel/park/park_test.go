package park

import (
	"runtime"
	"sync"
	"testing"
)

// parked waits until somebody sleeps in p.
func parked(p *Parker) {
	for !p.Parked() {
		runtime.Gosched()
	}
}

func TestUnparkFirst(t *testing.T) {
	var p Parker
	for range 2 {
		if p.Unpark() {
			t.Error("Unpark woke somebody, but nobody slept")
		}
	}
	if p.Park() {
		t.Error("Park slept after Unpark")
	}
	if p.Parked() {
		t.Error("somebody sleeps")
	}
	go func() {
		parked(&p)
		p.Unpark()
	}()
	if !p.Park() {
		t.Error("the second Park did not sleep: two Unparks are one")
	}
}

func TestUnparkWakes(t *testing.T) {
	var p Parker
	slept := make(chan bool)
	go func() { slept <- p.Park() }()
	parked(&p)
	if !p.Unpark() {
		t.Error("Unpark woke nobody")
	}
	if !<-slept {
		t.Error("Park did not sleep")
	}
}

// TestPairs has pairs of goroutines take turns, so that Unpark comes at every time: before Park, after
// it, in between.
func TestPairs(t *testing.T) {
	const pairs, rounds = 4, 20000
	var wg sync.WaitGroup
	for range pairs {
		var a, b Parker
		wg.Go(func() {
			for range rounds {
				b.Unpark()
				a.Park()
			}
		})
		wg.Go(func() {
			for range rounds {
				b.Park()
				a.Unpark()
			}
		})
	}
	wg.Wait()
}

// TestCrowd has many wake one, who must see what each did before.
func TestCrowd(t *testing.T) {
	const crowd, rounds = 8, 5000
	var p Parker
	var mu sync.Mutex
	n := 0
	for range crowd {
		go func() {
			for range rounds {
				mu.Lock()
				n++
				mu.Unlock()
				p.Unpark()
			}
		}()
	}
	for {
		mu.Lock()
		done := n == crowd*rounds
		mu.Unlock()
		if done {
			return
		}
		p.Park()
	}
}

func BenchmarkPingPong(b *testing.B) {
	var p, q Parker
	go func() {
		for {
			p.Park()
			q.Unpark()
		}
	}()
	for b.Loop() {
		p.Unpark()
		q.Park()
	}
}
