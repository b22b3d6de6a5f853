package menuconfig

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"cairn/build/kconfig"
)

// help shows everything about an entry.
type help struct {
	node   *kconfig.Node
	offset int
}

func newHelp(_ *Model, n *kconfig.Node) *help { return &help{node: n} }

func (h *help) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	lines := len(details(m, h.node, m.w-4))
	window := m.h - 4
	switch k.String() {
	case "up", "k":
		h.offset--
	case "down", "j":
		h.offset++
	case "pgup", "ctrl+b":
		h.offset -= window
	case "pgdown", "space", "ctrl+f":
		h.offset += window
	case "home":
		h.offset = 0
	case "end":
		h.offset = lines
	case "esc", "q", "enter", "left", "h", "?":
		m.pop()
	}
	h.offset = max(min(h.offset, lines-window), 0)
	return nil
}

func (h *help) draw(m *Model, c *canvas) {
	lines := details(m, h.node, m.w-4)
	window := m.h - 4
	c.box(0, 1, m.w, m.h-2, h.node.Prompt)
	for i := range min(window, len(lines)-h.offset) {
		l := lines[h.offset+i]
		c.text(2, 2+i, m.w-4, l.text, l.style)
	}
	drawScroll(c, m.w-1, 2, window, h.offset, len(lines))
	c.text(m.w-15, m.h-2, 12, " esc closes ", dim)
}

// details returns everything about an entry, wrapped to width.
func details(m *Model, n *kconfig.Node, width int) []line {
	d := &detailer{m: m, width: width}
	if text := helpOf(n); text != "" {
		d.add(text, plain)
	} else {
		d.add("There is no help for this entry.", dim)
	}
	d.gap()
	s := n.Symbol
	if s != nil && !s.IsChoice() {
		d.symbol(s)
	}
	d.field("Prompt", n.Prompt)
	d.field("Location", strings.Join(pathOf(n), " › "))
	if s != nil {
		for _, x := range s.Nodes {
			d.field("Defined at", x.Pos.String())
		}
	} else {
		d.field("Defined at", n.Pos.String())
	}
	if e := n.Dependencies(); e != nil {
		d.field("Depends on", m.cfg.Annotate(e))
	}
	if s != nil {
		d.references("Selects", s.Selects())
		d.references("Selected by", s.Selectors())
		d.references("Implies", s.Implies())
		d.references("Implied by", s.Impliers())
		d.why(s)
	}
	return d.lines
}

// detailer collects the lines of details.
type detailer struct {
	m     *Model
	width int
	lines []line
}

func (d *detailer) gap() { d.lines = append(d.lines, line{}) }

func (d *detailer) add(text string, st style) {
	for _, l := range wrap(text, d.width) {
		d.lines = append(d.lines, line{l, st})
	}
}

// field adds "name: text" with the text wrapped below itself.
func (d *detailer) field(name, text string) {
	const column = 13
	for i, l := range wrap(text, d.width-column) {
		label := ""
		if i == 0 {
			label = name + ":"
		}
		d.lines = append(d.lines, line{fmt.Sprintf("%-*s%s", column, label, l), plain})
	}
}

func (d *detailer) symbol(s *kconfig.Symbol) {
	c := d.m.cfg
	d.field("Symbol", s.Name+" [="+c.Value(s)+"]")
	d.field("Type", s.Type.String())
	if lo, hi, ok := c.Range(s); ok {
		d.field("Range", lo+" to "+hi)
	}
	if n := d.m.opts.Sizes[s.Name]; n > 0 {
		d.field("Image size", formatSize(n))
	}
}

// references adds the other ends of selects and implies, those in force first.
func (d *detailer) references(name string, refs []kconfig.Reference) {
	for _, want := range []bool{true, false} {
		for _, r := range refs {
			text := r.Symbol.Name + " [=" + d.m.cfg.Value(r.Symbol) + "]"
			if r.Cond != nil {
				text += " if " + d.m.cfg.Annotate(r.Cond)
			}
			on := d.m.cfg.Value(r.Symbol) == "y" && d.m.cfg.Holds(r.Cond)
			if on == want {
				d.field(name, text)
				name = ""
			}
		}
	}
}

// why adds why the symbol has its value.
func (d *detailer) why(s *kconfig.Symbol) {
	r, err := d.m.cfg.Explain(s.Name)
	if err != nil || s.IsChoice() {
		return
	}
	d.gap()
	d.add("Why:", heading)
	d.add(strings.TrimRight(r.String(), "\n"), plain)
}
