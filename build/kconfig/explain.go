package kconfig

import (
	"errors"
	"fmt"
	"strings"
)

// Reason says why a symbol has its value.
type Reason struct {
	// Symbol is the symbol explained.
	Symbol *Symbol
	// Value is its value, quoted if it is a string.
	Value string
	// Text says where the value comes from.
	Text string
	// Pos is where the default, select, dependency or wish in question is
	// written; it may be zero.
	Pos Pos
	// Because explains the other symbols that brought this about.
	Because []*Reason
}

// String returns the reason and those behind it, one a line, each indented by
// two more blanks than what it explains.
func (r *Reason) String() string {
	var b strings.Builder
	r.write(&b, "")
	return b.String()
}

func (r *Reason) write(b *strings.Builder, indent string) {
	fmt.Fprintf(b, "%s%s=%s: %s", indent, r.Symbol.label(), r.Value, r.Text)
	if r.Pos.Line > 0 {
		fmt.Fprintf(b, " (%s)", r.Pos)
	}
	b.WriteByte('\n')
	for _, x := range r.Because {
		x.write(b, indent+"  ")
	}
}

// Explain says why a symbol has its value.
func (c *Config) Explain(name string) (*Reason, error) {
	s, err := c.find(name)
	if err != nil {
		return nil, err
	}
	return c.explain(s, map[*Symbol]bool{}), nil
}

// explain explains a symbol that is not among those explained already.
func (c *Config) explain(s *Symbol, done map[*Symbol]bool) *Reason {
	r := &Reason{Symbol: s, Value: c.text(s)}
	if s.Type == String {
		r.Value = quote(r.Value)
	}
	if len(s.Nodes) == 0 {
		r.Value, r.Text = "n", "it is not defined anywhere"
		return r
	}
	if done[s] {
		r.Text = "as above"
		return r
	}
	done[s] = true
	switch {
	case s.isChoice:
		c.explainChoice(s, r, done)
	case s.group != nil:
		c.explainMember(s, r, done)
	default:
		c.explainPlain(s, r, done)
	}
	return r
}

func (c *Config) explainPlain(s *Symbol, r *Reason, done map[*Symbol]bool) {
	visible := c.visibility(s)
	u := c.user[s.index]
	if s.Type.Logical() && (u == nil || visible == no || u.val == no) && c.selected(s) != no {
		c.explainReverse(r, "selected", s.selectors, done)
		return
	}
	if u != nil && visible != no {
		r.Text, r.Pos = "set by the user", u.pos
		if !s.Type.Logical() && u.str != c.text(s) {
			lo, hi, _ := c.Range(s)
			r.Text = fmt.Sprintf("set to %s by the user, and confined to %s..%s", u.str, lo, hi)
		}
		return
	}
	d, _ := c.firstHolding(s.defaults)
	if s.Type.Logical() && c.value(s) != no && (d == nil || c.eval(d.value) == no) {
		c.explainReverse(r, "implied", s.impliers, done)
		return
	}
	if d != nil {
		r.Text, r.Pos = "default "+d.value.String(), d.pos
		if d.cond != nil {
			r.Text += " if " + d.cond.String()
		}
		c.explainLeaves(r, d.value, c.eval(d.value) != no, done)
		c.explainLeaves(r, d.cond, true, done)
		return
	}
	if visible == no {
		c.explainHidden(s, r, done)
		return
	}
	r.Text, r.Pos = "not set, and no default applies", s.Pos()
}

// explainReverse explains a symbol that is selected or implied.
func (c *Config) explainReverse(r *Reason, how string, rs []reverse, done map[*Symbol]bool) {
	var names []string
	for _, x := range rs {
		if min(c.value(x.by), c.holds(x.prop)) == no {
			continue
		}
		if r.Pos.Line == 0 {
			r.Pos = x.prop.pos
		}
		names = append(names, x.by.label())
		r.Because = append(r.Because, c.explain(x.by, done))
	}
	r.Text = how + " by " + strings.Join(names, ", ")
}

