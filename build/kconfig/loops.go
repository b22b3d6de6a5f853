package kconfig

import (
	"fmt"
	"slices"
	"strings"
)

// edge is one way in which the value of a symbol depends on another's.
type edge struct {
	from, to *Symbol
	how      string // "depends on", "is selected by", …
	pos      Pos
}

// edges calls f for everything the value of s depends on.
func (s *Symbol) edges(f func(edge)) {
	all := func(e *Expr, how string, pos Pos) {
		e.walk(func(to *Symbol) {
			if !to.constant && to != s.group {
				f(edge{s, to, how, pos})
			}
		})
	}
	for _, n := range s.Nodes {
		if n.Prompt != "" || len(s.defaults) > 0 || len(s.impliers) > 0 {
			all(n.full, "depends on", n.Pos)
		}
		if n.Prompt != "" {
			all(n.promptCond, "is prompted for if", n.Pos)
			for _, h := range n.hiders {
				all(h, "is visible if", n.Pos)
			}
		}
	}
	for _, r := range s.selectors {
		f(edge{s, r.by, "is selected by", r.prop.pos})
		all(r.prop.cond, "is selected if", r.prop.pos)
	}
	for _, r := range s.impliers {
		f(edge{s, r.by, "is implied by", r.prop.pos})
		all(r.prop.cond, "is implied if", r.prop.pos)
	}
	for _, d := range s.defaults {
		all(d.cond, "has a default if", d.pos)
		if !s.isChoice {
			all(d.value, "defaults to", d.pos)
		}
	}
	for _, r := range s.ranges {
		all(r.cond, "has a range if", r.pos)
		f(edge{s, r.lo, "has a range from", r.pos})
		f(edge{s, r.hi, "has a range to", r.pos})
	}
}

// owner returns the symbol that stands for s in the search for loops: a choice
// and its members are decided together, so they are one.
func (s *Symbol) owner() *Symbol {
	if s.group != nil {
		return s.group
	}
	return s
}

// loopFinder is a depth-first search for a loop.
type loopFinder struct {
	done  map[*Symbol]bool
	path  []*Symbol // the symbols on the way, and
	edges []edge    // the edge that leaves each of them
}

// checkLoops returns an error that names every link of a dependency loop, if
// there is one.
func (t *Tree) checkLoops() error {
	lf := &loopFinder{done: map[*Symbol]bool{}}
	for _, s := range append(t.Symbols(), t.choices...) {
		if err := lf.visit(s.owner()); err != nil {
			return err
		}
	}
	return nil
}

// visit searches what s depends on.
func (lf *loopFinder) visit(s *Symbol) error {
	if lf.done[s] {
		return nil
	}
	lf.path = append(lf.path, s)
	err := lf.follow(s, s)
	for _, m := range s.members {
		if err == nil {
			err = lf.follow(s, m)
		}
	}
	lf.path = lf.path[:len(lf.path)-1]
	lf.done[s] = true
	return err
}

// follow searches along the edges of from, which s stands for.
func (lf *loopFinder) follow(s, from *Symbol) (err error) {
	from.edges(func(e edge) {
		if err != nil || e.to.constant || s.isChoice && e.to == s {
			return
		}
		to := e.to.owner()
		lf.edges = append(lf.edges, e)
		if i := slices.Index(lf.path, to); i >= 0 {
			err = loopError(lf.edges[i:])
		} else {
			err = lf.visit(to)
		}
		lf.edges = lf.edges[:len(lf.edges)-1]
	})
	return err
}

// loopError describes the loop that the edges make.
func loopError(loop []edge) error {
	var b strings.Builder
	b.WriteString(loop[0].from.label())
	for i, e := range loop {
		if i > 0 {
			b.WriteString(", which")
		}
		fmt.Fprintf(&b, " %s %s (%s)", e.how, e.to.label(), e.pos)
	}
	return errorAt(loop[0].pos, "dependency loop: %s; remove one of these", b.String())
}
