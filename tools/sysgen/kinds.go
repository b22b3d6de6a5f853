package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// kindSet holds the types in package sys that arguments can have: what each is
// made from, by its name.
type kindSet map[string]string

// basicKinds are the Go types that an argument may have without a name of its
// own, with the Kind that prints each as a plain number.
var basicKinds = map[string]string{
	"int8": "PlainInt8", "int16": "PlainInt16", "int32": "PlainInt32", "int64": "PlainInt64", "int": "PlainInt64",
	"uint8": "PlainUint8", "uint16": "PlainUint16", "uint32": "PlainUint32", "uint64": "PlainUint64",
	"uint": "PlainUint64", "uintptr": "PlainUint64",
}

// isSource reports whether a file name is that of a hand-written Go file that
// is no test.
func isSource(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, "z")
}

// parseDir parses the hand-written files of the package in dir.
func parseDir(fset *token.FileSet, dir string) ([]*ast.File, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, path := range paths {
		if !isSource(filepath.Base(path)) {
			continue
		}
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no Go files in %s", dir)
	}
	return files, nil
}

// readKinds reads the types of package sys in dir.
func readKinds(dir string) (kindSet, error) {
	files, err := parseDir(token.NewFileSet(), dir)
	if err != nil {
		return nil, err
	}
	kinds := kindSet{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.IsExported() && spec.Name.Name != "Kind" {
				kinds[spec.Name.Name] = types.ExprString(spec.Type)
			}
			return true
		})
	}
	if len(kinds) == 0 {
		return nil, fmt.Errorf("%s declares no types", dir)
	}
	return kinds, nil
}

// sorted returns the names of all kinds, those of the basic types first.
func (k kindSet) sorted() []string {
	seen := map[string]bool{}
	var basic, named []string
	for _, name := range basicKinds {
		if !seen[name] {
			seen[name] = true
			basic = append(basic, name)
		}
	}
	for name := range k {
		named = append(named, name)
	}
	sort.Strings(basic)
	sort.Strings(named)
	return append(basic, named...)
}

// class returns whether arguments of a kind are addresses or numbers, and their
// width.
func (k kindSet) class(name string) (class string, bits int) {
	of := k[name]
	if plain, ok := strings.CutPrefix(name, "Plain"); ok {
		of = strings.ToLower(plain)
	}
	if of == "Addr" || name == "Addr" {
		return "ADDRESS", 64
	}
	class = "SIGNED"
	if rest, ok := strings.CutPrefix(of, "u"); ok {
		class, of = "UNSIGNED", rest
	}
	bits, err := strconv.Atoi(strings.TrimPrefix(of, "int"))
	if err != nil {
		panic("kind " + name + " is made from " + of)
	}
	return class, bits
}

// kindsFiles returns the file of Kind constants for package sys in dir.
func (m *module) kindsFiles(dir string) ([]file, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n\npackage sys\n\n", header("the types of this package"))
	fmt.Fprintf(&b, "// The kinds: KindNone for no argument, the Plain ones for Go's own integer\n")
	fmt.Fprintf(&b, "// types, and one for each type of this package.\nconst (\nKindNone Kind = iota\n")
	for _, name := range m.kinds.sorted() {
		fmt.Fprintf(&b, "Kind%s\n", name)
	}
	fmt.Fprintf(&b, "\n// NumKinds is how many kinds there are.\nNumKinds\n)\n")
	text, err := format.Source(b.Bytes())
	return []file{{filepath.Join(dir, "zkinds.go"), text}}, err
}
