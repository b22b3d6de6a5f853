package strace

// named is a constant and its name.
type named struct {
	v uint64
	s string
}

// names are the constants that an argument is made of.
type names struct {
	unknown string // what strace(1) says of a value that has no name
	list    []named
}

// lookup returns the name of v, or "".
func (n *names) lookup(v uint64) string {
	for _, e := range n.list {
		if e.v == v {
			return e.s
		}
	}
	return ""
}

// enum prints the name of v.
func (p *printer) enum(n *names, v uint64) {
	if s := n.lookup(v); s != "" {
		p.str(s)
		return
	}
	p.unknown(n, v)
}

// unknown prints a value that has no name.
func (p *printer) unknown(n *names, v uint64) {
	p.hexOrZero(v)
	if n.unknown != "" {
		p.str(" /* ")
		p.str(n.unknown)
		p.str(" */")
	}
}

// flags prints the names of the bits in v, joined. An entry that is zero is the
// name of no bits; of entries that overlap, the earlier wins.
func (p *printer) flags(n *names, v uint64) {
	if v == 0 {
		if s := n.lookup(0); s != "" {
			p.str(s)
			return
		}
		p.byte('0')
		return
	}
	rest := p.knownFlags(n, v)
	switch {
	case rest == v:
		p.unknown(n, v)
	case rest != 0:
		p.byte('|')
		p.hex(rest)
	}
}

// moreFlags prints the bits in v after something that they are joined to.
func (p *printer) moreFlags(n *names, v uint64) {
	if v == 0 {
		return
	}
	p.byte('|')
	if rest := p.knownFlags(n, v); rest == v {
		p.hex(rest)
	} else if rest != 0 {
		p.byte('|')
		p.hex(rest)
	}
}

// knownFlags prints the names of the bits in v and returns the bits that have none.
func (p *printer) knownFlags(n *names, v uint64) (rest uint64) {
	rest = v
	for _, e := range n.list {
		if e.v != 0 && rest&e.v == e.v {
			if rest != v {
				p.byte('|')
			}
			p.str(e.s)
			rest &^= e.v
		}
	}
	return rest
}
