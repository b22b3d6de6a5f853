package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

// The packages of this module that generated code and declarations name.
const (
	sysPath     = "cairn/kernel/syscall/sys"
	syscallPath = "cairn/kernel/syscall"
	taskPath    = "cairn/kernel/task"
	vmPath      = "cairn/kernel/vm"
	archPath    = "cairn/kernel/arch"
	configPath  = "cairn/kernel/config"
	unixPath    = "golang.org/x/sys/unix"
)

// module is the Go module that sysgen works on.
type module struct {
	root    string  // the directory of go.mod
	name    string  // the module path
	kinds   kindSet // the types of package sys
	numbers numbers // the numbers of all Linux calls
}

// openModule reads what every mode needs of the module that holds dir.
func openModule(dir string) (*module, error) {
	root, err := moduleRoot(dir)
	if err != nil {
		return nil, err
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil, err
	}
	name, _, _ := strings.Cut(string(mod), "\n")
	m := &module{root: root, name: strings.TrimSpace(strings.TrimPrefix(name, "module"))}
	if m.kinds, err = readKinds(m.dir(sysPath)); err != nil {
		return nil, err
	}
	xsys, err := xsysDir(root)
	if err != nil {
		return nil, err
	}
	m.numbers, err = readNumbers(xsys)
	return m, err
}

// moduleRoot returns the nearest directory at or above dir that has a go.mod.
func moduleRoot(dir string) (string, error) {
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("no go.mod at or above %s", dir)
		}
	}
}

// xsysDir returns the directory of package golang.org/x/sys/unix.
func xsysDir(root string) (string, error) {
	cmd := exec.Command("go", "list", "-f", "{{.Dir}}", unixPath)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go list %s: %w", unixPath, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// dir returns the directory of the package of this module with that path.
func (m *module) dir(importPath string) string {
	return filepath.Join(m.root, filepath.FromSlash(strings.TrimPrefix(importPath, m.name+"/")))
}

// importPath returns the import path of the package in dir.
func (m *module) importPath(dir string) (string, error) {
	rel, err := filepath.Rel(m.root, dir)
	if err != nil {
		return "", err
	}
	return m.name + "/" + filepath.ToSlash(rel), nil
}

// packages returns the directories under kernel that declare system calls or
// hold a generated file, sorted.
func (m *module) packages() ([]string, error) {
	found := map[string]bool{}
	err := filepath.WalkDir(filepath.Join(m.root, "kernel"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasPrefix(name, "zsyscalls") && strings.HasSuffix(name, ".go") {
			found[filepath.Dir(path)] = true
		}
		if !isSource(name) || found[filepath.Dir(path)] {
			return nil
		}
		text, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(text), "\n"+directive) {
			found[filepath.Dir(path)] = true
		}
		return err
	})
	var dirs []string
	for dir := range found {
		dirs = append(dirs, dir)
	}
	sort.Strings(dirs)
	return dirs, err
}

// calls returns every declared call of the module, sorted by name.
func (m *module) calls() ([]*call, error) {
	dirs, err := m.packages()
	if err != nil {
		return nil, err
	}
	var all []*call
	for _, dir := range dirs {
		p, err := m.parsePackage(dir)
		if err != nil {
			return nil, err
		}
		all = append(all, p.calls...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Names[0] < all[j].Names[0] })
	return all, checkUnique(all)
}

// checkUnique makes sure that no two functions provide one call.
func checkUnique(calls []*call) error {
	seen := map[string]*call{}
	for _, c := range calls {
		for _, name := range c.Names {
			if other := seen[name]; other != nil {
				return fmt.Errorf("%s: %s is provided by %s already", c.Pos, name, other.Pos)
			}
			seen[name] = c
		}
	}
	return nil
}

// allFiles returns every generated file of the module.
func (m *module) allFiles() ([]file, error) {
	dirs, err := m.packages()
	if err != nil {
		return nil, err
	}
	var all []file
	for _, dir := range dirs {
		files, err := m.packageFiles(dir)
		if err != nil {
			return nil, err
		}
		all = append(all, files...)
	}
	for _, generate := range []func() ([]file, error){
		func() ([]file, error) { return m.kindsFiles(m.dir(sysPath)) },
		func() ([]file, error) { return m.namesFiles(m.dir(syscallPath)) },
		m.compatFiles,
		m.argsFiles,
	} {
		files, err := generate()
		if err != nil {
			return nil, err
		}
		all = append(all, files...)
	}
	return all, nil
}
