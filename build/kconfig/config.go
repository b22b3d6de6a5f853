package kconfig

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Config is what a user asks of a Tree, and the values that follow from it. A
// Config is not for use by several goroutines at once.
type Config struct {
	solver
	// Renames are the old names of options that Apply and ReadDotConfig accept.
	Renames Renames
}

// Renames maps old names, without CONFIG_, to what became of them.
type Renames map[string]Rename

// Rename says what became of an option that is gone.
type Rename struct {
	// To is the name of the option that took its place, or "" if none did.
	To string
	// Text says what to do when To is empty.
	Text string
}

// NewConfig returns a Config in which the user has asked for nothing, so that
// every symbol has its default.
func (t *Tree) NewConfig() *Config {
	c := &Config{}
	c.solver = solver{
		tree:  t,
		user:  make([]*userValue, t.symbols),
		state: make([]state, t.symbols),
		deps:  make([]int8, t.nodes),
	}
	c.reset()
	return c
}

// Tree returns the tree that the Config is of.
func (c *Config) Tree() *Tree { return c.tree }

// Clone returns a copy that can be changed independently.
func (c *Config) Clone() *Config {
	d := c.tree.NewConfig()
	d.Renames = c.Renames
	copy(d.user, c.user)
	return d
}

// Assignment is one wish: NAME=VALUE.
type Assignment struct {
	// Name is the symbol's name, with or without CONFIG_.
	Name string
	// Value is y, n, a number, or a text without quotes.
	Value string
	// Pos is where the wish was made, for messages; it may be zero.
	Pos Pos
}

// ParseAssignment splits "CONFIG_NAME=VALUE". The prefix may be missing, and
// the value may be quoted as in .config.
func ParseAssignment(s string) (Assignment, error) {
	name, value, ok := strings.Cut(s, "=")
	name = trimPrefix(strings.TrimSpace(name))
	if !ok || !validName(name) {
		return Assignment{}, fmt.Errorf("%q is not of the form CONFIG_NAME=VALUE", s)
	}
	if strings.HasPrefix(value, `"`) {
		v, rest, ok := unquote(value)
		if !ok || rest != "" {
			return Assignment{}, fmt.Errorf("%s: the quoted value of %s is malformed", s, name)
		}
		value = v
	}
	return Assignment{Name: name, Value: value}, nil
}

func trimPrefix(name string) string { return strings.TrimPrefix(name, "CONFIG_") }

// find returns the symbol of that name or an error that suggests another.
func (c *Config) find(name string) (*Symbol, error) {
	name = trimPrefix(name)
	s := c.tree.Symbol(name)
	if s == nil || s.isChoice {
		if r, ok := c.Renames[name]; ok {
			if r.To == "" {
				return nil, fmt.Errorf("CONFIG_%s is gone: %s", name, r.Text)
			}
			return nil, fmt.Errorf("CONFIG_%s is now called CONFIG_%s; use that name", name, r.To)
		}
		return nil, fmt.Errorf("there is no option CONFIG_%s%s", name, c.tree.suggest(name))
	}
	return s, nil
}

// Current returns the name that an option has now, without CONFIG_, and a note if the one given is an
// old name. It returns "" and a note if the option is gone.
func (c *Config) Current(name string) (string, *Note) {
	name = trimPrefix(name)
	r, ok := c.Renames[name]
	if !ok || c.tree.Symbol(name) != nil {
		return name, nil
	}
	note := r.note(name, Pos{})
	return r.To, &note
}

// Get returns the value of a symbol: y or n, a number, or a text without
// quotes. The name may have the CONFIG_ prefix.
func (c *Config) Get(name string) (string, error) {
	s, err := c.find(name)
	if err != nil {
		return "", err
	}
	return c.text(s), nil
}

// Enabled reports whether a bool symbol exists and is y.
func (c *Config) Enabled(name string) bool {
	s := c.tree.Symbol(name)
	return s != nil && c.value(s) == yes
}

// Value returns the value of a symbol as Get does. Of a choice it is y or n.
func (c *Config) Value(s *Symbol) string { return c.text(s) }

// Selection returns the member that a choice selects, or nil.
func (c *Config) Selection(choice *Symbol) *Symbol {
	if c.value(choice) == no {
		return nil
	}
	return c.state[choice.index].chosen
}

