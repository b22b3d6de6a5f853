package qemu

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"cairn/vmm"
)

// Accelerators.
const (
	Auto = "auto" // KVM if it works, else TCG
	KVM  = "kvm"
	TCG  = "tcg" // emulation
)

// probeTime is how long the probe guest may take.
const probeTime = 5 * time.Second

// accelerator decides which accelerator to use, and says why.
func (l *Launcher) accelerator(qemu string, m *vmm.Machine) (accel, why string, err error) {
	switch {
	case m.Accel != "" && m.Accel != Auto && m.Accel != KVM && m.Accel != TCG:
		return "", "", fmt.Errorf("accelerator %q is not known: use %s, %s or %s", m.Accel, Auto, KVM, TCG)
	case m.ICount && m.Accel == KVM:
		return "", "", errors.New("counting instructions needs emulation: leave out --accel kvm, or --icount")
	case m.ICount:
		return TCG, "instructions are counted", nil
	case m.Accel == TCG:
		return TCG, "as asked", nil
	}
	problem := l.kvmProblem(qemu)
	switch {
	case problem == "":
		return KVM, "a probe guest ran", nil
	case m.Accel == KVM:
		return TCG, "KVM was asked for, but " + problem, nil
	}
	return TCG, problem, nil
}

// kvmProblem says why KVM cannot be used, nothing if it can.
func (l *Launcher) kvmProblem(qemu string) string {
	if cpu, err := os.ReadFile("/proc/cpuinfo"); err != nil || !hasVirtualisation(string(cpu)) {
		return "the processor shows no virtualisation extensions"
	}
	f, err := os.OpenFile("/dev/kvm", os.O_RDWR, 0)
	if err != nil {
		return err.Error()
	}
	f.Close()
	cache := l.probeFile()
	if b, err := os.ReadFile(cache); err == nil {
		return string(b)
	}
	problem := ""
	if err := probe(qemu, KVM); err != nil {
		problem = "a probe guest did not run: " + err.Error()
	}
	if cache != "" {
		_ = os.WriteFile(cache, []byte(problem), 0o644) // the next run probes again
	}
	return problem
}

// hasVirtualisation looks for the flags in /proc/cpuinfo.
func hasVirtualisation(cpuinfo string) bool {
	for line := range strings.Lines(cpuinfo) {
		if name, flags, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "flags" {
			for flag := range strings.FieldsSeq(flags) {
				if flag == "vmx" || flag == "svm" {
					return true
				}
			}
		}
	}
	return false
}

// probeFile returns the file that keeps the finding during this boot of the
// host, empty if there is none.
func (l *Launcher) probeFile() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil || l.CacheDir == "" {
		return ""
	}
	return filepath.Join(l.CacheDir, "kvm-"+strings.TrimSpace(string(id)))
}

// probe runs a guest that ends with a certain status.
func probe(qemu, accel string) error {
	dir, err := os.MkdirTemp("", "cairn-probe-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	kernel := filepath.Join(dir, "kernel")
	if err := os.WriteFile(kernel, probeKernel(), 0o600); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), probeTime)
	defer cancel()
	c := exec.CommandContext(ctx, qemu,
		"-M", "microvm,x-option-roms=off,pit=off,pic=off,rtc=off,acpi=off", "-nodefaults", "-no-user-config",
		"-display", "none", "-no-reboot", "-accel", accel, "-m", "16", "-kernel", kernel,
		"-device", fmt.Sprintf("isa-debug-exit,iobase=%#x,iosize=1", probePort))
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return errors.New("it hung")
	case errors.As(err, &exit) && exit.ExitCode() == probeStatus:
		return nil
	}
	first, _, _ := bytes.Cut(out, []byte("\n"))
	return fmt.Errorf("QEMU said %q (%v)", first, err)
}
