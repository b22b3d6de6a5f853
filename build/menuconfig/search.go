package menuconfig

import (
	"fmt"
	"regexp"
	"strings"

	tea "charm.land/bubbletea/v2"

	"cairn/build/kconfig"
)

// search finds options by name, prompt or help as the user types.
type search struct {
	input
	cursor, offset int
}

// find returns the nodes of options that match, those whose name or prompt
// does before those whose help does. The text is a regular expression if it is
// a valid one, and upper and lower case are the same.
func (d *search) find(m *Model) []*kconfig.Node {
	text := strings.TrimSpace(strings.TrimPrefix(string(d.text), "CONFIG_"))
	if text == "" {
		return nil
	}
	re, err := regexp.Compile("(?i)" + text)
	if err != nil {
		re = regexp.MustCompile("(?i)" + regexp.QuoteMeta(text))
	}
	var first, second []*kconfig.Node
	for _, s := range m.cfg.Tree().Symbols() {
		for _, n := range s.Nodes {
			switch {
			case n.Prompt == "":
			case re.MatchString(s.Name) || re.MatchString(n.Prompt):
				first = append(first, n)
			case re.MatchString(n.Help):
				second = append(second, n)
			}
		}
	}
	return append(first, second...)
}

func (d *search) window(m *Model) int { return m.h - 6 }

func (d *search) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	found := d.find(m)
	switch k.String() {
	case "esc":
		m.pop()
		return nil
	case "up":
		d.cursor--
	case "down", "tab":
		d.cursor++
	case "pgup":
		d.cursor -= d.window(m)
	case "pgdown":
		d.cursor += d.window(m)
	case "enter":
		if d.cursor < len(found) {
			m.pop()
			m.reveal(found[d.cursor])
		}
		return nil
	default:
		if d.input.key(k) {
			found = d.find(m)
			d.cursor = 0
		}
	}
	d.settle(m, len(found))
	return nil
}

func (d *search) paste(m *Model, text string) {
	d.insert(text)
	d.cursor = 0
	d.settle(m, len(d.find(m)))
}

// settle keeps the cursor on one of n results and in the window.
func (d *search) settle(m *Model, n int) {
	d.cursor = max(min(d.cursor, n-1), 0)
	h := d.window(m)
	d.offset = max(min(d.offset, d.cursor), d.cursor-h+1, 0)
}

func (d *search) draw(m *Model, c *canvas) {
	found := d.find(m)
	h := d.window(m)
	w := m.w - 4
	c.box(0, 1, m.w, m.h-2, "Search")
	d.input.draw(m, c, 2, 2, w)
	for i := range min(h, len(found)-d.offset) {
		n := found[d.offset+i]
		st, where := plain, dim
		if d.offset+i == d.cursor {
			st, where = chosen, chosen
			c.fill(2, 4+i, w, chosen)
		} else if !m.cfg.Visible(n) {
			st = dim
		}
		text := fmt.Sprintf("%s [=%s]  %s  ", n.Symbol.Name, m.cfg.Value(n.Symbol), n.Prompt)
		x := c.text(2, 4+i, w, shorten(text, w), st)
		rest := w - (x - 2)
		c.text(x, 4+i, rest, shorten(strings.Join(pathOf(n)[1:], " › "), rest), where)
	}
	drawScroll(c, m.w-1, 4, h, d.offset, len(found))
	note := "type a part of a name, a prompt or a help text; enter goes there, esc closes"
	if len(d.text) > 0 {
		note = fmt.Sprintf("%d found; ↑↓ choose, enter goes there, esc closes", len(found))
	}
	c.text(2, m.h-2, w, " "+note+" ", dim)
}
