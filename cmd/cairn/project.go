package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"cairn/build/kconfig"
	"cairn/build/kraftfile"
	"cairn/pack"
)

// project is what a Kraftfile says, for one of its targets.
type project struct {
	*kraftfile.File
	target kraftfile.Target
}

// openProject reads the Kraftfile in a directory, or the file itself.
func openProject(path, target string) (*project, error) {
	f, err := kraftfile.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("--kraftfile: %w", err)
	}
	if err != nil {
		return nil, err
	}
	p := &project{File: f}
	p.target, err = f.Target(target)
	return p, err
}

// assignments returns the options that the project asks for.
func (p *project) assignments() []kconfig.Assignment { return p.Assignments(p.target) }

// host returns a path that the Kraftfile names, as seen from here.
func (p *project) host(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.Dir, name)
}

// fill completes what the flags and arguments say of the file system with what the project says. Flags
// count more than the file; arguments take the place of its cmd.
func (p *project) fill(o *pack.Options, env []string) error {
	if len(o.Argv) == 0 {
		o.Argv = p.Cmd
	}
	if len(o.Argv) > 0 {
		o.Program = o.Argv[0]
	}
	if o.Root == "" && p.RootFS.Source != "" {
		o.Root, o.RootType = p.host(p.RootFS.Source), p.RootFS.Type
		if _, err := os.Stat(o.Root); err != nil {
			return &kconfig.Error{Pos: p.RootFS.Pos, Text: fmt.Sprintf("rootfs: %v", err)}
		}
	}
	for _, v := range p.Volumes {
		w, err := p.volume(v)
		if err != nil {
			return err
		}
		o.With = append(o.With, w)
	}
	var err error
	o.Env, err = environment(append(append([]string{}, p.Env...), env...))
	return err
}

// volume returns a volume as something to pack: the machine gets a copy.
func (p *project) volume(v kraftfile.Volume) (pack.With, error) {
	w := pack.With{Host: p.host(v.Source), Guest: v.Destination}
	if v.Driver != "" && v.Driver != "initrd" {
		return w, &kconfig.Error{Pos: v.Pos, Text: fmt.Sprintf("volumes with driver %s are not supported: leave out the driver to have a copy of %s in the machine", v.Driver, v.Source)}
	}
	if _, err := os.Stat(w.Host); err != nil {
		return w, &kconfig.Error{Pos: v.Pos, Text: fmt.Sprintf("volume: %v", err)}
	}
	if v.Driver == "" && !v.ReadOnly {
		warn(fmt.Sprintf("%s: %s is a copy: what the program writes there is gone when the machine ends (say readOnly: true, or driver: initrd)", v.Pos, v.Destination))
	}
	return w, nil
}

// params returns the boot parameters that the project needs.
func (p *project) params() []string {
	params := append([]string{}, p.Params...)
	for _, v := range p.Volumes {
		if v.ReadOnly {
			params = append(params, "vfs.readonly="+v.Destination)
		}
	}
	return params
}

// output returns the name of the image that is built if the user gives none.
func (p *project) output() string {
	name := p.Name + "_" + p.target.Platform + "-" + p.target.Arch
	if p.OutDir == "" {
		return name
	}
	return filepath.Join(p.host(p.OutDir), name)
}
