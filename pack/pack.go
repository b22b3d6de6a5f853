package pack

import "strings"

// Options says what to put in the tree and what to run in it.
type Options struct {
	Program string   // path on the host or, with Root, inside the root; without a slash it is looked up in PATH
	Argv    []string // arguments, the program's name first; Program alone if empty
	Env     []string // environment, NAME=VALUE
	Root    string   // directory or archive with the root file system; empty to pack a program of the host
	With    []With   // further files

	// RootType is what Root must be: dir, cpio or tar; empty if anything will do.
	RootType string

	// Warn is called with things that are left out, but stop nothing. It may
	// be nil.
	Warn func(message string)
}

// New makes the tree. A tree without a program is possible when there is a Root:
// the kernel then runs what its command line says.
func New(o Options) (*Tree, error) {
	t := newTree(o.Warn)
	p := &packer{
		Tree: t, im: newImporter(t, rootOwner), seen: make(map[string]bool),
		libs: make(map[string]bool), options: o,
	}
	p.im.foreign = o.Root != ""
	program, err := p.program()
	if err != nil {
		return nil, err
	}
	for _, w := range o.With {
		if err := p.with(w); err != nil {
			return nil, err
		}
	}
	p.warnAbsent()
	if o.Root != "" && o.Program != "" {
		if program, err = t.findInRoot(o.Program, lookupEnv(o.Env, "PATH"), o.Root); err != nil {
			return nil, err
		}
	}
	t.addBase()
	if len(p.libs) > 0 && o.Root == "" {
		t.addDefault("/etc/ld.so.cache", &node{Header: newFile("").Header, data: p.cache(), size: int64(len(p.cache()))})
	}
	t.start = start{program: program, argv: o.Argv, env: o.Env}
	if len(o.Argv) == 0 {
		t.start.argv = []string{o.Program}
	}
	return t, nil
}

// Program returns the path of the program in the machine.
func (t *Tree) Program() string { return t.start.program }

// lookupEnv returns the value of a variable, empty if it is not set.
func lookupEnv(env []string, name string) string {
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			return v
		}
	}
	return ""
}
