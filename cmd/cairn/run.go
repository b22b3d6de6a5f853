package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"cairn/build"
	"cairn/image"
	"cairn/pack"
	"cairn/vmm"
	"cairn/vmm/qemu"
)

// runFlags are the flags of "cairn run".
type runFlags struct {
	rootFlags
	memory   bytesValue
	smp      int
	platform string
	arch     string
	accel    string
	machine  string
	kernel   string
	timeout  time.Duration
	icount   bool
	verbose  bool
}

func newRun() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run [flags] PROGRAM [ARG...]",
		Short: "Run a program in a machine of its own",
		Long: `Run a program in a machine of its own.

PROGRAM is a program of this host: its interpreter and shared libraries are packed
with it. With --rootfs it is a path in that root file system. Flags for cairn come
before PROGRAM; everything behind it is the program's.

Standard input, output and error are the program's, and so is the exit status:
128+N when signal N killed it, 124 after --timeout, 125 when cairn itself failed.`,
		Example: `  cairn run /bin/ls -l /
  echo hello | cairn run cat
  cairn run --with data.db:/data.db sqlite3 /data.db .tables
  cairn run --rootfs alpine.tar -M 128M /bin/busybox sh`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("which program? Usage: cairn run [flags] PROGRAM [ARG...]")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), args) },
	}
	flags := c.Flags()
	flags.SetInterspersed(false)
	f.rootFlags.add(flags)
	flags.VarP(&f.memory, "memory", "M", "memory of the machine (default 64M, more if the root file system needs it)")
	flags.IntVar(&f.smp, "smp", 1, "`NUMBER` of processors")
	flags.StringVar(&f.platform, "plat", "qemu", "virtual machine `MONITOR`: qemu")
	flags.StringVar(&f.arch, "arch", "x86_64", "architecture `ARCH`: x86_64")
	flags.StringVar(&f.accel, "accel", qemu.Auto, "accelerator: `auto|kvm|tcg`")
	flags.StringVar(&f.machine, "machine", qemu.MicroVM, "machine type: `microvm|q35`")
	flags.StringVar(&f.kernel, "kernel", "", "kernel image `FILE` to use instead of the built-in configuration")
	flags.DurationVar(&f.timeout, "timeout", 0, "stop the machine after `TIME`, such as 30s")
	flags.BoolVar(&f.icount, "icount", false, "deterministic: one guest instruction takes one nanosecond of guest time")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "show how the machine boots")
	return c
}

// check refuses what is not supported.
func (f *runFlags) check() error {
	switch {
	case f.platform != "qemu":
		return fmt.Errorf("--plat %s is not supported: use qemu", f.platform)
	case f.arch != "x86_64":
		return fmt.Errorf("--arch %s is not supported: use x86_64", f.arch)
	case f.smp < 1:
		return fmt.Errorf("--smp %d: a machine has at least one processor", f.smp)
	case f.smp > 1:
		return fmt.Errorf("--smp %d is not supported: machines have one processor; leave out --smp", f.smp)
	case f.timeout < 0:
		return fmt.Errorf("--timeout %v: give a positive time", f.timeout)
	}
	return nil
}

// run runs a program and returns its status as a statusError.
func (f *runFlags) run(ctx context.Context, args []string) error {
	if err := f.check(); err != nil {
		return err
	}
	tree, err := f.tree(args, warn)
	if err != nil {
		return err
	}
	initrd, err := writeInitrd(tree)
	if err != nil {
		return err
	}
	defer initrd.Close()
	kernel, sizes, err := f.findKernel(ctx)
	if err != nil {
		return err
	}
	m, err := f.describe(kernel, sizes, initrd)
	if err != nil {
		return err
	}
	cache, _ := build.CacheDir() // without one the accelerator is probed each time
	launcher := &qemu.Launcher{CacheDir: cache}
	status, err := vmm.Run(launcher, m, vmm.IO{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Verbose: f.verbose})
	if err != nil {
		return err
	}
	if status != 0 {
		return statusError(status)
	}
	return nil
}

// say shows a fact with -v.
func (f *runFlags) say(format string, args ...any) {
	if f.verbose {
		fmt.Fprintf(os.Stderr, "cairn: "+format+"\n", args...)
	}
}

// writeInitrd writes the file system to memory. Nothing is left behind when
// this process and the monitor are gone.
func writeInitrd(t *pack.Tree) (*os.File, error) {
	fd, err := unix.MemfdCreate("cairn-initrd", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("making room for the root file system: %w", err)
	}
	f := os.NewFile(uintptr(fd), "root file system")
	w := bufio.NewWriterSize(f, 1<<20)
	if _, err := t.WriteTo(w); err != nil {
		f.Close()
		return nil, err
	}
	if err := w.Flush(); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// findKernel returns the kernel image to boot, and builds it if necessary.
func (f *runFlags) findKernel(ctx context.Context) (string, *image.Sizes, error) {
	if f.kernel != "" {
		b, err := os.ReadFile(f.kernel)
		if err != nil {
			return "", nil, fmt.Errorf("--kernel: %w", err)
		}
		sizes, err := image.Inspect(b)
		if err != nil {
			return "", nil, fmt.Errorf("--kernel %s: %w", f.kernel, err)
		}
		return f.kernel, sizes, nil
	}
	begin := time.Now()
	img, err := build.Kernel(ctx, build.Config{Warn: warn})
	if err != nil {
		return "", nil, err
	}
	if img.Cached {
		f.say("kernel: %s", img.Path)
	} else {
		f.say("kernel: %s, built in %v", img.Path, time.Since(begin).Round(time.Millisecond))
	}
	return img.Path, &img.Sizes, nil
}

// describe puts the machine together.
func (f *runFlags) describe(kernel string, sizes *image.Sizes, initrd *os.File) (*vmm.Machine, error) {
	size, err := initrd.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	memory, err := chooseMemory(uint64(f.memory), sizes.PhysEnd, uint64(size))
	if err != nil {
		return nil, err
	}
	reason := ""
	if f.memory == 0 && memory > defaultMemory {
		reason = " (raised for the root file system)"
	}
	f.say("kernel image: %d KiB, loaded up to %d KiB", sizes.File>>10, sizes.PhysEnd>>10)
	f.say("initial file system: %d KiB", size>>10)
	f.say("memory: %s%s", formatSize(memory), reason)
	level := 4 // warnings
	if f.verbose {
		level = 6 // informational
	}
	return &vmm.Machine{
		Kernel: kernel, Initrd: initrd, Memory: memory, Type: f.machine, Accel: f.accel,
		ICount: f.icount, Timeout: f.timeout,
		Params: []string{fmt.Sprintf("log.level=%d", level)},
	}, nil
}
