package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/arch/x86/x86asm"

	"cairn/image/bootpage"
)

// toy builds the kernel in testdata.
var toy = sync.OnceValues(func() ([]byte, error) {
	return goBuild("./testdata/toy", "-ldflags="+LinkFlags("main.entry"))
})

// packToy packs the kernel in testdata.
func packToy(t *testing.T, o Options) ([]byte, *Sizes) {
	t.Helper()
	k, err := toy()
	if err != nil {
		t.Fatalf("%v\n%s", err, k)
	}
	out, sizes, err := Pack(k, o)
	if err != nil {
		t.Fatal(err)
	}
	return out, sizes
}

// disassemble decodes code up to the first jump that does not return.
func disassemble(t *testing.T, b []byte, pc uint64, mode int) (text []string) {
	t.Helper()
	for {
		in, err := x86asm.Decode(b, mode)
		if err != nil {
			t.Fatalf("at %#x: %v", pc, err)
		}
		text = append(text, x86asm.IntelSyntax(in, pc, nil))
		if in.Op == x86asm.JMP || in.Op == x86asm.LJMP {
			return text
		}
		b, pc = b[in.Len:], pc+uint64(in.Len)
	}
}

func TestStub(t *testing.T) {
	got := disassemble(t, stub32(0x101000, []fill{{0x103000, 0x105000, pteNX | 0x83}}), bootpage.Phys, 32)
	want := []string{
		"cli", "cld", "mov esi, ebx",
		"mov edi, 0x103000", "mov eax, 0x83", "mov edx, 0x80000000",
		"mov dword ptr [edi], eax", "mov dword ptr [edi+0x4], edx", "add eax, 0x200000", "add edi, 0x8", "cmp edi, 0x105000", "jnz 0x100013",
		"mov eax, 0x101000", "mov cr3, eax",
		"mov eax, cr4", "or eax, 0xa0", "mov cr4, eax",
		"mov ecx, 0xc0000080", "rdmsr", "or eax, 0x901", "wrmsr",
		"mov eax, cr0", "or eax, 0x80010001", "mov cr0, eax",
		"lgdt ptr [0x1008f0]", "jmp far 0x100100, 0x8",
	}
	compare(t, "32-bit stub", got, want)
	got = disassemble(t, stub64(0xffffffff81012345), bootpage.Phys+offStub64, 64)
	want = []string{
		"mov eax, 0x10", "mov ds, ax", "mov es, ax", "mov ss, ax",
		"mov edi, esi", "mov esi, 0x1",
		"mov rax, -0x7efedcbb", "jmp rax",
	}
	compare(t, "64-bit stub", got, want)
}

func compare(t *testing.T, what string, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("%s:\n%s\nwant:\n%s", what, g, w)
	}
}

// walk translates a virtual address with the page tables of an image. It
// returns the entry of the last level and the physical address, 0, 0 if there
// is no mapping.
func walk(f *elf.File, virt uint64) (entry, at uint64) {
	table := uint64(bootpage.Phys + pageSize)
	for shift := 39; ; shift -= 9 {
		var b [8]byte
		if !readPhys(f, table+8*(virt>>shift%perTable), b[:]) {
			return 0, 0
		}
		e := binary.LittleEndian.Uint64(b[:])
		frame := e &^ (pteNX | (pageSize - 1))
		switch {
		case e&ptePresent == 0:
			return 0, 0
		case shift == 12 || e&pteLarge != 0:
			return e, frame + virt&(1<<shift-1)
		}
		table = frame
	}
}

// readPhys reads what an image puts at a physical address, or its boot code does.
func readPhys(f *elf.File, at uint64, b []byte) bool {
	for _, r := range bootFills(f) {
		if at >= r.start && at+8 <= r.end {
			binary.LittleEndian.PutUint64(b, r.bits+(at-r.start)/8*largePage)
			return true
		}
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && at >= p.Paddr && at+uint64(len(b)) <= p.Paddr+p.Filesz {
			_, err := p.ReadAt(b, int64(at-p.Paddr))
			return err == nil
		}
	}
	return false
}