// SymbolValue is a symbol with its value.
type SymbolValue struct {
	*Symbol
	// Value is the value as Get returns it.
	Value string
	// Active reports whether .config mentions the symbol: it is visible, or
	// something gave it a value.
	Active bool
}

// Symbols returns every symbol with its value, in the order of the tree.
func (c *Config) Symbols() []SymbolValue {
	var out []SymbolValue
	for _, s := range c.tree.Symbols() {
		v := c.text(s)
		out = append(out, SymbolValue{s, v, c.state[s.index].write})
	}
	return out
}

// Active reports whether .config mentions the symbol.
func (c *Config) Active(s *Symbol) bool {
	c.solve(s)
	return c.state[s.index].write
}

// Visible reports whether the node is shown in a menu.
func (c *Config) Visible(n *Node) bool {
	if n.Prompt == "" {
		return false
	}
	if c.eval(n.visibleIf) == no {
		return false
	}
	if c.nodeVisible(n) != no {
		return true
	}
	if n.Symbol == nil || c.value(n.Symbol) == no {
		return false
	}
	return slices.ContainsFunc(n.Children, c.Visible)
}

// Changeable reports whether the user can change the symbol's value now.
func (c *Config) Changeable(s *Symbol) bool {
	if s.isChoice {
		return c.visibility(s) != no
	}
	if s.modules {
		return false
	}
	if s.group != nil {
		return c.visibility(s) != no
	}
	return c.visibility(s) > c.selected(s)
}

// Holds reports whether an expression is true.
func (c *Config) Holds(e *Expr) bool { return c.eval(e) != no }

// Annotate returns an expression with the value of each symbol after its name,
// e.g. "A [=y] && !B [=n]".
func (c *Config) Annotate(e *Expr) string {
	return e.Format(func(s *Symbol) string {
		if s.constant || len(s.Nodes) == 0 && isNumber(s.Name) {
			return s.text()
		}
		if len(s.Nodes) == 0 {
			return s.Name + " [undefined]"
		}
		return fmt.Sprintf("%s [=%s]", s.label(), c.shown(s))
	})
}

// Range returns the bounds that confine a number now; ok is false without.
func (c *Config) Range(s *Symbol) (lo, hi string, ok bool) {
	l, h, ok := c.bounds(s)
	if !ok {
		return "", "", false
	}
	return formatNumber(l, s.Type), formatNumber(h, s.Type), true
}

// UserSet reports whether the user asked for a value of the symbol.
func (c *Config) UserSet(s *Symbol) bool { return c.user[s.index] != nil }

// Set asks for a value. It is an error, and changes nothing, if there is no
// such symbol, the value does not fit its type or range, or the symbol cannot
// have the value now; the error names the chain of reasons.
func (c *Config) Set(name, value string) error {
	s, err := c.find(name)
	if err != nil {
		return err
	}
	before := slices.Clone(c.user)
	if err = c.assign(s, value, Pos{}); err == nil {
		err = c.wishError(s)
	}
	if err != nil {
		c.user = before
		c.reset()
	}
	return err
}

// Unset forgets what the user asked of a symbol, so that it has its default.
func (c *Config) Unset(name string) error {
	s, err := c.find(name)
	if err != nil {
		return err
	}
	c.user[s.index] = nil
	if g := s.group; g != nil {
		c.user[g.index] = nil
	}
	c.reset()
	return nil
}

