package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// named are the named configurations of the kernel, the smallest first.
var named = []string{"hello", "multiprocess", "base", "full"}

// configFigures are what a kernel of a configuration costs.
type configFigures struct {
	Name      string
	Image     int64 // bytes
	Entry     int64 // instructions from the kernel's entry to the first of a program
	MinMemory int   // MiB with which a static hello runs
	Getpid    int64 // instructions, 0 if the configuration cannot measure it
}

// configs measures the named configurations.
func (c *cairn) configs(f *figures) error {
	for _, name := range named {
		g := configFigures{Name: name}
		if err := c.config(&g); err != nil {
			return fmt.Errorf("configuration %s: %w", name, err)
		}
		f.Configs = append(f.Configs, g)
	}
	return nil
}

// config measures one.
func (c *cairn) config(g *configFigures) (err error) {
	flags := []string{"-c", g.Name}
	if g.Image, err = c.imageSize(flags...); err != nil {
		return err
	}
	if g.Entry, err = c.entry(flags...); err != nil {
		return err
	}
	if g.MinMemory, err = c.leastMemory(flags...); err != nil {
		return err
	}
	if g.Name == "hello" { // it has no clock to count with
		return nil
	}
	g.Getpid, err = c.getpid(flags...)
	return err
}

// imageSize returns the size in bytes of the image that "cairn build" writes.
func (c *cairn) imageSize(flags ...string) (int64, error) {
	name := filepath.Join(c.dir, "cairn.img")
	if _, _, err := c.exec(append([]string{"build", "-o", name}, flags...)...); err != nil {
		return 0, err
	}
	info, err := os.Stat(name)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// getpid returns the instructions of a getpid.
func (c *cairn) getpid(flags ...string) (int64, error) {
	out, _, err := c.run(append(flags, "--icount", c.ops, "getpid")...)
	if err != nil {
		return 0, err
	}
	ops, _, err := parse(out)
	if err == nil && len(ops) != 1 {
		err = fmt.Errorf("%d operations, want getpid", len(ops))
	}
	if err != nil {
		return 0, err
	}
	return ops[0].Cost, nil
}

// routines measures what entry and exit routines add to a system call.
func (c *cairn) routines(f *figures) (err error) {
	for _, r := range []struct {
		what  string
		flags []string
	}{
		{"no library has routines (base)", []string{"-c", "base"}},
		{"strace and statistics selected, neither on (full)", []string{"-c", "full"}},
		{"statistics on (full, --stats)", []string{"-c", "full", "--stats"}},
	} {
		o := operation{Name: r.what}
		if o.Cost, err = c.getpid(r.flags...); err != nil {
			return err
		}
		f.Routines = append(f.Routines, o)
	}
	return nil
}
