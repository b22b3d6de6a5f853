package kconfig

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Options says how Load reads a tree.
type Options struct {
	// Root is the host path of the tree's root directory. When it is set, file
	// names below it may be absolute, and $(shell,…) runs in it.
	Root string
	// Env looks up $(NAME) and option env when no variable has that name. Nil
	// means that no name is set.
	Env func(name string) (value string, ok bool)
	// Shell allows $(shell,…), which runs commands of the tree's choosing.
	Shell bool
	// Modules lets the tree use m and the modules attribute, as Linux's does.
	// They are read as Linux reads them when CONFIG_MODULES is n.
	Modules bool
}

// LoadDir loads the tree in a host directory; entry is relative to it.
func LoadDir(dir, entry string, opts Options) (*Tree, error) {
	if opts.Root == "" {
		opts.Root = dir
	}
	return Load(os.DirFS(dir), entry, opts)
}

// Load reads the file entry of fsys and everything it sources, and checks the
// tree: types, properties, dependency loops. The error is an *Error with the
// place where the tree is wrong.
func Load(fsys fs.FS, entry string, opts Options) (*Tree, error) {
	t := &Tree{syms: map[string]*Symbol{}, consts: map[string]*Symbol{}}
	t.Root = t.newNode(NodeMenu, nil, Pos{entry, 1})
	t.Root.Prompt = "Main menu"
	l := &loader{tree: t, fsys: fsys, opts: &opts, refs: map[*Symbol]Pos{}}
	l.macros = &macros{tree: t, opts: &opts, vars: map[string]*variable{}}
	if err := l.file(entry, t.Root, Pos{}); err != nil {
		return nil, err
	}
	for _, step := range []func() error{l.finalize, l.checkProperties, t.checkLoops} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	l.warnUndefined()
	return t, nil
}

// loader is the state of Load.
type loader struct {
	tree   *Tree
	fsys   fs.FS
	opts   *Options
	macros *macros
	open   []string // the files being read, outermost first
	refs   map[*Symbol]Pos
}

// newNode makes a node and appends it to its parent's children.
func (t *Tree) newNode(kind NodeKind, parent *Node, pos Pos) *Node {
	n := &Node{Kind: kind, Pos: pos, Parent: parent, outer: parent, index: t.nodes}
	t.nodes++
	if parent != nil {
		parent.Children = append(parent.Children, n)
		for p := parent; p != nil && kind != NodeMenu && kind != NodeComment; p = p.Parent {
			if p.visibleIf != nil {
				n.hiders = append(n.hiders, p.visibleIf)
			}
		}
	}
	return n
}

// newSymbol makes a symbol that has no name in the tree.
func (t *Tree) newSymbol(name string) *Symbol {
	s := &Symbol{Name: name, index: t.symbols}
	t.symbols++
	return s
}

// lookup returns the symbol of that name, making it when it is new.
func (t *Tree) lookup(name string) *Symbol {
	switch name {
	case "y", "m", "n":
		return t.constant(name)
	}
	s := t.syms[name]
	if s == nil {
		s = t.newSymbol(name)
		t.syms[name] = s
		t.order = append(t.order, s)
	}
	return s
}

// constant returns the symbol that stands for a quoted value.
func (t *Tree) constant(value string) *Symbol {
	s := t.consts[value]
	if s == nil {
		s = t.newSymbol(value)
		s.constant = true
		switch value {
		case "y":
			s.Type, s.constVal = Tristate, yes
		case "m":
			s.Type, s.constVal = Tristate, mod
		case "n":
			s.Type = Tristate
		}
		t.consts[value] = s
	}
	return s
}

// maxOpen bounds how deep files may source files.
const maxOpen = 64

// file parses one file under parent. from is the statement that sources it.
func (l *loader) file(name string, parent *Node, from Pos) error {
	if slices.Contains(l.open, name) {
		return errorAt(from, "%s sources itself: %s", name, strings.Join(append(l.open, name), " -> "))
	}
	if len(l.open) >= maxOpen {
		return errorAt(from, "files source files more than %d deep", maxOpen)
	}
	data, err := fs.ReadFile(l.fsys, name)
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return errorAt(from, "cannot read %s: %v", name, err)
	}
	if !slices.Contains(l.tree.Files, name) {
		l.tree.Files = append(l.tree.Files, name)
	}
	l.open = append(l.open, name)
	defer func() { l.open = l.open[:len(l.open)-1] }()
	p := &parser{loader: l, lx: &lexer{in: l, file: name, src: string(data), line: 1}}
	return p.block(parent, "")
}

// source carries out source, rsource, osource and orsource.
func (l *loader) source(how, pattern string, parent *Node, pos Pos) error {
	name := pattern
	if strings.HasSuffix(how, "rsource") {
		name = path.Join(path.Dir(pos.File), pattern)
	}
	if path.IsAbs(name) {
		rel, ok := strings.CutPrefix(name, strings.TrimSuffix(l.opts.Root, "/")+"/")
		if l.opts.Root == "" || !ok {
			return errorAt(pos, "%s is outside the tree; name it relative to the tree's root", name)
		}
		name = rel
	}
	name = path.Clean(name)
	if !fs.ValidPath(name) {
		return errorAt(pos, "%s is outside the tree; name it relative to the tree's root", pattern)
	}
	names := []string{name}
	if strings.ContainsAny(name, "*?[") {
		var err error
		if names, err = fs.Glob(l.fsys, name); err != nil {
			return errorAt(pos, "the pattern %q is malformed", pattern)
		}
		names = slices.DeleteFunc(names, l.isDir)
		slices.Sort(names)
	} else if _, err := fs.Stat(l.fsys, name); errors.Is(err, fs.ErrNotExist) {
		names = nil
	}
	if len(names) == 0 && how[0] != 'o' {
		return errorAt(pos, "%s does not exist; if it may be missing, say o%s", name, how)
	}
	for _, n := range names {
		if err := l.file(n, parent, pos); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) isDir(name string) bool {
	info, err := fs.Stat(l.fsys, name)
	return err == nil && info.IsDir()
}

// warnUndefined notes every symbol that is referred to and never defined.
func (l *loader) warnUndefined() {
	for _, s := range l.tree.order {
		pos, used := l.refs[s]
		if len(s.Nodes) > 0 || !used || isNumber(s.Name) {
			continue
		}
		text := fmt.Sprintf("%s is not defined anywhere%s", s.Name, l.tree.suggest(s.Name))
		l.tree.Warnings = append(l.tree.Warnings, Note{pos, text})
	}
}

// isNumber reports whether the word is a number of the language.
func isNumber(s string) bool { return validInt(s) || validHex(s) }

// validInt reports whether s is a decimal number as the language writes it.
func validInt(s string) bool {
	s = strings.TrimPrefix(s, "-")
	if len(s) == 0 || len(s) > 1 && s[0] == '0' {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

// validHex reports whether s is a hexadecimal number; 0x may be missing.
func validHex(s string) bool {
	if len(s) > 1 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
		s = s[2:]
	}
	return s != "" && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

// parseNumber returns the value of a number of that type; garbage is 0 and
// what does not fit is the nearest that does.
func parseNumber(s string, t Type) int64 {
	base := 10
	if t == Hex {
		base = 16
		s = strings.TrimPrefix(strings.TrimPrefix(s, "0x"), "0X")
	}
	v, _ := strconv.ParseInt(s, base, 64)
	return v
}
