package kconfig

// finalize arranges the parsed nodes into the menu tree, finds the members of
// choices, and tells symbols who selects and implies them.
func (l *loader) finalize() error {
	root := l.tree.Root
	root.link()
	root.dependencies()
	arrange(root)
	root.unlink()
	for _, c := range l.tree.choices {
		if err := l.finalizeChoice(c); err != nil {
			return err
		}
	}
	for _, s := range l.tree.order {
		for i := range s.selects {
			p := &s.selects[i]
			p.target.selectors = append(p.target.selectors, reverse{s, p})
		}
		for i := range s.implies {
			p := &s.implies[i]
			p.target.impliers = append(p.target.impliers, reverse{s, p})
		}
	}
	return nil
}

// finalizeChoice gives the members of a choice and the choice one type.
func (l *loader) finalizeChoice(c *Symbol) error {
	node := c.Nodes[0]
	if node.Prompt == "" {
		return errorAt(node.Pos, "the choice has no prompt; add prompt \"TEXT\"")
	}
	for _, m := range c.members {
		if c.Type == Unknown {
			c.Type = m.Type
		}
	}
	if c.Type == Unknown {
		c.Type = Bool
	}
	for _, m := range c.members {
		if m.Type == Unknown {
			m.Type = c.Type
		}
		if !m.Type.Logical() {
			return errorAt(m.Pos(), "%s is a member of a choice and must be bool, not %s", m.Name, m.Type)
		}
	}
	return nil
}

// link turns the children of n and below from slices into links.
func (n *Node) link() {
	for i := len(n.Children) - 1; i >= 0; i-- {
		c := n.Children[i]
		c.link()
		c.next = n.list
		n.list = c
	}
	n.Children = nil
}

// unlink turns links back into slices, and drops the if nodes, whose children
// have moved up.
func (n *Node) unlink() {
	for c := n.list; c != nil; c = c.next {
		if c.Kind == nodeIf {
			continue
		}
		c.Parent = n
		n.Children = append(n.Children, c)
		c.unlink()
	}
}

// dependencies computes full for n and below.
func (n *Node) dependencies() {
	switch {
	case n.outer == nil:
	case n.outer.Kind == NodeChoice:
		n.full = &Expr{op: opSymbol, sym: n.outer.Symbol}
	default:
		n.full = n.outer.full
	}
	n.full = and(n.full, n.depends)
	for c := n.list; c != nil; c = c.next {
		c.dependencies()
	}
}

// shown returns the condition under which the node is shown, or what it
// depends on if it has no prompt.
func (n *Node) shown() *Expr {
	e := n.full
	if n.Prompt != "" {
		e = and(e, n.promptCond)
		for _, h := range n.hiders {
			e = and(e, h)
		}
	}
	return e
}

// arrange makes entries that follow a symbol and depend on it children of it,
// moves the children of if blocks up, and collects the members of choices.
func arrange(parent *Node) {
	s := parent.Symbol
	if parent.list != nil {
		for n := parent.list; n != nil; n = n.next {
			arrange(n)
		}
	} else if s != nil {
		adopt(parent)
	}
	for n := parent.list; n != nil; n = n.next {
		if parent.Kind == NodeChoice && n.Symbol != nil && n.Symbol.group == nil {
			n.Symbol.group = s
			s.members = append(s.members, n.Symbol)
		}
		if n.list != nil && n.Prompt == "" {
			last := n.list
			for last.next != nil {
				last = last.next
			}
			last.next = n.next
			n.next, n.list = n.list, nil
		}
	}
}

// adopt makes the entries after parent that depend on its symbol its children.
func adopt(parent *Node) {
	s := parent.Symbol
	var last *Node
	for n := parent.next; n != nil; n = n.next {
		e := n.shown()
		if !e.mentions(s) || !e.requires(s) && !e.includes(parent.shownIfPrompt()) {
			break
		}
		arrange(n)
		last = n
	}
	if last != nil {
		parent.list = parent.next
		parent.next = last.next
		last.next = nil
	}
}

func (n *Node) shownIfPrompt() *Expr {
	if n.Prompt == "" {
		return nil
	}
	return n.shown()
}

// requires reports whether e cannot hold unless s does.
func (e *Expr) requires(s *Symbol) bool {
	found := false
	e.conjuncts(func(c *Expr) {
		switch {
		case c.op == opSymbol && c.sym == s:
			found = true
		case c.op == opEqual && c.sym == s && c.other.constant && (c.other.Name == "y" || c.other.Name == "m"):
			found = true
		case c.op == opUnequal && c.sym == s && c.other.constant && c.other.Name == "n":
			found = true
		}
	})
	return found
}

// includes reports whether every operand of other's outermost && is one of e's.
func (e *Expr) includes(other *Expr) bool {
	have := map[string]bool{}
	e.conjuncts(func(c *Expr) { have[c.String()] = true })
	ok := true
	other.conjuncts(func(c *Expr) { ok = ok && have[c.String()] })
	return ok
}
