package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/pflag"

	"cairn/build"
	"cairn/build/kconfig"
	"cairn/image"
)

// kernelFlags say which kernel is meant. "run", "build" and "libs" share them.
type kernelFlags struct {
	config    string
	kraftfile string
	target    string
	project   *project // set by options, nil without --kraftfile
}

func (f *kernelFlags) add(flags *pflag.FlagSet) {
	flags.StringVarP(&f.config, "config", "c", "", "the kernel's `CONFIG`uration: a name, a .config file or a kernel image (default base)")
	flags.StringVarP(&f.kraftfile, "kraftfile", "K", "", "the project in a `DIR`ectory with a Kraftfile, or the file itself")
	flags.StringVar(&f.target, "target", "", "`NAME` of a target in the Kraftfile, when several fit")
}

// options returns the configuration that the flags ask for, with the project's options and the further ones
// given here. A wish that does not hold is an error.
func (f *kernelFlags) options(further ...kconfig.Assignment) (*kconfig.Config, error) {
	cfg, err := f.baseConfig()
	if err != nil {
		return nil, err
	}
	wishes := further
	if f.kraftfile != "" {
		if f.project, err = openProject(f.kraftfile, f.target); err != nil {
			return nil, err
		}
		wishes = append(f.project.assignments(), further...)
	}
	notes, err := cfg.Apply(wishes)
	warnNotes(notes)
	if err != nil {
		return nil, err
	}
	return cfg, cfg.Check()
}

// baseConfig returns the configuration of --config.
func (f *kernelFlags) baseConfig() (*kconfig.Config, error) {
	switch {
	case f.config != "" && f.kraftfile != "":
		return nil, errors.New("--config and --kraftfile exclude each other: a Kraftfile has options of its own")
	case f.target != "" && f.kraftfile == "":
		return nil, errors.New("--target chooses among the targets of a Kraftfile: give --kraftfile too")
	case f.config == "":
		return build.NewConfig()
	}
	cfg, notes, err := build.OpenConfig(f.config)
	warnNotes(notes)
	return cfg, err
}

// warn tells the user of what is not an error.
func warn(message string) { fmt.Fprintln(os.Stderr, "cairn: warning:", message) }

// warnNotes tells the user what is odd about a configuration.
func warnNotes(notes []kconfig.Note) {
	for _, n := range notes {
		fmt.Fprintln(os.Stderr, "cairn:", n)
	}
}

// kernel is a kernel image to boot.
type kernel struct {
	path  string
	sizes *image.Sizes
	// params returns the boot parameters that it knows.
	params func() ([]build.Param, error)
}

// buildKernel returns the image of a configuration, from the cache if it is there. It says with say
// where the image is.
func buildKernel(ctx context.Context, cfg *kconfig.Config, say func(format string, args ...any)) (*kernel, error) {
	c, err := build.ForOptions(cfg)
	if err != nil {
		return nil, err
	}
	c.Warn = warn
	begin := time.Now()
	img, err := build.Kernel(ctx, c)
	if err != nil {
		return nil, err
	}
	if img.Cached {
		say("kernel: %s", img.Path)
	} else {
		say("kernel: %s, built in %v", img.Path, time.Since(begin).Round(time.Millisecond))
	}
	return &kernel{img.Path, &img.Sizes, func() ([]build.Param, error) { return build.Params(cfg) }}, nil
}

// openKernel returns the image in a file.
func openKernel(name string) (*kernel, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("--kernel: %w", err)
	}
	sizes, err := image.Inspect(b)
	if err != nil {
		return nil, fmt.Errorf("--kernel %s: %w", name, err)
	}
	params := func() ([]build.Param, error) {
		list, err := build.ImageParams(b)
		if errors.Is(err, image.ErrNotCairn) {
			err = fmt.Errorf("--kernel %s: the image does not say which boot parameters it knows, so they cannot be checked; build it anew", name)
		}
		return list, err
	}
	return &kernel{name, sizes, params}, nil
}
