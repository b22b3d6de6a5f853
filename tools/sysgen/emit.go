package main

import (
	"bytes"
	"fmt"
	"go/format"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// emitter writes one generated file of a library.
type emitter struct {
	bytes.Buffer
	pkg   *pkg
	calls []*call
	arch  string // "" for the file that every architecture has
}

// packageFiles returns the generated files of the library in dir: one for the
// calls that every architecture has, and one for each architecture with calls
// of its own.
func (m *module) packageFiles(dir string) ([]file, error) {
	p, err := m.parsePackage(dir)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, arch := range append([]string{""}, arches...) {
		e := &emitter{pkg: p, arch: arch}
		for _, c := range p.calls {
			if arch == "" && len(c.Arches) == len(arches) || len(c.Arches) == 1 && c.Arches[0] == arch {
				e.calls = append(e.calls, c)
			}
		}
		name := "zsyscalls.go"
		if arch != "" {
			name = "zsyscalls_" + arch + ".go"
		}
		f := file{path: filepath.Join(dir, name)}
		if len(e.calls) > 0 || arch == "" && len(p.calls) > 0 {
			if f.content, err = e.file(); err != nil {
				return nil, fmt.Errorf("%s: %w", f.path, err)
			}
		}
		files = append(files, f)
	}
	return files, nil
}

// file writes the whole file and returns it formatted.
func (e *emitter) file() ([]byte, error) {
	fmt.Fprintf(e, "%s\n\npackage %s\n\n", header("the "+directive+" declarations of this package"), e.pkg.name)
	e.imports()
	if len(e.calls) > 0 {
		e.registration()
	}
	for _, c := range e.calls {
		e.adapter(c)
	}
	if e.arch == "" {
		e.nativeType()
	}
	for _, c := range e.calls {
		e.native(c)
	}
	return format.Source(e.Bytes())
}

// imports writes the import block, sorted: this module first.
func (e *emitter) imports() {
	paths := map[string]string{taskPath: "task"}
	for _, c := range e.calls {
		paths[archPath], paths[configPath] = "arch", "config"
		paths[syscallPath], paths[sysPath], paths[unixPath] = "syscall", "sys", "unix"
		for _, t := range append(c.paramTypes(), c.Result) {
			if local, _, ok := strings.Cut(t, "."); ok {
				paths[e.pkg.imports[local]] = local
			}
		}
	}
	var lines []string
	for path, local := range paths {
		line := fmt.Sprintf("%q", path)
		if local != path[strings.LastIndex(path, "/")+1:] {
			line = local + " " + line
		}
		if path != unixPath {
			lines = append(lines, line)
		}
	}
	sort.Strings(lines)
	fmt.Fprintf(e, "import (\n%s\n", strings.Join(lines, "\n"))
	if paths[unixPath] != "" {
		fmt.Fprintf(e, "\n%q\n", unixPath)
	}
	fmt.Fprintf(e, ")\n\n")
}

// paramTypes returns the types of the parameters after the task.
func (c *call) paramTypes() []string {
	var list []string
	for _, p := range c.Params {
		list = append(list, p.Type)
	}
	return list
}

// title returns the architecture as a part of a Go name.
func (e *emitter) title() string {
	if e.arch == "" {
		return ""
	}
	return strings.ToUpper(e.arch[:1]) + e.arch[1:]
}

// group is the calls of a file that are in the image under the same condition.
type group struct {
	option string // "" for those that are whenever the library is
	calls  []*call
}

// groups returns the calls by option.
func (e *emitter) groups() []group {
	list := []group{{}}
	for _, c := range e.calls {
		i := slices.IndexFunc(list, func(g group) bool { return g.option == c.Option })
		if i < 0 {
			i = len(list)
			list = append(list, group{option: c.Option})
		}
		list[i].calls = append(list[i].calls, c)
	}
	if len(list[0].calls) == 0 {
		list = list[1:]
	}
	return list
}

// suffix returns what tells the names of the group's tables from others: the last word of the option.
func (g *group) suffix() string {
	word := strings.ToLower(g.option[strings.LastIndexByte(g.option, '_')+1:])
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// registration writes the tables of handlers and descriptions and hands them
// to the dispatcher. What depends on an option is behind its constant, and the descriptions too, so that
// they are not in an image in which nothing reads them.
func (e *emitter) registration() {
	fmt.Fprintf(e, "func init() {\n")
	for _, g := range e.groups() {
		name := e.title() + g.suffix()
		if g.option != "" {
			fmt.Fprintf(e, "if config.%s {\n", g.option)
		}
		fmt.Fprintf(e, "syscall.Register(sysHandlers%s[:])\n", name)
		fmt.Fprintf(e, "if config.LIBSYSCALL_SHIM_DESCRIPTIONS {\nsyscall.Describe(sysDescriptions%s[:])\n}\n", name)
		if g.option != "" {
			fmt.Fprintf(e, "}\n")
		}
	}
	fmt.Fprintf(e, "}\n\n")
	for _, g := range e.groups() {
		e.tables(&g)
	}
}

// tables writes the tables of a group.
func (e *emitter) tables(g *group) {
	name := e.title() + g.suffix()
	fmt.Fprintf(e, "// sysHandlers%s says which function handles which call.\nvar sysHandlers%[1]s = [...]syscall.Entry{\n", name)
	for _, c := range g.calls {
		for _, name := range c.Names {
			fmt.Fprintf(e, "{Nr: %s, Handler: %s},\n", number(name), c.adapterName())
		}
	}
	fmt.Fprintf(e, "}\n\n// sysDescriptions%s says how the calls are printed.\nvar sysDescriptions%[1]s = [...]syscall.Description{\n", name)
	for _, c := range g.calls {
		var kinds []string
		for _, p := range c.Params {
			kinds = append(kinds, "sys.Kind"+p.Kind)
		}
		for _, name := range c.Names {
			fmt.Fprintf(e, "{Nr: %s, Name: %q, Args: [6]sys.Kind{%s}, Ret: sys.Kind%s},\n",
				number(name), name, strings.Join(kinds, ", "), c.Ret)
		}
	}
	fmt.Fprintf(e, "}\n\n")
}

// number returns the constant of a call's number.
func number(name string) string { return "unix.SYS_" + strings.ToUpper(name) }

// adapterName returns the name of a call's adapter.
func (c *call) adapterName() string { return "sys" + c.Func }

// adapter writes the function that takes the arguments out of the registers.
// Go's conversions from uintptr are what Linux does: truncation to the width
// of the argument; and back, sign extension of signed results.
func (e *emitter) adapter(c *call) {
	var args []string
	for i, p := range c.Params {
		args = append(args, fmt.Sprintf(", %s(syscall.Arg(r, %d))", p.Type, i))
	}
	regs := "r"
	if len(args) == 0 {
		regs = "_"
	}
	expr := fmt.Sprintf("%s(t%s)", c.Func, strings.Join(args, ""))
	fmt.Fprintf(e, "func %s(t *task.Task, %s *arch.Regs) (uintptr, error) {\n", c.adapterName(), regs)
	if c.Result == "" {
		fmt.Fprintf(e, "return 0, %s\n}\n\n", expr)
	} else {
		fmt.Fprintf(e, "v, err := %s\nreturn uintptr(v), err\n}\n\n", expr)
	}
}

// nativeType writes the type whose methods make calls without a trap.
func (e *emitter) nativeType() {
	fmt.Fprintf(e, "// Syscalls makes the system calls of this package on behalf of a task, without a\n")
	fmt.Fprintf(e, "// trap, for code that is linked into the image. Unlike the plain functions, its\n")
	fmt.Fprintf(e, "// methods pass through the entry and exit routines, as a call of a program does.\n")
	fmt.Fprintf(e, "type Syscalls struct {\nTask *task.Task // who makes the call; its goroutine must be the caller's\n}\n\n")
}

// native writes the method that makes a call without a trap.
func (e *emitter) native(c *call) {
	names := c.paramNames()
	var params, values []string
	for i, p := range c.Params {
		params = append(params, names[i]+" "+p.Type)
		values = append(values, "uintptr("+names[i]+")")
	}
	args := strings.Join(append([]string{"s.Task"}, names...), ", ")
	nr := number(c.Names[0])
	fmt.Fprintf(e, "// %s makes the call %s(2).\n", c.Func, c.Names[0])
	fmt.Fprintf(e, "func (s Syscalls) %s(%s) ", c.Func, strings.Join(params, ", "))
	enter := fmt.Sprintf("err := syscall.Enter(s.Task, %s, [6]uintptr{%s})", nr, strings.Join(values, ", "))
	if c.Result == "" {
		fmt.Fprintf(e, "error {\n%s\nif err == nil {\nerr = %s(%s)\n}\n", enter, c.Func, args)
		fmt.Fprintf(e, "return syscall.Leave(s.Task, %s, 0, err)\n}\n\n", nr)
		return
	}
	fmt.Fprintf(e, "(%s, error) {\nvar v %[1]s\n%s\nif err == nil {\nv, err = %s(%s)\n}\n", c.Result, enter, c.Func, args)
	fmt.Fprintf(e, "return v, syscall.Leave(s.Task, %s, uintptr(v), err)\n}\n\n", nr)
}

// paramNames returns the names of the parameters, changed where they would
// hide something that the generated code needs.
func (c *call) paramNames() []string {
	taken := []string{"s", "v", "err", "sys", "vm", "task", "syscall", "unix", "arch", "config", "uintptr", "error", c.Func}
	var list []string
	for _, p := range c.Params {
		name := p.Name
		for slices.Contains(taken, name) {
			name += "_"
		}
		list = append(list, name)
	}
	return list
}
