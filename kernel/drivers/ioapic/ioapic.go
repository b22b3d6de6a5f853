// Package ioapic drives the I/O APIC, where the interrupt lines of a PC end
// (Intel 82093AA data sheet).
package ioapic

import (
	"cairn/kernel/drivers"
	"cairn/kernel/kfmt"
)

// Base is where the first I/O APIC of a PC is, unless ACPI says otherwise.
const Base = 0xfec0_0000

// Size is the size of the registers in bytes.
const Size = 4096

const (
	regSelect = 0x00 // IOREGSEL
	regWindow = 0x10 // IOWIN

	indexVersion     = 0x01 // IOAPICVER
	indexRedirection = 0x10 // IOREDTBL, two words a line

	redirectLevel  = 1 << 15
	redirectMasked = 1 << 16
)

// An IOAPIC is one controller.
type IOAPIC struct {
	regs  drivers.Registers
	lines int
	apic  uint32
}

// New returns the controller with these registers; interrupts go to the local
// APIC with the number apic. All lines are masked.
func New(regs drivers.Registers, apic uint32) *IOAPIC {
	c := &IOAPIC{regs: regs, apic: apic}
	c.lines = int(c.read(indexVersion)>>16&0xff) + 1
	for line := range c.lines {
		c.write(redirection(line), redirectMasked)
	}
	return c
}

// firstPCILine is the first line that PCI devices use, level-triggered; those below
// are the ISA bus's, edge-triggered (ACPI specification, section 5.2.12.5).
const firstPCILine = 16

// Route sends a line to a vector (irq.Controller).
func (c *IOAPIC) Route(line int, vector uint8) error {
	if line < 0 || line >= c.lines {
		return kfmt.Errorf("interrupt line %d: the I/O APIC has %d", line, c.lines)
	}
	low := uint32(vector)
	if line >= firstPCILine {
		low |= redirectLevel
	}
	c.write(redirection(line)+1, c.apic<<24)
	c.write(redirection(line), low)
	return nil
}

func redirection(line int) uint32 { return indexRedirection + 2*uint32(line) }

func (c *IOAPIC) read(index uint32) uint32 {
	c.regs.Write32(regSelect, index)
	return c.regs.Read32(regWindow)
}

func (c *IOAPIC) write(index, v uint32) {
	c.regs.Write32(regSelect, index)
	c.regs.Write32(regWindow, v)
}
