package kconfig

import "slices"

// propertyWords maps every word that starts a property to its kind.
var propertyWords = map[string]string{
	"bool": "type", "boolean": "type", "tristate": "type", "int": "type", "hex": "type", "string": "type",
	"def_bool": "type", "def_tristate": "type",
	"prompt": "prompt", "default": "default", "depends": "depends", "select": "select",
	"imply": "imply", "range": "range", "help": "help", "visible": "visible",
	"optional": "optional", "option": "option", "modules": "modules",
}

var typeWords = map[string]Type{
	"bool": Bool, "boolean": Bool, "tristate": Tristate, "int": Int, "hex": Hex, "string": String,
	"def_bool": Bool, "def_tristate": Tristate,
}

// properties parses the lines that belong to an entry. allowed lists the kinds
// the entry may have.
func (p *parser) properties(n *Node, allowed ...string) error {
	for {
		more, err := p.peek()
		if err != nil || !more {
			return err
		}
		kind := propertyWords[p.first.text]
		if kind == "" || p.first.kind != tokWord {
			return nil
		}
		if !slices.Contains(allowed, kind) {
			return errorAt(p.start, "%s is not allowed here, in the entry at line %d", p.first.text, n.Pos.Line)
		}
		if err := p.property(n, kind); err != nil {
			return err
		}
	}
}

// property parses one property line of an entry.
func (p *parser) property(n *Node, kind string) error {
	pos, word := p.start, p.first.text
	toks, err := p.line()
	if err != nil {
		return err
	}
	s := n.Symbol
	switch kind {
	case "help":
		if len(toks) > 0 {
			return errorAt(pos, "the help text must start on the next line")
		}
		n.Help = p.lx.help()
		return nil
	case "optional":
		s.optional = true
		return empty(toks, word, pos)
	case "type":
		return p.typeLine(n, word, toks, pos)
	case "prompt":
		return p.prompt(n, toks, pos)
	case "depends":
		return p.dependsOn(n, toks, pos)
	case "visible":
		return p.visible(n, toks, pos)
	case "modules":
		return p.modules(s, pos)
	case "option":
		return p.option(n, toks, pos)
	}
	main, cond, err := p.splitIf(toks, pos)
	if err != nil {
		return err
	}
	prop := property{pos: pos, node: n, cond: cond}
	switch kind {
	case "default":
		return p.addDefault(prop, main)
	case "range":
		if len(main) != 2 || main[0].kind == tokOp || main[1].kind == tokOp {
			return errorAt(pos, "range takes two numbers or symbols: range LOW HIGH [if COND]")
		}
		prop.lo, prop.hi = p.operand(main[0], pos), p.operand(main[1], pos)
		s.ranges = append(s.ranges, prop)
	default:
		if len(main) != 1 || main[0].kind != tokWord || !validName(main[0].text) {
			return errorAt(pos, "%s takes the name of one symbol: %s NAME [if COND]", word, word)
		}
		prop.target = p.operand(main[0], pos)
		if kind == "select" {
			s.selects = append(s.selects, prop)
		} else {
			s.implies = append(s.implies, prop)
		}
	}
	return nil
}

// addDefault parses the value of a default and adds it to its symbol.
func (p *parser) addDefault(prop property, value []token) (err error) {
	if prop.value, err = p.wholeExpr(value, prop.pos); err != nil {
		return err
	}
	s := prop.node.Symbol
	s.defaults = append(s.defaults, prop)
	return nil
}

