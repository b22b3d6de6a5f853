package menuconfig

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"cairn/build/kconfig"
)

// message shows lines until a key is pressed.
type message struct{ lines []string }

func (d *message) key(m *Model, _ tea.KeyPressMsg) tea.Cmd {
	m.pop()
	return nil
}

func (d *message) draw(m *Model, c *canvas) {
	w := min(m.w-6, 72)
	var lines []string
	for _, l := range d.lines {
		lines = append(lines, wrap(l, w-4)...)
	}
	lines = lines[:min(len(lines), m.h-6)]
	x, y := (m.w-w)/2, (m.h-len(lines)-3)/2
	c.box(x, y, w, len(lines)+3, "Note")
	for i, l := range lines {
		c.text(x+2, y+1+i, w-4, l, plain)
	}
	c.text(x+2, y+len(lines)+1, w-4, "press a key", dim)
}

// input is a line of text being edited.
type input struct {
	text []rune
	at   int // the caret: before text[at]
}

func newInput(s string) input { return input{[]rune(s), len([]rune(s))} }

// insert puts a text at the caret, without control characters.
func (in *input) insert(s string) {
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			continue
		}
		in.text = append(in.text[:in.at], append([]rune{r}, in.text[in.at:]...)...)
		in.at++
	}
}

// key handles a key; it returns false if the key is not for editing.
func (in *input) key(k tea.KeyPressMsg) bool {
	switch k.String() {
	case "left":
		in.at = max(in.at-1, 0)
	case "right":
		in.at = min(in.at+1, len(in.text))
	case "home", "ctrl+a":
		in.at = 0
	case "end", "ctrl+e":
		in.at = len(in.text)
	case "backspace", "ctrl+h":
		if in.at > 0 {
			in.text = append(in.text[:in.at-1], in.text[in.at:]...)
			in.at--
		}
	case "delete", "ctrl+d":
		if in.at < len(in.text) {
			in.text = append(in.text[:in.at], in.text[in.at+1:]...)
		}
	case "ctrl+u":
		in.text, in.at = in.text[in.at:], 0
	default:
		if k.Text == "" {
			return false
		}
		in.insert(k.Text)
	}
	return true
}

// draw draws the part of the text around the caret and puts the caret there.
func (in *input) draw(m *Model, c *canvas, x, y, width int) {
	start := 0
	for ansi.StringWidth(string(in.text[start:in.at])) >= width {
		start++
	}
	c.fill(x, y, width, keyBar)
	c.text(x, y, width, string(in.text[start:]), keyBar)
	m.caret = tea.NewCursor(x+ansi.StringWidth(string(in.text[start:in.at])), y)
}

// form asks for one line of text.
type form struct {
	input
	title, note string
	err         string
	accept      func(m *Model, text string) error
}

func (d *form) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "esc":
		m.pop()
	case "enter":
		text := string(d.text)
		depth := len(m.dialogs)
		if err := d.accept(m, text); err != nil {
			d.err = err.Error()
			return nil
		}
		// accept may have put a message in front.
		m.dialogs = append(m.dialogs[:depth-1], m.dialogs[depth:]...)
	default:
		if d.input.key(k) {
			d.err = ""
		}
	}
	return nil
}

func (d *form) paste(_ *Model, text string) { d.insert(text) }

func (d *form) draw(m *Model, c *canvas) {
	w := min(m.w-6, 66)
	note := wrap(d.note, w-4)
	st := dim
	if d.err != "" {
		note, st = wrap(d.err, w-4), bad
	}
	note = note[:min(len(note), m.h-7)]
	x, y := (m.w-w)/2, (m.h-len(note)-5)/2
	c.box(x, y, w, len(note)+5, d.title)
	d.input.draw(m, c, x+2, y+2, w-4)
	for i, l := range note {
		c.text(x+2, y+3+i, w-4, l, st)
	}
}

