package kconfig

import (
	"cmp"
	"strconv"
	"strings"
)

// state is what the solver knows of one symbol.
type state struct {
	done    bool
	hasVis  bool
	visible tri
	val     tri
	str     string
	write   bool    // belongs in .config
	chosen  *Symbol // of a choice: the member selected
}

// solver holds the values that follow from the user's. They are computed when
// asked for and forgotten when the user's values change.
type solver struct {
	tree  *Tree
	user  []*userValue // by symbol index; nil for none
	state []state      // by symbol index
	deps  []int8       // by node index: the node's dependencies, -1 for unknown
}

// userValue is what the user asked a symbol to be.
type userValue struct {
	val    tri
	str    string
	member *Symbol // of a choice: the member asked for
	pos    Pos     // where it was asked, if in a file
}

// reset forgets all computed values.
func (c *solver) reset() {
	clear(c.state)
	for i := range c.deps {
		c.deps[i] = -1
	}
}

// eval returns the truth value of an expression.
func (c *solver) eval(e *Expr) tri {
	if e == nil {
		return yes
	}
	switch e.op {
	case opSymbol:
		return c.value(e.sym)
	case opNot:
		return yes - c.eval(e.left)
	case opAnd:
		return min(c.eval(e.left), c.eval(e.right))
	case opOr:
		return max(c.eval(e.left), c.eval(e.right))
	}
	r := c.compare(e.sym, e.other)
	switch e.op {
	case opEqual:
		return truth(r == 0)
	case opUnequal:
		return truth(r != 0)
	case opLess:
		return truth(r < 0)
	case opLessEqual:
		return truth(r <= 0)
	case opGreater:
		return truth(r > 0)
	}
	return truth(r >= 0)
}

// compare compares two values: as numbers if both look like numbers, unless
// both are strings by type, and else as texts.
func (c *solver) compare(a, b *Symbol) int {
	x, y := c.text(a), c.text(b)
	if a.Type == String && b.Type == String {
		return strings.Compare(x, y)
	}
	xs, xu, xk := comparable(x, a.Type)
	ys, yu, yk := comparable(y, b.Type)
	switch {
	case xk == asText || yk == asText:
		return strings.Compare(x, y)
	case xk == asUnsigned || yk == asUnsigned:
		return cmp.Compare(xu, yu)
	}
	return cmp.Compare(xs, ys)
}

// comparability says how a value can be compared.
type comparability uint8

const (
	asText comparability = iota
	asSigned
	asUnsigned
)

// comparable returns a value as a number, if it is one.
func comparable(s string, t Type) (int64, uint64, comparability) {
	if t.Logical() {
		i := int64(strings.Index("nmy", s))
		if len(s) != 1 {
			i = -1
		}
		return i, uint64(i), asSigned
	}
	base := 0
	switch t {
	case Int:
		base = 10
	case Hex:
		u, err := strconv.ParseUint(strings.TrimPrefix(strings.TrimPrefix(s, "0x"), "0X"), 16, 64)
		if err != nil {
			return 0, 0, asText
		}
		return int64(u), u, asUnsigned
	}
	if strings.Contains(s, "_") || base == 0 && len(s) > 1 && strings.ContainsAny(s[1:2], "bBoO") {
		return 0, 0, asText // Go's number syntax, not C's
	}
	i, err := strconv.ParseInt(s, base, 64)
	if err != nil {
		return 0, 0, asText
	}
	return i, uint64(i), asSigned
}

// text returns the value of a symbol as a string.
func (c *solver) text(s *Symbol) string {
	switch {
	case s.constant || len(s.Nodes) == 0:
		return s.Name
	case s.Type.Logical():
		return c.value(s).String()
	}
	c.solve(s)
	return c.state[s.index].str
}

// value returns the truth value of a symbol.
func (c *solver) value(s *Symbol) tri {
	if s.constant {
		return s.constVal
	}
	if !s.Type.Logical() {
		return no
	}
	c.solve(s)
	return c.state[s.index].val
}

// nodeDeps returns whether everything the node depends on holds.
func (c *solver) nodeDeps(n *Node) tri {
	if d := c.deps[n.index]; d >= 0 {
		return tri(d)
	}
	v := yes
	switch {
	case n.outer == nil:
	case n.outer.Kind == NodeChoice:
		v = c.value(n.outer.Symbol)
	default:
		v = c.nodeDeps(n.outer)
	}
	if v != no {
		v = min(v, c.eval(n.depends))
	}
	c.deps[n.index] = int8(v)
	return v
}

// holds returns whether a property applies.
func (c *solver) holds(p *property) tri {
	v := c.nodeDeps(p.node)
	if v != no {
		v = min(v, c.eval(p.cond))
	}
	return v
}

// nodeVisible returns whether the node's prompt is shown, apart from a choice
// or menu that is shown only for the sake of its contents.
func (c *solver) nodeVisible(n *Node) tri {
	if n.Prompt == "" {
		return no
	}
	v := min(c.nodeDeps(n), c.eval(n.promptCond))
	for _, h := range n.hiders {
		if v != no {
			v = min(v, c.eval(h))
		}
	}
	return v
}

