package pci

import (
	"reflect"
	"testing"

	"cairn/kernel/drivers"
)

// model is a configuration space: a page of bytes for each function, with masks that say
// which bits can be written.
type model map[Address]*function

type function struct {
	regs, masks [64]uint32
}

func (m model) Read(a Address, off uint16) uint32 {
	if f := m[a]; f != nil && off < 256 {
		return f.regs[off/4]
	}
	return ^uint32(0)
}

func (m model) Write(a Address, off uint16, v uint32) {
	if f := m[a]; f != nil && off < 256 {
		f.regs[off/4] = f.regs[off/4]&^f.masks[off/4] | v&f.masks[off/4]
	}
}

// add puts a function at a with the given registers and writable bits, by offset.
func (m model) add(a Address, regs, masks map[uint16]uint32) {
	f := &function{}
	f.masks[regCommand/4] = 0x7ff
	for off, v := range regs {
		f.regs[off/4] = v
	}
	for off, v := range masks {
		f.masks[off/4] = v
	}
	m[a] = f
}

func q35() model {
	m := model{}
	m.add(Address{}, map[uint16]uint32{regID: 0x29c08086, regClass: 0x06000000}, nil)
	m.add(Address{Device: 3}, map[uint16]uint32{
		regID: 0x10031af4, regSubsystem: 0x00031af4, regClass: 0x07800000, regCommand: 3 | statusCapabilities,
		0x10: 0xc041, 0x14: 0xfebd1000, 0x20: 0xfebf000c, 0x24: 0x80, regCapabilities: 0x98, regInterrupt: 0x010a,
		0x98: 0x00028411, 0x9c: 1, 0x84: 0x09100009 | 0x70<<8, 0x70: 0x14090009 | 0x84<<8,
	}, map[uint16]uint32{0x10: 0xffffffc0, 0x14: 0xfffff000, 0x20: 0xffffc000, 0x24: 0xffffffff})
	m.add(Address{Device: 0x1f}, map[uint16]uint32{regID: 0x29188086, regHeader: headerMultiFunction}, nil)
	m.add(Address{Device: 0x1f, Function: 3}, map[uint16]uint32{regID: 0x29308086}, nil)
	m.add(Address{Device: 2}, map[uint16]uint32{regID: 0x000c1b36, regHeader: typeBridge << 16, regBusNumbers: 0x00010100}, nil)
	m.add(Address{Bus: 1}, map[uint16]uint32{regID: 0x10411af4}, nil)
	// A bridge that leads back.
	m.add(Address{Bus: 1, Device: 1}, map[uint16]uint32{regID: 0x000c1b36, regHeader: typeBridge << 16, regBusNumbers: 0x00010101}, nil)
	return m
}