// bootFills returns what the boot code of an image makes, from its instructions.
func bootFills(f *elf.File) (fills []fill) {
	page := make([]byte, offStub64)
	if _, err := f.Progs[1].ReadAt(page, 0); err != nil {
		return nil
	}
	registers := map[x86asm.Arg]uint64{}
	for {
		in, err := x86asm.Decode(page, 32)
		if err != nil || in.Op == x86asm.LJMP {
			return fills
		}
		page = page[in.Len:]
		v, isNumber := in.Args[1].(x86asm.Imm)
		switch {
		case in.Op == x86asm.MOV && isNumber:
			registers[in.Args[0]] = uint64(uint32(v))
		case in.Op == x86asm.CMP && isNumber:
			fills = append(fills, fill{registers[x86asm.EDI], uint64(uint32(v)), registers[x86asm.EDX]<<32 | registers[x86asm.EAX]})
		}
	}
}

// symbol returns a symbol of the toy kernel.
func symbol(t *testing.T, name string) elf.Symbol {
	t.Helper()
	k, _ := toy()
	f, err := elf.NewFile(bytes.NewReader(k))
	if err != nil {
		t.Fatal(err)
	}
	all, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no symbol %s", name)
	return elf.Symbol{}
}

// loaded returns the physical address of a virtual one, as the program headers
// of an image have it.
func loaded(f *elf.File, virt uint64) uint64 {
	for _, p := range f.Progs {
		if virt >= p.Vaddr && virt < p.Vaddr+p.Memsz {
			return p.Paddr + virt - p.Vaddr
		}
	}
	return 0
}

