package kconfig

// exprParser parses an expression by recursive descent.
type exprParser struct {
	*parser
	toks  []token
	pos   Pos
	depth int
}

// maxNesting bounds the ! and ( of one expression.
const maxNesting = 200

// wholeExpr parses an expression that must use up all the tokens.
func (p *parser) wholeExpr(toks []token, pos Pos) (*Expr, error) {
	x := &exprParser{parser: p, toks: toks, pos: pos}
	e, err := x.or()
	if err != nil {
		return nil, err
	}
	if len(x.toks) > 0 {
		return nil, errorAt(pos, "unexpected %q after the expression %s", x.toks[0].text, e)
	}
	return e, nil
}

// accept uses up the operator if it is next.
func (x *exprParser) accept(op string) bool {
	if len(x.toks) > 0 && x.toks[0] == (token{tokOp, op}) {
		x.toks = x.toks[1:]
		return true
	}
	return false
}

func (x *exprParser) or() (*Expr, error) {
	e, err := x.and()
	for err == nil && x.accept("||") {
		var r *Expr
		r, err = x.and()
		e = &Expr{op: opOr, left: e, right: r}
	}
	return e, err
}

func (x *exprParser) and() (*Expr, error) {
	e, err := x.unary()
	for err == nil && x.accept("&&") {
		var r *Expr
		r, err = x.unary()
		e = &Expr{op: opAnd, left: e, right: r}
	}
	return e, err
}

func (x *exprParser) unary() (*Expr, error) {
	if x.depth++; x.depth > maxNesting {
		return nil, errorAt(x.pos, "the expression is nested more than %d deep", maxNesting)
	}
	defer func() { x.depth-- }()
	if x.accept("!") {
		e, err := x.unary()
		return &Expr{op: opNot, left: e}, err
	}
	if x.accept("(") {
		e, err := x.or()
		if err == nil && !x.accept(")") {
			err = errorAt(x.pos, "a ) is missing in the expression")
		}
		return e, err
	}
	return x.comparison()
}

var comparisons = map[string]op{
	"=": opEqual, "!=": opUnequal, "<": opLess, "<=": opLessEqual, ">": opGreater, ">=": opGreaterEqual,
}

func (x *exprParser) comparison() (*Expr, error) {
	a, err := x.symbol()
	if err != nil {
		return nil, err
	}
	if len(x.toks) == 0 || x.toks[0].kind != tokOp {
		return &Expr{op: opSymbol, sym: a}, nil
	}
	op, ok := comparisons[x.toks[0].text]
	if !ok {
		return &Expr{op: opSymbol, sym: a}, nil
	}
	x.toks = x.toks[1:]
	b, err := x.symbol()
	if err != nil {
		return nil, err
	}
	return &Expr{op: op, sym: a, other: b}, nil
}

// symbol uses up one operand.
func (x *exprParser) symbol() (*Symbol, error) {
	if len(x.toks) == 0 {
		return nil, errorAt(x.pos, "the expression ends where a symbol or value is expected")
	}
	t := x.toks[0]
	if t.kind == tokOp {
		return nil, errorAt(x.pos, "the expression has %q where a symbol or value is expected", t.text)
	}
	if t == (token{tokWord, "m"}) && !x.opts.Modules {
		return nil, errorAt(x.pos, "m stands for a loadable module, and there are none here; use y or n")
	}
	x.toks = x.toks[1:]
	return x.operand(t, x.pos), nil
}

// operand returns the symbol that a token refers to.
func (l *loader) operand(t token, pos Pos) *Symbol {
	if t.kind == tokString {
		return l.tree.constant(t.text)
	}
	s := l.tree.lookup(t.text)
	if _, seen := l.refs[s]; !seen && !s.constant {
		l.refs[s] = pos
	}
	return s
}
