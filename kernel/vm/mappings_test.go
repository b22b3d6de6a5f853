package vm

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestMappings(t *testing.T) {
	as := newSpace(t)
	file := newFile(t, fill('f', 4*page))
	mapAnon(t, as, base, 2)
	mustWrite(t, as, base, "x")
	mustMap(t, as, MapOpts{Addr: base + 4*page, Length: 4 * page, Prot: ProtRead | ProtWrite | ProtExec,
		Flags: unix.MAP_PRIVATE | unix.MAP_FIXED, Object: file, Offset: page})
	mustWrite(t, as, base+4*page, "copy")
	wantAt(t, as, base+5*page, "f")
	mustMap(t, as, MapOpts{Addr: base + 16*page, Length: page, Prot: ProtRead, Flags: unix.MAP_SHARED | unix.MAP_FIXED, Object: fixedObject{}})
	mustMap(t, as, MapOpts{Addr: base + 20*page, Length: page, Flags: anonFix, Name: "[vvar]"})
	want := []string{
		"00100000-00102000 rw-p 00000000 00:00 0 ",
		"00104000-00108000 rwxp 00001000 00:01 " + fmt.Sprintf("%-42d", file.inode) + " /file",
		"00110000-00111000 r--s 00000000 08:12 7                                  /fixed",
		"00114000-00115000 ---p 00000000 00:00 0                                  [vvar]",
	}
	got := as.Mappings(true)
	if len(got) != len(want) {
		t.Fatalf("%d mappings, want %d", len(got), len(want))
	}
	for i := range got {
		line := strings.Join(strings.Fields(string(got[i].Append(nil))), " ")
		if line != strings.Join(strings.Fields(want[i]), " ") {
			t.Errorf("line %d is\n%q, want\n%q", i, got[i].Append(nil), want[i])
		}
	}
	if m := got[1]; m.Resident != 3*page || m.Anonymous != page || m.Private != page {
		t.Errorf("of the file's mapping %+v: want 3 pages resident, one of them private and anonymous", m)
	}
}

// TestMappingLinesAreLinuxs writes this process's own lines anew and compares the bytes.
func TestMappingLinesAreLinuxs(t *testing.T) {
	f, err := os.Open("/proc/self/maps")
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var m Mapping
		var prot string
		var major, minor uint64
		line := lines.Text()
		n, err := fmt.Sscanf(line, "%x-%x %s %x %x:%x %d", &m.Start, &m.End, &prot, &m.Offset, &major, &minor, &m.Identity.Inode)
		if n != 7 {
			t.Fatalf("%q: %v", line, err)
		}
		for i, p := range []Prot{ProtRead, ProtWrite, ProtExec} {
			if prot[i] != '-' {
				m.Prot |= p
			}
		}
		m.Shared = prot[3] == 's'
		m.Identity.Dev = unix.Mkdev(uint32(major), uint32(minor))
		if i := strings.IndexAny(line, "/["); i >= 0 {
			m.Identity.Path = line[i:]
		}
		if got := string(m.Append(nil)); got != line+"\n" {
			t.Errorf("line\n%q should be\n%q", got, line)
		}
	}
}

func TestStats(t *testing.T) {
	as := newSpace(t)
	file := newFile(t, fill('f', 2*page))
	mapAnon(t, as, base, 4)
	mustWrite(t, as, base, fill('x', 2*page))
	mustMap(t, as, MapOpts{Addr: base + 16*page, Length: 2 * page, Prot: ProtRead | ProtExec, Flags: unix.MAP_PRIVATE | unix.MAP_FIXED, Object: file})
	wantAt(t, as, base+16*page, "f")
	if err := as.Unmap(base+page, 3*page); err != nil {
		t.Fatal(err)
	}
	got := as.Stats()
	want := Stats{Size: 3 * page, PeakSize: 6 * page, Data: page, Text: 2 * page, Resident: 3 * page, PeakResident: 4 * page,
		Anon: page, Shmem: 2 * page, PageTables: 3 * page, Mappings: 2}
	if got != want {
		t.Errorf("Stats = %+v, want %+v", got, want)
	}
}

func TestLayout(t *testing.T) {
	fixed := FixedLayout()
	if fixed.StackTop != Addr(UserEnd) || fixed.PIEBase != 0x5555_5555_4000 || fixed.BrkGap != 0 {
		t.Errorf("FixedLayout = %+v", fixed)
	}
	for _, stack := range []uint64{0, 8 << 20, 1 << 40, unix.RLIM_INFINITY} {
		for _, bits := range []uint64{0, ^uint64(0), 0x1234_5678_9abc_def0} {
			l := NewLayout(stack, func() uint64 { return bits })
			reserve := uint64(128 << 20)
			if stack != unix.RLIM_INFINITY {
				reserve = min(max(reserve, stack), maxStackGap)
			}
			if uint64(l.MmapBase)+reserve > uint64(l.StackTop) && reserve < maxStackGap || l.StackTop > Addr(UserEnd) {
				t.Errorf("NewLayout(%#x, %#x) = %+v: the stack does not fit", stack, bits, l)
			}
			for _, a := range []Addr{l.StackTop, l.MmapBase, l.PIEBase, l.Low32} {
				if a&pageMask != 0 || a < MinAddr {
					t.Errorf("NewLayout(%#x, %#x) = %+v: %#x is no good address", stack, bits, l, uint64(a))
				}
			}
		}
	}
}
