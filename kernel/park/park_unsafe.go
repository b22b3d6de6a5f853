//go:build !race

package park

import (
	"sync/atomic"
	"unsafe"
)

// A Parker is where one goroutine sleeps. The zero Parker is ready to use.
type Parker struct {
	// state is nobody, told, or the goroutine that sleeps: its struct g, which the runtime never
	// frees or moves.
	state atomic.Uintptr
	slept bool // the last gopark slept; the sleeper's own
}

const (
	nobody = 0
	told   = 1 // Unpark came first
)

// Park sleeps until Unpark is called, or returns at once if it was called since the last Park. It reports
// whether it slept. One goroutine at a time may call it.
func (p *Parker) Park() (slept bool) {
	if p.state.CompareAndSwap(told, nobody) {
		return false
	}
	gopark(commit, unsafe.Pointer(p), waitReasonZero, traceBlockGeneric, 1)
	return p.slept
}

// Unpark ends the current or the next Park. It reports whether it woke a goroutine.
func (p *Parker) Unpark() (woke bool) {
	for {
		g := p.state.Load()
		if g == told {
			return false
		}
		if g == nobody {
			if p.state.CompareAndSwap(nobody, told) {
				return false
			}
		} else if p.state.CompareAndSwap(g, nobody) {
			goready(g, 1)
			return true
		}
	}
}

// Parked says whether a goroutine sleeps.
func (p *Parker) Parked() bool { return p.state.Load() > told }

// commit is called on the scheduler's stack once g does not run any more. It reports whether g is to
// sleep: not if Unpark came meanwhile.
func commit(g, parker unsafe.Pointer) bool {
	p := (*Parker)(parker)
	p.slept = p.state.CompareAndSwap(nobody, uintptr(g))
	if !p.slept {
		p.state.Store(nobody)
	}
	return p.slept
}

const (
	waitReasonZero    = 0 // a traceback says "waiting"
	traceBlockGeneric = 0
)

//go:linkname gopark runtime.gopark
func gopark(unlock func(g, lock unsafe.Pointer) bool, lock unsafe.Pointer, reason, traceReason uint8, traceSkip int)

//go:linkname goready runtime.goready
func goready(g uintptr, traceSkip int)
