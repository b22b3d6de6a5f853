package vdso

import (
	"bytes"
	"debug/elf"
	"testing"

	"cairn/kernel/mem"

	"golang.org/x/arch/x86/x86asm"
)

func TestImageIsALibrary(t *testing.T) {
	mem.InitHosted(1 << 20)
	if !Init(1 << 32) {
		t.Fatal("no memory")
	}
	page := ImageFrame.Bytes()
	f, err := elf.NewFile(bytes.NewReader(page[:]))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Progs) != 2 || f.Progs[0].Type != elf.PT_LOAD || f.Progs[1].Type != elf.PT_DYNAMIC {
		t.Fatalf("program headers: %+v", f.Progs)
	}
	name, err := f.DynValue(elf.DT_SONAME)
	if err == nil {
		t.Logf("soname at %v", name)
	}
	// debug/elf finds dynamic symbols by sections, which a vDSO has none of: read
	// them as a loader does.
	l := place(len(code().text))
	for i := range 2 * numFunctions {
		sym := page[l.symtab+(i+1)*symSize:]
		str := page[l.strtab+int(f.ByteOrder.Uint32(sym)):]
		got := string(str[:bytes.IndexByte(str, 0)])
		want := functions[i/2]
		if i%2 == 0 {
			want = prefix + want
		}
		value := int(f.ByteOrder.Uint64(sym[8:]))
		if got != want || value < l.text || value >= 4096 {
			t.Errorf("symbol %d is %q at %#x, want %q", i, got, value, want)
		}
	}
}

// TestCodeReachesTheData decodes the code in the image and checks that every
// RIP-relative address is the clock data, and that nothing else leaves the image.
func TestCodeReachesTheData(t *testing.T) {
	mem.InitHosted(1 << 20)
	Init(1 << 32)
	c := code()
	l := place(len(c.text))
	page := ImageFrame.Bytes()[:]
	refs := 0
	for at := l.text; at < l.text+len(c.text); {
		inst, err := x86asm.Decode(page[at:], 64)
		if err != nil {
			t.Fatalf("at %#x: %v", at, err)
		}
		at += inst.Len
		for _, a := range inst.Args {
			if m, ok := a.(x86asm.Mem); ok && m.Base == x86asm.RIP {
				refs++
				if got := int64(at) + int64(int32(m.Disp)); got != -4096 {
					t.Errorf("%v before %#x refers to %#x, the data is at -0x1000", inst, at, got)
				}
			}
			if r, ok := a.(x86asm.Rel); ok {
				if to := at + int(r); to < l.text || to >= l.text+len(c.text) {
					t.Errorf("%v before %#x leaves the code", inst, at)
				}
			}
		}
	}
	if refs != 3 {
		t.Errorf("%d references to the clock data, want 3", refs)
	}
}

func TestSetWallOffset(t *testing.T) {
	mem.InitHosted(1 << 20)
	Init(1 << 32)
	SetWallOffset(-5)
	if d := data(); d.seq != 2 || int64(d.offset) != -5 || d.mult != 1<<32 {
		t.Errorf("data = %+v", *d)
	}
}
