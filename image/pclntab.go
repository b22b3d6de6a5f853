package image

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The Go linker writes the section .gopclntab, which the runtime finds through
// runtime.firstmoduledata. This is its layout in Go 1.26 (runtime/symtab.go,
// runtime/runtime2.go, cmd/link/internal/ld/pcln.go):
//
//	header       magic number, counts, offsets of the next five parts
//	names        function names, each with a NUL
//	cutab        file numbers of compilation units → offsets in files
//	files        file names
//	pctab        tables that give a value for every pc of a function
//	functab      pairs (entry, offset of record), the end of the last function,
//	             then the records
//	funcdata     stack maps, stack objects, inlined calls, open-coded defers
//	findfunctab  buckets of the text → numbers of functions
const (
	pclnMagic      = 0xfffffff1
	pclnQuantum    = 8<<24 | 1<<16 // pointer size, instruction size
	pclnHeaderSize = 72

	recordSize   = 44 // of a function, without the offsets of its tables and data
	maxPCData    = 5  // kinds of tables
	maxFuncData  = 8  // kinds of data
	noFuncData   = 0xffffffff
	inlinedSize  = 16 // of an inlined call
	inlinedName  = 4  // offset of the name's offset within it
	funcWrapper  = 23 // funcID of generated wrappers
	recoverName  = "runtime.gorecover"
	nilMethod    = "runtime.panicwrap" // reads the name of the wrapper that calls it
	systemPrefix = "runtime."          // how the runtime knows its own goroutines
	wrapperName  = "wrapper"
	callRelative = 0xe8
)

// Offsets in a function's record (runtime._func).
const (
	recEntry     = 0
	recName      = 4
	recPCSP      = 16
	recPCFile    = 20
	recPCLine    = 24
	recPCData    = 28
	recCU        = 32
	recStartLine = 36
	recFuncID    = 40
	recFuncData  = 43
)

// Kinds of pcdata and of funcdata (internal/abi/symtab.go).
const (
	pcdataUnsafePoint  = 0
	pcdataInlTreeIndex = 2
	pcdataArgLiveIndex = 3

	funcdataInlTree     = 3
	funcdataArgInfo     = 5
	funcdataArgLiveInfo = 6
	funcdataWrapInfo    = 7
)

// Words of runtime.moduledata. A slice has three: address, length, capacity.
const (
	modHeader    = 0
	modNames     = 1
	modCUTab     = 4
	modFiles     = 7
	modPCTab     = 10
	modFuncs     = 13
	modFTab      = 16
	modFindFunc  = 19
	modText      = 22
	modFuncData  = 40
	modEnd       = 41
	modTypeLinks = 45
	modITabLinks = 48
	modWords     = 51
	modWordSize  = 8
)

// view is data that is read at offsets that may be wrong. A read outside of it
// gives zeros and is remembered.
type view struct {
	b   []byte
	bad *bool
}

// at returns n bytes at an offset.
func (v view) at(off, n uint64) []byte {
	if off > uint64(len(v.b)) || n > uint64(len(v.b))-off {
		*v.bad = true
		return make([]byte, min(n, 64))
	}
	return v.b[off : off+n]
}

// part returns what is from start to end.
func (v view) part(start, end uint64) view {
	if start > end || end > uint64(len(v.b)) {
		*v.bad = true
		return view{nil, v.bad}
	}
	return view{v.b[start:end], v.bad}
}

func (v view) u32(off uint64) uint32 { return binary.LittleEndian.Uint32(v.at(off, 4)) }
func (v view) u64(off uint64) uint64 { return binary.LittleEndian.Uint64(v.at(off, 8)) }

// text returns the string at an offset, up to its NUL.
func (v view) text(off uint64) string {
	if off < uint64(len(v.b)) {
		if n := bytes.IndexByte(v.b[off:], 0); n >= 0 {
			return string(v.b[off : off+uint64(n)])
		}
	}
	*v.bad = true
	return ""
}

// varint reads an unsigned number of 7 bits a byte, as the runtime's readvarint
// does. It returns the offset behind it.
func (v view) varint(off uint64) (uint32, uint64) {
	var n uint32
	for shift := 0; ; shift += 7 {
		b := v.at(off, 1)[0]
		off++
		n |= uint32(b&0x7f) << (shift & 31)
		if b&0x80 == 0 {
			return n, off
		}
	}
}

