package menuconfig

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"cairn/build/kconfig"
)

// The smallest terminal in which there is room for a menu, and the width from
// which the help of the option under the cursor is shown beside it.
const (
	minWidth, minHeight = 40, 12
	wideWidth           = 120
)

// infoHeight is the height of the lines about the option under the cursor.
const infoHeight = 3

// View implements tea.Model.
func (m *Model) View() tea.View {
	v := tea.NewView(strings.Join(m.draw().lines(true), "\n"))
	v.AltScreen = true
	v.Cursor = m.caret
	v.WindowTitle = m.opts.Title
	return v
}

// Screen returns the screen as plain text, one line a row, without trailing
// blanks.
func (m *Model) Screen() string { return strings.Join(m.draw().lines(false), "\n") }

// listHeight is the number of rows of a menu.
func (m *Model) listHeight() int { return max(m.h-infoHeight-5, 1) }

// pageHeight is the number of rows shown of a page that has n.
func (m *Model) pageHeight(p *page, n int) int {
	if p.node.Kind == kconfig.NodeChoice {
		return max(min(n, m.listHeight()-2), 1)
	}
	return m.listHeight()
}

func (m *Model) draw() *canvas {
	c := newCanvas(max(m.w, 1), max(m.h, 1))
	m.caret = nil
	if m.w < minWidth || m.h < minHeight {
		for i, l := range wrap("The terminal is too small; make it at least 40x12.", m.w) {
			c.text(0, i, m.w, l, plain)
		}
		return c
	}
	m.drawTitle(c)
	back := len(m.pages) - 1
	for m.pages[back].node.Kind == kconfig.NodeChoice {
		back--
	}
	m.drawMenu(c, m.pages[back], back == len(m.pages)-1)
	for _, p := range m.pages[back+1:] {
		m.drawChoice(c, p)
	}
	m.drawInfo(c)
	m.drawKeys(c)
	for _, d := range m.dialogs {
		d.draw(m, c)
	}
	return c
}

// drawTitle draws the title with the image's size, and the way to the menu.
func (m *Model) drawTitle(c *canvas) {
	c.fill(0, 0, m.w, titleBar)
	title := " " + m.opts.Title
	if m.dirty() {
		title += " *"
	}
	right := ""
	if m.sized() {
		right = "image " + formatSize(m.total()) + " "
	} else if m.measuring {
		right = "measuring the libraries "
	}
	c.text(0, 0, m.w-len(right)-1, title, titleBar)
	c.text(m.w-len(right), 0, len(right), right, titleBar)
	var way []string
	for _, p := range m.pages {
		way = append(way, p.node.Prompt)
	}
	c.text(1, 1, m.w-2, shorten(strings.Join(way, " › "), m.w-2), heading)
}

// drawMenu draws the rows of a menu, and the help beside them if there is room.
func (m *Model) drawMenu(c *canvas, p *page, active bool) {
	width := m.w
	if m.w >= wideWidth {
		width = m.w * 3 / 5
		m.drawAside(c, width)
	}
	rows := m.rows(p.node)
	h := m.listHeight()
	for i := range min(h, len(rows)-p.offset) {
		m.drawRow(c, 1, 2+i, width-2, rows[p.offset+i], active && p.offset+i == p.cursor)
	}
	if len(rows) == 0 {
		c.text(2, 2, width-3, "nothing can be set here now; z shows what is hidden", dim)
	}
	drawScroll(c, width-1, 2, h, p.offset, len(rows))
}

// drawScroll draws arrows where a list goes on beyond its window.
func drawScroll(c *canvas, x, y, h, offset, n int) {
	if offset > 0 {
		c.text(x, y, 1, "↑", bold)
	}
	if offset+h < n {
		c.text(x, y+h-1, 1, "↓", bold)
	}
}

// drawRow draws one entry.
func (m *Model) drawRow(c *canvas, x, y, width int, r row, cursor bool) {
	st := func(s style) style {
		if cursor {
			return chosen
		}
		return s
	}
	if cursor {
		c.fill(x, y, width, chosen)
	}
	end := x + width
	if m.sized() {
		end -= 10
		if n, counted := m.size(r.node); n > 0 {
			text, look := formatSize(n), plain
			if !counted {
				text, look = "+"+text, dim
			}
			c.text(x+width-1-ansi.StringWidth(text), y, len(text), text, st(look))
		}
	}
	mark, look := m.mark(r.node)
	x += 1 + 2*r.depth
	if r.node.Kind == kconfig.NodeComment {
		c.text(x+4, y, end-x-4, m.label(r.node), dim)
		return
	}
	text := plain
	if !m.cfg.Visible(r.node) {
		text, look = dim, dim
	} else if r.node.Kind == kconfig.NodeMenu {
		text = bold
	}
	x = c.text(x, y, end-x, shorten(mark, (end-x)/2), st(look))
	c.text(x+1, y, end-x-1, shorten(m.label(r.node), end-x-1), st(text))
}

