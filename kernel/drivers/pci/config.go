package pci

import (
	"sync"

	"cairn/kernel/drivers"
	"cairn/kernel/kfmt"
)

// An Address is where a function of a device is.
type Address struct {
	Bus, Device, Function uint8
}

// String returns the address as lspci(8) shows it.
func (a Address) String() string { return kfmt.Sprintf("%02x:%02x.%x", a.Bus, a.Device, a.Function) }

// A Config is a way to configuration space. Offsets are multiples of 4.
type Config interface {
	Read(a Address, off uint16) uint32
	Write(a Address, off uint16, v uint32)
}

// The ports of configuration mechanism #1 (PCI 3.0, section 3.2.2.3.2).
const (
	portBase   = 0xcf8
	regAddress = 0
	regData    = 4

	addressEnable = 1 << 31
	portSpace     = 256 // bytes of configuration space in reach
)

// ports is configuration mechanism #1.
type ports struct {
	mu sync.Mutex
	r  drivers.Registers
}

// PortConfig returns the way to configuration space through ports.
func PortConfig(r drivers.Registers) Config { return &ports{r: r} }

func (p *ports) choose(a Address, off uint16) {
	p.r.Write32(regAddress, addressEnable|uint32(a.Bus)<<16|uint32(a.Device)<<11|uint32(a.Function)<<8|uint32(off)&^3)
}

// Read reads; beyond the first 256 bytes all ones.
func (p *ports) Read(a Address, off uint16) uint32 {
	if off >= portSpace {
		return ^uint32(0)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.choose(a, off)
	return p.r.Read32(regData)
}

// Write writes; beyond the first 256 bytes nothing.
func (p *ports) Write(a Address, off uint16, v uint32) {
	if off >= portSpace {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.choose(a, off)
	p.r.Write32(regData, v)
}

// ecam is configuration space in memory (PCI Express 5.0, section 7.2.2): 4 KiB for each
// function, mapped when it is first touched.
type ecam struct {
	mu         sync.Mutex
	base       uint64
	start, end uint8
	mapRegs    func(pa, size uint64) (drivers.Registers, error)
	mapped     map[Address]drivers.Registers
}

const ecamSpace = 4096

// MemoryConfig returns the way to the configuration space of buses start to end in memory. base is
// the physical address for bus 0.
func MemoryConfig(base uint64, start, end uint8) Config {
	return &ecam{base: base, start: start, end: end, mapRegs: drivers.MapRegisters, mapped: map[Address]drivers.Registers{}}
}

// registers returns the configuration space of a, nil if there is none.
func (e *ecam) registers(a Address) drivers.Registers {
	if a.Bus < e.start || a.Bus > e.end {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if r := e.mapped[a]; r != nil {
		return r
	}
	pa := e.base + uint64(a.Bus)<<20 + uint64(a.Device)<<15 + uint64(a.Function)<<12
	r, err := e.mapRegs(pa, ecamSpace)
	if err != nil {
		return nil
	}
	e.mapped[a] = r
	return r
}

// Read reads; where there is nothing all ones.
func (e *ecam) Read(a Address, off uint16) uint32 {
	if r := e.registers(a); r != nil && off < ecamSpace {
		return r.Read32(uint32(off) &^ 3)
	}
	return ^uint32(0)
}

// Write writes.
func (e *ecam) Write(a Address, off uint16, v uint32) {
	if r := e.registers(a); r != nil && off < ecamSpace {
		r.Write32(uint32(off)&^3, v)
	}
}