// pcTable returns the table at an offset, with the 0 that ends it.
func (v view) pcTable(off uint64) string {
	end := off
	for first := true; !*v.bad; first = false {
		delta, next := v.varint(end)
		end = next
		if delta == 0 && !first {
			return string(v.b[off:end])
		}
		_, end = v.varint(end)
	}
	return ""
}

// function is a function of the kernel.
type function struct {
	record [recordSize]byte
	name   string
	tables []uint32 // offsets in pctab, 0 if there is none
	data   []uint32 // offsets in funcdata, or noFuncData
}

func (f *function) get(field int) uint32    { return binary.LittleEndian.Uint32(f.record[field:]) }
func (f *function) set(field int, v uint32) { binary.LittleEndian.PutUint32(f.record[field:], v) }

// pclntab is the section, taken apart.
type pclntab struct {
	text                         view // of the kernel, for calls
	names, pctab, funcdata, find view
	end                          uint32 // offset in the text behind the last function
	funcs                        []function
	dataOffsets                  []uint32 // of all funcdata, ascending
}

// readPclntab takes apart the section .gopclntab, and checks that the module
// says the same of it.
func readPclntab(t *goTables) (*pclntab, error) {
	section, addr := t.pclntab, t.pclntab.addr
	word := func(n uint64) uint64 { return t.module.u64(n * modWordSize) }
	count := section.u64(8)
	names, cu, files, pctab, functab := section.u64(32), section.u64(40), section.u64(48), section.u64(56), section.u64(64)
	data, find, end := word(modFuncData)-addr, word(modFindFunc)-addr, word(modEnd)-addr
	for _, c := range []struct {
		what      string
		got, want uint64
	}{
		{"magic number", uint64(section.u32(0)), pclnMagic},
		{"quantum and pointer size", uint64(section.u32(4)), pclnQuantum},
		{"names", names, pclnHeaderSize},
		{"header of the module", word(modHeader), addr},
		{"names of the module", word(modNames), addr + names},
		{"compilation units of the module", word(modCUTab), addr + cu},
		{"files of the module", word(modFiles), addr + files},
		{"pctab of the module", word(modPCTab), addr + pctab},
		{"functions of the module", word(modFuncs), addr + functab},
		{"number of functions", word(modFTab + 1), count + 1},
		{"first function of the module", word(modFTab), addr + functab},
		{"size", end, uint64(len(section.b))},
		{"text", word(modText), t.text.addr},
		{"type links", word(modTypeLinks), t.typelink.addr},
		{"interface tables", word(modITabLinks), t.itablink.addr},
	} {
		if c.got != c.want {
			return nil, fmt.Errorf("%s: %#x, expected %#x", c.what, c.got, c.want)
		}
	}
	p := &pclntab{
		text: t.text.view, names: section.part(names, cu), pctab: section.part(pctab, functab),
		funcdata: section.part(data, find), find: section.part(find, end),
	}
	return p, p.readFuncs(section.part(functab, data), count)
}

// readFuncs reads the table of functions.
func (p *pclntab) readFuncs(tab view, count uint64) error {
	if count > uint64(len(tab.b))/8 {
		return fmt.Errorf("%d functions in a table of %d bytes", count, len(tab.b))
	}
	p.end = tab.u32(count * 8)
	p.funcs = make([]function, count)
	for i := range p.funcs {
		f := &p.funcs[i]
		entry, off := tab.u32(uint64(i)*8), uint64(tab.u32(uint64(i)*8+4))
		copy(f.record[:], tab.at(off, recordSize))
		tables, data := f.get(recPCData), uint32(f.record[recFuncData])
		if i > 0 && entry < p.funcs[i-1].get(recEntry) {
			return fmt.Errorf("function %d at %#x is out of order", i, entry)
		}
		if f.get(recEntry) != entry || tables > maxPCData || data > maxFuncData {
			return fmt.Errorf("function %d at %#x has a record for %#x with %d tables and %d data", i, entry, f.get(recEntry), tables, data)
		}
		off += recordSize
		for range tables {
			f.tables = append(f.tables, tab.u32(off))
			off += 4
		}
		for range data {
			f.data = append(f.data, tab.u32(off))
			off += 4
		}
		p.dataOffsets = append(p.dataOffsets, f.data...)
	}
	slices.Sort(p.dataOffsets)
	p.dataOffsets = slices.Compact(p.dataOffsets)
	if n := len(p.dataOffsets); n > 0 && p.dataOffsets[n-1] == noFuncData {
		p.dataOffsets = p.dataOffsets[:n-1]
	}
	return nil
}

