package exec

import (
	"encoding/binary"
	"strings"
	"testing"

	"cairn/kernel/arch"
	"cairn/kernel/fs/ramfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/task/tasktest"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// A segment of a made-up program.
type segment struct {
	typ, flags                          uint32
	offset, vaddr, filesz, memsz, align uint64
}

// makeELF returns an ELF file with the segments, filled up to 3 pages.
func makeELF(typ uint16, entry uint64, segs ...segment) []byte {
	le := binary.LittleEndian
	b := make([]byte, 3*mem.PageSize)
	copy(b, "\x7fELF\x02\x01\x01")
	le.PutUint16(b[16:], typ)
	le.PutUint16(b[18:], arch.ELFMachine)
	le.PutUint32(b[20:], 1)
	le.PutUint64(b[24:], entry)
	le.PutUint64(b[32:], elfHeaderSize)
	le.PutUint16(b[52:], elfHeaderSize)
	le.PutUint16(b[54:], programHdrSize)
	le.PutUint16(b[56:], uint16(len(segs)))
	for i, s := range segs {
		p := b[elfHeaderSize+i*programHdrSize:]
		le.PutUint32(p, s.typ)
		le.PutUint32(p[4:], s.flags)
		for j, v := range []uint64{s.offset, s.vaddr, s.vaddr, s.filesz, s.memsz, s.align} {
			le.PutUint64(p[8+8*j:], v)
		}
	}
	return b
}

const base = 0x400000

func text() segment { return segment{ptLoad, flagRead | flagExec, 0, base, 0x1000, 0x1000, 0x1000} }
func data() segment {
	return segment{ptLoad, flagRead | flagWrite, 0x1000, base + 0x1000, 0x800, 0x3000, 0x1000}
}

// machine makes a root file system and a task.
func machine(t testing.TB) *tasktest.Task {
	tasktest.InitMemory()
	sb, err := ramfs.New("")
	if err != nil {
		t.Fatal(err)
	}
	vfs.MountRoot(sb, "rootfs")
	return tasktest.New(t)
}

func writeFile(t testing.TB, tk *tasktest.Task, path string, contents []byte, mode uint32) {
	f, err := vfs.OpenAt(tk.Task, vfs.Root(), path, unix.O_WRONLY|unix.O_CREAT|unix.O_TRUNC, mode)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Put()
	if n, err := f.Write(tk.Task, vm.NewBuffer(contents)); err != nil || n != len(contents) {
		t.Fatalf("writing %s: %d, %v", path, n, err)
	}
}

func load(tk *tasktest.Task, path string, argv ...string) (*Program, error) {
	return Load(tk.Task, Request{
		Open: func(path string) (*vfs.File, error) {
			return vfs.OpenAt(tk.Task, vfs.Root(), path, unix.O_RDONLY, 0)
		},
		Path: path, Argv: argv, Envp: []string{"A=b"}, StackLimit: 8 << 20, NoRandom: true,
	})
}

func TestLoadErrors(t *testing.T) {
	tk := machine(t)
	change := func(off int, b ...byte) func([]byte) []byte {
		return func(f []byte) []byte { copy(f[off:], b); return f }
	}
	good := func() []byte { return makeELF(typeExec, base+0x100, text(), data()) }
	with := func(segs ...segment) []byte { return makeELF(typeExec, base+0x100, segs...) }
	for _, c := range []struct {
		name string
		file []byte
		err  error
	}{
		{"good", good(), nil},
		{"empty", nil, unix.ENOEXEC},
		{"text", []byte("hello\n"), unix.ENOEXEC},
		{"header cut", good()[:60], unix.ENOEXEC},
		{"program headers cut", good()[:100], unix.ENOEXEC},
		{"class", change(4, 1)(good()), unix.ENOEXEC},
		{"byte order", change(5, 2)(good()), unix.ENOEXEC},
		{"machine", change(18, 183)(good()), unix.ENOEXEC},
		{"relocatable", change(16, 1)(good()), unix.ENOEXEC},
		{"entry size", change(54, 57)(good()), unix.ENOEXEC},
		{"no program headers", change(56, 0)(good()), unix.ENOEXEC},
		{"headers far away", change(32, 0, 0, 0, 0, 0, 0, 0, 0x80)(good()), unix.ENOEXEC},
		{"nothing to load", with(segment{typ: 4}), unix.ENOEXEC},
		{"larger in the file", with(segment{ptLoad, 5, 0, base, 0x1000, 0x800, 0}), unix.EINVAL},
		{"gigantic", with(segment{ptLoad, 5, 0, base, 0x1000, 1 << 60, 0}), unix.EINVAL},
		{"wraps", with(segment{ptLoad, 5, 0, ^uint64(0xfff), 0x1000, 0x2000, 0}), unix.EINVAL},
		{"kernel address", with(segment{ptLoad, 5, 0, 0xffff_8000_0000_0000, 0x1000, 0x1000, 0}), unix.EINVAL},
		{"unaligned", with(segment{ptLoad, 5, 0x10, base, 0x1000, 0x1000, 0}), unix.EINVAL},
		{"too large for memory", with(segment{ptLoad, 6, 0, base, 0x1000, 1 << 40, 0}), unix.ENOMEM},
		{"page 0", with(segment{ptLoad, 5, 0, 0, 0x1000, 0x1000, 0}), unix.EPERM},
		{"entry in the kernel", makeELF(typeExec, 0xffff_ffff_8100_0000, text()), unix.EINVAL},
		{"interpreter without NUL", with(text(), segment{ptInterp, 4, 0, base, 4, 4, 1}), unix.ENOEXEC},
		{"interpreter too short", with(text(), segment{ptInterp, 4, 0, base, 1, 1, 1}), unix.ENOEXEC},
		{"interpreter beyond the file", with(text(), segment{ptInterp, 4, 1 << 30, base, 8, 8, 1}), unix.EIO},
		{"interpreter missing", interp(with(text(), segment{ptInterp, 4, 0x800, base, 8, 8, 1}), "/none00"), unix.ENOENT},
		{"interpreter bad", interp(with(text(), segment{ptInterp, 4, 0x800, base, 8, 8, 1}), "/x-text"), unix.ELIBBAD},
		{"two interpreters", interp(with(text(), segment{ptInterp, 4, 0x800, base, 8, 8, 1}, segment{ptInterp, 4, 0x800, base, 8, 8, 1}), "/x-text"), unix.EINVAL},
		{"script of itself", []byte("#!/x\n"), unix.ELOOP},
		{"script without interpreter", []byte("#!/none\n"), unix.ENOENT},
	} {
		writeFile(t, tk, "/x-text", []byte("not a program"), 0o755)
		writeFile(t, tk, "/x", c.file, 0o755)
		free := mem.Free()
		p, err := load(tk, "/x", "x")
		if err != c.err {
			t.Errorf("%s: %v, want %v", c.name, err, c.err)
		}
		if p != nil {
			p.Abandon()
		}
		if got := mem.Free(); got != free {
			t.Errorf("%s: %d bytes of memory leaked", c.name, int64(free-got))
		}
	}
}

// interp puts an interpreter's path where the test segments expect it.
func interp(file []byte, path string) []byte {
	copy(file[0x800:], path+"\x00")
	return file
}

func TestNotExecutable(t *testing.T) {
	tk := machine(t)
	writeFile(t, tk, "/x", makeELF(typeExec, base, text()), 0o644)
	if _, err := load(tk, "/x"); err != unix.EACCES {
		t.Errorf("without execute permission: %v, want EACCES", err)
	}
	if _, err := load(tk, "/"); err != unix.EACCES {
		t.Errorf("a directory: %v, want EACCES", err)
	}
	if _, err := load(tk, "/none"); err != unix.ENOENT {
		t.Errorf("no file: %v, want ENOENT", err)
	}
}

func TestTooBig(t *testing.T) {
	tk := machine(t)
	writeFile(t, tk, "/x", makeELF(typeExec, base, text()), 0o755)
	if _, err := load(tk, "/x", strings.Repeat("a", maxArgStrlen)); err != unix.E2BIG {
		t.Errorf("an argument of %d bytes: %v, want E2BIG", maxArgStrlen, err)
	}
	many := make([]string, 40)
	for i := range many {
		many[i] = strings.Repeat("a", maxArgStrlen-2)
	}
	if _, err := load(tk, "/x", many...); err != unix.E2BIG {
		t.Errorf("%d arguments of %d bytes: %v, want E2BIG", len(many), maxArgStrlen-2, err)
	}
}

// TestStackAndMemory looks at a loaded program as it would look at itself.
func TestStackAndMemory(t *testing.T) {
	tk := machine(t)
	file := makeELF(typeExec, base+0x100, text(), data())
	for i := 0x1000; i < 0x2000; i++ {
		file[i] = 0xee
	}
	writeFile(t, tk, "/dir-x", file, 0o755)
	p, err := load(tk, "/dir-x", "zero", "", "two")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Release()
	p.Commit(tk.Task)
	if *tk.Name.Load() != "dir-x" || tk.Regs.PC() != base+0x100 || tk.Regs.SP()%16 != 0 {
		t.Errorf("name %q, pc %#x, sp %#x", *tk.Name.Load(), tk.Regs.PC(), tk.Regs.SP())
	}
	word := func(n uint64) uint64 {
		v, err := vm.Load[uint64](tk.AS, vm.Addr(tk.Regs.SP()+8*n))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if word(0) != 3 || word(4) != 0 || word(6) != 0 {
		t.Fatalf("argc %d, the ends of argv and envp %#x, %#x", word(0), word(4), word(6))
	}
	for i, want := range []string{"zero", "", "two", "\x00", "A=b"} {
		if want == "\x00" {
			continue
		}
		if s, err := tk.CopyInString(vm.Addr(word(uint64(1+i))), 64); err != nil || s != want {
			t.Errorf("string %d is %q, %v, want %q", i, s, err, want)
		}
	}
	aux := map[uint64]uint64{}
	for n := uint64(7); word(n) != atNull; n += 2 {
		aux[word(n)] = word(n + 1)
	}
	if aux[atPhdr] != base+elfHeaderSize || aux[atPhnum] != 2 || aux[atEntry] != base+0x100 || aux[atBase] != 0 || aux[atPageSize] != 4096 {
		t.Errorf("auxiliary vector: %#x", aux)
	}
	if s, _ := tk.CopyInString(vm.Addr(aux[atExecFn]), 64); s != "/dir-x" {
		t.Errorf("AT_EXECFN is %q", s)
	}
	// The file's bytes, then zeros to the end of the page and of the segment.
	for addr, want := range map[vm.Addr]byte{base + 0x17ff: 0xee, base + 0x1800: 0, base + 0x1fff: 0, base + 0x3fff: 0} {
		if b, err := vm.Load[byte](tk.AS, addr); err != nil || b != want {
			t.Errorf("byte at %#x is %#x, %v, want %#x", addr, b, err, want)
		}
	}
	if err := vm.Store(tk.AS, vm.Addr(base), byte(1)); err == nil {
		t.Error("the text can be written")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(makeELF(typeExec, base+0x100, text(), data())[:0x300], uint16(0))
	f.Add(makeELF(typeDyn, 0x100, segment{ptLoad, 7, 0, 0, 0x1000, 0x5000, 1 << 20})[:0x300], uint16(3))
	tk := machine(f)
	f.Fuzz(func(t *testing.T, head []byte, pages uint16) {
		file := make([]byte, int(pages%8)*mem.PageSize+len(head))
		copy(file, head)
		writeFile(t, tk, "/x", file, 0o755)
		free := mem.Free()
		if p, err := load(tk, "/x", "x"); err == nil {
			p.Abandon()
		}
		if got := mem.Free(); got != free {
			t.Errorf("%d bytes of memory leaked", int64(free-got))
		}
	})
}
