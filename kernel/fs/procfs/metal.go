//go:build cairn

package procfs

import (
	"cairn/kernel/arch"
	"cairn/kernel/bare"
	"cairn/kernel/boot"
	"cairn/kernel/fs/procfs/facts"
)

// What the machine tells /proc.
func init() {
	m := &facts.Machine
	m.CPUID = arch.CPUID
	m.CPUHertz = func() uint64 {
		hz, _ := bare.TSCFrequency()
		return hz
	}
	m.Cmdline = func() string { return boot.Machine.Cmdline }
}
