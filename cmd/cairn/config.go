package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"cairn/build"
	"cairn/build/kconfig"
)

// dotConfig is the file that configurations are kept in, as in Linux's tree.
const dotConfig = ".config"

// configFlags are the flags of "cairn config" and its subcommands.
type configFlags struct {
	config string // --config
	output string // --output
}

func newConfig() *cobra.Command {
	f := &configFlags{}
	c := &cobra.Command{
		Use:   "config",
		Short: "Look at and change the options of a kernel",
		Long: `Look at and change the options of a kernel.

The configuration is the file .config in this directory, or if there is none the one
that "cairn run" uses by default (base). --config names another: a file, a kernel
image, or one of the named configurations (` + strings.Join(build.ConfigNames(), ", ") + `).
Commands that change it write the file that they read; a named configuration is
written to .config.`,
		Example: `  cairn config set CONFIG_LIBPOSIX_SOCKET=n
  cairn config diff hello base
  cairn config -c full list
  cairn build -c .config`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("what about the options? Say get, set, list, diff, explain, olddefconfig or savedefconfig")
		},
	}
	c.PersistentFlags().StringVarP(&f.config, "config", "c", "", "the `CONFIG`uration: a name, a .config file or a kernel image")
	c.AddCommand(f.newGet(), f.newSet(), f.newList(), f.newDiff(), f.newExplain(), f.newOldDefconfig(), f.newSaveDefconfig())
	return c
}

// addOutput adds the flag --output.
func (f *configFlags) addOutput(c *cobra.Command, def string) {
	c.Flags().StringVarP(&f.output, "output", "o", "", "`FILE` to write, - for standard output (default "+def+")")
}

// read returns the configuration at hand.
func (f *configFlags) read() (*kconfig.Config, error) {
	name := f.config
	if name == "" {
		if _, err := os.Stat(dotConfig); errors.Is(err, fs.ErrNotExist) {
			return build.NewConfig()
		}
		name = dotConfig
	}
	cfg, notes, err := build.OpenConfig(name)
	warnNotes(notes)
	return cfg, err
}

// write writes a configuration in the .config format to where it came from, or where the user wants it.
func (f *configFlags) write(c *cobra.Command, cfg *kconfig.Config) error {
	name := f.output
	if name == "" {
		name = f.file()
	}
	return writeConfig(c.OutOrStdout(), name, cfg.WriteDotConfig)
}

// file returns the file that a changed configuration belongs in.
func (f *configFlags) file() string {
	if f.config == "" {
		return dotConfig
	}
	data, err := os.ReadFile(f.config)
	if err != nil || bytes.HasPrefix(data, []byte("\x7fELF")) {
		return dotConfig // a name, or an image
	}
	return f.config
}

// writeConfig has a file written by a function; "-" is standard output.
func writeConfig(stdout io.Writer, name string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if name == "-" {
		_, err := stdout.Write(b.Bytes())
		return err
	}
	return build.WriteFile(name, b.Bytes(), 0o644)
}

func (f *configFlags) newGet() *cobra.Command {
	return &cobra.Command{
		Use:   "get NAME...",
		Short: "Print the values of options",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := f.read()
			if err != nil {
				return err
			}
			for _, name := range args {
				value, err := cfg.Get(currentName(cfg, name))
				if err != nil {
					return err
				}
				fmt.Fprintln(c.OutOrStdout(), value)
			}
			return nil
		},
	}
}

// currentName returns the present name of an option, and warns if another was given.
func currentName(cfg *kconfig.Config, name string) string {
	now, note := cfg.Current(name)
	if note == nil {
		return name
	}
	if now == "" {
		return name // the error says what became of it
	}
	warnNotes([]kconfig.Note{*note})
	return now
}

func (f *configFlags) newSet() *cobra.Command {
	c := &cobra.Command{
		Use:   "set NAME=VALUE...",
		Short: "Change options",
		Long: `Change options. All the values must hold together, or nothing is changed and the
reasons are printed.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := f.read()
			if err != nil {
				return err
			}
			var wishes []kconfig.Assignment
			for _, arg := range args {
				w, err := kconfig.ParseAssignment(arg)
				if err != nil {
					return err
				}
				wishes = append(wishes, w)
			}
			notes, err := cfg.Apply(wishes)
			warnNotes(notes)
			if err != nil {
				return err
			}
			if err := cfg.Check(); err != nil {
				return err
			}
			return f.write(c, cfg)
		},
	}
	f.addOutput(c, "the file that was read")
	return c
}

func (f *configFlags) newList() *cobra.Command {
	var changed bool
	c := &cobra.Command{
		Use:   "list",
		Short: "Print all options and their values",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := f.read()
			if err != nil {
				return err
			}
			if changed {
				return cfg.WriteDefconfig(c.OutOrStdout())
			}
			t := newTable(c.OutOrStdout())
			for _, v := range cfg.Symbols() {
				if v.Active {
					t.row("CONFIG_"+v.Name+"="+v.Value, v.Prompt())
				}
			}
			return t.flush()
		},
	}
	c.Flags().BoolVar(&changed, "changed", false, "only those that do not have their default, as savedefconfig writes them")
	return c
}

func (f *configFlags) newDiff() *cobra.Command {
	return &cobra.Command{
		Use:   "diff [OLD [NEW]]",
		Short: "Print the options that differ between two configurations",
		Long: `Print the options that differ between two configurations: base and the one at hand,
OLD and the one at hand, or OLD and NEW.`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			before, err := build.NewConfig()
			if err == nil && len(args) > 0 {
				before, err = (&configFlags{config: args[0]}).read()
			}
			if err != nil {
				return err
			}
			after := f
			if len(args) > 1 {
				after = &configFlags{config: args[1]}
			}
			cfg, err := after.read()
			if err != nil {
				return err
			}
			for _, change := range kconfig.Diff(before, cfg) {
				fmt.Fprintln(c.OutOrStdout(), change)
			}
			return nil
		},
	}
}

func (f *configFlags) newExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain NAME",
		Short: "Say why an option has its value",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := f.read()
			if err != nil {
				return err
			}
			reason, err := cfg.Explain(currentName(cfg, args[0]))
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(c.OutOrStdout(), reason)
			return err
		},
	}
}

func (f *configFlags) newOldDefconfig() *cobra.Command {
	c := &cobra.Command{
		Use:   "olddefconfig",
		Short: "Give options that the file lacks their defaults, and drop what cannot be",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := f.read()
			if err != nil {
				return err
			}
			warnNotes(cfg.OldDefconfig())
			return f.write(c, cfg)
		},
	}
	f.addOutput(c, "the file that was read")
	return c
}

func (f *configFlags) newSaveDefconfig() *cobra.Command {
	c := &cobra.Command{
		Use:   "savedefconfig",
		Short: "Write only the options that do not have their default",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := f.read()
			if err != nil {
				return err
			}
			if err := cfg.Check(); err != nil {
				return err
			}
			name := f.output
			if name == "" {
				name = "defconfig"
			}
			return writeConfig(c.OutOrStdout(), name, cfg.WriteDefconfig)
		},
	}
	f.addOutput(c, "defconfig")
	return c
}
