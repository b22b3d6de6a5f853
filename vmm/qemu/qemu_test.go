package qemu

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"cairn/vmm"
)

// channels returns open files to stand for channels.
func channels(t *testing.T) *vmm.Channels {
	t.Helper()
	open := func() *os.File {
		f, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	return &vmm.Channels{Stdin: open(), Stdout: open(), Stderr: open(), Ctl: open(), Serial: open()}
}

func TestArguments(t *testing.T) {
	initrd := channels(t).Stdin
	m := &vmm.Machine{
		Kernel: "/k", Initrd: initrd, Params: []string{"p=1"}, Memory: 64 << 20, Type: Q35, ICount: true,
	}
	args, files, err := arguments(m, channels(t), TCG)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 6 || files[5] != initrd {
		t.Errorf("%d files", len(files))
	}
	line := strings.Join(args, " ")
	for _, want := range []string{
		"-M q35", "-m 65536K", "-cpu max", "-icount shift=0,sleep=off", "-append p=1", "-kernel /k",
		"-chardev socket,id=stdin,fd=3", "name=cairn.ctl", "-initrd /proc/self/fd/8", "-no-reboot",
	} {
		if !strings.Contains(line, want) {
			t.Errorf("no %q in %s", want, line)
		}
	}
	args, _, err = arguments(&vmm.Machine{}, channels(t), KVM)
	if err != nil || !slices.Contains(args, "host") || slices.Contains(args, "-initrd") || slices.Contains(args, "-append") {
		t.Errorf("%v, %v", args, err)
	}
	if _, _, err := arguments(&vmm.Machine{Type: "pc"}, channels(t), TCG); err == nil {
		t.Error("an unknown machine type was accepted")
	}
}

func TestNotFound(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := (&Launcher{}).Start(&vmm.Machine{}, channels(t), t.Logf); err != ErrNotFound {
		t.Errorf("%v", err)
	}
}

func TestAccelerator(t *testing.T) {
	l := &Launcher{CacheDir: t.TempDir()}
	for _, c := range []struct {
		m    vmm.Machine
		want string
		fail bool
	}{
		{vmm.Machine{Accel: TCG}, TCG, false},
		{vmm.Machine{ICount: true}, TCG, false},
		{vmm.Machine{ICount: true, Accel: KVM}, "", true},
		{vmm.Machine{Accel: "hax"}, "", true},
	} {
		accel, why, err := l.accelerator("/nonexistent", &c.m)
		if accel != c.want || (err != nil) != c.fail || (why == "") != c.fail {
			t.Errorf("%+v: %q, %q, %v", c.m, accel, why, err)
		}
	}
	if _, why, err := l.accelerator("/nonexistent", &vmm.Machine{}); err != nil || why == "" {
		t.Errorf("automatic choice: %q, %v", why, err)
	}
}

func TestHasVirtualisation(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                  false,
		"model name\t: vmx\nflags\t\t: fpu": false,
		"flags\t\t: fpu vmx sse\n":          true,
		"flags\t\t: svm\n":                  true,
	} {
		if hasVirtualisation(text) != want {
			t.Errorf("%q: not %v", text, want)
		}
	}
}

// TestProbe runs the probe guest under emulation, where it must work.
func TestProbe(t *testing.T) {
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skip(program + " is not installed")
	}
	if err := probe(path, TCG); err != nil {
		t.Error(err)
	}
	bad := filepath.Join(t.TempDir(), "qemu")
	if err := os.WriteFile(bad, []byte("#!/bin/sh\necho no luck; exit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := probe(bad, KVM); err == nil || !strings.Contains(err.Error(), "no luck") {
		t.Errorf("%v", err)
	}
}

// TestProcess starts something else than QEMU.
func TestProcess(t *testing.T) {
	p, err := start("/bin/sh", []string{"-c", "echo message >&2; exec sleep 100"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.Signal(syscall.SIGTERM)
	if said := p.Wait(); !strings.Contains(said, "terminated") {
		t.Errorf("it said %q", said)
	}
	p.Signal(syscall.SIGKILL) // must hit nobody
	var exit *exec.Error
	if _, err := start("/nonexistent", nil, nil); err == nil || errors.As(err, &exit) {
		t.Errorf("%v", err)
	}
}
