package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// directive begins the line of a doc comment that declares a system call.
const directive = "//cairn:syscall"

// isOption matches names of options.
var isOption = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// maxArgs is how many arguments a system call can have.
const maxArgs = 6

// call is one declared system call. Its fields are what -list -json shows.
type call struct {
	Names   []string `json:"names"`            // Linux's names
	Func    string   `json:"func"`             // the Go function
	Package string   `json:"package"`          // its import path
	Arches  []string `json:"arches"`           // where the call exists
	Option  string   `json:"option,omitempty"` // the option without which the image has no such call
	Params  []param  `json:"params,omitempty"` // what follows the task
	Result  string   `json:"result,omitempty"` // the type beside error
	Ret     string   `json:"ret"`              // the kind of the result
	Doc     string   `json:"doc"`              // the first paragraph of the doc comment
	Notes   string   `json:"notes,omitempty"`  // the rest of it
	Pos     string   `json:"pos"`              // file:line
}

// param is one parameter.
type param struct {
	Name string `json:"name"`
	Type string `json:"type"` // as written
	Kind string `json:"kind"` // the name of its sys.Kind, less "Kind"
}

// pkg is what a library's directory declares.
type pkg struct {
	name    string            // the package name
	calls   []*call           // in the order of the source files
	imports map[string]string // paths by local name, of the types that calls use
}

// source is one file that is being read.
type source struct {
	m       *module
	fset    *token.FileSet
	imports map[string]string // paths by local name
	out     *pkg
	path    string // the import path of the package
}

// parsePackage reads the declarations in dir.
func (m *module) parsePackage(dir string) (*pkg, error) {
	fset := token.NewFileSet()
	files, err := parseDir(fset, dir)
	if err != nil {
		return nil, err
	}
	path, err := m.importPath(dir)
	if err != nil {
		return nil, err
	}
	p := &pkg{name: files[0].Name.Name, imports: map[string]string{}}
	for _, f := range files {
		s := &source{m: m, fset: fset, imports: fileImports(f), out: p, path: path}
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok {
				if err := s.function(fn); err != nil {
					return nil, err
				}
			}
		}
		if err := s.strayDirectives(f); err != nil {
			return nil, err
		}
	}
	return p, checkUnique(p.calls)
}

// fileImports returns the paths that a file imports, by local name.
func fileImports(f *ast.File) map[string]string {
	imports := map[string]string{}
	for _, spec := range f.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imports[name] = path
	}
	return imports
}

// errorf makes an error that says where in the module it is.
func (s *source) errorf(at token.Pos, format string, args ...any) error {
	return fmt.Errorf("%s: %s", s.position(at), fmt.Sprintf(format, args...))
}

// position returns file:line, the file relative to the module's root.
func (s *source) position(at token.Pos) string {
	pos := s.fset.Position(at)
	rel, err := filepath.Rel(s.m.root, pos.Filename)
	if err != nil {
		rel = pos.Filename
	}
	return fmt.Sprintf("%s:%d", filepath.ToSlash(rel), pos.Line)
}

// directives returns the arguments of the directives in a comment.
func directives(doc *ast.CommentGroup) (found []*ast.Comment) {
	if doc == nil {
		return nil
	}
	for _, c := range doc.List {
		if rest, ok := strings.CutPrefix(c.Text, directive); ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t') {
			found = append(found, c)
		}
	}
	return found
}

// strayDirectives finds directives that belong to no function.
func (s *source) strayDirectives(f *ast.File) error {
	attached := map[*ast.CommentGroup]bool{}
	for _, decl := range f.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			attached[fn.Doc] = true
		}
	}
	for _, group := range f.Comments {
		if found := directives(group); len(found) > 0 && !attached[group] {
			return s.errorf(found[0].Pos(), "%s belongs to no function; put it on the line before the function", directive)
		}
	}
	return nil
}

// function notes the call that fn declares, if it declares one.
func (s *source) function(fn *ast.FuncDecl) error {
	found := directives(fn.Doc)
	if len(found) == 0 {
		return nil
	}
	if len(found) > 1 {
		return s.errorf(found[1].Pos(), "second %s; write all names in one, separated by commas", directive)
	}
	c := &call{Func: fn.Name.Name, Package: s.path, Pos: s.position(fn.Pos())}
	if err := s.names(c, found[0]); err != nil {
		return err
	}
	if err := s.signature(c, fn); err != nil {
		return err
	}
	if err := s.doc(c, fn); err != nil {
		return err
	}
	s.out.calls = append(s.out.calls, c)
	return nil
}

