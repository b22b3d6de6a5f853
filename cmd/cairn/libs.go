package main

import (
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"cairn/build"
	"cairn/build/kconfig"
)

// libsFlags are the flags of "cairn libs".
type libsFlags struct {
	kernelFlags
	params  bool
	noSizes bool
}

func newLibs() *cobra.Command {
	var f libsFlags
	c := &cobra.Command{
		Use:   "libs [flags] [LIBRARY]",
		Short: "List the libraries that kernels are made of",
		Long: `List the libraries that kernels are made of: whether the configuration selects them,
what they add to the image (code and data of their own), how many system calls they
provide, and what they are. With LIBRARY, an option or a directory such as posix/pipe,
show everything about one: what it provides and needs, and its README.

--params lists the boot parameters of the kernel instead.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	f.kernelFlags.add(c.Flags())
	c.Flags().BoolVar(&f.params, "params", false, "list the boot parameters of the kernel")
	c.Flags().BoolVar(&f.noSizes, "no-sizes", false, "do not work out sizes, for which an image is built")
	return c
}

func (f *libsFlags) run(c *cobra.Command, args []string) error {
	cfg, err := f.kernelFlags.options()
	if err != nil {
		return err
	}
	if f.params {
		return listParams(c.OutOrStdout(), cfg)
	}
	var sizes map[string]int64
	if !f.noSizes {
		if sizes, _, err = build.LibrarySizes(c.Context()); err != nil {
			return err
		}
	}
	if len(args) > 0 {
		l, err := findLibrary(cfg, args[0])
		if err != nil {
			return err
		}
		return showLibrary(c.OutOrStdout(), cfg, l, sizes)
	}
	return listLibraries(c.OutOrStdout(), cfg, sizes)
}

// listParams prints the boot parameters.
func listParams(w io.Writer, cfg *kconfig.Config) error {
	params, err := build.Params(cfg)
	if err != nil {
		return err
	}
	t := newTable(w)
	t.row("PARAMETER", "TYPE", "DEFAULT", "WHAT IT DOES")
	for _, p := range params {
		t.row(p.Name, p.Type, p.Default, p.Help)
	}
	return t.flush()
}

// listLibraries prints a line for each library.
func listLibraries(w io.Writer, cfg *kconfig.Config, sizes map[string]int64) error {
	t := newTable(w)
	t.row("LIBRARY", "SELECTED", "SIZE", "CALLS", "WHAT IT IS")
	for _, l := range build.Libraries(cfg.Tree()) {
		calls, err := l.Calls()
		if err != nil {
			return err
		}
		size := ""
		if sizes != nil {
			size = kilobytes(sizes[l.Symbol.Name])
		}
		t.row(l.Symbol.Name, cfg.Value(l.Symbol), size, fmt.Sprint(len(calls)), summary(l.Symbol))
	}
	return t.flush()
}

// summary returns the line that describes an option: its prompt, or the first sentence of its help text.
func summary(s *kconfig.Symbol) string {
	if s.Prompt() != "" {
		return s.Prompt()
	}
	first, _, _ := strings.Cut(strings.Join(strings.Fields(s.Help()), " "), ". ")
	return strings.TrimSuffix(first, ".")
}

// findLibrary returns the library that a user means.
func findLibrary(cfg *kconfig.Config, name string) (*build.Library, error) {
	option, note := cfg.Current(name)
	if note != nil {
		warnNotes([]kconfig.Note{*note})
	}
	dir := strings.TrimPrefix(strings.Trim(name, "/"), "kernel/")
	if s := cfg.Tree().Symbol(strings.TrimPrefix(option, "CONFIG_")); s != nil {
		dir = path.Dir(s.Pos().File) // the library that the option is of
	}
	var names []string
	for _, l := range build.Libraries(cfg.Tree()) {
		short := strings.TrimPrefix(l.Dir, "kernel/")
		if short == dir {
			return &l, nil
		}
		names = append(names, l.Symbol.Name, short)
	}
	return nil, fmt.Errorf("there is no library %q%s; \"cairn libs\" lists them", name, kconfig.Nearest(name, names))
}

// showLibrary prints everything about a library.
func showLibrary(w io.Writer, cfg *kconfig.Config, l *build.Library, sizes map[string]int64) error {
	calls, err := l.Calls()
	if err != nil {
		return err
	}
	params, err := l.Params()
	if err != nil {
		return err
	}
	why, err := cfg.Explain(l.Symbol.Name)
	if err != nil {
		return err
	}
	t := newTable(w)
	t.row("option", "CONFIG_"+l.Symbol.Name)
	t.row("directory", l.Dir)
	t.row("selected", cfg.Value(l.Symbol)+": "+why.Text)
	if sizes != nil {
		t.row("size", strings.TrimSpace(kilobytes(sizes[l.Symbol.Name])))
	}
	t.row("calls", strings.Join(calls, " "))
	for _, p := range params {
		t.row("parameter", fmt.Sprintf("%s (%s, default %q): %s", p.Name, p.Type, p.Default, p.Help))
	}
	for _, n := range l.Symbol.Nodes {
		if e := n.Dependencies(); e != nil {
			t.row("depends on", cfg.Annotate(e))
		}
	}
	t.row("selects", referenceNames(l.Symbol.Selects()))
	t.row("selected by", referenceNames(l.Symbol.Selectors()))
	if err := t.flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "\n%s\n%s", l.Symbol.Help(), l.Readme())
	return err
}

func referenceNames(refs []kconfig.Reference) string {
	var names []string
	for _, r := range refs {
		names = append(names, r.Symbol.Name)
	}
	return strings.Join(names, " ")
}
