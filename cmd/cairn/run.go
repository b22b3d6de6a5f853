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
	"golang.org/x/term"

	"cairn/build"
	"cairn/build/kconfig"
	"cairn/pack"
	"cairn/vmm"
	"cairn/vmm/qemu"
)

// runFlags are the flags of "cairn run".
type runFlags struct {
	rootFlags
	kernelFlags
	reportFlags
	params   []string
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
	input    bool  // --interactive
	tty      *bool // --tty; nil if it was not given
}

func newRun() *cobra.Command {
	var f runFlags
	var tty bool
	c := &cobra.Command{
		Use:   "run [flags] PROGRAM [ARG...]",
		Short: "Run a program in a machine of its own",
		Long: `Run a program in a machine of its own.

PROGRAM is a program of this host: its interpreter and shared libraries are packed
with it. With --rootfs it is a path in that root file system. With --kraftfile the
project says what runs, and PROGRAM and its arguments take the place of its cmd. Flags
for cairn come before PROGRAM; everything behind it is the program's.

Standard input, output and error are the program's, and so is the exit status:
128+N when signal N killed it, 124 after --timeout, 125 when cairn itself failed.`,
		Example: `  cairn run /bin/ls -l /
  echo hello | cairn run cat
  cairn run --with data.db:/data.db sqlite3 /data.db .tables
  cairn run --rootfs alpine.tar -M 128M /bin/busybox sh
  cairn run --strace --param aslr=off /bin/true
  cairn run -it bash
  cairn run -K examples/shell`,
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("tty") {
				f.tty = &tty
			}
			return f.run(c.Context(), args)
		},
	}
	flags := c.Flags()
	flags.SetInterspersed(false)
	f.rootFlags.add(flags)
	f.kernelFlags.add(flags)
	f.reportFlags.add(flags)
	flags.StringArrayVar(&f.params, "param", nil, "set a boot parameter: `NAME=VALUE` (may be repeated; \"cairn libs --params\" lists them)")
	flags.VarP(&f.memory, "memory", "M", "memory of the machine (default 64M, more if the root file system needs it)")
	flags.IntVar(&f.smp, "smp", 1, "`NUMBER` of processors")
	flags.StringVar(&f.platform, "plat", "qemu", "virtual machine `MONITOR`: qemu")
	flags.StringVar(&f.arch, "arch", "x86_64", "architecture `ARCH`: x86_64")
	flags.StringVar(&f.accel, "accel", qemu.Auto, "accelerator: `auto|kvm|tcg`")
	flags.StringVar(&f.machine, "machine", qemu.MicroVM, "machine type: `microvm|q35`")
	flags.StringVar(&f.kernel, "kernel", "", "kernel image `FILE` to boot instead of building one")
	flags.DurationVar(&f.timeout, "timeout", 0, "stop the machine after `TIME`, such as 30s")
	flags.BoolVar(&f.icount, "icount", false, "deterministic: one guest instruction takes one nanosecond of guest time")
	flags.BoolVarP(&f.input, "interactive", "i", true, "pass standard input on to the program; =false gives it an empty one")
	flags.BoolVarP(&tty, "tty", "t", false, "give the program a terminal (default: what standard input, output and error are); =false never does")
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
	case f.tty != nil && *f.tty && !term.IsTerminal(int(os.Stdin.Fd())):
		return errors.New("--tty: standard input is not a terminal")
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
	cfg, err := f.configuration()
	if err != nil {
		return err
	}
	initrd, err := f.packRoot(args)
	if err != nil {
		return err
	}
	defer initrd.Close()
	k, err := f.findKernel(ctx, cfg)
	if err != nil {
		return err
	}
	m, err := f.describe(k, initrd)
	if err != nil {
		return err
	}
	if m.Params, err = f.bootParams(k); err != nil {
		return err
	}
	return f.launch(m)
}

// launch runs the machine and returns its program's status as a statusError.
func (f *runFlags) launch(m *vmm.Machine) error {
	reports, err := f.reportFlags.open()
	if err != nil {
		return err
	}
	input := os.Stdin
	if !f.input {
		if input, err = os.Open(os.DevNull); err != nil {
			return err
		}
		defer input.Close()
	}
	cache, _ := build.CacheDir() // without one the accelerator is probed each time
	launcher := &qemu.Launcher{CacheDir: cache}
	status, err := vmm.Run(launcher, m, vmm.IO{
		Stdin: input, Stdout: os.Stdout, Stderr: os.Stderr, Reports: reports, Verbose: f.verbose,
		Streams: f.tty != nil && !*f.tty,
	})
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

// packRoot makes the initial file system.
func (f *runFlags) packRoot(args []string) (*os.File, error) {
	o, err := f.rootFlags.options(args, f.project)
	if err != nil {
		return nil, err
	}
	if o.Program == "" && f.project != nil {
		return nil, fmt.Errorf("%s: which program? The file has no cmd: add one, or name the program here", f.project.Path)
	}
	if o.Program == "" {
		return nil, errors.New("which program? Usage: cairn run [flags] PROGRAM [ARG...]")
	}
	tree, err := pack.New(*o)
	if err != nil {
		return nil, err
	}
	return writeInitrd(tree)
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

// configuration returns the configuration of the kernel to run, nil with --kernel.
func (f *runFlags) configuration() (*kconfig.Config, error) {
	if f.kernel == "" {
		return f.kernelFlags.options(f.reportFlags.assignments()...)
	}
	if f.config != "" || f.kraftfile != "" {
		return nil, errors.New("--kernel excludes --config and --kraftfile: the kernel is built already")
	}
	return nil, nil
}

// findKernel returns the kernel image to boot, and builds it if necessary.
func (f *runFlags) findKernel(ctx context.Context, cfg *kconfig.Config) (*kernel, error) {
	if f.kernel != "" {
		return openKernel(f.kernel)
	}
	return buildKernel(ctx, cfg, f.say)
}

// bootParams returns the boot parameters, of which those that the kernel does not know are errors.
func (f *runFlags) bootParams(k *kernel) ([]string, error) {
	var asked []string
	if f.project != nil {
		asked = f.project.params()
	}
	asked = append(append(asked, f.reportFlags.params()...), f.params...)
	if len(asked) > 0 {
		known, err := k.params()
		if err != nil {
			return nil, err
		}
		for _, p := range asked {
			if err := build.CheckParam(known, p); err != nil {
				return nil, err
			}
		}
	}
	level := 4 // warnings
	if f.verbose {
		level = 6 // informational
	}
	return append([]string{fmt.Sprintf("log.level=%d", level)}, asked...), nil
}

// describe puts the machine together.
func (f *runFlags) describe(k *kernel, initrd *os.File) (*vmm.Machine, error) {
	size, err := initrd.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	memory, err := chooseMemory(uint64(f.memory), k.sizes.PhysEnd, uint64(size))
	if err != nil {
		return nil, err
	}
	reason := ""
	if f.memory == 0 && memory > defaultMemory {
		reason = " (raised for the root file system)"
	}
	f.say("kernel image: %d KiB, loaded up to %d KiB", k.sizes.File>>10, k.sizes.PhysEnd>>10)
	f.say("initial file system: %d KiB", size>>10)
	f.say("memory: %s%s", formatSize(memory), reason)
	return &vmm.Machine{
		Kernel: k.path, Initrd: initrd, Memory: memory, Type: f.machine, Accel: f.accel,
		ICount: f.icount, Timeout: f.timeout,
	}, nil
}
