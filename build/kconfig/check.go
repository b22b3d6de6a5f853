package kconfig

// checkProperties checks that every defined symbol has a type and that its
// properties fit it.
func (l *loader) checkProperties() error {
	for _, s := range l.tree.order {
		if len(s.Nodes) == 0 {
			continue
		}
		if s.Type == Unknown {
			return errorAt(s.Pos(), "%s has no type; add bool, int, hex or string", s.Name)
		}
		for _, check := range []func(*Symbol) error{l.checkMember, l.checkDefaults, l.checkRanges, l.checkTargets} {
			if err := check(s); err != nil {
				return err
			}
		}
	}
	for _, c := range l.tree.choices {
		for _, d := range c.defaults {
			if d.value.op != opSymbol || d.value.sym.group != c {
				return errorAt(d.pos, "the default of a choice must be one of its members, and %s is none", d.value)
			}
		}
	}
	return nil
}

func (l *loader) checkMember(s *Symbol) error {
	if s.group == nil {
		return nil
	}
	if s.Prompt() == "" {
		return errorAt(s.Pos(), "%s is a member of a choice and needs a prompt", s.Name)
	}
	if len(s.defaults) > 0 {
		return errorAt(s.defaults[0].pos, "%s is a member of a choice; put the default on the choice", s.Name)
	}
	return nil
}

func (l *loader) checkDefaults(s *Symbol) error {
	for _, d := range s.defaults {
		if s.Type.Logical() {
			if !l.opts.Modules && d.value.op == opSymbol && d.value.sym.constant && d.value.sym.Name == "m" {
				return errorAt(d.pos, "m stands for a loadable module, and there are none here; use y or n")
			}
			continue
		}
		if d.value.op != opSymbol {
			return errorAt(d.pos, "%s is of type %s; its default must be one value or symbol, not %s", s.Name, s.Type, d.value)
		}
		if v := d.value.sym; s.Type.Numeric() && s.env == "" && !numberLike(v, s.Type) {
			return errorAt(d.pos, "%s is of type %s, and the default %s is none", s.Name, s.Type, v.text())
		}
	}
	return nil
}

func (l *loader) checkRanges(s *Symbol) error {
	for _, r := range s.ranges {
		if !s.Type.Numeric() {
			return errorAt(r.pos, "range is for int and hex, and %s is of type %s", s.Name, s.Type)
		}
		for _, b := range []*Symbol{r.lo, r.hi} {
			if !numberLike(b, s.Type) {
				return errorAt(r.pos, "%s is of type %s, and the bound %s is none", s.Name, s.Type, b.text())
			}
		}
	}
	return nil
}

// numberLike reports whether v is a number of type t or a symbol that may have
// one as its value.
func numberLike(v *Symbol, t Type) bool {
	if len(v.Nodes) > 0 {
		return v.Type == t || v.Type == Int || v.Type == Hex
	}
	if t == Int {
		return validInt(v.Name)
	}
	return validHex(v.Name)
}

func (l *loader) checkTargets(s *Symbol) error {
	if err := checkReverse(s, "select", s.selects); err != nil {
		return err
	}
	return checkReverse(s, "imply", s.implies)
}

func checkReverse(s *Symbol, word string, list []property) error {
	for _, p := range list {
		if !s.Type.Logical() {
			return errorAt(p.pos, "only a bool can %s, and %s is of type %s", word, s.Name, s.Type)
		}
		if p.target.isChoice {
			return errorAt(p.pos, "%s cannot %s a choice", s.Name, word)
		}
		if t := p.target.Type; t != Unknown && !t.Logical() {
			return errorAt(p.pos, "%s cannot %s %s, which is of type %s; only a bool can be selected or implied", s.Name, word, p.target.Name, t)
		}
	}
	return nil
}
