package image

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// goRelease is the release of Go whose tables are known.
const goRelease = "go1.26"

// tables are the sections of a kernel that compact works on.
type goTables struct {
	rodata, data                              *segment // that hold them
	text, pclntab, typelink, itablink, module part
}

// part is a section in memory.
type part struct {
	view
	addr uint64
}

func (p *part) end() uint64 { return p.addr + uint64(len(p.b)) }

// compact makes the tables smaller that the Go runtime keeps of functions: file
// names, line numbers, inlined calls and arguments go, which only tracebacks show.
// It fails if it does not know the tables, and leaves the kernel as it is.
func (k *kernel) compact(f *elf.File) error {
	info, err := buildinfo.Read(bytes.NewReader(k.raw))
	if err != nil {
		return fmt.Errorf("the kernel does not say which release of Go it is built with: %w", err)
	}
	if v := info.GoVersion; v != goRelease && !strings.HasPrefix(v, goRelease+".") {
		return fmt.Errorf("the kernel is built with %s, and only the tables of %s are known", v, goRelease)
	}
	var bad bool
	t := k.findTables(f, &bad)
	if bad || uint64(len(t.module.b)) < modWords*modWordSize || t.rodata.end() != pageUp(t.itablink.end()) {
		return fmt.Errorf("the kernel's sections are not where %s has them", goRelease)
	}
	p, err := readPclntab(&t)
	if err != nil {
		return fmt.Errorf("the kernel's table of functions is not as %s has it: %w", goRelease, err)
	}
	p.strip()
	s := p.rewrite()
	if bad {
		return errors.New("the kernel's table of functions refers to what is outside of it")
	}
	t.replace(s)
	return nil
}

// findTables finds the sections. It sets bad if one is missing or out of order.
func (k *kernel) findTables(f *elf.File, bad *bool) goTables {
	find := func(name string) (part, *segment) {
		if sec := f.Section(name); sec != nil && sec.Type == elf.SHT_PROGBITS {
			for i := range k.segments {
				if s := &k.segments[i]; sec.Addr >= s.virt && sec.Addr < s.virt+uint64(len(s.data)) {
					off := sec.Addr - s.virt
					return part{view{s.data, bad}.part(off, off+sec.Size), sec.Addr}, s
				}
			}
		}
		*bad = true
		return part{view{nil, bad}, 0}, new(segment)
	}
	var t goTables
	t.text, _ = find(".text")
	t.pclntab, t.rodata = find(".gopclntab")
	t.typelink, _ = find(".typelink")
	t.itablink, _ = find(".itablink")
	t.module, t.data = find(".go.module")
	if t.pclntab.end() > t.typelink.addr || t.typelink.end() > t.itablink.addr {
		*bad = true
	}
	return t
}

// replace puts a new table of functions in the place of the old one. What follows
// it in the segment moves up, and the module learns of all new addresses.
func (t *goTables) replace(s *newPclntab) {
	start := t.pclntab.addr - t.rodata.virt
	out := append(slices.Clip(t.rodata.data[:start]), s.data...)
	move := func(p *part) uint64 {
		out = alignTo(out, 32)
		addr := t.rodata.virt + uint64(len(out))
		out = append(out, p.b...)
		return addr
	}
	typelink, itablink := move(&t.typelink), move(&t.itablink)
	t.rodata.data, t.rodata.size = out, uint64(len(out))

	moduleOff := t.module.addr - t.data.virt
	t.data.data = bytes.Clone(t.data.data)
	module := t.data.data[moduleOff:]
	set := func(word int, v uint64) { binary.LittleEndian.PutUint64(module[word*modWordSize:], v) }
	setSlice := func(word int, off, n uint64) {
		set(word, t.pclntab.addr+off)
		set(word+1, n)
		set(word+2, n)
	}
	setSlice(modNames, s.names, s.pctab-s.names)
	setSlice(modCUTab, s.pctab, 0)
	setSlice(modFiles, s.pctab, 0)
	setSlice(modPCTab, s.pctab, s.functab-s.pctab)
	setSlice(modFuncs, s.functab, s.funcdata-s.functab)
	set(modFTab, t.pclntab.addr+s.functab) // their number is the same
	set(modFindFunc, t.pclntab.addr+s.find)
	set(modFuncData, t.pclntab.addr+s.funcdata)
	set(modEnd, t.pclntab.addr+uint64(len(s.data)))
	set(modTypeLinks, typelink)
	set(modITabLinks, itablink)
}