func TestEnumerate(t *testing.T) {
	var got []string
	list := Enumerate(q35())
	for _, d := range list {
		got = append(got, d.String())
	}
	if want := []string{"00:00.0", "01:00.0", "00:03.0", "00:1f.0", "00:1f.3"}; !reflect.DeepEqual(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
	d := list[2]
	if d.Vendor != 0x1af4 || d.ID != 0x1003 || d.SubsystemID != 3 || d.Class != 0x078000 {
		t.Errorf("device %+v", d)
	}
	want := [6]BAR{0: {0xc040, 64, true}, 1: {0xfebd1000, 4096, false}, 4: {0x80_febf0000, 0x4000, false}}
	if d.BARs != want {
		t.Errorf("BARs = %+v, want %+v", d.BARs, want)
	}
	if caps := d.Capabilities(CapVendor); !reflect.DeepEqual(caps, []uint16{0x84, 0x70}) {
		t.Errorf("capabilities %#x: the list is a ring", caps[:min(len(caps), 8)])
	}
	if d.Enable(); d.ReadConfig(regCommand)&0x407 != 7 {
		t.Errorf("command = %#x after Enable", d.ReadConfig(regCommand))
	}
}

func TestMap(t *testing.T) {
	defer func(g drivers.Ground) { drivers.Machine = g }(drivers.Machine)
	var at, size uint64
	drivers.Machine.MapDevice = func(pa, n uint64) drivers.Registers { at, size = pa, n; return drivers.Ports(0) }
	d := Enumerate(q35())[2]
	if _, err := d.Map(4, 0x1000, 0x38); err != nil || at != 0x80_febf1000 || size != 0x38 {
		t.Errorf("Map: %v, %#x bytes at %#x", err, size, at)
	}
	if r, err := d.Map(0, 4, 4); err != nil || r != drivers.Registers(drivers.Ports(0xc044)) {
		t.Errorf("Map of ports: %v, %v", r, err)
	}
	for _, bad := range [][3]uint64{{4, 0x4000, 1}, {4, 0x3fff, 2}, {4, 1, ^uint64(0)}, {2, 0, 1}, {5, 0, 1}, {6, 0, 1}} {
		if _, err := d.Map(int(bad[0]), bad[1], bad[2]); err == nil {
			t.Errorf("Map(%v) succeeds", bad)
		}
	}
}

func TestHandleINTx(t *testing.T) {
	defer func(g drivers.Ground) { drivers.Machine = g }(drivers.Machine)
	line := -1
	drivers.Machine.HandleIRQ = func(l int, _ string, _ func()) error { line = l; return nil }
	list := Enumerate(q35())
	if err := list[2].HandleINTx("x", func() {}); err != nil || line != 10 {
		t.Errorf("line %d, %v", line, err)
	}
	if err := list[0].HandleINTx("x", func() {}); err == nil {
		t.Error("a device without an interrupt line has one")
	}
}

// portModel is configuration mechanism #1 over a model.
type portModel struct {
	drivers.Ports
	m    model
	addr uint32
}

func (p *portModel) where() (Address, uint16) {
	return Address{uint8(p.addr >> 16), uint8(p.addr >> 11 & 31), uint8(p.addr >> 8 & 7)}, uint16(p.addr & 0xfc)
}

func (p *portModel) Write32(off, v uint32) {
	if off == regAddress {
		p.addr = v
	} else if a, reg := p.where(); p.addr&addressEnable != 0 {
		p.m.Write(a, reg, v)
	}
}

func (p *portModel) Read32(off uint32) uint32 {
	a, reg := p.where()
	if off != regData || p.addr&addressEnable == 0 {
		return ^uint32(0)
	}
	return p.m.Read(a, reg)
}

func TestConfigMechanisms(t *testing.T) {
	m := q35()
	e := MemoryConfig(0xb000_0000, 0, 255).(*ecam)
	e.mapRegs = func(pa, size uint64) (drivers.Registers, error) {
		off := uint32(pa - 0xb000_0000)
		a := Address{uint8(off >> 20), uint8(off >> 15 & 31), uint8(off >> 12 & 7)}
		return &pageModel{m: m, a: a}, nil
	}
	for name, cfg := range map[string]Config{"ports": PortConfig(&portModel{m: m}), "memory": e} {
		if got, want := len(Enumerate(cfg)), len(Enumerate(m)); got != want {
			t.Errorf("%s: %d devices, want %d", name, got, want)
		}
		if v := cfg.Read(Address{Device: 3}, 0x1000); v != ^uint32(0) {
			t.Errorf("%s: %#x beyond configuration space", name, v)
		}
	}
}

// pageModel is one function's page of configuration space in memory.
type pageModel struct {
	drivers.Ports
	m model
	a Address
}

func (p *pageModel) Read32(off uint32) uint32 { return p.m.Read(p.a, uint16(off)) }
func (p *pageModel) Write32(off, v uint32)    { p.m.Write(p.a, uint16(off), v) }

func FuzzEnumerate(f *testing.F) {
	f.Add([]byte{0xf4, 0x1a, 0x03, 0x10}, uint32(0xfffff000))
	f.Fuzz(func(t *testing.T, b []byte, mask uint32) {
		m := model{}
		fn := &function{}
		for i := range min(len(b), 256) {
			fn.regs[i/4] |= uint32(b[i]) << (8 * (i % 4))
		}
		for i := range fn.masks {
			fn.masks[i] = mask
		}
		m[Address{Device: 1}] = fn
		for _, d := range Enumerate(m) {
			d.Capabilities(CapMSIX)
			d.MSIX()
			d.Map(0, 0, 1)
		}
	})
}
