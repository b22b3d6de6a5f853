package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// unwind builds the program in testdata/unwind. It is no kernel: it can run here.
var unwind = sync.OnceValues(func() ([]byte, error) { return goBuild("./testdata/unwind") })

// goBuild builds a program from testdata.
func goBuild(pkg string, flags ...string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "program")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "program")
	args := append([]string{"build", "-o", out, "-trimpath"}, flags...)
	c := exec.Command("go", append(args, pkg)...)
	c.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	if msg, err := c.CombinedOutput(); err != nil {
		return msg, fmt.Errorf("%w: %s", err, msg)
	}
	return os.ReadFile(out)
}

// loadProgram returns an ordinary program's segments, as [readKernel] does a kernel's.
func loadProgram(t *testing.T, raw []byte) (*kernel, *elf.File) {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	k := &kernel{raw: raw, entry: f.Entry}
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD {
			k.segments = append(k.segments, segment{flags: p.Flags, virt: p.Vaddr, data: raw[p.Off : p.Off+p.Filesz], size: p.Memsz})
		}
	}
	return k, f
}

// compactProgram returns an ordinary program before and after compact.
func compactProgram(t *testing.T) (before, after *kernel) {
	t.Helper()
	raw, err := unwind()
	if err != nil {
		t.Fatal(err)
	}
	before, _ = loadProgram(t, raw)
	after, f := loadProgram(t, raw)
	if err := after.compact(f); err != nil {
		t.Fatal(err)
	}
	return before, after
}

// moduleReader looks at the table of functions the way the runtime does: through
// the module's addresses.
type moduleReader struct {
	*kernel
	module uint64
}

func (m moduleReader) bytes(addr, n uint64) []byte {
	for _, s := range m.segments {
		if addr >= s.virt && addr+n <= s.virt+uint64(len(s.data)) {
			return s.data[addr-s.virt:][:n]
		}
	}
	panic(fmt.Sprintf("nothing at %#x", addr))
}

func (m moduleReader) word(n uint64) uint64 { return m.u64(m.module + 8*n) }
func (m moduleReader) u64(a uint64) uint64  { return binary.LittleEndian.Uint64(m.bytes(a, 8)) }
func (m moduleReader) u32(a uint64) uint32  { return binary.LittleEndian.Uint32(m.bytes(a, 4)) }

// values expands a table to one value for every byte of a function.
func (m moduleReader) values(off, size uint32) []int32 {
	out := make([]int32, 0, size)
	if off == 0 {
		for range size {
			out = append(out, -1)
		}
		return out
	}
	at := m.word(modPCTab) + uint64(off)
	number := func() uint32 {
		n, used := binary.Uvarint(m.bytes(at, 5))
		at += uint64(used)
		return uint32(n)
	}
	value := int32(-1)
	for first := true; ; first = false {
		delta := number()
		if delta == 0 && !first {
			return out
		}
		value += int32(delta>>1) ^ -int32(delta&1)
		for n := number(); n > 0 && len(out) < int(size); n-- {
			out = append(out, value)
		}
	}
}

// name returns a function's name.
func (m moduleReader) name(off uint32) string {
	at := m.word(modNames) + uint64(off)
	n := uint64(0)
	for m.bytes(at+n, 1)[0] != 0 {
		n++
	}
	return string(m.bytes(at, n))
}

// record returns where a function's record is, and the function's size.
func (m moduleReader) record(i uint64) (at uint64, size uint32) {
	ftab := m.word(modFTab) + 8*i
	return m.word(modFuncs) + uint64(m.u32(ftab+4)), m.u32(ftab+8) - m.u32(ftab)
}

// table returns the offset of pcdata, and data that of funcdata.
func (m moduleReader) table(record uint64, kind uint32) uint32 {
	if kind >= m.u32(record+recPCData) {
		return 0
	}
	return m.u32(record + recordSize + 4*uint64(kind))
}