// calls reports whether a function may call the one at the offset target of the
// text. It looks for bytes that would be that call.
func (p *pclntab) calls(i int, target uint32) bool {
	start, end := p.funcs[i].get(recEntry), p.end
	if i+1 < len(p.funcs) {
		end = p.funcs[i+1].get(recEntry)
	}
	code := p.text.part(uint64(start), uint64(end)).b
	for at := 0; at+5 <= len(code); at++ {
		if code[at] == callRelative && start+uint32(at)+5+binary.LittleEndian.Uint32(code[at+1:]) == target {
			return true
		}
	}
	return false
}

// strip drops what only tracebacks with files, lines, inlined calls and
// arguments need, and preemption by signals. Generated wrappers, which tracebacks leave
// out, lose their names.
//
// The runtime needs to know of inlined calls in one case: recover counts the
// functions between itself and the panic, wrappers not counted. What is inlined in
// wrappers, and in functions that call recover, stays.
func (p *pclntab) strip() {
	entries := make(map[string]uint32)
	for i := range p.funcs {
		f := &p.funcs[i]
		f.name = shortName(p.names.text(uint64(f.get(recName))))
		entries[f.name] = f.get(recEntry)
	}
	for i := range p.funcs {
		f := &p.funcs[i]
		wrapper := f.record[recFuncID] == funcWrapper
		if wrapper && !strings.HasPrefix(f.name, systemPrefix) && !p.calls(i, entries[nilMethod]) {
			f.name = wrapperName
		}
		for _, field := range []int{recPCFile, recPCLine, recCU, recStartLine} {
			f.set(field, 0)
		}
		dropTable(f, pcdataArgLiveIndex)
		dropData(f, funcdataArgInfo)
		dropData(f, funcdataArgLiveInfo)
		dropData(f, funcdataWrapInfo)
		if !wrapper && !p.calls(i, entries[recoverName]) {
			dropTable(f, pcdataInlTreeIndex)
			dropData(f, funcdataInlTree)
		}
	}
}

func dropTable(f *function, kind int) {
	if kind < len(f.tables) {
		f.tables[kind] = 0
	}
	for n := len(f.tables); n > 0 && f.tables[n-1] == 0; n-- {
		f.tables = f.tables[:n-1]
	}
}

func dropData(f *function, kind int) {
	if kind < len(f.data) {
		f.data[kind] = noFuncData
	}
	for n := len(f.data); n > 0 && f.data[n-1] == noFuncData; n-- {
		f.data = f.data[:n-1]
	}
}

// inner matches what the compiler adds to the name of a function for what is within it: function literals, deferred
// and go statements, bodies of range loops.
var inner = regexp.MustCompile(`(\.(func|deferwrap|gowrap)[0-9]+|-range[0-9]+).*$`)

// shortName returns a function's name as the packed kernel has it: type
// arguments are "[...]", as tracebacks print them, import paths are cut to
// the package's name, and what is within a function is called like it. Functions that compare values have one
// name. Names of the packages internal/..., runtime/... and runtime are whole, because the runtime compares them.
func shortName(name string) string {
	switch {
	case strings.HasPrefix(name, "runtime."):
		return name
	case strings.HasPrefix(name, "type:.eq."):
		return "type:.eq"
	case !strings.HasPrefix(name, "internal/") && !strings.HasPrefix(name, "runtime/"):
		name = inner.ReplaceAllString(name, "")
	}
	if i, j := strings.IndexByte(name, '['), strings.LastIndexByte(name, ']'); i >= 0 && j > i {
		name = name[:i] + "[...]" + name[j+1:]
	}
	var b strings.Builder
	for name != "" {
		n := strings.IndexAny(name, " *(){}[],;:") + 1
		if n == 0 {
			n = len(name)
		}
		word := name[:n]
		name = name[n:]
		prefix := ""
		for _, p := range []string{".hash."} {
			if strings.HasPrefix(word, p) {
				prefix, word = p, word[len(p):]
			}
		}
		if !strings.HasPrefix(word, "internal/") && !strings.HasPrefix(word, "runtime/") {
			word = word[strings.LastIndexByte(word, '/')+1:]
		}
		b.WriteString(prefix + word)
	}
	return b.String()
}