// typeLine parses a type with its optional prompt, or def_bool VALUE.
func (p *parser) typeLine(n *Node, word string, toks []token, pos Pos) error {
	s, t := n.Symbol, typeWords[word]
	if s.Type != Unknown && s.Type != t {
		return errorAt(pos, "%s is already of type %s; a symbol has one type", s.label(), s.Type)
	}
	if n.Kind == NodeChoice && !t.Logical() {
		return errorAt(pos, "a choice cannot be of type %s; use bool", t)
	}
	s.Type = t
	if word == "def_bool" || word == "def_tristate" {
		main, cond, err := p.splitIf(toks, pos)
		if err != nil {
			return err
		}
		return p.addDefault(property{pos: pos, node: n, cond: cond}, main)
	}
	if len(toks) == 0 {
		return nil
	}
	return p.prompt(n, toks, pos)
}

// prompt parses "text" [if COND].
func (p *parser) prompt(n *Node, toks []token, pos Pos) error {
	main, cond, err := p.splitIf(toks, pos)
	if err != nil {
		return err
	}
	if len(main) != 1 || main[0].kind != tokString {
		return errorAt(pos, "a prompt is one quoted text, with if COND at most after it")
	}
	if n.Prompt != "" {
		return errorAt(pos, "this entry already has the prompt %q; remove one", n.Prompt)
	}
	if main[0].text == "" {
		return errorAt(pos, "the prompt is empty; give it a text, or leave it out")
	}
	n.Prompt, n.promptCond = main[0].text, cond
	return nil
}

// dependsOn parses on EXPR.
func (p *parser) dependsOn(n *Node, toks []token, pos Pos) error {
	if len(toks) > 0 && toks[0] == (token{tokWord, "on"}) {
		toks = toks[1:]
	} else {
		return errorAt(pos, "write depends on EXPRESSION")
	}
	e, err := p.wholeExpr(toks, pos)
	if err != nil {
		return err
	}
	n.depends = and(n.depends, p.condition(e))
	return nil
}

// visible parses if EXPR.
func (p *parser) visible(n *Node, toks []token, pos Pos) error {
	if len(toks) == 0 || toks[0] != (token{tokWord, "if"}) {
		return errorAt(pos, "write visible if EXPRESSION")
	}
	e, err := p.wholeExpr(toks[1:], pos)
	if err != nil {
		return err
	}
	n.visibleIf = and(n.visibleIf, p.condition(e))
	return nil
}

// modules marks the symbol that switches loadable modules on.
func (p *parser) modules(s *Symbol, pos Pos) error {
	if !p.opts.Modules {
		return errorAt(pos, "there are no loadable modules here; remove the line")
	}
	s.modules = true
	return nil
}

// option parses the older form of attributes.
func (p *parser) option(n *Node, toks []token, pos Pos) error {
	switch {
	case len(toks) == 3 && toks[0].text == "env" && toks[1].text == "=" && toks[2].kind != tokOp:
		s, name := n.Symbol, toks[2].text
		value := ""
		if p.opts.Env != nil {
			value, _ = p.opts.Env(name)
		}
		s.env = name
		s.defaults = append(s.defaults, property{pos: pos, node: n,
			value: &Expr{op: opSymbol, sym: p.tree.constant(value)}})
		return nil
	case len(toks) == 1 && toks[0].text == "modules":
		return p.modules(n.Symbol, pos)
	}
	return errorAt(pos, `the only option supported is env="NAME"; remove the line`)
}

func empty(toks []token, word string, pos Pos) error {
	if len(toks) > 0 {
		return errorAt(pos, "nothing may follow %s, but %q does", word, toks[0].text)
	}
	return nil
}

// splitIf splits a line at its word if and parses the condition after it.
func (p *parser) splitIf(toks []token, pos Pos) ([]token, *Expr, error) {
	i := slices.Index(toks, token{tokWord, "if"})
	if i < 0 {
		return toks, nil, nil
	}
	e, err := p.wholeExpr(toks[i+1:], pos)
	return toks[:i], p.condition(e), err
}

// condition prepares an expression that is used as a condition.
func (p *parser) condition(e *Expr) *Expr {
	if p.opts.Modules {
		return e.withoutModules(p.tree.constant("m"), p.tree.constant("n"))
	}
	return e
}
