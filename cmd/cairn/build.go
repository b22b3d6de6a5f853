package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"cairn/build"
)

// buildFlags are the flags of "cairn build".
type buildFlags struct {
	rootFlags
	output  string
	symbols bool
	verbose bool
}

func newBuild() *cobra.Command {
	var f buildFlags
	c := &cobra.Command{
		Use:   "build [flags] [PROGRAM [ARG...]]",
		Short: "Write a bootable kernel image and an initial file system",
		Long: `Write a bootable kernel image.

With PROGRAM or --rootfs the initial file system is written too, beside the image
with ".initrd" added to its name. QEMU and other monitors that know the PVH boot
protocol start the two by themselves:

  cairn build -o hello.img /bin/ls -l /
  qemu-system-x86_64 -M q35 -cpu max -kernel hello.img -initrd hello.img.initrd \
      -display none -serial stdio -no-reboot`,
		RunE: func(c *cobra.Command, args []string) error { return f.build(c.Context(), args) },
	}
	flags := c.Flags()
	flags.SetInterspersed(false)
	f.rootFlags.add(flags)
	flags.StringVarP(&f.output, "output", "o", "cairn.img", "`FILE` to write")
	flags.BoolVar(&f.symbols, "symbols", false, "keep symbols, debugging information and the lines in stack traces")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "show the sizes of the parts")
	return c
}

// build writes the files.
func (f *buildFlags) build(ctx context.Context, args []string) error {
	if len(args) == 0 && f.rootfs == "" && len(f.with)+len(f.env) > 0 {
		return errors.New("--with and --env need a PROGRAM or --rootfs")
	}
	img, err := build.Kernel(ctx, build.Config{KeepSymbols: f.symbols, Warn: warn})
	if err != nil {
		return err
	}
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
	if len(args) == 0 && f.rootfs == "" {
		return nil
	}
	return f.writeInitrd(args)
}

// warn tells the user of what is not an error.
func warn(message string) { fmt.Fprintln(os.Stderr, "cairn: warning:", message) }

// writeInitrd writes the initial file system.
func (f *buildFlags) writeInitrd(args []string) error {
	tree, err := f.tree(args, warn)
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
