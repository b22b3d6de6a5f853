package qemu

import (
	"fmt"
	"os"

	"cairn/vmm"
)

// Machine types.
const (
	MicroVM = "microvm" // the default
	Q35     = "q35"
)

// machines maps machine types to the arguments that make them.
var machines = map[string][]string{
	MicroVM: {
		"-M", "microvm,x-option-roms=off,pit=off,pic=off,rtc=on,isa-serial=on,acpi=off",
		"-global", "virtio-mmio.force-legacy=false",
		"-device", "i8042", // for power-off through its reset line
		"-device", "virtio-serial-device,id=cairn,max_ports=5",
	},
	Q35: {
		"-M", "q35,usb=off,vmport=off",
		"-device", "virtio-serial-pci,id=cairn,max_ports=5,disable-legacy=on",
	},
}

// firstFD is the descriptor at which a child finds the first inherited file.
const firstFD = 3

// arguments returns QEMU's arguments and the files that it inherits.
func arguments(m *vmm.Machine, c *vmm.Channels, accel string) ([]string, []*os.File, error) {
	kind := m.Type
	if kind == "" {
		kind = MicroVM
	}
	machine, ok := machines[kind]
	if !ok {
		return nil, nil, fmt.Errorf("machine type %q is not supported: use %s or %s", kind, MicroVM, Q35)
	}
	cpu := "max"
	if accel == KVM {
		cpu = "host"
	}
	args := []string{
		"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
		"-accel", accel, "-cpu", cpu, "-m", fmt.Sprintf("%dK", m.Memory>>10), "-smp", "1",
		"-rtc", "base=utc", "-kernel", m.Kernel,
	}
	args = append(args, machine...)
	if m.ICount {
		args = append(args, "-icount", "shift=0,sleep=off")
	}
	if line := m.CommandLine(); line != "" {
		args = append(args, "-append", line)
	}
	var files []*os.File
	inherit := func(f *os.File) int {
		files = append(files, f)
		return firstFD + len(files) - 1
	}
	for i, port := range []struct {
		name string
		f    *os.File
	}{{"stdin", c.Stdin}, {"stdout", c.Stdout}, {"stderr", c.Stderr}, {"ctl", c.Ctl}} {
		args = append(args,
			"-chardev", fmt.Sprintf("socket,id=%s,fd=%d", port.name, inherit(port.f)),
			"-device", fmt.Sprintf("virtserialport,bus=cairn.0,nr=%d,chardev=%s,name=cairn.%s", i+1, port.name, port.name))
	}
	args = append(args, "-chardev", fmt.Sprintf("socket,id=serial,fd=%d", inherit(c.Serial)), "-serial", "chardev:serial")
	if m.Initrd != nil {
		// QEMU opens files by name only; an inherited one has this name.
		args = append(args, "-initrd", fmt.Sprintf("/proc/self/fd/%d", inherit(m.Initrd)))
	}
	return args, files, nil
}
