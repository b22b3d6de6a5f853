package build

import (
	"bytes"
	"fmt"
	"go/ast"
	gobuild "go/build"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"cairn"
	"cairn/build/kconfig"
	"cairn/image"
	"cairn/kernel/param"
)

// modulePath is the import path of the root of the source tree.
const modulePath = "cairn/"

// Param is a boot parameter that the code of a package declares.
type Param struct {
	Name    string
	Type    string // as param.Param has it
	Default string
	Help    string
	// Dir is the directory of the package, relative to the root of the source tree; empty for a
	// parameter that was read from an image.
	Dir string
}

// declared is what a package of the kernel says in its source.
type declared struct {
	imports []string // directories of the packages of this module that it imports
	params  []Param
	calls   []string // system calls that it provides
}

// kernelContext finds the source files that a kernel is built from, among the embedded ones.
func kernelContext() *gobuild.Context {
	c := gobuild.Default
	c.GOOS, c.GOARCH, c.CgoEnabled, c.BuildTags, c.GOROOT, c.GOPATH = "linux", "amd64", false, []string{"cairn"}, "", ""
	c.JoinPath = path.Join
	c.IsAbsPath = path.IsAbs
	c.IsDir = func(name string) bool {
		info, err := fs.Stat(cairn.Source, name)
		return err == nil && info.IsDir()
	}
	c.HasSubdir = func(root, dir string) (string, bool) { return "", false }
	c.ReadDir = func(dir string) ([]fs.FileInfo, error) {
		entries, err := fs.ReadDir(cairn.Source, dir)
		var infos []fs.FileInfo
		for _, e := range entries {
			if info, err := e.Info(); err == nil {
				infos = append(infos, info)
			}
		}
		return infos, err
	}
	c.OpenFile = func(name string) (io.ReadCloser, error) { return cairn.Source.Open(name) }
	return &c
}

// readDeclared reads the source of the package in a directory.
func readDeclared(dir string) (*declared, error) {
	pkg, err := kernelContext().ImportDir(dir, 0)
	if err != nil {
		return nil, fmt.Errorf("the source in %s: %w", dir, err)
	}
	d := new(declared)
	for _, i := range pkg.Imports {
		if sub, ok := strings.CutPrefix(i, modulePath); ok {
			d.imports = append(d.imports, sub)
		}
	}
	for _, name := range pkg.GoFiles {
		if err := d.readFile(dir, name); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// readFile reads one source file.
func (d *declared) readFile(dir, name string) error {
	text, err := cairn.Source.ReadFile(path.Join(dir, name))
	if err != nil {
		return err
	}
	if !bytes.Contains(text, []byte(callDirective)) && !bytes.Contains(text, []byte("param.")) {
		return nil
	}
	f, err := parser.ParseFile(token.NewFileSet(), path.Join(dir, name), text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, g := range f.Comments {
		for _, c := range g.List {
			if rest, ok := strings.CutPrefix(c.Text, callDirective); ok {
				names, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
				d.calls = append(d.calls, strings.Split(names, ",")...)
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || err != nil {
			return err == nil
		}
		var p *Param
		if p, err = readParam(call); p != nil {
			p.Dir = dir
			d.params = append(d.params, *p)
		}
		return err == nil
	})
	return err
}

// callDirective marks the declaration of a system call (tools/sysgen).
const callDirective = "//cairn:syscall "

// paramTypes are the functions of package param that declare parameters, and the types of those.
var paramTypes = map[string]string{"String": "string", "Strings": "string", "Int": "int", "Bool": "bool", "Size": "size", "Enum": ""}

// readParam returns the boot parameter that a call declares, nil if it is another call. What the
// declaration says must be literals, so that it can be read here.
func readParam(call *ast.CallExpr) (*Param, error) {
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil, nil
	}
	pkg, ok := fun.X.(*ast.Ident)
	typ, known := paramTypes[fun.Sel.Name]
	if !ok || pkg.Name != "param" || !known {
		return nil, nil
	}
	var args []string
	for _, a := range call.Args {
		text, ok := literal(a)
		if !ok {
			return nil, fmt.Errorf("a boot parameter is declared with something that is no literal: param.%s(%q…)", fun.Sel.Name, args)
		}
		args = append(args, text)
	}
	if fun.Sel.Name == "Enum" && len(args) > 1 {
		typ = args[1]
		args = slices.Delete(args, 1, 2)
	}
	if fun.Sel.Name == "Strings" && len(args) > 0 {
		args = slices.Insert(args, 1, "")
	}
	if len(args) != 3 {
		return nil, fmt.Errorf("param.%s(%q…): unexpected arguments", fun.Sel.Name, args)
	}
	p := &Param{Name: args[0], Type: typ, Default: args[1], Help: args[2]}
	if typ == "bool" {
		p.Default = map[string]string{"true": "on", "false": "off"}[p.Default]
	}
	return p, nil
}

// literal returns the value of a literal, or the name of a constant.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name, e.Name == "true" || e.Name == "false"
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return e.Value, true
		}
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	}
	return "", false
}

// linked returns what the packages that a main package leads to declare, by directory.
func linked(main []byte) (map[string]*declared, error) {
	f, err := parser.ParseFile(token.NewFileSet(), mainFile, main, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var todo []string
	for _, i := range f.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return nil, err
		}
		todo = append(todo, strings.TrimPrefix(name, modulePath))
	}
	all := map[string]*declared{}
	for len(todo) > 0 {
		dir := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if all[dir] != nil {
			continue
		}
		d, err := readDeclared(dir)
		if err != nil {
			return nil, err
		}
		all[dir] = d
		todo = append(todo, d.imports...)
	}
	return all, nil
}

// Params returns the boot parameters of the image that a configuration gives, by name.
func Params(cfg *kconfig.Config) ([]Param, error) {
	main, err := generateMain(cfg)
	if err != nil {
		return nil, err
	}
	all, err := linked(main)
	if err != nil {
		return nil, err
	}
	var params []Param
	for _, dir := range slices.Sorted(maps.Keys(all)) {
		params = append(params, all[dir].params...)
	}
	slices.SortFunc(params, func(a, b Param) int { return strings.Compare(a.Name, b.Name) })
	return params, nil
}

// CheckParam returns an error if a boot parameter, NAME=VALUE, is none of those declared, or
// cannot have the value.
func CheckParam(params []Param, setting string) error {
	name, value, _ := strings.Cut(setting, "=")
	i := slices.IndexFunc(params, func(p Param) bool { return p.Name == name })
	if i < 0 {
		var names []string
		for _, p := range params {
			names = append(names, p.Name)
		}
		return fmt.Errorf("the kernel has no boot parameter %s%s; \"cairn libs --params\" lists them", name, kconfig.Nearest(name, names))
	}
	if err := param.Check(params[i].Type, value); err != nil {
		return fmt.Errorf("boot parameter %s: %w", name, err)
	}
	return nil
}

// formatParams writes parameters as an image's note has them.
func formatParams(params []Param) []byte {
	var b bytes.Buffer
	for _, p := range params {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", p.Name, p.Type, p.Default, p.Help)
	}
	return b.Bytes()
}

// ImageParams returns the boot parameters that an image says it has.
func ImageParams(img []byte) ([]Param, error) {
	note, err := image.ReadNote(img, image.NoteParams)
	if err != nil {
		return nil, err
	}
	var params []Param
	for line := range strings.Lines(string(note)) {
		if f := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 4); len(f) == 4 {
			params = append(params, Param{Name: f[0], Type: f[1], Default: f[2], Help: f[3]})
		}
	}
	return params, nil
}
