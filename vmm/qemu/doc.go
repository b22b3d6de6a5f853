// Package qemu starts machines with QEMU.
//
// Two machine types are known. microvm, the default, starts fastest: no
// firmware beyond a boot loader, no PCI, devices on virtio-mmio, power-off
// through the keyboard controller's reset line. q35 is a PC with ACPI and PCI.
//
// # Accelerators
//
// KVM is used where it works, and emulation (TCG) elsewhere. That /dev/kvm can
// be opened proves little: some hosts offer it without being able to run a
// guest. So the processor must show the virtualisation extensions and a probe
// guest of a few instructions must run. The finding is kept in the cache
// directory until the next boot of the host.
package qemu
