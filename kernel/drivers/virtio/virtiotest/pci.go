package virtiotest

import (
	"cairn/kernel/drivers"
	"cairn/kernel/drivers/pci"
)

// Where the structures of a PCI device are in its region, and its region in memory.
const (
	pciRegion  = 0xfe00_0000
	pciSize    = 0x4000
	pciISR     = 0x1000
	pciDevice  = 0x2000
	pciNotify  = 0x3000
	pciTable   = 0x3800
	pciVectors = 2
	noVector   = 0xffff
)

// A PCI is a Device behind the registers of a PCI device. It implements pci.Config: a bus with
// just this device on it, number 0.
type PCI struct {
	*Device
	// NoMSIX leaves the capability out.
	NoMSIX bool
	// Structures may be left out by number (VIRTIO 1.2, section 4.1.4), to make the device a bad one.
	Without uint8

	command uint32
	bar     [2]uint32
	msix    uint32
	table   [pciVectors * 4]uint32
	vectors [2]uint16 // configuration, queues
	enabled map[uint32]bool
}

// NewPCI puts a model on the PCI bus.
func NewPCI(d *Device) *PCI {
	return &PCI{Device: d, bar: [2]uint32{pciRegion | 4, 0}, vectors: [2]uint16{noVector, noVector}, enabled: map[uint32]bool{}}
}

// Vectors returns the MSI-X vectors of the configuration and of the queues, and the message of the
// latter.
func (p *PCI) Vectors() (config, queues uint16, addr uint64, data uint32) {
	e := p.table[4*(p.vectors[1]%pciVectors):]
	return p.vectors[0], p.vectors[1], uint64(e[0]) | uint64(e[1])<<32, e[2]
}

// capabilities returns the words of configuration space from 0x40 on.
func (p *PCI) capabilities() []uint32 {
	var w []uint32
	add := func(typ, off, n uint32) {
		if p.Without&(1<<typ) != 0 {
			n = 0
		}
		next := 0x40 + uint32(4*len(w)) + 20
		w = append(w, typ<<24|20<<16|next<<8|pci.CapVendor, 0, off, n, 4)
	}
	add(1, 0, 0x38)
	add(2, pciNotify, 0x800)
	add(3, pciISR, 4)
	add(4, pciDevice, 64)
	if p.NoMSIX {
		return append(w, 0, 0, 0)
	}
	return append(w, p.msix&0xc000_0000|(pciVectors-1)<<16|pci.CapMSIX, pciTable, 0)
}

// Read reads configuration space.
func (p *PCI) Read(a pci.Address, off uint16) uint32 {
	if a != (pci.Address{}) {
		return ^uint32(0)
	}
	switch {
	case off == 0:
		return (0x1040+p.ID)<<16 | 0x1af4
	case off == 0x04:
		return p.command | 1<<20
	case off == 0x10:
		return p.bar[0]
	case off == 0x14:
		return p.bar[1]
	case off == 0x34:
		return 0x40
	case off == 0x3c:
		return 0x010b
	case off >= 0x40:
		if w := p.capabilities(); int(off-0x40)/4 < len(w) {
			return w[(off-0x40)/4]
		}
	}
	return 0
}

// Write writes configuration space.
func (p *PCI) Write(_ pci.Address, off uint16, v uint32) {
	switch {
	case off == 0x04:
		p.command = v & 0x7ff
	case off == 0x10:
		p.bar[0] = v&^(pciSize-1) | 4
	case off == 0x14:
		p.bar[1] = v
	case off >= 0x40 && uint8(p.Read(pci.Address{}, off)) == pci.CapMSIX:
		p.msix = v
	}
}

// Map is the device's memory, for drivers.Machine.MapDevice.
func (p *PCI) Map(pa, _ uint64) drivers.Registers { return pciMemory{p, uint32(pa - pciRegion)} }

type pciMemory struct {
	p    *PCI
	base uint32
}

func (m pciMemory) Read8(off uint32) uint8   { return uint8(m.Read32(off)) }
func (m pciMemory) Read16(off uint32) uint16 { return uint16(m.Read32(off)) }

// Read32 reads a register of the device's memory, whatever its width.
func (m pciMemory) Read32(off uint32) uint32 {
	p := m.p
	off += m.base
	switch {
	case off >= pciTable:
		return p.table[(off-pciTable)/4%uint32(len(p.table))]
	case off >= pciDevice && off < pciNotify:
		return p.Device.Read32(config + off - pciDevice)
	case off == pciISR:
		v := p.Device.Read32(interruptStatus)
		p.Device.Write32(interruptACK, v)
		return v
	default:
		return m.readCommon(off)
	}
}

func (m pciMemory) readCommon(off uint32) uint32 {
	d := m.p.Device
	switch off {
	case 0x04:
		return d.Read32(deviceFeatures)
	case 0x10:
		return uint32(m.p.vectors[0])
	case 0x14:
		return d.Read32(status)
	case 0x15:
		return d.Read32(configGeneration)
	case 0x18:
		return d.Read32(queueNumMax)
	case 0x1a:
		return uint32(m.p.vectors[1])
	case 0x1e:
		return d.sel
	}
	return 0
}

func (m pciMemory) Write8(off uint32, v uint8)   { m.Write32(off, uint32(v)) }
func (m pciMemory) Write16(off uint32, v uint16) { m.Write32(off, uint32(v)) }

// commonRegisters are the registers of virtio-mmio that do the same.
var commonRegisters = map[uint32]uint32{0x00: deviceFeaturesSel, 0x08: driverFeaturesSel, 0x0c: driverFeatures, 0x14: status,
	0x16: queueSel, 0x18: queueNum, 0x1c: queueReady, 0x20: queueDescLow, 0x24: queueDescHigh, 0x28: queueDriverLow,
	0x2c: queueDriverHigh, 0x30: queueDeviceLow, 0x34: queueDeviceHigh}

// Write32 writes a register of the device's memory, whatever its width.
func (m pciMemory) Write32(off, v uint32) {
	p := m.p
	off += m.base
	switch {
	case off >= pciTable:
		p.table[(off-pciTable)/4%uint32(len(p.table))] = v
	case off >= pciNotify:
		if off == pciNotify+4*v {
			p.Device.Write32(queueNotify, v)
		}
	case off == 0x10:
		p.vectors[0] = uint16(v)
	case off == 0x1a:
		p.vectors[1] = uint16(v)
	default:
		if reg, ok := commonRegisters[off]; ok {
			p.Device.Write32(reg, v)
		}
	}
}
