package menuconfig

import (
	"fmt"
	"strings"

	"cairn/build/kconfig"
)

// row is an entry of the menu at hand.
type row struct {
	node  *kconfig.Node
	depth int // how far it is indented, below the option it depends on
}

// selectable reports whether the cursor may stand on the row.
func (r row) selectable() bool { return r.node.Kind != kconfig.NodeComment }

// rows returns the entries of a menu or choice. Options that depend on the one
// before them are listed below it.
func (m *Model) rows(menu *kconfig.Node) []row {
	var out []row
	var add func(n *kconfig.Node, depth int)
	add = func(n *kconfig.Node, depth int) {
		for _, c := range n.Children {
			if c.Prompt == "" || !m.all && !m.cfg.Visible(c) {
				continue
			}
			out = append(out, row{c, depth})
			if c.Kind == kconfig.NodeConfig {
				add(c, depth+1)
			}
		}
	}
	add(menu, 0)
	return out
}

// opens reports whether the node is a page of its own, and whether that has
// anything on it.
func (m *Model) opens(n *kconfig.Node) (page, content bool) {
	switch n.Kind {
	case kconfig.NodeMenu, kconfig.NodeMenuConfig, kconfig.NodeChoice:
		return true, len(m.rows(n)) > 0
	}
	return false, false
}

// mark returns the state of an entry as it stands before its prompt.
func (m *Model) mark(n *kconfig.Node) (string, style) {
	s := n.Symbol
	if s == nil || s.IsChoice() {
		return "   ", plain
	}
	v := m.cfg.Value(s)
	switch {
	case !s.Type.Logical():
		return "(" + v + ")", good
	case s.Choice() != nil:
		if v == "y" {
			return "(X)", good
		}
		return "( )", plain
	case !m.cfg.Changeable(s):
		if v == "y" {
			return "-*-", good
		}
		return "- -", dim
	case v == "y":
		return "[*]", good
	}
	return "[ ]", plain
}

// label returns the text of an entry after its mark.
func (m *Model) label(n *kconfig.Node) string {
	text := n.Prompt
	switch {
	case n.Kind == kconfig.NodeComment:
		return "*** " + text + " ***"
	case n.Kind == kconfig.NodeChoice:
		if s := m.cfg.Selection(n.Symbol); s != nil {
			text += " (" + s.Prompt() + ")"
		}
	}
	if page, content := m.opens(n); content {
		text += "  --->"
	} else if page && n.Kind != kconfig.NodeMenuConfig {
		text += "  ----"
	}
	return text
}

// enter opens what is under the cursor, or toggles it.
func (m *Model) enter() {
	r := m.current()
	if r == nil {
		return
	}
	s := r.node.Symbol
	if _, content := m.opens(r.node); content {
		m.open(r.node)
		return
	}
	switch {
	case s == nil || s.IsChoice():
		m.status = "there is nothing to choose here now; ? says why"
	case !s.Type.Logical():
		m.edit(r.node)
	default:
		m.toggle()
	}
}

// toggle changes what is under the cursor from y to n or back, selects a
// member of a choice, or opens an editor.
func (m *Model) toggle() {
	r := m.current()
	if r == nil {
		return
	}
	s := r.node.Symbol
	switch {
	case s == nil || s.IsChoice() || !s.Type.Logical():
		m.enter()
	case s.Choice() != nil:
		m.pick(r.node)
	case m.cfg.Value(s) == "y":
		m.set("n")
	default:
		m.set("y")
	}
}

// pick selects a member of a choice and leaves the choice. In an optional
// choice the selected member is deselected.
func (m *Model) pick(n *kconfig.Node) {
	s := n.Symbol
	if s.Choice().Optional() && m.cfg.Value(s) == "y" {
		m.set("n")
		return
	}
	if m.set("y") && m.page().node.Kind == kconfig.NodeChoice {
		m.back()
	}
}

// set asks for y or n and tells what else that changed. It returns whether it
// could.
func (m *Model) set(value string) bool {
	r := m.current()
	if r == nil {
		return false
	}
	s := r.node.Symbol
	if s == nil || s.IsChoice() || !s.Type.Logical() {
		m.status = "this takes no " + value
		return false
	}
	if err := m.assign(s, value); err != nil {
		m.say(err.Error())
		return false
	}
	return true
}

// assign gives a symbol a value and tells what else that changed.
func (m *Model) assign(s *kconfig.Symbol, value string) error {
	before := m.cfg.Clone()
	if err := m.cfg.Set(s.Name, value); err != nil {
		return err
	}
	var also []string
	for _, c := range kconfig.Diff(before, m.cfg) {
		if c.Symbol != s && c.New != "" && c.Symbol.Prompt() != "" {
			also = append(also, c.Symbol.Name+"="+c.New)
		}
	}
	if len(also) > 0 {
		m.status = fmt.Sprintf("also changed: %s", strings.Join(also, ", "))
	}
	m.stay(s)
	return nil
}

// stay moves the cursor back to a symbol after rows have come or gone.
func (m *Model) stay(s *kconfig.Symbol) {
	p := m.page()
	for i, r := range m.rows(p.node) {
		if r.node.Symbol == s {
			p.cursor = i
		}
	}
	m.clamp()
}

// reveal opens the menus around a node and puts the cursor on it.
func (m *Model) reveal(n *kconfig.Node) {
	if !m.cfg.Visible(n) {
		m.all = true
		m.status = "this option cannot be set now, ? says why; hidden options are shown, z hides them again"
	}
	var path []*kconfig.Node
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Kind != kconfig.NodeConfig {
			path = append(path, p)
		}
	}
	m.pages = nil
	for i := len(path) - 1; i >= 0; i-- {
		m.open(path[i])
	}
	p := m.page()
	for i, r := range m.rows(p.node) {
		if r.node == n {
			p.cursor = i
		}
	}
	m.clamp()
}

// pathOf returns the prompts of the menus around a node, outermost first.
func pathOf(n *kconfig.Node) []string {
	var path []string
	for p := n.Parent; p != nil; p = p.Parent {
		path = append([]string{p.Prompt}, path...)
	}
	return path
}
