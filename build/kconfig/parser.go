package kconfig

import (
	"strings"
)

// parser parses one file.
type parser struct {
	*loader
	lx    *lexer
	first token // the first token of the statement at hand
	start Pos   // and where it is
	have  bool  // whether first holds a token not yet used
}

// peek makes first the first token of the next statement. It returns false at
// the end of the file.
func (p *parser) peek() (bool, error) {
	for !p.have {
		p.lx.skipBlanks()
		p.start = p.lx.pos()
		if p.lx.eof() {
			return false, nil
		}
		t, ok, err := p.lx.next()
		if err != nil {
			return false, err
		}
		p.first, p.have = t, ok
	}
	return true, nil
}

// line uses up the statement and returns the tokens after its first.
func (p *parser) line() ([]token, error) {
	p.have = false
	var out []token
	for {
		t, ok, err := p.lx.next()
		if err != nil || !ok {
			return out, err
		}
		out = append(out, t)
	}
}

// block parses statements up to the keyword end, or to the end of the file if
// end is empty.
func (p *parser) block(parent *Node, end string) error {
	for {
		more, err := p.peek()
		if err != nil {
			return err
		}
		if !more {
			if end != "" {
				return errorAt(parent.Pos, "this block is not closed in its file; add %s", end)
			}
			return nil
		}
		if p.first.kind == tokWord && p.first.text == end {
			return p.nothing()
		}
		if err := p.statement(parent); err != nil {
			return err
		}
	}
}

// statement parses one statement.
func (p *parser) statement(parent *Node) error {
	if p.first.kind != tokWord {
		return errorAt(p.start, "a statement cannot start with %q", p.first.text)
	}
	if done, err := p.assignment(); done || err != nil {
		return err
	}
	word := p.first.text
	inChoice := parent.choice() != nil
	switch word {
	case "config", "menuconfig":
		return p.config(parent, word == "menuconfig")
	case "if":
		return p.ifBlock(parent)
	case "comment":
		return p.comment(parent)
	case "source", "rsource", "osource", "orsource":
		pos := p.start
		name, err := p.text(word)
		if err != nil {
			return err
		}
		return p.source(word, name, parent, pos)
	case "menu", "choice", "mainmenu":
		if inChoice {
			return errorAt(p.start, "%s cannot stand in a choice", word)
		}
	}
	switch word {
	case "menu":
		return p.menu(parent)
	case "choice":
		return p.choice(parent)
	case "mainmenu":
		return p.mainmenu(parent)
	case "endmenu", "endif", "endchoice":
		return errorAt(p.start, "%s closes nothing in this file; remove it or open its block here", word)
	case "help", "prompt", "bool", "tristate", "int", "hex", "string", "def_bool",
		"def_tristate", "default", "depends", "select", "imply", "range", "visible",
		"optional", "option", "modules":
		return errorAt(p.start, "%s must follow the entry it belongs to", word)
	}
	return errorAt(p.start, "unknown statement %q%s", word, Nearest(word, statements))
}

var statements = []string{
	"config", "menuconfig", "choice", "endchoice", "menu", "endmenu", "if", "endif",
	"comment", "source", "rsource", "osource", "orsource", "mainmenu",
}

// choice returns the choice node that n is, or is in through if blocks.
func (n *Node) choice() *Node {
	for n != nil && n.Kind == nodeIf {
		n = n.outer
	}
	if n != nil && n.Kind == NodeChoice {
		return n
	}
	return nil
}

// assignment carries out NAME = value and its kin, if the statement is one.
func (p *parser) assignment() (bool, error) {
	p.lx.skipBlanks()
	rest := p.lx.src[p.lx.off:]
	op := ""
	for _, o := range []string{":=", "+=", "="} {
		if strings.HasPrefix(rest, o) {
			op = o
			break
		}
	}
	if op == "" {
		return false, nil
	}
	p.have = false
	p.lx.off += len(op)
	value := strings.Trim(p.lx.rest(), " \t\r")
	return true, p.macros.assign(p.first.text, op, value, p.start)
}

