package acpi

import (
	"encoding/binary"
	"errors"
	"reflect"
	"testing"
)

// flat is physical memory from 0 on.
type flat []byte

func (f flat) read(pa uint64, n int) ([]byte, error) {
	if pa > uint64(len(f)) || uint64(n) > uint64(len(f))-pa {
		return nil, errors.New("beyond the memory")
	}
	return append([]byte(nil), f[pa:][:n]...), nil
}

// put writes a table with its header and sum at pa.
func (f flat) put(pa uint64, signature string, body []byte) {
	t := append(make([]byte, headerSize), body...)
	copy(t, signature)
	binary.LittleEndian.PutUint32(t[4:], uint32(len(t)))
	t[9] = -sum(t)
	copy(f[pa:], t)
}

func le32(v ...uint32) (b []byte) {
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, x)
	}
	return b
}

func le64(v ...uint64) (b []byte) {
	for _, x := range v {
		b = binary.LittleEndian.AppendUint64(b, x)
	}
	return b
}

// rsdp writes a root pointer at pa.
func (f flat) rsdp(pa uint64, revision uint8, rsdt uint32, xsdt uint64) {
	p := make([]byte, rsdpSize2)
	copy(p, rsdpSignature)
	p[15] = revision
	copy(p[16:], le32(rsdt, rsdpSize2))
	copy(p[24:], le64(xsdt))
	p[8] = -sum(p[:rsdpSize0])
	p[32] = -sum(p)
	copy(f[pa:], p)
}

// s5 is AML as QEMU's q35 has it: \_S5_ = Package (4) { 5, 0, 0, 0 } with other code around.
var s5 = []byte{0x10, 0x20, '_', 'S', '5', '_', 0x00, amlName, '_', 'S', '5', '_', amlPackage, 0x07, 4, amlBytePrefix, 5, amlZero, amlZero, amlZero, 0x5b}

// machine is a memory with all tables.
func machine() flat {
	f := make(flat, 1<<20)
	f.rsdp(0xf0010, 2, 0x2000, 0x3000)
	f.put(0x2000, "RSDT", le32(0x4000, 0x5000))
	f.put(0x3000, "XSDT", le64(0x4000, 0x5000, 0x6000))
	fadt := make([]byte, 276-headerSize)
	copy(fadt[fadtDSDT-headerSize:], le32(0x7000))
	copy(fadt[fadtPM1aCntBlk-headerSize:], le32(0x604))
	f.put(0x4000, "FACP", fadt)
	madt := le32(0xfee00000, 1)
	madt = append(madt, madtLAPIC, 8, 0, 0, 1, 0, 0, 0)
	madt = append(madt, madtLAPIC, 8, 1, 1, 0, 0, 0, 0) // not enabled
	madt = append(append(madt, madtIOAPIC, 12, 2, 0), le32(0xfec00000, 0)...)
	madt = append(append(append(madt, madtOverride, 10, 0, 0), le32(2)...), 0, 0)
	madt = append(append(append(madt, madtOverride, 10, 0, 9), le32(9)...), 0x0f, 0)
	madt = append(madt, 77, 4, 1, 2) // a type that nobody knows
	madt = append(append(madt, madtX2APIC, 16, 0, 0), le32(300, 1, 0)...)
	f.put(0x5000, "APIC", madt)
	f.put(0x6000, "MCFG", append(make([]byte, 8), append(le64(0xb0000000), 0, 0, 0, 255, 0, 0, 0, 0)...))
	f.put(0x7000, "DSDT", s5)
	return f
}

func TestTables(t *testing.T) {
	f := machine()
	tables, err := Open(f.read, 0xf0010)
	if err != nil {
		t.Fatal(err)
	}
	m, err := tables.MADT()
	want := &MADT{LAPIC: 0xfee00000, IOAPICs: []IOAPIC{{2, 0xfec00000, 0}}, CPUs: []uint32{0, 300},
		Overrides: []Override{{0, 2, false, false}, {9, 9, true, true}}}
	if err != nil || !reflect.DeepEqual(m, want) {
		t.Errorf("MADT = %+v, %v, want %+v", m, err, want)
	}
	e, err := tables.MCFG()
	if err != nil || !reflect.DeepEqual(e, []ECAM{{Base: 0xb0000000, EndBus: 255}}) {
		t.Errorf("MCFG = %+v, %v", e, err)
	}
	p, err := tables.power()
	if err != nil || p.value1 != [2]uint16{5 << 10, 0} || p.pm1[0] == nil || p.pm1[1] != nil {
		t.Errorf("power = %+v, %v", p, err)
	}
	if _, err := tables.Find("SSDT"); !errors.Is(err, ErrNone) {
		t.Errorf("Find of no table: %v", err)
	}
}