func TestMappings(t *testing.T) {
	out, sizes := packToy(t, Options{})
	f, err := elf.NewFile(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	const (
		textBits = ptePresent | pteAccessed | pteGlobal
		dataBits = pteData | pteGlobal | pteNX
	)
	large := symbol(t, "main.large").Value
	for _, c := range []struct {
		name       string
		virt, phys uint64
		bits       uint64 // 0: not mapped
	}{
		{"identity", 0x123456, 0x123456, pteData | pteLarge},
		{"end of identity", gib, 0, 0},
		{"direct map", bootpage.DirectMap, 0, dataBits | pteLarge},
		{"direct map at 4 GiB", bootpage.DirectMap + 4*gib - 1, 4*gib - 1, dataBits | pteLarge},
		{"behind direct map", bootpage.DirectMap + 4*gib, 0, 0},
		{"below text", bootpage.KernelVirt - 1, 0, 0},
		{"text", bootpage.KernelVirt, bootpage.KernelPhys, textBits},
		{"read-only data", symbol(t, "runtime.rodata").Value, loaded(f, symbol(t, "runtime.rodata").Value), textBits | pteNX},
		{"data", symbol(t, "main.counter").Value, loaded(f, symbol(t, "main.counter").Value), dataBits},
		{"bss", symbol(t, "main.small").Value, loaded(f, symbol(t, "main.small").Value), dataBits},
		{"lazy bss", pageUp(large), 0, 0},
		{"end of lazy bss", large + 4<<20, 0, 0},
	} {
		e, at := walk(f, c.virt)
		if bits := e & (pteNX | 0xfff); bits != c.bits || at != c.phys {
			t.Errorf("%s: %#x maps to %#x with bits %#x, want %#x with %#x", c.name, c.virt, at, bits, c.phys, c.bits)
		}
	}
	if sizes.LazyBSS < 4<<20-pageSize || sizes.LazyBSS > 5<<20 {
		t.Errorf("lazy bss of %d bytes", sizes.LazyBSS)
	}
	if e, at := walk(f, pageUp(large)-1); e == 0 || at+1 != sizes.PhysEnd {
		t.Errorf("last page before the lazy bss is at %#x, and the image ends at %#x", at, sizes.PhysEnd)
	}
	var h [bootpage.HeaderSize]byte
	readPhys(f, bootpage.Phys+bootpage.HeaderOffset, h[:])
	header, ok := bootpage.Decode(&h)
	want := bootpage.Header{
		Magic: bootpage.Magic, ImageStart: bootpage.Phys, ImageEnd: sizes.PhysEnd, RootPageTable: bootpage.Phys + pageSize,
		LazyBSSStart: pageUp(large), LazyBSSEnd: pageUp(large) + sizes.LazyBSS,
	}
	if !ok || header != want {
		t.Errorf("header %+v, want %+v", header, want)
	}
}

func TestSegments(t *testing.T) {
	out, sizes := packToy(t, Options{})
	f, err := elf.NewFile(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	want := []elf.ProgFlag{elf.PF_R, elf.PF_R | elf.PF_X, elf.PF_R | elf.PF_W, elf.PF_R | elf.PF_X, elf.PF_R, elf.PF_R | elf.PF_W}
	if len(f.Progs) != len(want) {
		t.Fatalf("%d program headers, want %d", len(f.Progs), len(want))
	}
	for i, p := range f.Progs {
		if p.Flags != want[i] {
			t.Errorf("segment %d: %v, want %v", i, p.Flags, want[i])
		}
		if p.Type == elf.PT_LOAD && (p.Off-p.Vaddr)%pageSize != 0 {
			t.Errorf("segment %d: offset %#x for address %#x", i, p.Off, p.Vaddr)
		}
	}
	last := f.Progs[len(f.Progs)-1]
	if last.Paddr+last.Memsz != sizes.PhysEnd {
		t.Errorf("the last segment ends at %#x, the image at %#x", last.Paddr+last.Memsz, sizes.PhysEnd)
	}
	if len(f.Sections) != 0 {
		t.Errorf("%d sections in a stripped image", len(f.Sections))
	}
	if again, _ := packToy(t, Options{}); !bytes.Equal(out, again) {
		t.Error("packing twice gave different images")
	}
}

func TestKeepSymbols(t *testing.T) {
	out, _ := packToy(t, Options{KeepSymbols: true})
	f, err := elf.NewFile(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.DWARF(); err != nil {
		t.Error(err)
	}
	all, err := f.Symbols()
	if err != nil || len(all) < 100 {
		t.Fatalf("%d symbols, %v", len(all), err)
	}
	text := f.Section(".text")
	b := make([]byte, 16)
	if _, err := text.ReadAt(b, 0); err != nil {
		t.Fatal(err)
	}
	want := make([]byte, 16)
	if readPhys(f, bootpage.KernelPhys, want); !bytes.Equal(b, want) {
		t.Errorf(".text begins with % x, want % x", b, want)
	}
}

func TestPackErrors(t *testing.T) {
	k, err := toy()
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	change := func(at int, b ...byte) []byte {
		c := bytes.Clone(k)
		copy(c[at:], b)
		return c
	}
	for _, c := range []struct {
		name, want string
		in         []byte
	}{
		{"empty", "not an ELF file", nil},
		{"other machine", "EM_AARCH64", change(18, 183)},
		{"ordinary program", "text is not at", self},
		{"entry", "entry point 0x1", change(24, 1, 0, 0, 0, 0, 0, 0, 0)},
		{"truncated", "", k[:len(k)/2]},
	} {
		if _, _, err := Pack(c.in, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestInspect(t *testing.T) {
	out, sizes := packToy(t, Options{})
	got, err := Inspect(out)
	if err != nil || *got != *sizes || got.Text == 0 || got.ROData == 0 || got.Data == 0 || got.BSS == 0 || got.Boot == 0 {
		t.Errorf("%+v, %v, want %+v", got, err, sizes)
	}
	k, _ := toy()
	for _, b := range [][]byte{nil, k} {
		if _, err := Inspect(b); err != ErrNotCairn {
			t.Errorf("%d bytes that are no image: %v", len(b), err)
		}
	}
}

// TestBoot boots the toy kernel on both machine types.
func TestBoot(t *testing.T) {
	qemu, err := exec.LookPath("qemu-system-x86_64")
	if err != nil {
		t.Skip("qemu-system-x86_64 is not installed")
	}
	out, _ := packToy(t, Options{})
	file := filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(file, out, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, machine := range [][]string{
		{"microvm,x-option-roms=off,acpi=off", "-device", "i8042"},
		{"q35"},
	} {
		args := append([]string{"60", qemu, "-accel", "tcg", "-cpu", "max", "-m", "32", "-nodefaults", "-no-user-config",
			"-display", "none", "-no-reboot", "-serial", "stdio", "-kernel", file, "-M"}, machine...)
		c := exec.Command("timeout", args...)
		if got, err := c.CombinedOutput(); err != nil || !strings.Contains(string(got), "toy good") {
			t.Errorf("%s: %q, %v", machine, got, err)
		}
	}
}

// FuzzPack corrupts the toy kernel's headers.
func FuzzPack(f *testing.F) {
	k, err := toy()
	if err != nil {
		f.Fatalf("%v\n%s", err, k)
	}
	f.Add(uint16(24), uint64(0))
	f.Add(uint16(64+8), uint64(1)<<63)
	f.Fuzz(func(t *testing.T, at uint16, v uint64) {
		c := bytes.Clone(k)
		binary.LittleEndian.PutUint64(c[at%1024:], v)
		if out, _, err := Pack(c, Options{KeepSymbols: true}); err == nil {
			if _, err := Inspect(out); err != nil {
				t.Error(err)
			}
		}
	})
}
