package pci

import (
	"errors"

	"cairn/kernel/drivers"
	"cairn/kernel/kfmt"
)

// A Device is a function of a device on a bus, with a header of type 0.
type Device struct {
	Address
	cfg Config

	// Vendor and ID say what it is; the subsystem's say who built it into what.
	Vendor, ID                   uint16
	SubsystemVendor, SubsystemID uint16
	// Class is base class, subclass and programming interface, one byte each.
	Class uint32
	// BARs are its regions of memory and ports.
	BARs [6]BAR
}

// A BAR is a region of memory or ports that a device answers to.
type BAR struct {
	// Addr is the physical address or the first port. 0: the firmware gave none.
	Addr uint64
	// Size in bytes; 0: there is no such region.
	Size uint64
	// IO says that the region is one of ports.
	IO bool
}

// ErrNoRegion says that a device has no such region, or no address for it.
var ErrNoRegion = errors.New("no such region of the device")

// newDevice reads what there is to know about the device at a.
func newDevice(cfg Config, a Address) *Device {
	d := &Device{Address: a, cfg: cfg}
	id, sub := cfg.Read(a, regID), cfg.Read(a, regSubsystem)
	d.Vendor, d.ID = uint16(id), uint16(id>>16)
	d.SubsystemVendor, d.SubsystemID = uint16(sub), uint16(sub>>16)
	d.Class = cfg.Read(a, regClass) >> 8
	d.readBARs()
	return d
}

// readBARs finds out where the regions are and how large. The device must not answer
// to addresses meanwhile.
func (d *Device) readBARs() {
	command := d.cfg.Read(d.Address, regCommand) & commandBits
	d.cfg.Write(d.Address, regCommand, command&^(commandIO|commandMemory))
	defer d.cfg.Write(d.Address, regCommand, command)
	for i := 0; i < len(d.BARs); i++ {
		low, mask := d.probeBAR(i)
		b := &d.BARs[i]
		switch {
		case mask == 0:
		case low&barIO != 0:
			*b = BAR{Addr: uint64(low &^ barIOMask), Size: uint64(^(mask&^barIOMask)+1) & 0xffff, IO: true}
		case low&barTypeMask == barType64 && i+1 < len(d.BARs):
			high, maskHigh := d.probeBAR(i + 1)
			*b = BAR{Addr: uint64(low&^barMemMask) | uint64(high)<<32,
				Size: ^(uint64(mask&^barMemMask) | uint64(maskHigh)<<32) + 1}
			i++
		default:
			*b = BAR{Addr: uint64(low &^ barMemMask), Size: uint64(^(mask &^ barMemMask) + 1)}
		}
	}
}

// probeBAR returns what is in base address register i, and which bits of it can be set.
func (d *Device) probeBAR(i int) (value, mask uint32) {
	off := uint16(regBAR0 + 4*i)
	value = d.cfg.Read(d.Address, off)
	d.cfg.Write(d.Address, off, ^uint32(0))
	mask = d.cfg.Read(d.Address, off)
	d.cfg.Write(d.Address, off, value)
	return value, mask
}

// ReadConfig reads four bytes of configuration space at off.
func (d *Device) ReadConfig(off uint16) uint32 { return d.cfg.Read(d.Address, off) }

// Enable lets the device answer to its addresses and reach memory.
func (d *Device) Enable() {
	command := d.cfg.Read(d.Address, regCommand) & commandBits
	d.cfg.Write(d.Address, regCommand, command&^commandNoINTx|commandIO|commandMemory|commandMaster)
}

// Capabilities returns the offsets in configuration space of all capabilities with the identifier.
func (d *Device) Capabilities(id uint8) []uint16 {
	if d.cfg.Read(d.Address, regCommand)&statusCapabilities == 0 {
		return nil
	}
	var list []uint16
	off := uint16(d.cfg.Read(d.Address, regCapabilities) & 0xfc)
	var seen [64]bool // by word: a broken list may be a ring
	for off >= 0x40 && !seen[off/4] {
		seen[off/4] = true
		c := d.cfg.Read(d.Address, off)
		if uint8(c) == id {
			list = append(list, off)
		}
		off = uint16(c >> 8 & 0xfc)
	}
	return list
}

// Map returns size bytes of registers at offset off of region bar.
func (d *Device) Map(bar int, off, size uint64) (drivers.Registers, error) {
	if bar < 0 || bar >= len(d.BARs) {
		return nil, kfmt.Errorf("region %d: %w", bar, ErrNoRegion)
	}
	b := d.BARs[bar]
	if b.Addr == 0 || off > b.Size || size > b.Size-off {
		return nil, kfmt.Errorf("region %d, %#x bytes at %#x: %w", bar, size, off, ErrNoRegion)
	}
	if b.IO {
		return drivers.Ports(b.Addr + off), nil
	}
	return drivers.MapRegisters(b.Addr+off, size)
}

// HandleINTx connects f to the device's interrupt line, as the firmware wired it.
func (d *Device) HandleINTx(name string, f func()) error {
	v := d.cfg.Read(d.Address, regInterrupt)
	line, pin := uint8(v), uint8(v>>8)
	if pin == 0 || line == 0 || line == 0xff {
		return kfmt.Errorf("%s: no interrupt line", d)
	}
	return drivers.HandleIRQ(int(line), name, f)
}