func TestRootPointer(t *testing.T) {
	f := machine()
	if tables, err := Open(f.read, 0xf0010); err != nil || len(tables.roots) != 3 {
		t.Errorf("with the address given: %v", err)
	}
	if _, err := Open(f.read, 0x2000); !errors.Is(err, ErrNone) {
		t.Errorf("at the address of something else: %v", err)
	}
	f[0x3000+9]++ // the XSDT's sum is wrong: the RSDT serves
	if tables, err := Open(f.read, 0xf0010); err != nil || len(tables.roots) != 2 {
		t.Errorf("with a broken XSDT: %v", err)
	}
	if _, err := Open(f.read, 0); !errors.Is(err, ErrNone) {
		t.Errorf("without a root pointer: %v", err)
	}
}

func TestFindS5(t *testing.T) {
	for name, c := range map[string]struct {
		aml  []byte
		want [2]uint8
		ok   bool
	}{
		"bytes":         {s5, [2]uint8{5, 0}, true},
		"root prefix":   {[]byte{amlName, '\\', '_', 'S', '5', '_', amlPackage, 6, 2, amlOne, amlBytePrefix, 3}, [2]uint8{1, 3}, true},
		"words":         {[]byte{amlName, '_', 'S', '5', '_', amlPackage, 8, 2, amlWordPrefix, 7, 0, amlWordPrefix, 6, 0}, [2]uint8{7, 6}, true},
		"one element":   {[]byte{amlName, '_', 'S', '5', '_', amlPackage, 4, 1, amlBytePrefix, 5}, [2]uint8{5, 0}, true},
		"long length":   {[]byte{amlName, '_', 'S', '5', '_', amlPackage, 0x45, 0, 2, amlOne, amlOne}, [2]uint8{1, 1}, true},
		"a mere name":   {[]byte{0, '_', 'S', '5', '_', amlPackage, 4, 1, amlOne}, [2]uint8{}, false},
		"no package":    {[]byte{amlName, '_', 'S', '5', '_', amlOne, 4, 1, amlOne}, [2]uint8{}, false},
		"cut short":     {[]byte{amlName, '_', 'S', '5', '_', amlPackage, 4, 1}, [2]uint8{}, false},
		"empty package": {[]byte{amlName, '_', 'S', '5', '_', amlPackage, 2, 0, 0}, [2]uint8{}, false},
		"nothing":       {nil, [2]uint8{}, false},
	} {
		if got, ok := findS5(c.aml); got != c.want || ok != c.ok {
			t.Errorf("%s: %v, %v, want %v, %v", name, got, ok, c.want, c.ok)
		}
	}
}

// window is a register that remembers what was written.
type window struct {
	v      uint16
	writes []uint16
}

func (w *window) Read8(uint32) uint8       { return uint8(w.v) }
func (w *window) Read16(uint32) uint16     { return w.v }
func (w *window) Read32(uint32) uint32     { return uint32(w.v) }
func (w *window) Write8(_ uint32, v uint8) { w.writes = append(w.writes, uint16(v)) }
func (w *window) Write16(_ uint32, v uint16) {
	w.writes = append(w.writes, v)
}
func (w *window) Write32(uint32, uint32) {}

func TestOff(t *testing.T) {
	a, s := &window{v: pm1SCIEn | 1<<5}, &window{}
	p := &power{value1: [2]uint16{5 << pm1SleepType}, valueSleep: 5 << sleepType}
	p.pm1[0], p.sleep = a, s
	p.off()
	if want := []uint16{1 | 5<<10, 1 | 5<<10 | 1<<13}; !reflect.DeepEqual(a.writes, want) {
		t.Errorf("PM1a_CNT got %#x, want %#x", a.writes, want)
	}
	if want := []uint16{5<<2 | 1<<5}; !reflect.DeepEqual(s.writes, want) {
		t.Errorf("sleep control got %#x, want %#x", s.writes, want)
	}
}

// FuzzTables parses memory in which anything may be, with right sums where they matter.
func FuzzTables(f *testing.F) {
	m := machine()
	f.Add([]byte(m[0x4000:0x4114]), []byte(m[0x5000:0x5080]), s5)
	f.Add([]byte{}, make([]byte, 9), []byte{amlName, '_', 'S', '5', '_', amlPackage, 0xff})
	f.Fuzz(func(t *testing.T, fadt, madt, aml []byte) {
		const most = 0x1000 - headerSize
		m := machine()
		m.put(0x4000, "FACP", fadt[:min(len(fadt), most)])
		m.put(0x5000, "APIC", madt[:min(len(madt), most)])
		m.put(0x6000, "MCFG", madt[:min(len(madt), most)])
		m.put(0x7000, "DSDT", aml[:min(len(aml), most)])
		tables, err := Open(m.read, 0xf0010)
		if err != nil {
			t.Fatal(err)
		}
		tables.MADT()
		tables.MCFG()
		tables.power()
	})
}

func FuzzHeaders(f *testing.F) {
	m := machine()
	f.Add([]byte(m[0xf0010:0xf0040]), []byte(m[0x3000:0x3040]))
	f.Fuzz(func(t *testing.T, rsdp, xsdt []byte) {
		m := machine()
		copy(m[0xf0010:], rsdp[:min(len(rsdp), 64)])
		copy(m[0x3000:], xsdt[:min(len(xsdt), 0x1000)])
		if tables, err := Open(m.read, 0xf0010); err == nil {
			tables.MADT()
			tables.power()
		}
	})
}
