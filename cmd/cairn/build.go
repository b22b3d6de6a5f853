package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"cairn/build"
	"cairn/build/kconfig"
	"cairn/image"
	"cairn/pack"
)

// buildFlags are the flags of "cairn build".
type buildFlags struct {
	rootFlags
	kernelFlags
	output  string
	size    bool
	symbols bool
	verbose bool
}

func newBuild() *cobra.Command {
	var f buildFlags
	c := &cobra.Command{
		Use:   "build [flags] [PROGRAM [ARG...]]",
		Short: "Write a bootable kernel image and an initial file system",
		Long: `Write a bootable kernel image of the libraries that a configuration selects.

With PROGRAM, --rootfs, or a Kraftfile that has one of them, the initial file system
is written too, beside the image with ".initrd" added to its name. QEMU and other
monitors that know the PVH boot protocol start the two by themselves:

  cairn build -o hello.img /bin/ls -l /
  qemu-system-x86_64 -M q35 -cpu max -kernel hello.img -initrd hello.img.initrd \
      -display none -serial stdio -no-reboot`,
		Example: `  cairn build -o kernel.img
  cairn build -c hello --size
  cairn build -K examples/shell`,
		RunE: func(c *cobra.Command, args []string) error { return f.build(c, args) },
	}
	flags := c.Flags()
	flags.SetInterspersed(false)
	f.kernelFlags.add(flags)
	f.rootFlags.add(flags)
	flags.StringVarP(&f.output, "output", "o", "", "`FILE` to write (default cairn.img; of a Kraftfile NAME_qemu-x86_64)")
	flags.BoolVar(&f.size, "size", false, "show what the image consists of")
	flags.BoolVar(&f.symbols, "symbols", false, "keep symbols, debugging information and the lines in stack traces")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "show the sizes of the parts")
	return c
}

// build writes the files.
func (f *buildFlags) build(cmd *cobra.Command, args []string) error {
	cfg, err := f.kernelFlags.options()
	if err != nil {
		return err
	}
	root, err := f.root(args)
	if err != nil {
		return err
	}
	c, err := build.ForOptions(cfg)
	if err != nil {
		return err
	}
	c.KeepSymbols, c.Warn = f.symbols, warn
	img, err := build.Kernel(cmd.Context(), c)
	if err != nil {
		return err
	}
	if err := f.writeImage(img); err != nil {
		return err
	}
	if root != nil {
		if err := f.writeInitrd(root); err != nil {
			return err
		}
	}
	if f.size {
		return showSize(cmd.Context(), cmd, cfg, c, &img.Sizes)
	}
	return nil
}

// root says what is in the initial file system, nil if there is none to write. It also settles the name of the image.
func (f *buildFlags) root(args []string) (*pack.Options, error) {
	p := f.project
	if f.output == "" {
		f.output = "cairn.img"
		if p != nil {
			f.output = p.output()
			if err := os.MkdirAll(filepath.Dir(f.output), 0o755); err != nil {
				return nil, fmt.Errorf("the project's outdir: %w", err)
			}
		}
	}
	if len(args) == 0 && f.rootfs == "" && (p == nil || len(p.Cmd) == 0 && p.RootFS.Source == "") {
		if len(f.with)+len(f.env) > 0 {
			return nil, errors.New("--with and --env need a PROGRAM or --rootfs")
		}
		return nil, nil
	}
	return f.rootFlags.options(args, p)
}

// writeImage writes the kernel.
func (f *buildFlags) writeImage(img *build.Image) error {
	data, err := os.ReadFile(img.Path)
	if err != nil {
		return err
	}
	if err := build.WriteFile(f.output, data, 0o644); err != nil {
		return fmt.Errorf("writing the image: %w", err)
	}
	if f.verbose {
		s := &img.Sizes
		fmt.Fprintf(os.Stderr, "cairn: %s: %d KiB: boot %d, text %d, read-only data %d, data %d; in memory also bss %d, lazy bss %d KiB\n",
			f.output, s.File>>10, s.Boot>>10, s.Text>>10, s.ROData>>10, s.Data>>10, s.BSS>>10, s.LazyBSS>>10)
	}
	return nil
}

// writeInitrd writes the initial file system.
func (f *buildFlags) writeInitrd(o *pack.Options) error {
	tree, err := pack.New(*o)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if _, err := tree.WriteTo(&b); err != nil {
		return err
	}
	name := f.output + ".initrd"
	if err := build.WriteFile(name, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("writing the initial file system: %w", err)
	}
	if f.verbose {
		fmt.Fprintf(os.Stderr, "cairn: %s: %d KiB\n", name, b.Len()>>10)
	}
	return nil
}

// showSize prints what an image consists of.
func showSize(ctx context.Context, cmd *cobra.Command, cfg *kconfig.Config, c build.Config, sizes *image.Sizes) error {
	in, err := build.Inventory(ctx, c)
	if err != nil {
		return err
	}
	t := newTable(cmd.OutOrStdout())
	libs, core := in.ByLibrary(build.Libraries(cfg.Tree()))
	for _, l := range build.Libraries(cfg.Tree()) {
		if n := libs[l.Symbol.Name]; n > 0 {
			t.row(kilobytes(n), l.Symbol.Name, summary(l.Symbol))
		}
	}
	t.row(kilobytes(core), "", "the kernel's core")
	t.row(kilobytes(in.Others), "", "Go's runtime and standard library")
	t.row(kilobytes(in.Tables), "", "types, tables of functions, page tables, padding")
	t.row(kilobytes(int64(sizes.File)), "", "the image")
	return t.flush()
}
