package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"cairn/pack"
)

// rootFlags say what is in the machine's file system. "run" and "build" share
// them.
type rootFlags struct {
	rootfs string
	with   []string
	env    []string
}

func (f *rootFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.rootfs, "rootfs", "", "root file system: `DIR`, FILE.cpio or FILE.tar; PROGRAM is a path in it")
	flags.StringArrayVar(&f.with, "with", nil, "add a file or tree: `HOST[:GUEST]` (may be repeated)")
	flags.StringArrayVarP(&f.env, "env", "e", nil, "set an environment variable: `K=V`, or K to pass it on (may be repeated)")
}

// options returns what is to be in the file system for a program and its arguments. The project may be nil.
func (f *rootFlags) options(args []string, p *project) (*pack.Options, error) {
	o := &pack.Options{Root: f.rootfs, Warn: warn}
	if len(args) > 0 {
		o.Program, o.Argv = args[0], args
	}
	for _, w := range f.with {
		parsed, err := pack.ParseWith(w)
		if err != nil {
			return nil, err
		}
		o.With = append(o.With, parsed)
	}
	if p != nil {
		return o, p.fill(o, f.env)
	}
	var err error
	o.Env, err = environment(f.env)
	return o, err
}

// environment returns the program's environment: a few variables that programs
// expect, and those that the user set. Nothing else of the host's gets in.
func environment(set []string) ([]string, error) {
	env := []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"}
	if t := os.Getenv("TERM"); t != "" && term.IsTerminal(0) {
		env = append(env, "TERM="+t)
	}
	for _, s := range set {
		name, _, hasValue := strings.Cut(s, "=")
		if name == "" || strings.Contains(s, "\x00") {
			return nil, fmt.Errorf("--env %q: give K=V", s)
		}
		env = slices.DeleteFunc(env, func(e string) bool { return strings.HasPrefix(e, name+"=") })
		if !hasValue {
			v, ok := os.LookupEnv(name)
			if !ok {
				continue
			}
			s = name + "=" + v
		}
		env = append(env, s)
	}
	return env, nil
}

// bytesValue is a flag with a size in bytes: a number with K, M or G behind it,
// or a number of MiB.
type bytesValue uint64

func (b *bytesValue) String() string { return formatSize(uint64(*b)) }

// Type is what the help shows.
func (b *bytesValue) Type() string { return "SIZE" }

// Set parses a size.
func (b *bytesValue) Set(s string) error {
	unit := uint64(1 << 20)
	number := strings.TrimSuffix(strings.TrimSuffix(strings.ToUpper(s), "B"), "I")
	for _, u := range []struct {
		suffix string
		size   uint64
	}{{"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}} {
		if n, ok := strings.CutSuffix(number, u.suffix); ok {
			number, unit = n, u.size
			break
		}
	}
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil || n == 0 {
		return fmt.Errorf("a size is a number with K, M or G behind it, such as 64M")
	}
	*b = bytesValue(n * unit)
	return nil
}

// formatSize writes a size with the largest unit that loses nothing.
func formatSize(n uint64) string {
	switch {
	case n == 0:
		return ""
	case n%(1<<30) == 0:
		return fmt.Sprintf("%dG", n>>30)
	case n%(1<<20) == 0:
		return fmt.Sprintf("%dM", n>>20)
	}
	return fmt.Sprintf("%dK", n>>10)
}
