package exec

import (
	"encoding/binary"

	"cairn/kernel/arch"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// The parts of the ELF format that loading needs (System V ABI, chapters 4 and 5).
const (
	elfHeaderSize  = 64
	programHdrSize = 56
	maxProgramHdrs = 65536 / programHdrSize

	typeExec = 2
	typeDyn  = 3

	ptLoad     = 1
	ptInterp   = 3
	ptPhdr     = 6
	ptGNUStack = 0x6474e551

	flagExec  = 1
	flagWrite = 2
	flagRead  = 4
)

// elfHeader is what matters of an ELF file's header.
type elfHeader struct {
	typ      uint16
	entry    uint64
	phoff    uint64
	phnum    uint16
	programs []programHeader
}

// programHeader is an entry of the program header table.
type programHeader struct {
	typ, flags                              uint32
	offset, vaddr, filesz, memsz, alignment uint64
}

// image is a program in memory.
type image struct {
	start   uint64 // where to begin: of the interpreter, if there is one
	entry   uint64 // the program's own entry
	phdr    uint64 // where its program headers are
	phnum   int
	base    uint64 // where the interpreter is
	execStk bool   // the stack is executable
}

// parseHeader reads an ELF file's header and program headers. Everything that
// is not an ELF file for this machine is ENOEXEC.
func parseHeader(f *vfs.File) (*elfHeader, error) {
	var b [elfHeaderSize]byte
	if n, err := f.ReadAt(b[:], 0); err != nil || n < len(b) {
		return nil, unix.ENOEXEC
	}
	const elf64LittleEndian = "\x7fELF\x02\x01"
	le := binary.LittleEndian
	h := &elfHeader{
		typ: le.Uint16(b[16:]), entry: le.Uint64(b[24:]), phoff: le.Uint64(b[32:]), phnum: le.Uint16(b[56:]),
	}
	if string(b[:6]) != elf64LittleEndian || h.typ != typeExec && h.typ != typeDyn ||
		le.Uint16(b[18:]) != arch.ELFMachine || le.Uint16(b[54:]) != programHdrSize ||
		h.phnum == 0 || h.phnum > maxProgramHdrs {
		return nil, unix.ENOEXEC
	}
	table := make([]byte, int(h.phnum)*programHdrSize)
	if int64(h.phoff) < 0 {
		return nil, unix.ENOEXEC
	}
	if n, err := f.ReadAt(table, int64(h.phoff)); err != nil || n < len(table) {
		return nil, unix.ENOEXEC
	}
	for ; len(table) > 0; table = table[programHdrSize:] {
		h.programs = append(h.programs, programHeader{
			typ: le.Uint32(table), flags: le.Uint32(table[4:]), offset: le.Uint64(table[8:]), vaddr: le.Uint64(table[16:]),
			filesz: le.Uint64(table[32:]), memsz: le.Uint64(table[40:]), alignment: le.Uint64(table[48:]),
		})
	}
	return h, nil
}

// loadELF maps the program f and the interpreter it names.
func loadELF(as *vm.AddressSpace, f *vfs.File, open func(string) (*vfs.File, error)) (*image, error) {
	h, err := parseHeader(f)
	if err != nil {
		return nil, err
	}
	interpreter, err := h.interpreter(f)
	if err != nil {
		return nil, err
	}
	base := uint64(as.Layout().PIEBase)
	m, err := h.load(as, f, base)
	if err != nil {
		return nil, err
	}
	img := &image{start: m.bias + h.entry, entry: m.bias + h.entry, phdr: h.phdrAddress(m.bias), phnum: int(h.phnum)}
	for _, p := range h.programs {
		if p.typ == ptGNUStack {
			img.execStk = p.flags&flagExec != 0
		}
	}
	if img.entry >= arch.UserEnd {
		return nil, unix.EINVAL
	}
	as.SetBrk(vm.Addr(m.end)+vm.Addr(as.Layout().BrkGap), m.data)
	if interpreter == "" {
		return img, nil
	}
	return img, img.loadInterpreter(as, interpreter, open)
}

// loadInterpreter maps the ELF interpreter, where control goes first.
func (img *image) loadInterpreter(as *vm.AddressSpace, path string, open func(string) (*vfs.File, error)) error {
	f, err := open(path)
	if err != nil {
		return err
	}
	defer f.Put()
	h, err := parseHeader(f)
	if err != nil {
		return unix.ELIBBAD
	}
	m, err := h.load(as, f, 0)
	if err != nil {
		return err
	}
	img.base, img.start = m.bias, m.bias+h.entry
	if img.start >= arch.UserEnd {
		return unix.EINVAL
	}
	return nil
}

// interpreter returns the path in PT_INTERP, empty if there is none.
func (h *elfHeader) interpreter(f *vfs.File) (string, error) {
	path := ""
	for _, p := range h.programs {
		if p.typ != ptInterp {
			continue
		}
		if path != "" {
			return "", unix.EINVAL
		}
		if p.filesz < 2 || p.filesz > unix.PathMax || int64(p.offset) < 0 {
			return "", unix.ENOEXEC
		}
		b := make([]byte, p.filesz)
		if n, err := f.ReadAt(b, int64(p.offset)); err != nil || n < len(b) {
			return "", unix.EIO
		}
		if b[len(b)-1] != 0 {
			return "", unix.ENOEXEC
		}
		path = cutNUL(b)
	}
	return path, nil
}

func cutNUL(b []byte) string {
	for i, c := range b {
		if c == 0 {
			return string(b[:i])
		}
	}
	return string(b)
}

// phdrAddress returns where the program headers are in memory: where PT_PHDR
// says, or in the segment that holds them.
func (h *elfHeader) phdrAddress(bias uint64) uint64 {
	for _, p := range h.programs {
		if p.typ == ptPhdr {
			return bias + p.vaddr
		}
	}
	for _, p := range h.programs {
		if p.typ == ptLoad && p.offset <= h.phoff && h.phoff < p.offset+p.filesz {
			return bias + h.phoff - p.offset + p.vaddr
		}
	}
	return 0
}

func pageFloor(v uint64) uint64 { return v &^ (mem.PageSize - 1) }

// pageCeil rounds up; the caller has made sure that it does not wrap.
func pageCeil(v uint64) uint64 { return pageFloor(v + mem.PageSize - 1) }
