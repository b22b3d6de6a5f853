package pack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// packer adds programs of the host with what they need.
type packer struct {
	*Tree
	im      *importer
	options Options
	seen    map[string]bool // files whose needs are satisfied, by real path
	libs    map[string]bool // shared libraries, by the path they were found at
	absent  []*MissingInterpreterError
}

// program adds what the machine starts from, and returns the path of a host
// program.
func (p *packer) program() (string, error) {
	if p.options.Root != "" {
		return "", p.addRoot(p.options.Root, p.options.RootType)
	}
	file, err := lookHost(p.options.Program)
	if err != nil {
		return "", err
	}
	return file, p.addProgram(file, p.options.Program)
}

// lookHost returns the absolute path of a program of the host.
func lookHost(program string) (string, error) {
	file := program
	if !strings.Contains(program, "/") {
		found, err := exec.LookPath(program)
		if err != nil && !errors.Is(err, exec.ErrDot) {
			return "", &NotFoundError{program}
		}
		file = found
	}
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", &NotFoundError{program}
	case err != nil:
		return "", err
	case info.IsDir():
		return "", &NotExecutableError{program, "a directory, not a program"}
	case info.Mode()&0o111 == 0:
		return "", &NotExecutableError{program, "not executable; if it is a program, make it so with chmod +x"}
	}
	return filepath.Abs(file)
}

// addProgram adds an executable file and all that it needs to start. The name
// is the one for messages.
func (p *packer) addProgram(file, name string) error {
	real, err := p.im.add(file)
	if err != nil {
		return err
	}
	if p.seen[real] {
		return nil
	}
	p.seen[real] = true
	head, err := readHead(real, scriptHead)
	if err != nil {
		return err
	}
	if interp, arg, ok := parseScript(head); ok {
		return p.addInterpreter(interp, arg, name)
	}
	if !isELF(head) {
		return &NotExecutableError{name, "neither an ELF executable nor a script that begins with #!"}
	}
	o, err := readObject(file)
	if err != nil {
		return rename(err, name)
	}
	if err := p.addNeeds(o, name); err != nil {
		return err
	}
	return p.addRuntimes(o)
}

// rename makes an error speak of a program as the user does.
func rename(err error, name string) error {
	switch e := err.(type) {
	case *ArchError:
		e.Program = name
	case *NotExecutableError:
		e.Program = name
	}
	return err
}

// addInterpreter adds what a #! line names.
func (p *packer) addInterpreter(interp, arg, script string) error {
	if _, err := os.Stat(interp); err != nil || !filepath.IsAbs(interp) {
		return &MissingInterpreterError{script, interp}
	}
	if err := p.addProgram(interp, interp); err != nil {
		return fmt.Errorf("%s needs %w", script, err)
	}
	inner := envProgram(interp, arg)
	if inner == "" {
		return nil
	}
	file, err := lookHost(inner)
	if err != nil {
		return &MissingInterpreterError{script, inner}
	}
	return p.addProgram(file, inner)
}

// addNeeds adds the ELF interpreter and the shared libraries of an executable.
func (p *packer) addNeeds(o *object, name string) error {
	if o.interp == "" {
		return nil // static, or linked to itself
	}
	if _, err := os.Stat(o.interp); err != nil {
		return &MissingInterpreterError{name, o.interp}
	}
	if _, err := p.im.add(o.interp); err != nil {
		return err
	}
	l := newLinker(o.interp, lookupEnv(p.options.Env, "LD_LIBRARY_PATH"))
	return p.addLibraries(l, o)
}

// addLibraries adds what o and its libraries need, breadth first as ld.so does.
func (p *packer) addLibraries(l *linker, o *object) error {
	for queue := []*object{o}; len(queue) > 0; queue = queue[1:] {
		by := queue[0]
		for _, name := range by.needed {
			if strings.HasPrefix(name, "ld-linux") || strings.HasPrefix(name, "libc.musl-") {
				continue // the interpreter itself
			}
			lib, err := l.find(name, by)
			if err != nil {
				return err
			}
			p.libs[lib.path] = true
			if p.seen[lib.real] {
				if _, err := p.im.add(lib.path); err != nil {
					return err
				}
				continue
			}
			p.seen[lib.real] = true
			if _, err := p.im.add(lib.path); err != nil {
				return err
			}
			if err := p.addRuntimes(lib); err != nil {
				return err
			}
			queue = append(queue, lib)
		}
	}
	return nil
}

// addRuntimes adds the files that go with a known program or library.
func (p *packer) addRuntimes(o *object) error {
	for i := range runtimes {
		r := &runtimes[i]
		for _, tree := range r.match(o.real) {
			if err := p.addPath(tree, r.skips); err != nil {
				return err
			}
		}
	}
	return nil
}

// addPath adds a file or a tree under its own path, with the libraries that ELF
// files in it need.
func (p *packer) addPath(name string, skip func(rel string) bool) error {
	real, err := p.im.add(name)
	if err != nil {
		return err
	}
	if p.seen[real] {
		return nil
	}
	p.seen[real] = true
	if err := p.im.addTree(real, real, skip); err != nil {
		return err
	}
	return p.addTreeNeeds(real, skip)
}

// cache returns the ld.so.cache for the libraries found.
func (p *packer) cache() []byte {
	paths := make([]string, 0, len(p.libs))
	for lib := range p.libs {
		paths = append(paths, lib)
	}
	return ldCache(paths)
}