// visibility returns whether a prompt of the symbol is visible.
func (c *solver) visibility(s *Symbol) tri {
	st := &c.state[s.index]
	if !st.hasVis {
		v := no
		for _, n := range s.Nodes {
			v = max(v, c.nodeVisible(n))
		}
		st.visible, st.hasVis = promote(v), true
	}
	return st.visible
}

// promote makes m y: without modules there is nothing between.
func promote(t tri) tri {
	if t == mod {
		return yes
	}
	return t
}

// selected returns whether a select is in force.
func (c *solver) selected(s *Symbol) tri { return c.reversed(s.selectors) }

func (c *solver) reversed(rs []reverse) tri {
	v := no
	for _, r := range rs {
		if v == yes {
			break
		}
		v = max(v, min(c.value(r.by), c.holds(r.prop)))
	}
	return promote(v)
}

// dependencies returns whether the symbol's dependencies hold at one of the
// places that declare it.
func (c *solver) dependencies(s *Symbol) tri {
	if s.isChoice {
		return yes
	}
	v := no
	for _, n := range s.Nodes {
		v = max(v, c.nodeDeps(n))
	}
	return promote(v)
}

// firstHolding returns the first property that applies, and how far.
func (c *solver) firstHolding(ps []property) (*property, tri) {
	for i := range ps {
		if v := c.holds(&ps[i]); v != no {
			return &ps[i], v
		}
	}
	return nil, no
}

// solve computes the state of a symbol.
func (c *solver) solve(s *Symbol) {
	st := &c.state[s.index]
	if st.done {
		return
	}
	st.done = true
	if s.isChoice {
		c.solveChoice(s, st)
		return
	}
	visible := c.visibility(s)
	st.write = visible != no
	if s.Type.Logical() {
		c.solveLogical(s, st, visible)
	} else {
		c.solveText(s, st, visible)
	}
	if s.env != "" {
		st.write = false
	}
}

func (c *solver) solveLogical(s *Symbol, st *state, visible tri) {
	if s.group != nil {
		// Solving the choice needs the visibility of this member, not its value.
		group := &c.state[s.group.index]
		c.solve(s.group)
		if visible == yes {
			st.val = truth(group.chosen == s)
			return
		}
	}
	if s.modules {
		return
	}
	v := no
	rev := no
	if s.group == nil {
		rev = c.selected(s)
	}
	if u := c.user[s.index]; u != nil && visible != no {
		v = min(u.val, visible)
	} else {
		st.write = st.write || rev != no
		if d, holds := c.firstHolding(s.defaults); d != nil {
			v = min(c.eval(d.value), holds)
			st.write = st.write || v != no
		}
		if len(s.impliers) > 0 && s.group == nil && c.reversed(s.impliers) != no {
			st.write = true
			v = c.dependencies(s)
		}
	}
	st.val = promote(max(v, rev))
}

func (c *solver) solveText(s *Symbol, st *state, visible tri) {
	switch s.Type {
	case Int:
		st.str = "0"
	case Hex:
		st.str = "0x0"
	}
	if u := c.user[s.index]; u != nil && visible != no {
		st.str = u.str
	} else if d, _ := c.firstHolding(s.defaults); d != nil && d.value.op == opSymbol {
		st.write = true
		st.str = c.text(d.value.sym)
	}
	if lo, hi, ok := c.bounds(s); ok {
		v := parseNumber(st.str, s.Type)
		if v < lo {
			st.str = formatNumber(lo, s.Type)
		} else if v > hi {
			st.str = formatNumber(hi, s.Type)
		}
	}
}

func formatNumber(v int64, t Type) string {
	if t == Hex {
		return "0x" + strconv.FormatUint(uint64(v), 16)
	}
	return strconv.FormatInt(v, 10)
}

// bounds returns the range in force for a number.
func (c *solver) bounds(s *Symbol) (lo, hi int64, ok bool) {
	if !s.Type.Numeric() {
		return 0, 0, false
	}
	r, _ := c.firstHolding(s.ranges)
	if r == nil {
		return 0, 0, false
	}
	return c.bound(r.lo, s.Type), c.bound(r.hi, s.Type), true
}

func (c *solver) bound(s *Symbol, t Type) int64 {
	if s.Type.Numeric() {
		t = s.Type
	}
	return parseNumber(c.text(s), t)
}

// solveChoice decides whether a choice is active and which member it selects.
func (c *solver) solveChoice(s *Symbol, st *state) {
	visible := c.visibility(s)
	st.write = visible != no
	u := c.user[s.index]
	if visible != no && (!s.optional || u != nil && u.val != no) {
		st.val = yes
	}
	if st.val == no {
		return
	}
	if u != nil && u.member != nil && c.visibility(u.member) != no {
		st.chosen = u.member
	} else {
		st.chosen = c.choiceDefault(s)
	}
	if st.chosen == nil {
		st.val = no
	}
}

// choiceDefault returns the member that a choice selects by itself.
func (c *solver) choiceDefault(s *Symbol) *Symbol {
	for i := range s.defaults {
		d := &s.defaults[i]
		if c.holds(d) != no && c.visibility(d.value.sym) != no {
			return d.value.sym
		}
	}
	for _, m := range s.members {
		if c.visibility(m) != no {
			return m
		}
	}
	return nil
}