// drawChoice draws an open choice in a box.
func (m *Model) drawChoice(c *canvas, p *page) {
	rows := m.rows(p.node)
	h := m.pageHeight(p, len(rows))
	w := min(max(50, len(p.node.Prompt)+10), m.w-4)
	x, y := (m.w-w)/2, max((m.h-infoHeight-2-h)/2, 1)
	c.box(x, y, w, h+2, p.node.Prompt)
	for i := range min(h, len(rows)-p.offset) {
		m.drawRow(c, x+1, y+1+i, w-2, rows[p.offset+i], p == m.page() && p.offset+i == p.cursor)
	}
	drawScroll(c, x+w-1, y+1, h, p.offset, len(rows))
}

// drawInfo draws the lines about the option under the cursor.
func (m *Model) drawInfo(c *canvas) {
	y := m.h - infoHeight - 2
	c.text(0, y, m.w, strings.Repeat("─", m.w), frame)
	for i, l := range m.infoLines() {
		if i < infoHeight {
			c.text(1, y+1+i, m.w-2, shorten(l.text, m.w-2), l.style)
		}
	}
}

// line is a line of text in one style.
type line struct {
	text  string
	style style
}

// infoLines returns what to say below the menu: the symbol, the start of its
// help, and what the last key did or why the option is held; or a conflict.
func (m *Model) infoLines() []line {
	var out []line
	text := ""
	if r := m.current(); r != nil {
		name := r.node.Prompt
		if s := r.node.Symbol; s != nil && !s.IsChoice() {
			name = s.Name + "  " + s.Type.String()
			if d := r.node.Dependencies(); d != nil {
				name += "  depends on " + m.cfg.Annotate(d)
			}
		}
		out = append(out, line{name, bold})
		text, _, _ = strings.Cut(helpOf(r.node), "\n\n")
	}
	add := func(lines []string, n int, st style) {
		for _, l := range lines[:min(n, len(lines))] {
			out = append(out, line{l, st})
		}
	}
	if err := m.cfg.Check(); err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		add(wrap("conflict: "+first, m.w-2), 2, bad)
		return out
	}
	last, st := m.status, good
	if last == "" {
		last, st = m.heldBy(), dim
	}
	help := wrap(strings.ReplaceAll(text, "\n", " "), m.w-2)
	if last == "" {
		add(help, 2, plain)
		return out
	}
	add(help, 1, plain)
	add([]string{last}, 1, st)
	return out
}

// heldBy says why the option under the cursor cannot be changed, if so.
func (m *Model) heldBy() string {
	r := m.current()
	if r == nil || r.node.Symbol == nil || r.node.Symbol.IsChoice() || m.cfg.Changeable(r.node.Symbol) {
		return ""
	}
	why, err := m.cfg.Explain(r.node.Symbol.Name)
	if err != nil {
		return ""
	}
	return "held at " + why.Value + ": " + why.Text
}

func helpOf(n *kconfig.Node) string {
	if n.Help == "" && n.Symbol != nil {
		return n.Symbol.Help()
	}
	return n.Help
}

// drawKeys draws the line that names the keys.
func (m *Model) drawKeys(c *canvas) {
	keys := " ↑↓ move  ↵ open  space toggle  y/n set  esc back  ? help  / search  s save  q quit"
	if m.w < 88 {
		keys = " ↵ open  space toggle  y/n  esc back  ? help  / search  z all  s save  q quit"
	}
	if len(m.dialogs) > 0 {
		keys = " ↵ accept  esc close"
	}
	c.fill(0, m.h-1, m.w, keyBar)
	c.text(0, m.h-1, m.w, shorten(keys, m.w), keyBar)
}

// drawAside draws the details of the option under the cursor beside the menu.
func (m *Model) drawAside(c *canvas, x int) {
	h := m.listHeight()
	for y := range h {
		c.text(x, 2+y, 1, "│", frame)
	}
	r := m.current()
	if r == nil {
		return
	}
	for i, l := range details(m, r.node, m.w-x-3) {
		if i < h {
			c.text(x+2, 2+i, m.w-x-3, l.text, l.style)
		}
	}
}