// text parses a statement that has exactly one string, and uses it up.
func (p *parser) text(word string) (string, error) {
	toks, err := p.line()
	if err != nil {
		return "", err
	}
	if len(toks) != 1 || toks[0].kind == tokOp {
		return "", errorAt(p.start, "%s takes one quoted text", word)
	}
	return toks[0].text, nil
}

// nothing parses a statement that is its keyword alone.
func (p *parser) nothing() error {
	toks, err := p.line()
	if err == nil && len(toks) > 0 {
		err = errorAt(p.start, "nothing may follow %s, but %q does", p.first.text, toks[0].text)
	}
	return err
}

func (p *parser) mainmenu(parent *Node) error {
	pos := p.start
	s, err := p.text("mainmenu")
	if err != nil {
		return err
	}
	if parent != p.tree.Root {
		return errorAt(pos, "mainmenu must stand outside all blocks")
	}
	p.tree.Root.Prompt = s
	return nil
}

func (p *parser) menu(parent *Node) error {
	n := p.tree.newNode(NodeMenu, parent, p.start)
	var err error
	if n.Prompt, err = p.text("menu"); err != nil {
		return err
	}
	if err := p.properties(n, "depends", "visible"); err != nil {
		return err
	}
	return p.block(n, "endmenu")
}

func (p *parser) comment(parent *Node) error {
	n := p.tree.newNode(NodeComment, parent, p.start)
	var err error
	if n.Prompt, err = p.text("comment"); err != nil {
		return err
	}
	return p.properties(n, "depends")
}

func (p *parser) ifBlock(parent *Node) error {
	n := p.tree.newNode(nodeIf, parent, p.start)
	toks, err := p.line()
	if err != nil {
		return err
	}
	if n.depends, err = p.wholeExpr(toks, n.Pos); err != nil {
		return err
	}
	n.depends = p.condition(n.depends)
	return p.block(n, "endif")
}

func (p *parser) config(parent *Node, menu bool) error {
	kind := NodeConfig
	if menu {
		kind = NodeMenuConfig
	}
	word, pos := p.first.text, p.start
	name, err := p.text(word)
	if err != nil {
		return errorAt(pos, "%s takes the name of one symbol", word)
	}
	if !validName(name) {
		return errorAt(pos, "%q cannot be the name of a symbol; use letters, digits and _", name)
	}
	n := p.tree.newNode(kind, parent, pos)
	n.Symbol = p.tree.lookup(name)
	n.Symbol.Nodes = append(n.Symbol.Nodes, n)
	if n.Symbol.isChoice {
		return errorAt(pos, "%s is already the name of a choice at %s", name, n.Symbol.Pos())
	}
	return p.properties(n, "type", "prompt", "default", "depends", "select", "imply",
		"range", "help", "option", "modules")
}

// validName reports whether a symbol may have that name.
func validName(s string) bool {
	for i := range len(s) {
		if s[i] != '_' && !isAlnum(s[i]) {
			return false
		}
	}
	return s != "" && s != "y" && s != "m" && s != "n"
}

func (p *parser) choice(parent *Node) error {
	n := p.tree.newNode(NodeChoice, parent, p.start)
	toks, err := p.line()
	if err != nil {
		return err
	}
	switch {
	case len(toks) == 0:
		n.Symbol = p.tree.newSymbol("")
	case len(toks) == 1 && toks[0].kind == tokWord && validName(toks[0].text):
		n.Symbol = p.tree.lookup(toks[0].text)
		if len(n.Symbol.Nodes) > 0 {
			return errorAt(n.Pos, "%s is already declared at %s; a choice must have a name of its own", toks[0].text, n.Symbol.Pos())
		}
	default:
		return errorAt(n.Pos, "at most a name may follow choice")
	}
	n.Symbol.isChoice = true
	n.Symbol.Nodes = append(n.Symbol.Nodes, n)
	p.tree.choices = append(p.tree.choices, n.Symbol)
	if err := p.properties(n, "type", "prompt", "default", "depends", "help", "optional"); err != nil {
		return err
	}
	return p.block(n, "endchoice")
}
