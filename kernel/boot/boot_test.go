package boot

import (
	"encoding/binary"
	"slices"
	"testing"

	"cairn/kernel/mem"
)

// pvhBlob lays out a start_info at 0x1000, its memory map at 0x2000, a module
// list at 0x3000 and a command line at 0x4000.
func pvhBlob(magic, version uint32, cmdline string) {
	le := binary.LittleEndian
	s := mem.Physical(0x1000, 64)
	le.PutUint32(s[0:], magic)
	le.PutUint32(s[4:], version)
	le.PutUint32(s[12:], 1)
	le.PutUint64(s[16:], 0x3000)
	le.PutUint64(s[24:], 0x4000)
	le.PutUint64(s[32:], 0xe0000)
	le.PutUint64(s[40:], 0x2000)
	le.PutUint32(s[48:], 3)
	m := mem.Physical(0x2000, 3*24)
	for i, e := range [3][3]uint64{{0, 0x9fc00, 1}, {0x9fc00, 0x400, 2}, {0x100000, 0x3f00000, 1}} {
		le.PutUint64(m[24*i:], e[0])
		le.PutUint64(m[24*i+8:], e[1])
		le.PutUint32(m[24*i+16:], uint32(e[2]))
	}
	mod := mem.Physical(0x3000, 32)
	le.PutUint64(mod[0:], 0x2000000)
	le.PutUint64(mod[8:], 0x1234)
	copy(mem.Physical(0x4000, 256), cmdline+"\x00")
}

func TestParsePVH(t *testing.T) {
	mem.InitHosted(1 << 20)
	pvhBlob(hvmStartMagic, 1, "quiet -- /bin/true")
	Machine = Info{}
	if !Parse(protocolPVH, 0x1000) {
		t.Fatal("Parse refuses a good start_info")
	}
	m := &Machine
	if m.Cmdline != "quiet -- /bin/true" || m.RSDP != 0xe0000 || m.Protocol != "PVH" {
		t.Errorf("got command line %q, RSDP %#x, protocol %q", m.Cmdline, m.RSDP, m.Protocol)
	}
	if m.Initrd != (mem.Range{Start: 0x2000000, End: 0x2001234}) {
		t.Errorf("initrd = %#x", m.Initrd)
	}
	want := []mem.Range{{Start: 0, End: 0x9fc00}, {Start: 0x100000, End: 0x4000000}}
	if got := m.Memory[:m.NumMemory]; !slices.Equal(got, want) {
		t.Errorf("memory = %#x, want %#x", got, want)
	}
	for _, bad := range []struct {
		magic, version uint32
		protocol       uint64
	}{{0, 1, 1}, {hvmStartMagic, 0, 1}, {hvmStartMagic, 1, 7}} {
		pvhBlob(bad.magic, bad.version, "")
		if Parse(bad.protocol, 0x1000) {
			t.Errorf("Parse accepts %+v", bad)
		}
	}
}

func TestFreeMemory(t *testing.T) {
	i := Info{Image: mem.Range{Start: 0x100000, End: 0x400000}, Initrd: mem.Range{Start: 0x3000000, End: 0x3000801}}
	i.addMemory(0, 0x9fc00)
	i.addMemory(0x100000, 0x3f00000)
	i.addMemory(0x100000000, 0x1000)
	var free [8]mem.Range
	n := i.FreeMemory(free[:])
	want := []mem.Range{{Start: 0x400000, End: 0x3000000}, {Start: 0x3001000, End: 0x4000000}, {Start: 0x100000000, End: 0x100001000}}
	if !slices.Equal(free[:n], want) {
		t.Errorf("FreeMemory = %#x, want %#x", free[:n], want)
	}
}