// edit opens the editor of an int, hex or string.
func (m *Model) edit(n *kconfig.Node) {
	s := n.Symbol
	if !m.cfg.Changeable(s) {
		m.status = m.heldBy()
		return
	}
	note := map[kconfig.Type]string{
		kconfig.Int: "a decimal number", kconfig.Hex: "a hexadecimal number, such as 0x1000", kconfig.String: "any text",
	}[s.Type]
	if lo, hi, ok := m.cfg.Range(s); ok {
		note = fmt.Sprintf("%s from %s to %s", note, lo, hi)
	}
	m.push(&form{
		input: newInput(m.cfg.Value(s)),
		title: n.Prompt,
		note:  note + "; enter accepts, esc cancels",
		accept: func(m *Model, text string) error {
			return m.assign(s, text)
		},
	})
}

// newSave asks where to save.
func newSave(m *Model) *form {
	return &form{
		input: newInput(m.opts.File),
		title: "Save to",
		note:  "enter saves, esc cancels",
		accept: func(m *Model, file string) error {
			return m.save(file)
		},
	}
}

// save writes the configuration.
func (m *Model) save(file string) error {
	if strings.TrimSpace(file) == "" {
		return fmt.Errorf("give the name of a file")
	}
	if err := m.opts.Save(m.cfg, file); err != nil {
		return err
	}
	m.saved, m.written, m.opts.File = m.text(), true, file
	m.status = "saved to " + file
	return nil
}

// newLoad asks what to load.
func newLoad(m *Model) *form {
	note := "replaces what is set now"
	if m.dirty() {
		note += ", which is not saved"
	}
	return &form{
		input: newInput(m.opts.File),
		title: "Load from",
		note:  note + "; enter loads, esc cancels",
		accept: func(m *Model, file string) error {
			return m.load(file)
		},
	}
}

// load replaces the configuration by a file's.
func (m *Model) load(file string) error {
	fresh := m.cfg.Tree().NewConfig()
	fresh.Renames = m.cfg.Renames
	notes, err := m.opts.Load(fresh, file)
	if err != nil {
		return err
	}
	*m.cfg = *fresh
	m.saved, m.opts.File = m.text(), file
	m.status = "loaded " + file
	m.clamp()
	if len(notes) > 0 {
		var b strings.Builder
		for _, n := range notes {
			b.WriteString(n.String() + "\n")
		}
		m.say(strings.TrimRight(b.String(), "\n"))
	}
	return nil
}

// quit quits at once if everything is saved, and else asks.
func (m *Model) quit() tea.Cmd {
	if !m.dirty() {
		return tea.Quit
	}
	m.push(&quitter{})
	return nil
}

// quitter asks whether to save before quitting.
type quitter struct{ button int }

var quitButtons = []string{"Save and quit", "Quit without saving", "Stay"}

func (d *quitter) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "left", "h", "shift+tab":
		d.button = (d.button + len(quitButtons) - 1) % len(quitButtons)
	case "right", "l", "tab":
		d.button = (d.button + 1) % len(quitButtons)
	case "y", "s":
		return d.press(m, 0)
	case "n", "q":
		return d.press(m, 1)
	case "esc", "c":
		return d.press(m, 2)
	case "enter", "space":
		return d.press(m, d.button)
	}
	return nil
}

func (d *quitter) press(m *Model, button int) tea.Cmd {
	m.pop()
	switch button {
	case 0:
		if err := m.save(m.opts.File); err != nil {
			m.say(err.Error())
			return nil
		}
		return tea.Quit
	case 1:
		return tea.Quit
	}
	return nil
}

func (d *quitter) draw(m *Model, c *canvas) {
	w, h := min(64, m.w-2), 6
	x, y := (m.w-w)/2, (m.h-h)/2
	c.box(x, y, w, h, "Quit")
	c.text(x+2, y+1, w-4, shorten("There are changes that are not saved to "+m.opts.File+".", w-4), plain)
	at := x + 2
	for i, b := range quitButtons {
		st := plain
		if i == d.button {
			st = chosen
		}
		at = c.text(at, y+3, w-4, "< "+b+" >", st) + 1
	}
	c.text(x+2, y+4, w-4, "y saves, n does not, esc stays", dim)
}