// Apply asks for several values at once, so that their order does not matter,
// and then checks that each holds. Old names are accepted with a note. On an
// error nothing is changed.
func (c *Config) Apply(wishes []Assignment) ([]Note, error) {
	before := slices.Clone(c.user)
	var notes []Note
	var errs []error
	var syms []*Symbol
	for _, w := range wishes {
		name, note := c.Current(w.Name)
		if note != nil {
			note.Pos = w.Pos
			notes = append(notes, *note)
			if name == "" {
				continue
			}
		}
		s, err := c.find(name)
		if err == nil {
			err = c.assign(s, w.Value, w.Pos)
		}
		if err != nil {
			errs = append(errs, at(w.Pos, err))
			continue
		}
		syms = append(syms, s)
	}
	for _, s := range syms {
		if err := c.wishError(s); err != nil && len(errs) == 0 {
			errs = append(errs, at(c.wishPos(s), err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		c.user = before
		c.reset()
		return notes, err
	}
	return notes, nil
}

func (r Rename) note(old string, pos Pos) Note {
	if r.To == "" {
		return Note{pos, fmt.Sprintf("CONFIG_%s is gone: %s", old, r.Text)}
	}
	return Note{pos, fmt.Sprintf("CONFIG_%s is now called CONFIG_%s; please change it", old, r.To)}
}

// at adds a place to an error that has none.
func at(pos Pos, err error) error {
	if pos.File == "" {
		return err
	}
	return &Error{pos, err.Error()}
}

// assign records what the user asks of a symbol, after checking its form.
func (c *Config) assign(s *Symbol, value string, pos Pos) error {
	if err := validValue(s, value); err != nil {
		return err
	}
	u := &userValue{str: value, pos: pos, val: truth(value == "y")}
	if g := s.group; g != nil {
		gu := c.user[g.index]
		if u.val == yes {
			for _, m := range g.members {
				c.user[m.index] = nil
			}
			c.user[g.index] = &userValue{val: yes, member: s, pos: pos}
		} else if gu != nil && gu.member == s {
			c.user[g.index] = nil
		}
	}
	c.user[s.index] = u
	c.reset()
	return nil
}

// validValue returns an error if the value does not fit the symbol's type.
func validValue(s *Symbol, value string) error {
	switch {
	case s.Type.Logical() && value == "m":
		return fmt.Errorf("CONFIG_%s=m: there are no loadable modules; use y or n", s.Name)
	case s.Type.Logical() && value != "y" && value != "n":
		return fmt.Errorf("CONFIG_%s=%s: the option is a bool; use y or n", s.Name, value)
	case s.modules && value == "y":
		return fmt.Errorf("CONFIG_%s=y: there are no loadable modules; use n", s.Name)
	case s.Type == Int && !validInt(value):
		return fmt.Errorf("CONFIG_%s=%s: the option is an int; use a decimal number", s.Name, value)
	case s.Type == Hex && !validHex(value):
		return fmt.Errorf("CONFIG_%s=%s: the option is a hex number; use one like 0x1000", s.Name, value)
	case s.Type == String && strings.ContainsAny(value, "\n\x00"):
		return fmt.Errorf("CONFIG_%s: the value must be one line of text", s.Name)
	}
	return nil
}

// Check returns an error for every wish of the user that does not hold, and
// for every select whose target has unmet dependencies, joined; each names its
// chain of reasons. That a select, or a default of a hidden symbol, raises what
// the user set to n is no error: a .config lists everything that once was n.
func (c *Config) Check() error {
	var errs []error
	for _, s := range c.tree.Symbols() {
		if u := c.user[s.index]; u != nil && (u.val == yes || !s.Type.Logical()) {
			if err := c.wishError(s); err != nil {
				errs = append(errs, at(u.pos, err))
			}
		}
		if err := c.selectError(s); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (c *Config) wishPos(s *Symbol) Pos {
	if u := c.user[s.index]; u != nil {
		return u.pos
	}
	return Pos{}
}

// Change is a symbol that two Configs of one tree give different values. A
// value is "" where .config would not mention the symbol.
type Change struct {
	// Symbol is the symbol.
	Symbol *Symbol
	// Old and New are its values, quoted if they are strings.
	Old, New string
}

// String returns "NAME OLD -> NEW".
func (d Change) String() string {
	show := func(v string) string {
		if v == "" {
			return "(absent)"
		}
		return v
	}
	return fmt.Sprintf("%s %s -> %s", d.Symbol.Name, show(d.Old), show(d.New))
}

// Diff returns the symbols whose values differ from a to b, in the order of
// the tree. Both must be of the same tree.
func Diff(a, b *Config) []Change {
	show := func(c *Config, s *Symbol) string {
		if !c.Active(s) {
			return ""
		}
		if s.Type == String {
			return quote(c.text(s))
		}
		return c.text(s)
	}
	var out []Change
	for _, s := range a.tree.Symbols() {
		if x, y := show(a, s), show(b, s); x != y {
			out = append(out, Change{s, x, y})
		}
	}
	return out
}
