package menuconfig

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// style is an SGR sequence without its reset.
type style string

// The styles use the sixteen basic colours, which every terminal theme keeps
// legible.
const (
	plain    style = ""
	titleBar style = "\x1b[1;97;44m"
	keyBar   style = "\x1b[30;47m"
	bold     style = "\x1b[1m"
	dim      style = "\x1b[2m"
	chosen   style = "\x1b[7m"
	good     style = "\x1b[32m"
	bad      style = "\x1b[1;31m"
	heading  style = "\x1b[1;36m"
	frame    style = "\x1b[34m"
)

// cell is one character place of the screen. The second place of a wide
// character has an empty text.
type cell struct {
	text  string
	style style
}

// canvas is a screen being drawn. What falls outside it is not drawn.
type canvas struct {
	w, h  int
	cells []cell
}

func newCanvas(w, h int) *canvas {
	c := &canvas{w: w, h: h, cells: make([]cell, w*h)}
	for i := range c.cells {
		c.cells[i].text = " "
	}
	return c
}

// text draws s from (x, y) rightwards, at most width columns, and returns the
// column after it.
func (c *canvas) text(x, y, width int, s string, st style) int {
	if y < 0 || y >= c.h {
		return x
	}
	end := min(x+width, c.w)
	for _, r := range s {
		w := ansi.StringWidth(string(r))
		if r < ' ' || r == 0x7f || w == 0 {
			r, w = '?', 1
		}
		if x < 0 || x+w > end {
			break
		}
		c.cells[y*c.w+x] = cell{string(r), st}
		for i := 1; i < w; i++ {
			c.cells[y*c.w+x+i] = cell{"", st}
		}
		x += w
	}
	return x
}

// fill draws n blanks.
func (c *canvas) fill(x, y, n int, st style) {
	c.text(x, y, n, strings.Repeat(" ", max(n, 0)), st)
}

// box clears a rectangle and draws a frame with a title around it. The inside
// is one place smaller on every side.
func (c *canvas) box(x, y, w, h int, title string) {
	for i := range h {
		c.fill(x, y+i, w, plain)
		c.text(x, y+i, 1, "│", frame)
		c.text(x+w-1, y+i, 1, "│", frame)
	}
	line := strings.Repeat("─", max(w-2, 0))
	c.text(x, y, w, "╭"+line+"╮", frame)
	c.text(x, y+h-1, w, "╰"+line+"╯", frame)
	if title != "" {
		c.text(x+2, y, w-4, " "+title+" ", heading)
	}
}

// lines returns the canvas as text, styled or not, one string a row.
func (c *canvas) lines(styled bool) []string {
	out := make([]string, c.h)
	for y := range c.h {
		var b strings.Builder
		last := plain
		for _, cl := range c.cells[y*c.w : (y+1)*c.w] {
			if styled && cl.style != last {
				if last != plain {
					b.WriteString("\x1b[m")
				}
				b.WriteString(string(cl.style))
				last = cl.style
			}
			b.WriteString(cl.text)
		}
		if last != plain {
			b.WriteString("\x1b[m")
		}
		out[y] = strings.TrimRight(b.String(), " ")
	}
	return out
}

// wrap breaks a text into lines of at most width columns. Lines that are
// indented keep their indentation.
func wrap(s string, width int) []string {
	if width < 8 {
		return strings.Split(s, "\n")
	}
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		if len(indent) > width/2 {
			indent = ""
		}
		cur := indent
		for word := range strings.FieldsSeq(line) {
			if cur != indent && ansi.StringWidth(cur)+1+ansi.StringWidth(word) > width {
				out = append(out, cur)
				cur = indent
			}
			if cur != indent {
				cur += " "
			}
			for cur += word; ansi.StringWidth(cur) > width; {
				head := ansi.Truncate(cur, width, "")
				if head == "" {
					break
				}
				out = append(out, head)
				cur = indent + cur[len(head):]
			}
		}
		out = append(out, cur)
	}
	return out
}

// shorten cuts a text to width columns, with … where it was cut.
func shorten(s string, width int) string {
	if width <= 0 {
		return ""
	}
	return ansi.Truncate(s, width, "…")
}
