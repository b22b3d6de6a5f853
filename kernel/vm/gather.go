package vm

import (
	"cairn/kernel/arch"
	"cairn/kernel/mem"
)

const (
	// flushPages is up to how many pages are forgotten one by one; beyond, all
	// translations go.
	flushPages = 32
	// gatherFrames is how many frames wait for one flush.
	gatherFrames = 256
)

// A gather holds what page-table changes leave to do: frames may be freed, and
// a change counts, only when no processor remembers the old translation. It is
// part of the address space so that nothing is allocated for it.
type gather struct {
	changed int // how many translations changed; more than flushPages: forget all
	addrs   [flushPages]uint64
	n       int
	frames  [gatherFrames]mem.Frame
}

// touch notes that the translation of a changed.
func (g *gather) touch(a uint64) {
	if g.changed < flushPages {
		g.addrs[g.changed] = a
	}
	g.changed++
}

// release notes that f is not mapped at a any more, and gives up its count when that is safe.
func (g *gather) release(as *AddressSpace, a uint64, f mem.Frame) {
	if g.n == gatherFrames {
		g.flush(as)
	}
	g.touch(a)
	g.frames[g.n] = f
	g.n++
}

// releaseTable is release for a page table: the processor remembers those too.
func (g *gather) releaseTable(as *AddressSpace, f mem.Frame) {
	g.release(as, 0, f)
	g.changed = flushPages + 1
}

// flush does what was left to do.
func (g *gather) flush(as *AddressSpace) {
	switch {
	case as.dead:
	case g.changed > flushPages:
		arch.FlushUser(uint64(as.root))
	default:
		for _, a := range g.addrs[:g.changed] {
			arch.FlushPage(uint64(as.root), a)
		}
	}
	for _, f := range g.frames[:g.n] {
		f.Put()
	}
	g.changed, g.n = 0, 0
}
