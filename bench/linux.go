package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"cairn/build"
	"cairn/image/cpio"
)

const (
	qemuCommand = "qemu-system-x86_64"

	// linuxWallRuns is how often a program is run to measure its wall time on Linux.
	linuxWallRuns = 3

	// quickLimit is how long a machine may take to say hello when it is unknown whether it has
	// enough memory for that. Some that have not just stop.
	quickLimit = 2 * time.Minute
)

// linuxMachine are QEMU's arguments for Linux. Like a Cairn machine it has nothing that is not
// needed. The kernel's defaults stay as they are; a panic ends the machine.
var linuxMachine = []string{
	"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio",
	"-M", "q35", "-accel", "tcg", "-cpu", "max", "-smp", "1",
}

const (
	linuxParams = "console=ttyS0 quiet panic=-1"
	icount      = "shift=0,sleep=off"
)

// linux measures Debian's kernel.
type linux struct {
	*programs
	kernel string // its file
	system string // name and version of kernel and QEMU
	cache  string // file with its figures
}

// newLinux finds the kernel.
func newLinux(p *programs) (*linux, error) {
	dir, err := build.CacheDir()
	if err != nil {
		return nil, err
	}
	l := &linux{programs: p, kernel: filepath.Join(dir, "debian", "linux", "vmlinuz")}
	name, err := os.ReadFile(filepath.Join(dir, "debian", "linux", "package"))
	if err != nil {
		return nil, fmt.Errorf("no kernel to compare with: run scripts/setup bench: %w", err)
	}
	version, err := exec.Command(qemuCommand, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: run scripts/setup qemu", qemuCommand, err)
	}
	first, _, _ := strings.Cut(string(version), "\n")
	l.system = strings.TrimSpace(string(name)) + ", " + first
	key := sha256.New()
	fmt.Fprintln(key, l.system, linuxMachine, linuxParams, icount)
	if err := p.hash(key); err != nil {
		return nil, err
	}
	l.cache = filepath.Join(dir, "bench", fmt.Sprintf("linux-%x.json", key.Sum(nil)[:12]))
	return l, nil
}

// cached returns the figures in the cache, nil if there are none.
func (l *linux) cached() *figures {
	b, err := os.ReadFile(l.cache)
	if err != nil {
		return nil
	}
	f := new(figures)
	if json.Unmarshal(b, f) != nil {
		return nil
	}
	return f
}

// keep stores figures in the cache.
func (l *linux) keep(f *figures) error {
	b, err := json.MarshalIndent(f, "", "\t")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(l.cache), 0o755); err != nil {
		return err
	}
	return build.WriteFile(l.cache, b, 0o644)
}

// measure measures everything.
func (l *linux) measure() (*figures, error) {
	f := &figures{System: l.system}
	return f, perform("linux (takes minutes, once)", f, []step{
		{"image size", l.image},
		{"operations", l.operations},
		{"wall time", l.wall},
		{"memory", l.memory},
	})
}

func (l *linux) image(f *figures) error {
	info, err := os.Stat(l.kernel)
	if err == nil {
		f.Image = info.Size()
	}
	return err
}

func (l *linux) operations(f *figures) error {
	initrd, err := l.initrd("ops.cpio", map[string]string{"init": l.ops, exitPath[1:]: l.exit})
	if err != nil {
		return err
	}
	out, err := l.boot(limit, plenty, initrd, " -- init", "-icount", icount)
	if err != nil {
		return err
	}
	f.Operations, f.PowerOn, err = parse(out)
	return err
}

func (l *linux) wall(f *figures) (err error) {
	f.Wall, err = medianTime(linuxWallRuns, func() error {
		ok, err := l.saysHello(limit, plenty)
		if err == nil && !ok {
			err = errors.New("the machine did not say hello")
		}
		return err
	})
	return err
}

func (l *linux) memory(f *figures) (err error) {
	f.MinMemory, err = smallest(32, 128, func(mib int) (bool, error) { return l.saysHello(quickLimit, mib) })
	return err
}

// saysHello tells whether the program says hello in a machine with so many MiB of memory.
func (l *linux) saysHello(limit time.Duration, mib int) (bool, error) {
	initrd, err := l.initrd("hello.cpio", map[string]string{"init": l.hello})
	if err != nil {
		return false, err
	}
	out, err := l.boot(limit, mib, initrd, "")
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil
	}
	return strings.Contains(out, "hello\r\n"), err
}

// boot runs a machine to its end and returns what came from its console.
func (l *linux) boot(limit time.Duration, mib int, initrd, params string, more ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	args := append(linuxMachine[:len(linuxMachine):len(linuxMachine)],
		"-m", fmt.Sprint(mib), "-kernel", l.kernel, "-initrd", initrd, "-append", linuxParams+params)
	cmd := exec.CommandContext(ctx, qemuCommand, append(args, more...)...)
	var out, msg bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &msg
	err := cmd.Run()
	if ctx.Err() != nil {
		return out.String(), fmt.Errorf("the machine did not end in %v: %w; its console:\n%s", limit, ctx.Err(), tail(out.String()))
	}
	if err != nil {
		return out.String(), fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, msg.String())
	}
	return out.String(), nil
}

// initrd writes an initial file system with programs: files by their paths.
func (l *linux) initrd(name string, files map[string]string) (string, error) {
	var b bytes.Buffer
	w := cpio.NewWriter(&b)
	for path, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		if err := w.WriteHeader(&cpio.Header{Mode: cpio.ModeRegular | 0o755, Size: uint32(len(data))}, path); err != nil {
			return "", err
		}
		if _, err := w.Write(data); err != nil {
			return "", err
		}
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	name = filepath.Join(l.dir, name)
	return name, os.WriteFile(name, b.Bytes(), 0o644)
}
