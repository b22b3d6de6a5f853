package kconfig

import "fmt"

// Pos is a place in a Kconfig or .config file. Line counts from 1; a Pos with
// Line 0 stands for no place at all.
type Pos struct {
	File string
	Line int
}

// String returns "file:line".
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Type is the type of a symbol.
type Type uint8

// The types of the language. A symbol that is only referred to, never defined,
// has type Unknown.
const (
	Unknown Type = iota
	Bool
	Tristate
	Int
	Hex
	String
)

var typeNames = [...]string{"unknown", "bool", "tristate", "int", "hex", "string"}

// String returns the language's name of the type.
func (t Type) String() string { return typeNames[t] }

// Logical reports whether values of the type are y and n.
func (t Type) Logical() bool { return t == Bool || t == Tristate }

// Numeric reports whether values of the type are numbers.
func (t Type) Numeric() bool { return t == Int || t == Hex }

// tri is a truth value. The middle one, m, exists only inside expressions.
type tri uint8

const (
	no tri = iota
	mod
	yes
)

func truth(b bool) tri {
	if b {
		return yes
	}
	return no
}

func (t tri) String() string { return [...]string{"n", "m", "y"}[t] }

// Symbol is an option: what config, menuconfig and choice declare. Symbols
// belong to a Tree and are the same for all its Configs.
type Symbol struct {
	// Name is the name without the CONFIG_ prefix. It is empty for a choice.
	Name string
	// Type is the declared type.
	Type Type
	// Nodes are the places that declare the symbol, in the order read. It is
	// empty for a symbol that is only referred to.
	Nodes []*Node

	index    int
	constant bool // a quoted value, or y, m, n
	constVal tri  // and its truth
	isChoice bool
	optional bool // a choice that may have no member selected
	modules  bool // has the modules attribute, so stays n
	env      string

	defaults  []property
	ranges    []property
	selects   []property
	implies   []property
	selectors []reverse // who selects this symbol
	impliers  []reverse // who implies it

	group   *Symbol   // the choice it is a member of
	members []*Symbol // of a choice
}

// property is a default, range, select or imply of a symbol.
type property struct {
	pos    Pos
	node   *Node
	cond   *Expr // what follows if; nil for always
	value  *Expr // default: the value
	lo, hi *Symbol
	target *Symbol // select, imply
}

// reverse is a select or imply as its target sees it.
type reverse struct {
	by   *Symbol
	prop *property
}

// IsChoice reports whether the symbol stands for a choice group.
func (s *Symbol) IsChoice() bool { return s.isChoice }

// Choice returns the group that the symbol is a member of, or nil.
func (s *Symbol) Choice() *Symbol { return s.group }

// Members returns the members of a choice in the order declared.
func (s *Symbol) Members() []*Symbol { return s.members }

// Optional reports whether a choice may have no member selected.
func (s *Symbol) Optional() bool { return s.optional }

// Prompt returns the text of the symbol's first prompt, or "".
func (s *Symbol) Prompt() string {
	for _, n := range s.Nodes {
		if n.Prompt != "" {
			return n.Prompt
		}
	}
	return ""
}

// Help returns the symbol's first help text, or "".
func (s *Symbol) Help() string {
	for _, n := range s.Nodes {
		if n.Help != "" {
			return n.Help
		}
	}
	return ""
}

// Pos returns the place of the symbol's first declaration.
func (s *Symbol) Pos() Pos {
	if len(s.Nodes) == 0 {
		return Pos{}
	}
	return s.Nodes[0].Pos
}

// label is how messages call the symbol.
func (s *Symbol) label() string {
	if s.isChoice {
		return fmt.Sprintf("choice %q", s.Prompt())
	}
	if s.constant {
		return fmt.Sprintf("%q", s.Name)
	}
	return s.Name
}

// Selectors returns who may select the symbol, in the order declared.
func (s *Symbol) Selectors() []Reference { return references(s.selectors) }

// Impliers returns who may imply the symbol, in the order declared.
func (s *Symbol) Impliers() []Reference { return references(s.impliers) }

// Selects returns what the symbol selects, in the order declared.
func (s *Symbol) Selects() []Reference { return targets(s.selects) }

// Implies returns what the symbol implies, in the order declared.
func (s *Symbol) Implies() []Reference { return targets(s.implies) }

// Reference is one end of a select or imply.
type Reference struct {
	// Symbol is the symbol at the other end.
	Symbol *Symbol
	// Cond is the condition after if; nil for always.
	Cond *Expr
	// Pos is where the select or imply is written.
	Pos Pos
}