func (m moduleReader) data(record uint64, kind uint32) uint32 {
	if kind >= uint32(m.bytes(record+recFuncData, 1)[0]) {
		return noFuncData
	}
	return m.u32(record + recordSize + 4*uint64(m.u32(record+recPCData)) + 4*uint64(kind))
}

// TestCompactKeeps compares every value for every pc, and all data, that the
// runtime needs.
func TestCompactKeeps(t *testing.T) {
	before, after := compactProgram(t)
	f, _ := elf.NewFile(bytes.NewReader(before.raw))
	module := f.Section(".go.module").Addr
	old, now := moduleReader{before, module}, moduleReader{after, module}
	count := old.word(modFTab+1) - 1
	if n := now.word(modFTab+1) - 1; n != count || count < 1000 {
		t.Fatalf("%d functions, had %d", n, count)
	}
	inlined := 0
	for i := range count {
		a, size := old.record(i)
		b, size2 := now.record(i)
		name := old.name(old.u32(a + recName))
		got := now.name(now.u32(b + recName))
		if named := got == shortName(name) || got == wrapperName && old.bytes(a+recFuncID, 1)[0] == funcWrapper; size2 != size || !named {
			t.Fatalf("%s: named %s, of %d bytes, had %d", name, got, size2, size)
		}
		if !bytes.Equal(old.bytes(a+8, 8), now.bytes(b+8, 8)) || !bytes.Equal(old.bytes(a+recFuncID, 2), now.bytes(b+recFuncID, 2)) {
			t.Errorf("%s: record changed", name)
		}
		if now.u32(b+recPCFile) != 0 || now.u32(b+recPCLine) != 0 {
			t.Errorf("%s: has files or lines", name)
		}
		same := func(what string, x, y uint32) {
			if v, w := old.values(x, size), now.values(y, size); !equal(v, w) {
				t.Errorf("%s: %s: %v, had %v", name, what, w, v)
			}
		}
		same("stack depth", old.u32(a+recPCSP), now.u32(b+recPCSP))
		same("stack maps", old.table(a, 1), now.table(b, 1))
		same("bounds", old.table(a, 4), now.table(b, 4))
		if x, y := old.table(a, pcdataUnsafePoint), now.table(b, pcdataUnsafePoint); x != 0 || y != 0 {
			for _, v := range now.values(y, size) {
				if v != -2 {
					t.Fatalf("%s: preemption: %d", name, v)
				}
			}
		}
		for _, kind := range []uint32{0, 1, 2, 4} {
			sameData(t, name, old, now, old.data(a, kind), now.data(b, kind), kind)
		}
		if y := now.data(b, funcdataInlTree); y != noFuncData {
			inlined++
			same("inlined calls", old.table(a, 2), now.table(b, 2))
			sameTree(t, name, old, now, old.data(a, funcdataInlTree), now.data(b, funcdataInlTree), old.values(old.table(a, 2), size))
		}
	}
	if inlined == 0 || inlined > int(count)/10 {
		t.Errorf("%d of %d functions have inlined calls", inlined, count)
	}
}