// explainHidden explains a symbol that cannot be set.
func (c *Config) explainHidden(s *Symbol, r *Reason, done map[*Symbol]bool) {
	e, how, pos := c.obstacle(s)
	r.Pos = pos
	if e == nil {
		r.Text = "it has no prompt and no default applies" + c.mayBeSelected(s)
		return
	}
	r.Text = fmt.Sprintf("%s %s, which does not hold", how, e)
	c.explainLeaves(r, e, false, done)
}

func (c *Config) mayBeSelected(s *Symbol) string {
	var names []string
	for _, x := range s.selectors {
		names = append(names, x.by.label())
	}
	if len(names) == 0 {
		return ""
	}
	return "; it is selected by " + strings.Join(names, ", ")
}

func (c *Config) explainChoice(s *Symbol, r *Reason, done map[*Symbol]bool) {
	if c.value(s) == no {
		if s.optional && c.visibility(s) != no {
			r.Text, r.Pos = "no member is selected", s.Pos()
			return
		}
		c.explainHidden(s, r, done)
		return
	}
	chosen := c.state[s.index].chosen
	how := "by default"
	if u := c.user[s.index]; u != nil && u.member == chosen {
		how = "by the user"
	}
	r.Text, r.Pos = fmt.Sprintf("%s is selected %s", chosen.Name, how), s.Pos()
}

func (c *Config) explainMember(s *Symbol, r *Reason, done map[*Symbol]bool) {
	g := s.group
	if c.visibility(s) == no {
		c.explainHidden(s, r, done)
		return
	}
	if c.state[g.index].chosen == s {
		r.Text = "the selected member of " + g.label()
	} else {
		r.Text = "another member of " + g.label() + " is selected"
	}
	r.Pos = g.Pos()
	r.Because = append(r.Because, c.explain(g, done))
}

// explainLeaves explains the symbols that make the expression hold or fail.
func (c *Config) explainLeaves(r *Reason, e *Expr, want bool, done map[*Symbol]bool) {
	for _, leaf := range c.blame(e, want, nil) {
		leaf.walk(func(s *Symbol) {
			if len(s.Nodes) > 0 || !s.constant && leaf.op == opSymbol && !isNumber(s.Name) {
				r.Because = append(r.Because, c.explain(s, done))
			}
		})
	}
}

// blame returns the leaves of an expression because of which it holds (want) or
// fails.
func (c *Config) blame(e *Expr, want bool, out []*Expr) []*Expr {
	if e == nil {
		return out
	}
	switch e.op {
	case opNot:
		return c.blame(e.left, !want, out)
	case opAnd, opOr:
		for _, x := range []*Expr{e.left, e.right} {
			if (c.eval(x) != no) == want {
				out = c.blame(x, want, out)
			}
		}
		return out
	}
	return append(out, e)
}

// obstacle returns the condition because of which the symbol cannot be set, how
// it stands to the symbol, and where. A nil condition means that the symbol has
// no prompt.
func (c *Config) obstacle(s *Symbol) (e *Expr, how string, pos Pos) {
	for _, n := range s.Nodes {
		if n.Prompt == "" {
			continue
		}
		for x := n; x != nil; x = x.outer {
			if c.eval(x.depends) == no {
				return x.depends, "depends on", x.Pos
			}
			if x.outer != nil && x.outer.Kind == NodeChoice && c.value(x.outer.Symbol) == no {
				if e, how, pos := c.obstacle(x.outer.Symbol); e != nil {
					return e, how, pos
				}
			}
		}
		if c.eval(n.promptCond) == no {
			return n.promptCond, "can be set only if", n.Pos
		}
		for _, h := range n.hiders {
			if c.eval(h) == no {
				return h, "is visible only if", n.Pos
			}
		}
	}
	return nil, "", s.Pos()
}