func references(rs []reverse) []Reference {
	out := make([]Reference, len(rs))
	for i, r := range rs {
		out[i] = Reference{r.by, r.prop.cond, r.prop.pos}
	}
	return out
}

func targets(ps []property) []Reference {
	out := make([]Reference, len(ps))
	for i, p := range ps {
		out[i] = Reference{p.target, p.cond, p.pos}
	}
	return out
}

// NodeKind says what a Node is.
type NodeKind uint8

// The kinds of node.
const (
	NodeConfig     NodeKind = iota // config
	NodeMenuConfig                 // menuconfig
	NodeChoice                     // choice
	NodeMenu                       // menu, and the root
	NodeComment                    // comment
	nodeIf                         // if; gone once the tree is loaded
)

// Node is an entry of the menu tree. A symbol that is declared at several
// places has a node at each.
type Node struct {
	// Kind says which statement made the node.
	Kind NodeKind
	// Symbol is the symbol declared, or nil for a menu or comment.
	Symbol *Symbol
	// Prompt is the text shown, or "".
	Prompt string
	// Help is the help text given at this place, with no indentation.
	Help string
	// Pos is where the node's statement is.
	Pos Pos
	// Parent is the node this one is listed under; nil for the root.
	Parent *Node
	// Children are the nodes listed under this one. Entries that directly
	// follow a symbol and depend on it are its children.
	Children []*Node

	index      int
	promptCond *Expr   // what follows if after the prompt
	depends    *Expr   // the node's own depends on lines
	visibleIf  *Expr   // of a menu
	outer      *Node   // the node written around this one
	hiders     []*Expr // visible if of the menus around it; menus and comments heed only their own
	full       *Expr   // everything it depends on, with choices as symbols

	list, next *Node // the tree as links, while it is being arranged
}

// Depends returns the node's own dependencies, without those of the menus and
// if blocks around it; nil when it has none.
func (n *Node) Depends() *Expr { return n.depends }

// Dependencies returns everything the node depends on: its own dependencies
// and those of the menus, if blocks and choice around it; nil for nothing.
func (n *Node) Dependencies() *Expr {
	var e *Expr
	for ; n != nil; n = n.outer {
		e = and(n.depends, e)
		if n.outer != nil && n.outer.Kind == NodeChoice {
			e = and(n.outer.promptCond, e)
		}
	}
	return e
}

// Tree is a loaded tree of options. It is immutable and may be used by several
// goroutines at once.
type Tree struct {
	// Root is the main menu.
	Root *Node
	// Files are the files read, in order, each once.
	Files []string
	// Warnings are oddities that Linux tolerates: symbols that are referred
	// to and never defined, and what $(warning-if,…) said.
	Warnings []Note
	// Infos are the texts of $(info,…).
	Infos []string

	syms    map[string]*Symbol
	consts  map[string]*Symbol
	order   []*Symbol // every named symbol, in the order first met
	choices []*Symbol
	nodes   int // the number of nodes, and
	symbols int // of symbols; indexes are below them
}

// Symbol returns the defined symbol of that name, with or without the CONFIG_
// prefix, or nil.
func (t *Tree) Symbol(name string) *Symbol {
	s := t.syms[trimPrefix(name)]
	if s == nil || len(s.Nodes) == 0 {
		return nil
	}
	return s
}

// Symbols returns all defined symbols in the order of the tree, without
// choices.
func (t *Tree) Symbols() []*Symbol {
	var out []*Symbol
	for _, s := range t.order {
		if len(s.Nodes) > 0 && !s.isChoice {
			out = append(out, s)
		}
	}
	return out
}

// Note is something worth telling the user that is no error.
type Note struct {
	// Pos is where it was found.
	Pos Pos
	// Text is one line without the place.
	Text string
}

// String returns "file:line: warning: text".
func (n Note) String() string {
	if n.Pos.File == "" {
		return "warning: " + n.Text
	}
	return n.Pos.String() + ": warning: " + n.Text
}

// Error is an error at a place in a file.
type Error struct {
	// Pos is where the error is.
	Pos Pos
	// Text says what is wrong and what to do.
	Text string
}

// Error returns "file:line: text".
func (e *Error) Error() string {
	if e.Pos.File == "" {
		return e.Text
	}
	return e.Pos.String() + ": " + e.Text
}

func errorAt(pos Pos, format string, args ...any) error {
	return &Error{pos, fmt.Sprintf(format, args...)}
}