func equal(a, b []int32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// sameData compares stack maps (kinds 0 and 1), stack objects (2) and
// open-coded defers (4).
func sameData(t *testing.T, name string, old, now moduleReader, x, y, kind uint32) {
	t.Helper()
	if x == noFuncData || y == noFuncData {
		if x != y {
			t.Errorf("%s: data %d at %#x, was at %#x", name, kind, y, x)
		}
		return
	}
	a, b := old.word(modFuncData)+uint64(x), now.word(modFuncData)+uint64(y)
	size := uint64(2)
	switch kind {
	case 0, 1:
		size = 8 + uint64(old.u32(a))*uint64((old.u32(a+4)+7)/8)
	case 2:
		size = 8 + 16*old.u64(a)
		if b%8 != 0 {
			t.Errorf("%s: stack objects at %#x", name, b)
		}
	}
	if v, w := old.bytes(a, size), now.bytes(b, size); !bytes.Equal(v, w) {
		t.Errorf("%s: data %d: % x, was % x", name, kind, w, v)
	}
}

// sameTree compares inlined calls, as many as a table has.
func sameTree(t *testing.T, name string, old, now moduleReader, x, y uint32, index []int32) {
	t.Helper()
	n := int32(0)
	for _, v := range index {
		n = max(n, v+1)
	}
	for i := range uint64(n) {
		a, b := old.word(modFuncData)+uint64(x)+16*i, now.word(modFuncData)+uint64(y)+16*i
		if v, w := old.name(old.u32(a+4)), now.name(now.u32(b+4)); w != shortName(v) {
			t.Errorf("%s: inlined %s, was %s", name, w, v)
		}
		if old.bytes(a, 1)[0] != now.bytes(b, 1)[0] || old.u32(a+8) != now.u32(b+8) {
			t.Errorf("%s: inlined call %d differs", name, i)
		}
	}
}

// writeProgram makes an executable of segments.
func writeProgram(t *testing.T, k *kernel) string {
	t.Helper()
	var b bytes.Buffer
	h := elf.Header64{
		Ident: [16]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: 1, Entry: k.entry,
		Phoff: ehdrSize, Ehsize: ehdrSize, Phentsize: phdrSize, Phnum: uint16(len(k.segments)),
	}
	put := func(v any) {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			t.Fatal(err)
		}
	}
	put(h)
	off := uint64(pageSize)
	for _, s := range k.segments {
		put(elf.Prog64{
			Type: uint32(elf.PT_LOAD), Flags: uint32(s.flags), Off: off, Vaddr: s.virt, Paddr: s.virt,
			Filesz: uint64(len(s.data)), Memsz: s.size, Align: pageSize,
		})
		off += pageUp(uint64(len(s.data)))
	}
	for _, s := range k.segments {
		b.Write(make([]byte, pageUp(uint64(b.Len()))-uint64(b.Len())))
		b.Write(s.data)
	}
	name := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(name, b.Bytes(), 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestCompactRuns runs a program that recovers, collects, grows stacks and
// looks at its callers. It has to say the same with a compact table of functions.
func TestCompactRuns(t *testing.T) {
	before, after := compactProgram(t)
	run := func(k *kernel, args ...string) (string, int) {
		c := exec.Command(writeProgram(t, k), args...)
		c.Env = append(os.Environ(), "GOGC=1", "GODEBUG=gcstoptheworld=1,asyncpreemptoff=0")
		out, _ := c.CombinedOutput()
		return string(out), c.ProcessState.ExitCode()
	}
	want, code := run(before)
	if code != 0 || !strings.Contains(want, "goroutines:") {
		t.Fatalf("the program itself: %d, %s", code, want)
	}
	if got, code := run(after); code != 0 || got != want {
		t.Errorf("status %d\n%s\nwant\n%s", code, got, want)
	}
	out, code := run(after, "panic")
	if code != 2 {
		t.Errorf("status %d after a panic", code)
	}
	for _, line := range []string{
		`(?m)^panic: nobody recovers this$`, `(?m)^main\.innermost\(`, `(?m)^main\.outermost\(`, `(?m)^main\.main\(`,
	} {
		if !regexp.MustCompile(line).MatchString(out) {
			t.Errorf("no %s in\n%s", line, out)
		}
	}
}

func TestShortName(t *testing.T) {
	for name, want := range map[string]string{
		"main.main": "main.main",
		"sync/atomic.(*Pointer[go.shape.int]).Load": "atomic.(*Pointer[...]).Load",
		"runtime.gopanic":                            "runtime.gopanic",
		"internal/runtime/maps.(*Map).Used":          "internal/runtime/maps.(*Map).Used",
		"cairn/kernel/posix/pipe.(*reader).Read-fm":  "pipe.(*reader).Read-fm",
		"golang.org/x/sys/unix.Errno.Error":          "unix.Errno.Error",
		"type:.eq.cairn/kernel/vm.Key":               "type:.eq",
		"type:.eq.struct { a/b.c d/e.F; g/h.i int }": "type:.eq",
		"a/b.F[x/y.T].func1":                         "b.F[...]",
		"a/b.(*T).M.func2.1.deferwrap1":              "b.(*T).M",
		"a/b.F.gowrap1":                              "b.F",
		"a/b.F-range1":                               "b.F",
		"a/b.init.G[go.shape.int].func5.1":           "b.init.G[...]",
		"runtime.main.func1":                         "runtime.main.func1",
		"a/b.F[g[int]](x/y.Z)":                       "b.F[...](y.Z)",
		"":                                           "",
	} {
		if got := shortName(name); got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
}

func TestPool(t *testing.T) {
	set := map[string]bool{"": true, "abc\x00": true, "bc\x00": true, "c\x00": true, "b\x00": true, "xbc\x00": true}
	p := newPool(set)
	for s := range set {
		if at := p.at[s]; string(p.data[at:][:len(s)]) != s || at == 0 {
			t.Errorf("%q is not at %d of %q", s, at, p.data)
		}
	}
	if want := 1 + len("abc\x00") + len("xbc\x00") + len("b\x00"); len(p.data) != want {
		t.Errorf("%q: %d bytes, want %d", p.data, len(p.data), want)
	}
}

// TestCompactRefuses changes what compact relies on.
func TestCompactRefuses(t *testing.T) {
	raw, err := unwind()
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	table, module := f.Section(".gopclntab").Offset, f.Section(".go.module").Offset
	functab := table + binary.LittleEndian.Uint64(raw[table+64:])
	record := functab + uint64(binary.LittleEndian.Uint32(raw[functab+4:]))
	for _, c := range []struct {
		name, want string
		at         uint64
		b          []byte
	}{
		{"release", "built with", uint64(bytes.Index(raw, []byte("\x08go1.26"))) + 1, []byte("go1.99")},
		{"magic", "magic number", table, []byte{0xf0}},
		{"pointer size", "pointer size", table + 7, []byte{4}},
		{"number", "number of functions", table + 8, []byte{0, 0, 0}},
		{"names", "names of the module", module + modNames*8, []byte{0xff}},
		{"type links", "type links", module + modTypeLinks*8, []byte{0xff}},
		{"entry", "record for", record, []byte{0xff, 0xff}},
		{"too many tables", "tables", record + recPCData, []byte{99}},
		{"name outside", "outside", record + recName, []byte{0xff, 0xff, 0xff, 0x7f}},
		{"data outside", "", functab + 4, []byte{0xff, 0xff, 0xff, 0xff}},
	} {
		changed := bytes.Clone(raw)
		copy(changed[c.at:], c.b)
		k, f := loadProgram(t, changed)
		if err := k.compact(f); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		} else if old, _ := loadProgram(t, changed); !bytes.Equal(k.segments[1].data, old.segments[1].data) {
			t.Errorf("%s: the kernel was changed", c.name)
		}
	}
}

// FuzzCompact corrupts the table of functions.
func FuzzCompact(f *testing.F) {
	raw, err := unwind()
	if err != nil {
		f.Fatal(err)
	}
	file, err := elf.NewFile(bytes.NewReader(raw))
	if err != nil {
		f.Fatal(err)
	}
	table, module := file.Section(".gopclntab"), file.Section(".go.module")
	f.Add(uint32(8), uint64(1)<<60, false)
	f.Add(uint32(modFuncs*8), uint64(0), true)
	f.Add(uint32(binary.LittleEndian.Uint64(raw[table.Offset+64:])+4), uint64(1), false)
	f.Add(uint32(binary.LittleEndian.Uint64(raw[table.Offset+56:])+1), uint64(0xffffffffffffffff), false)
	f.Fuzz(func(t *testing.T, at uint32, v uint64, inModule bool) {
		c := bytes.Clone(raw)
		s := table
		if inModule {
			s = module
		}
		if uint64(at)+8 > s.Size {
			return
		}
		binary.LittleEndian.PutUint64(c[s.Offset+uint64(at):], v)
		k, f := loadProgram(t, c)
		_ = k.compact(f)
	})
}
