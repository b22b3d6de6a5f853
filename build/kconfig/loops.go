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
	stack []edge // the path: each edge leads to the next symbol
}

// checkLoops returns an error that names every link of a dependency loop, if
// there is one.
func (t *Tree) checkLoops() error {
	lf := &loopFinder{done: map[*Symbol]bool{}}
	for _, s := range t.Symbols() {
		if err := lf.visit(s.owner()); err != nil {
			return err
		}
	}
	for _, c := range t.choices {
		if err := lf.visit(c); err != nil {
			return err
		}
	}
	return nil
}

func (lf *loopFinder) visit(s *Symbol) (err error) {
	if lf.done[s] {
		return nil
	}
	follow := func(from *Symbol) {
		from.edges(func(e edge) {
			if err != nil || e.to.constant || s.isChoice && e.to == s {
				return
			}
			to := e.to.owner()
			lf.stack = append(lf.stack, e)
			if i := slices.IndexFunc(lf.stack[:len(lf.stack)-1], func(x edge) bool { return x.to.owner() == to }); i >= 0 {
				err = loopError(lf.stack[i:])
			} else if to == s {
				err = loopError(lf.stack[len(lf.stack)-1:])
			} else {
				err = lf.visit(to)
			}
			lf.stack = lf.stack[:len(lf.stack)-1]
		})
	}
	follow(s)
	for _, m := range s.members {
		if err == nil {
			follow(m)
		}
	}
	lf.done[s] = true
	return err
}

// loopError describes the loop along the edges; the first and last lead to the
// same symbol.
func loopError(path []edge) error {
	last := path[len(path)-1]
	if len(path) > 1 {
		path = path[1:]
	}
	var b strings.Builder
	b.WriteString(path[0].from.label())
	for _, e := range path {
		fmt.Fprintf(&b, " %s %s (%s)", e.how, e.to.label(), e.pos)
		if e != last {
			b.WriteString(", which")
		}
	}
	return errorAt(path[0].pos, "dependency loop: %s; remove one of these", b.String())
}
