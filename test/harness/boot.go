package harness

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"cairn/image/cpio"
)

// Boot is a machine started without the cairn command, as by hand: QEMU, the
// kernel, an archive, and a serial line.
type Boot struct {
	Machine string            // "microvm" or "q35"
	Append  string            // the kernel command line
	Files   map[string]string // regular files, all executable, by their paths
	Stdin   string            // what comes over the serial line
	Memory  string            // as for QEMU's -m, 64M if empty
	Limit   time.Duration
}

// Run boots the machine and returns what came over the serial line until it powered
// itself off. A machine that does not fails the test.
func (b Boot) Run(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	kernel := filepath.Join(dir, "kernel")
	if r := Cairn(t, 5*time.Minute, "", "build", "-o", kernel); r.Status != 0 {
		t.Fatalf("cairn build: %s", r.describe())
	}
	initrd := filepath.Join(dir, "initrd")
	if err := os.WriteFile(initrd, b.archive(t), 0o644); err != nil {
		t.Fatal(err)
	}
	machine := []string{"-M", "q35"}
	if b.Machine != "q35" {
		machine = []string{"-M", "microvm,pit=off,pic=off,rtc=on,isa-serial=on,acpi=off", "-device", "i8042"}
	}
	memory, limit := b.Memory, b.Limit
	if memory == "" {
		memory = "64M"
	}
	if limit == 0 {
		limit = time.Minute
	}
	c := exec.Command("qemu-system-x86_64", append(machine, "-nodefaults", "-no-user-config", "-no-reboot",
		"-display", "none", "-accel", "tcg", "-cpu", "max", "-m", memory, "-kernel", kernel, "-initrd", initrd,
		"-append", b.Append, "-serial", "stdio")...)
	stdin, err := c.StdinPipe() // it stays open: a serial line has no end
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.WriteString(stdin, b.Stdin) }() // fails if the machine ends first
	r := run(t, c, limit)
	if r.Status != 0 {
		t.Fatalf("QEMU failed\n%s", r.describe())
	}
	return r.Stdout
}

// archive makes the initial file system.
func (b Boot) archive(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	w := cpio.NewWriter(&out)
	for name, content := range b.Files {
		h := cpio.Header{Mode: cpio.ModeRegular | 0o755, NLink: 1, Size: uint32(len(content))}
		if err := w.WriteHeader(&h, name); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