// chain describes in one line why an expression does not hold, e.g. "B is n: B
// depends on C, which is n".
func (c *Config) chain(e *Expr) string {
	var parts []string
	seen := map[*Symbol]bool{}
	for e != nil {
		leaves := c.blame(e, false, nil)
		if len(leaves) == 0 {
			break
		}
		leaf := leaves[0]
		s := leaf.sym
		switch {
		case leaf.op != opSymbol:
			parts = append(parts, fmt.Sprintf("%s is %s", s.label(), c.shown(s)))
		case s.constant:
			parts = append(parts, "it never holds")
		case len(s.Nodes) == 0:
			parts = append(parts, fmt.Sprintf("%s is not defined", s.Name))
		default:
			parts = append(parts, fmt.Sprintf("%s is %s", s.label(), c.text(s)))
		}
		if seen[s] || leaf.op != opSymbol || s.constant || len(s.Nodes) == 0 || c.value(s) != no || c.visibility(s) != no {
			break
		}
		seen[s] = true
		next, how, pos := c.obstacle(s)
		if next != nil {
			parts = append(parts, fmt.Sprintf("%s %s %s (%s)", s.label(), how, next, pos))
		} else if m := c.mayBeSelected(s); m != "" {
			parts = append(parts, "it has no prompt"+m)
		}
		e = next
	}
	return strings.Join(parts, ": ")
}

func (c *Config) shown(s *Symbol) string {
	if s.Type == String {
		return quote(c.text(s))
	}
	return c.text(s)
}

// wishError returns an error if the user asked for a value of the symbol that
// it does not have.
func (c *Config) wishError(s *Symbol) error {
	u := c.user[s.index]
	if u == nil || s.isChoice || u.str == c.text(s) {
		return nil
	}
	wish := fmt.Sprintf("CONFIG_%s=%s", s.Name, u.str)
	if s.Type == String {
		wish = fmt.Sprintf("CONFIG_%s=%s", s.Name, quote(u.str))
	}
	if c.visibility(s) == no {
		e, how, pos := c.obstacle(s)
		if e == nil {
			return fmt.Errorf("%s: %s has no prompt (%s) and cannot be set%s", wish, s.Name, pos, c.mayBeSelected(s))
		}
		return fmt.Errorf("%s: %s %s %s (%s), but %s", wish, s.Name, how, e, pos, c.chain(e))
	}
	if lo, hi, ok := c.Range(s); ok {
		return fmt.Errorf("%s: %s must be from %s to %s", wish, s.Name, lo, hi)
	}
	if g := s.group; g != nil {
		chosen := c.state[g.index].chosen
		if u.val == no && chosen == s {
			return fmt.Errorf("%s: %s must have one member that is y; set another one to y", wish, g.label())
		}
		return fmt.Errorf("%s: CONFIG_%s of the same choice is y (%s)", wish, chosen.Name, g.Pos())
	}
	r := c.explain(s, map[*Symbol]bool{})
	return fmt.Errorf("%s: %s is %s, %s%s", wish, s.Name, r.Value, r.Text, because(r))
}

// because describes in one line the first reason behind each reason.
func because(r *Reason) string {
	var b strings.Builder
	if r.Pos.Line > 0 {
		fmt.Fprintf(&b, " (%s)", r.Pos)
	}
	for len(r.Because) > 0 {
		r = r.Because[0]
		fmt.Fprintf(&b, ": %s is %s, %s", r.Symbol.label(), r.Value, r.Text)
		if r.Pos.Line > 0 {
			fmt.Fprintf(&b, " (%s)", r.Pos)
		}
	}
	return b.String()
}

// selectError returns an error for every select in force of a symbol whose
// dependencies are unmet.
func (c *Config) selectError(s *Symbol) error {
	if len(s.selectors) == 0 || len(s.Nodes) == 0 || c.selected(s) == no || c.dependencies(s) != no {
		return nil
	}
	var errs []error
	for _, r := range s.selectors {
		if min(c.value(r.by), c.holds(r.prop)) == no {
			continue
		}
		n, e := c.unmet(s)
		why := c.explain(r.by, map[*Symbol]bool{})
		errs = append(errs, errorAt(r.prop.pos, "%s selects %s, but %s depends on %s (%s), and %s; %s is y, %s%s",
			r.by.Name, s.Name, s.Name, e, n.Pos, c.chain(e), r.by.Name, why.Text, because(why)))
	}
	return errors.Join(errs...)
}

// unmet returns the first dependency of a symbol that does not hold.
func (c *Config) unmet(s *Symbol) (*Node, *Expr) {
	for _, n := range s.Nodes {
		for x := n; x != nil; x = x.outer {
			if c.eval(x.depends) == no {
				return x, x.depends
			}
		}
	}
	return s.Nodes[0], s.Nodes[0].full
}
