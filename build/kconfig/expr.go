package kconfig

import "strings"

// op is the operator of an expression.
type op uint8

const (
	opSymbol op = iota
	opNot
	opAnd
	opOr
	opEqual
	opUnequal
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
)

var opTexts = map[op]string{
	opAnd: " && ", opOr: " || ", opEqual: " = ", opUnequal: " != ",
	opLess: " < ", opLessEqual: " <= ", opGreater: " > ", opGreaterEqual: " >= ",
}

// Expr is an expression of the language. A nil Expr is always y.
type Expr struct {
	op          op
	left, right *Expr   // operands of !, && and ||
	sym, other  *Symbol // the symbol; of a comparison both
}

// and returns a && b; either may be nil.
func and(a, b *Expr) *Expr {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	return &Expr{op: opAnd, left: a, right: b}
}

// String returns the expression as the language writes it.
func (e *Expr) String() string { return e.Format((*Symbol).text) }

// Format returns the expression as the language writes it, with symbols written
// by the given function. Constants are passed to it too.
func (e *Expr) Format(name func(*Symbol) string) string {
	if e == nil {
		return "y"
	}
	var b strings.Builder
	e.format(&b, name, 0)
	return b.String()
}

// format appends the expression; level is 2 inside !, 1 inside && and else 0.
func (e *Expr) format(b *strings.Builder, name func(*Symbol) string, level int) {
	open := func(need int) func() {
		if level <= need {
			return func() {}
		}
		b.WriteByte('(')
		return func() { b.WriteByte(')') }
	}
	switch e.op {
	case opSymbol:
		b.WriteString(name(e.sym))
	case opNot:
		b.WriteByte('!')
		e.left.format(b, name, 2)
	case opAnd:
		defer open(1)()
		e.left.format(b, name, 1)
		b.WriteString(" && ")
		e.right.format(b, name, 1)
	case opOr:
		defer open(0)()
		e.left.format(b, name, 0)
		b.WriteString(" || ")
		e.right.format(b, name, 0)
	default:
		defer open(1)()
		b.WriteString(name(e.sym) + opTexts[e.op] + name(e.other))
	}
}

// text is how an expression writes the symbol.
func (s *Symbol) text() string {
	if s.constant && len(s.Name) == 1 && strings.Contains("ymn", s.Name) {
		return s.Name
	}
	return s.label()
}

// Symbols returns the symbols the expression mentions, in order, without
// constants, each once.
func (e *Expr) Symbols() []*Symbol {
	var out []*Symbol
	seen := map[*Symbol]bool{}
	e.walk(func(s *Symbol) {
		if !s.constant && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	})
	return out
}

// walk calls f for every symbol of the expression in order.
func (e *Expr) walk(f func(*Symbol)) {
	if e == nil {
		return
	}
	switch e.op {
	case opSymbol:
		f(e.sym)
	case opNot:
		e.left.walk(f)
	case opAnd, opOr:
		e.left.walk(f)
		e.right.walk(f)
	default:
		f(e.sym)
		f(e.other)
	}
}

// conjuncts calls f for every operand of the outermost && of e.
func (e *Expr) conjuncts(f func(*Expr)) {
	if e == nil {
		return
	}
	if e.op == opAnd {
		e.left.conjuncts(f)
		e.right.conjuncts(f)
		return
	}
	f(e)
}

// mentions reports whether the expression refers to the symbol.
func (e *Expr) mentions(s *Symbol) bool {
	found := false
	e.walk(func(x *Symbol) { found = found || x == s })
	return found
}

// withoutModules returns e with every bare m replaced by n, which is what m
// stands for in a condition when there are no modules.
func (e *Expr) withoutModules(m, n *Symbol) *Expr {
	if e == nil {
		return nil
	}
	switch e.op {
	case opSymbol:
		if e.sym == m {
			return &Expr{op: opSymbol, sym: n}
		}
	case opNot, opAnd, opOr:
		c := *e
		c.left = e.left.withoutModules(m, n)
		if e.op != opNot {
			c.right = e.right.withoutModules(m, n)
		}
		return &c
	}
	return e
}
