package kconfig

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// ReadDotConfig reads a .config or defconfig file on top of what the user
// asked for before; name is for messages. Options of unknown or old names and
// options given twice are worth a note each. Malformed lines and values that
// do not fit the option's type are errors, of which the first is returned, and
// nothing is changed then.
//
// Wishes that cannot be met now are kept, for they may be met once others are.
// Call [Config.Check] to have them as errors, or [Config.OldDefconfig] to drop
// them.
func (c *Config) ReadDotConfig(r io.Reader, name string) ([]Note, error) {
	rd := &dotReader{c: c.Clone(), seen: map[*Symbol]Pos{}, renamed: map[*Symbol]string{}}
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<20)
	for line := 1; sc.Scan(); line++ {
		if err := rd.line(sc.Text(), Pos{name, line}); err != nil {
			return rd.notes, err
		}
	}
	if err := sc.Err(); err != nil {
		return rd.notes, fmt.Errorf("%s: %w", name, err)
	}
	c.user = rd.c.user
	c.reset()
	return rd.notes, nil
}

// dotReader reads one .config file.
type dotReader struct {
	c       *Config
	notes   []Note
	seen    map[*Symbol]Pos
	renamed map[*Symbol]string // set through this old name
}

// line reads one line.
func (rd *dotReader) line(line string, pos Pos) error {
	line = strings.TrimRight(line, "\r")
	if rest, ok := strings.CutPrefix(line, "# CONFIG_"); ok {
		if name, ok := strings.CutSuffix(rest, " is not set"); ok && validName(name) {
			return rd.assign(name, "n", true, pos)
		}
	}
	trimmed := strings.TrimSpace(line)
	if trimmed == "" || trimmed[0] == '#' {
		return nil
	}
	rest, ok := strings.CutPrefix(line, "CONFIG_")
	name, value, eq := strings.Cut(rest, "=")
	if !ok || !eq || !validName(name) {
		return errorAt(pos, "%q is neither CONFIG_NAME=VALUE nor a # comment", line)
	}
	return rd.assign(name, value, false, pos)
}

// assign records one line. Lines that come through an old name never override
// others, and among themselves y overrides n.
func (rd *dotReader) assign(name, value string, unset bool, pos Pos) error {
	s, old := rd.c.tree.Symbol(name), ""
	if s == nil || s.isChoice {
		r, ok := rd.c.Renames[name]
		if !ok {
			rd.note(pos, "there is no option CONFIG_%s%s; the line is ignored", name, rd.c.tree.suggest(name))
			return nil
		}
		if value != "n" || r.To != "" {
			rd.notes = append(rd.notes, r.note(name, pos))
		}
		if s = rd.c.tree.Symbol(r.To); s == nil {
			return nil
		}
		old = name
		if _, again := rd.seen[s]; again && (rd.renamed[s] == "" || value != "y") {
			return nil
		}
	}
	if unset && !s.Type.Logical() {
		return nil
	}
	if s.Type == String {
		v, rest, ok := unquote(value)
		if !ok || strings.TrimSpace(rest) != "" {
			return errorAt(pos, "CONFIG_%s is a string; write its value in double quotes", s.Name)
		}
		value = v
	}
	if first, again := rd.seen[s]; again && old == "" && rd.renamed[s] == "" {
		rd.note(pos, "CONFIG_%s is already set at line %d; this line wins", s.Name, first.Line)
	}
	if err := rd.choose(s, value, pos); err != nil {
		return errorAt(pos, "%v", err)
	}
	rd.seen[s], rd.renamed[s] = pos, old
	return nil
}

// choose assigns, and notes when a second member of a choice is selected.
func (rd *dotReader) choose(s *Symbol, value string, pos Pos) error {
	if g := s.group; g != nil && value == "y" {
		if u := rd.c.user[g.index]; u != nil && u.member != nil && u.member != s {
			if first, ok := rd.seen[u.member]; ok {
				rd.note(pos, "CONFIG_%s overrides CONFIG_%s of line %d; only one of a choice can be y", s.Name, u.member.Name, first.Line)
			}
		}
	}
	return rd.c.assign(s, value, pos)
}

func (rd *dotReader) note(pos Pos, format string, args ...any) {
	rd.notes = append(rd.notes, Note{pos, fmt.Sprintf(format, args...)})
}

