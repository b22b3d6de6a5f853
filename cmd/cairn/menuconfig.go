package main

import (
	"errors"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"cairn/build"
	"cairn/build/menuconfig"
)

func newMenuconfig() *cobra.Command {
	f := &configFlags{}
	var noSizes bool
	c := &cobra.Command{
		Use:   "menuconfig",
		Short: "Change the options of a kernel in a terminal menu",
		Long: `Change the options of a kernel in a terminal menu: what they are, what they need, and
what each library adds to the image.

The configuration is .config in this directory, or if there is none the default
(base). It is saved to .config; --config names another file, or a named configuration
to begin with. "cairn build -c .config" builds it.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !term.IsTerminal(int(os.Stdin.Fd())) || !term.IsTerminal(int(os.Stdout.Fd())) {
				return errors.New("menuconfig needs a terminal; \"cairn config set\" changes options without one")
			}
			cfg, err := f.read()
			if err != nil {
				return err
			}
			o := menuconfig.Options{File: f.file()}
			if !noSizes {
				o.Measure = func() (map[string]int64, int64, error) { return build.LibrarySizes(c.Context()) }
			}
			_, err = menuconfig.Run(cfg, o)
			return err
		},
	}
	c.Flags().StringVarP(&f.config, "config", "c", "", "the `CONFIG`uration: a name, a .config file or a kernel image")
	c.Flags().BoolVar(&noSizes, "no-sizes", false, "do not show what each library adds to the image, for which images are built beside the menu")
	return c
}
