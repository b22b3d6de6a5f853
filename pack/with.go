package pack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// With asks for a file or tree of the host.
type With struct {
	Host  string // path on this host
	Guest string // path in the machine; the same as on the host if empty
}

// ParseWith parses HOST[:GUEST]. A colon that is part of the host's path can be
// written as "\:".
func ParseWith(s string) (With, error) {
	var w With
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == ':':
			i++
			b.WriteByte(':')
		case s[i] == ':':
			w.Guest = s[i+1:]
			if !path.IsAbs(w.Guest) {
				return With{}, fmt.Errorf("%q: the path in the machine must begin with a slash (HOST:/GUEST)", s)
			}
			i = len(s)
		default:
			b.WriteByte(s[i])
		}
	}
	if w.Host = b.String(); w.Host == "" {
		return With{}, fmt.Errorf("%q: no path on the host (HOST[:GUEST])", s)
	}
	return w, nil
}

// with adds a file or tree that the user asked for.
func (p *packer) with(w With) error {
	host, err := filepath.Abs(w.Host)
	if err != nil {
		return err
	}
	if _, err := os.Stat(host); err != nil {
		return fmt.Errorf("--with: %w", err)
	}
	if w.Guest == "" {
		if !p.im.foreign {
			return p.addPath(host, nil)
		}
		w.Guest = host
	}
	real, err := filepath.EvalSymlinks(host)
	if err != nil {
		return fmt.Errorf("--with: %w", err)
	}
	if err := p.im.addTree(real, path.Clean(w.Guest), nil); err != nil {
		return fmt.Errorf("--with: %w", err)
	}
	return p.addTreeNeeds(real, nil)
}

// addTreeNeeds adds the libraries that ELF files in a tree of the host need.
// What cannot be found is only warned of: the file may never be used.
func (p *packer) addTreeNeeds(dir string, skip func(rel string) bool) error {
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if skip != nil && skip(rel) {
				return fs.SkipDir
			}
			return nil
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			if info.Mode()&0o111 != 0 || strings.Contains(name, ".so") {
				p.addFileNeeds(name, rel == ".")
			}
		}
		return nil
	})
}

// addFileNeeds adds what one file needs, if it is an ELF file. Scripts count only
// when they were named themselves: in trees there are many that nobody runs.
func (p *packer) addFileNeeds(name string, scripts bool) {
	head, err := readHead(name, scriptHead)
	if err != nil {
		return
	}
	if interp, arg, ok := parseScript(head); ok && scripts {
		err = p.addInterpreter(interp, arg, name)
	} else if isELF(head) {
		err = p.addObjectNeeds(name)
	}
	var missing *MissingInterpreterError
	switch {
	case errors.As(err, &missing):
		p.absent = append(p.absent, missing)
	case err != nil:
		p.warn(err.Error())
	}
}

// warnAbsent warns of the interpreters that this host does not have, once
// everything is packed: the user may have given one with --with.
func (p *packer) warnAbsent() {
	for _, m := range p.absent {
		if _, n := p.lookup(m.Interpreter); n == nil {
			p.warn(m.Error())
		}
	}
}

// addObjectNeeds adds what an executable or a shared library needs.
func (p *packer) addObjectNeeds(name string) error {
	o, err := readObject(name)
	if err != nil {
		return err
	}
	if o.interp != "" {
		err = p.addNeeds(o, name)
	} else {
		err = p.addLibraries(newLinker("", lookupEnv(p.options.Env, "LD_LIBRARY_PATH")), o)
	}
	if err != nil {
		return err
	}
	return p.addRuntimes(o)
}