// unquote reads a double-quoted string with backslash escapes at the start of
// s and returns it and what follows.
func unquote(s string) (value, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		return "", "", false
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], true
		case '\\':
			if i++; i == len(s) {
				return "", "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}

// quote writes a string as .config does.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// OldDefconfig brings the wishes in line with the tree, as conf --olddefconfig
// does: those out of range or of symbols that cannot be set now are forgotten,
// and symbols not mentioned have their defaults. It returns a note for every
// wish that it dropped and that would have made a difference.
func (c *Config) OldDefconfig() []Note {
	var notes []Note
	var drop []*Symbol
	for _, s := range c.tree.Symbols() {
		u := c.user[s.index]
		if u == nil {
			continue
		}
		err := c.wishError(s)
		if lo, hi, ok := c.bounds(s); ok && (parseNumber(u.str, s.Type) < lo || parseNumber(u.str, s.Type) > hi) {
			drop = append(drop, s)
		} else if c.visibility(s) == no {
			drop = append(drop, s)
		}
		if err != nil {
			notes = append(notes, Note{u.pos, "dropped: " + err.Error()})
		}
	}
	for _, s := range drop {
		c.user[s.index] = nil
		if g := s.group; g != nil && c.user[g.index] != nil && c.user[g.index].member == s {
			c.user[g.index] = nil
		}
	}
	c.reset()
	return notes
}

// WriteDotConfig writes every active symbol as .config has it, under headings
// for the visible menus.
func (c *Config) WriteDotConfig(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "#\n# Automatically generated file; DO NOT EDIT.\n# %s\n#\n", c.tree.Root.Prompt)
	d := &dotWriter{c: c, w: b, written: map[*Symbol]bool{}}
	d.menu(c.tree.Root)
	return b.Flush()
}

// dotWriter writes one .config file.
type dotWriter struct {
	c       *Config
	w       *bufio.Writer
	written map[*Symbol]bool
	gap     bool // an empty line belongs before the next symbol
}

func (d *dotWriter) menu(parent *Node) {
	for _, n := range parent.Children {
		s := n.Symbol
		if s == nil {
			if d.c.Visible(n) {
				fmt.Fprintf(d.w, "\n#\n# %s\n#\n", n.Prompt)
				d.gap = false
			}
		} else if !s.isChoice && !d.written[s] && d.c.Active(s) {
			if d.gap {
				d.w.WriteByte('\n')
				d.gap = false
			}
			d.written[s] = true
			d.w.WriteString(d.c.line(s))
		}
		d.menu(n)
		if n.Kind == NodeMenu && d.c.Visible(n) {
			fmt.Fprintf(d.w, "# end of %s\n", n.Prompt)
			d.gap = true
		}
	}
}

// line returns the .config line of a symbol.
func (c *Config) line(s *Symbol) string {
	v := c.text(s)
	switch {
	case s.Type.Logical() && v == "n":
		return fmt.Sprintf("# CONFIG_%s is not set\n", s.Name)
	case s.Type == String:
		v = quote(v)
	}
	return fmt.Sprintf("CONFIG_%s=%s\n", s.Name, v)
}

// WriteDefconfig writes the least that ReadDotConfig needs to come to the same
// values, as conf --savedefconfig does: the symbols that the user can change
// and that do not have their default.
func (c *Config) WriteDefconfig(w io.Writer) error {
	b := bufio.NewWriter(w)
	written := map[*Symbol]bool{}
	var walk func(*Node)
	walk = func(parent *Node) {
		for _, n := range parent.Children {
			if s := n.Symbol; s != nil && !s.isChoice && !written[s] && c.Active(s) {
				written[s] = true
				if !c.isDefault(s) {
					b.WriteString(c.line(s))
				}
			}
			walk(n)
		}
	}
	walk(c.tree.Root)
	return b.Flush()
}

// isDefault reports whether a symbol has the value it has without the user.
func (c *Config) isDefault(s *Symbol) bool {
	if c.visibility(s) <= c.selected(s) {
		return true
	}
	if c.text(s) == c.defaultText(s) {
		return true
	}
	if g := s.group; g != nil && !g.optional && s.Type == Bool {
		return c.value(s) == yes && c.choiceDefault(g) == s
	}
	return false
}

// defaultText returns the value that a symbol has if the user asks for none,
// apart from its range, which Linux leaves out here too.
func (c *Config) defaultText(s *Symbol) string {
	d, holds := c.firstHolding(s.defaults)
	if !s.Type.Logical() {
		v := ""
		if d != nil && d.value.op == opSymbol {
			v = c.text(d.value.sym)
		}
		if v == "" {
			v = map[Type]string{Int: "0", Hex: "0x0"}[s.Type]
		}
		return v
	}
	v := no
	if d != nil {
		v = min(c.eval(d.value), holds)
	}
	if s.group == nil {
		v = max(v, c.selected(s), c.reversed(s.impliers))
	}
	return promote(v).String()
}