// names reads the directive: the names of the call, and perhaps arch=ARCH and option=OPTION.
func (s *source) names(c *call, d *ast.Comment) error {
	fields := strings.Fields(strings.TrimPrefix(d.Text, directive))
	if len(fields) == 0 {
		return s.errorf(d.Pos(), "%s needs the name of a system call", directive)
	}
	c.Names = strings.Split(fields[0], ",")
	for i, name := range c.Names {
		on := s.m.numbers.arches(name)
		if len(on) == 0 {
			return s.errorf(d.Pos(), "Linux has no system call %q", name)
		}
		if i > 0 && !slices.Equal(on, c.Arches) {
			return s.errorf(d.Pos(), "%s exists on %v but %s on %v; declare them apart", c.Names[0], c.Arches, name, on)
		}
		c.Arches = on
	}
	for _, attribute := range fields[1:] {
		key, value, _ := strings.Cut(attribute, "=")
		switch {
		case key == "option" && isOption.MatchString(value):
			c.Option = value
		case key == "arch" && slices.Contains(c.Arches, value):
			c.Arches = []string{value}
		case key == "arch":
			return s.errorf(d.Pos(), "there is no %s on %s", c.Names[0], value)
		default:
			return s.errorf(d.Pos(), "%q is neither arch=ARCH nor option=OPTION, with the option's name in capitals and without CONFIG_", attribute)
		}
	}
	if !strings.EqualFold(c.Func, strings.ReplaceAll(c.Names[0], "_", "")) || !ast.IsExported(c.Func) {
		return s.errorf(d.Pos(), "the function for %s is called %s; it must be exported and have the name of the call in Go's spelling",
			c.Names[0], c.Func)
	}
	return nil
}

// signature checks the parameters and results of fn and notes their kinds.
func (s *source) signature(c *call, fn *ast.FuncDecl) error {
	if fn.Recv != nil || fn.Type.TypeParams != nil {
		return s.errorf(fn.Pos(), "a system call is a plain function, without receiver and type parameters")
	}
	first := true
	for _, field := range fn.Type.Params.List {
		for _, name := range paramNames(field) {
			if first {
				first = false
				if !s.isTask(field.Type) {
					return s.errorf(field.Pos(), "the first parameter must be a *task.Task")
				}
				continue
			}
			kind, err := s.kind(field.Type)
			if err != nil {
				return err
			}
			if name == "_" || name == "" {
				name = "arg" + strconv.Itoa(len(c.Params))
			}
			c.Params = append(c.Params, param{name, types.ExprString(field.Type), kind})
		}
	}
	if first {
		return s.errorf(fn.Pos(), "the first parameter must be a *task.Task")
	}
	if len(c.Params) > maxArgs {
		return s.errorf(fn.Pos(), "%d arguments; a system call has at most %d", len(c.Params), maxArgs)
	}
	return s.results(c, fn)
}

// paramNames returns the names that a parameter field declares, "" for one
// without a name.
func paramNames(field *ast.Field) []string {
	if len(field.Names) == 0 {
		return []string{""}
	}
	var names []string
	for _, id := range field.Names {
		names = append(names, id.Name)
	}
	return names
}

// isTask reports whether a type is *task.Task.
func (s *source) isTask(t ast.Expr) bool {
	star, ok := t.(*ast.StarExpr)
	if !ok {
		return false
	}
	path, name := s.qualified(star.X)
	return path == taskPath && name == "Task"
}

// qualified splits a type of another package into import path and name.
func (s *source) qualified(t ast.Expr) (path, name string) {
	sel, ok := t.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return "", ""
	}
	return s.imports[id.Name], sel.Sel.Name
}

// kind returns the kind of arguments of a type, and notes the import it needs.
func (s *source) kind(t ast.Expr) (string, error) {
	if id, ok := t.(*ast.Ident); ok {
		if kind := basicKinds[id.Name]; kind != "" {
			return kind, nil
		}
	}
	path, name := s.qualified(t)
	if path == sysPath && s.m.kinds[name] != "" || path == vmPath && name == "Addr" {
		local := t.(*ast.SelectorExpr).X.(*ast.Ident).Name
		if other := s.out.imports[local]; other != "" && other != path {
			return "", s.errorf(t.Pos(), "%s is %s here and %s in another file", local, path, other)
		}
		s.out.imports[local] = path
		return name, nil
	}
	return "", s.errorf(t.Pos(), "%s cannot be an argument of a system call; use an integer type, vm.Addr or a type of %s",
		types.ExprString(t), sysPath)
}

// results checks that fn returns error, or an integer and error.
func (s *source) results(c *call, fn *ast.FuncDecl) error {
	var results []ast.Expr
	if fn.Type.Results != nil {
		for _, field := range fn.Type.Results.List {
			for range paramNames(field) {
				results = append(results, field.Type)
			}
		}
	}
	n := len(results)
	if n == 0 || n > 2 || types.ExprString(results[n-1]) != "error" {
		return s.errorf(fn.Pos(), "the results must be error, or an integer and error")
	}
	c.Ret = "PlainInt32"
	if n == 1 {
		return nil
	}
	kind, err := s.kind(results[0])
	c.Ret, c.Result = kind, types.ExprString(results[0])
	return err
}

// doc notes the doc comment, which must say what man page it follows.
func (s *source) doc(c *call, fn *ast.FuncDecl) error {
	text := fn.Doc.Text()
	want := c.Func + " implements "
	if !strings.HasPrefix(text, want) || !strings.Contains(text, "(2)") {
		return s.errorf(fn.Pos(), "the doc comment must begin with %q and cite the manual page: %q",
			want, fmt.Sprintf("// %s implements %s(2).", c.Func, c.Names[0]))
	}
	first, rest, _ := strings.Cut(text, "\n\n")
	c.Doc = strings.Join(strings.Fields(first), " ")
	c.Notes = strings.TrimSpace(rest)
	return nil
}
