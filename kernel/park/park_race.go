//go:build race

package park

import "sync"

// A Parker is where one goroutine sleeps. The zero Parker is ready to use. This one is for the race
// detector, which does not know the runtime's primitives.
type Parker struct {
	mu     sync.Mutex
	cond   *sync.Cond
	told   bool
	parked bool
}

// Park sleeps until Unpark is called, or returns at once if it was called since the last Park. It reports
// whether it slept. One goroutine at a time may call it.
func (p *Parker) Park() (slept bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.told {
		p.told = false
		return false
	}
	if p.cond == nil {
		p.cond = sync.NewCond(&p.mu)
	}
	for p.parked = true; p.parked; {
		p.cond.Wait()
	}
	return true
}

// Unpark ends the current or the next Park. It reports whether it woke a goroutine.
func (p *Parker) Unpark() (woke bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.parked {
		p.told = true
		return false
	}
	p.parked = false
	p.cond.Signal()
	return true
}

// Parked says whether a goroutine sleeps.
func (p *Parker) Parked() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.parked
}
