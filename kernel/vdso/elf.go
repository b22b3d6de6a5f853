package vdso

import "encoding/binary"

// machineCode is the functions, in one piece, and where in it each begins.
type machineCode struct {
	text    []byte
	entries [numFunctions]int
}

// numFunctions is the number of functions; symbols has two names for each.
const numFunctions = 5

// functions are the names after "__vdso_", in the order of codePCs.
var functions = [numFunctions]string{"clock_gettime", "gettimeofday", "time", "getcpu", "clock_getres"}

const (
	prefix     = "__vdso_"
	soname     = "linux-vdso.so.1"
	version    = "LINUX_2.6"
	numSymbols = 1 + 2*numFunctions // the null symbol, then each name with and without prefix
)

// Sizes and constants of the ELF format (System V ABI, chapters 4 and 5; the GNU
// version sections as in the Linux Standard Base, section 10.7).
const (
	ehdrSize   = 64
	phdrSize   = 56
	numPhdrs   = 2
	symSize    = 24
	verdefSize = 20 + 8 // an entry and its one name

	ptLoad    = 1
	ptDynamic = 2

	dtHash      = 4
	dtStrTab    = 5
	dtSymTab    = 6
	dtStrSz     = 10
	dtSymEnt    = 11
	dtSoname    = 14
	dtVerSym    = 0x6ffffff0
	dtVerDef    = 0x6ffffffc
	dtVerDefNum = 0x6ffffffd

	stbGlobal = 1
	stbWeak   = 2
	sttFunc   = 2
	textIndex = 1 // a section index that is not SHN_UNDEF; there are no sections

	verFlagBase = 1
	indexBase   = 1
	indexNamed  = 2
)

// dataMark stands in the code where the distance to the clock data belongs, as
// the displacement of a RIP-relative LEA.
const dataMark = 0x7fc0dada

// builder writes the image from its start.
type builder struct {
	b   []byte
	at  int
	str int // end of the string table so far
}

func (w *builder) u16(v int)    { binary.LittleEndian.PutUint16(w.b[w.at:], uint16(v)); w.at += 2 }
func (w *builder) u32(v uint32) { binary.LittleEndian.PutUint32(w.b[w.at:], v); w.at += 4 }
func (w *builder) u64(v uint64) { binary.LittleEndian.PutUint64(w.b[w.at:], v); w.at += 8 }

// layout is where the parts of the image are.
type layout struct {
	symtab, hash, versym, verdef, dynamic, strtab, strEnd, text int
}

func place(textSize int) layout {
	var l layout
	l.symtab = ehdrSize + numPhdrs*phdrSize
	l.hash = l.symtab + numSymbols*symSize
	l.versym = l.hash + 4*(2+1+numSymbols)
	l.verdef = align(l.versym+2*numSymbols, 8)
	l.dynamic = align(l.verdef+2*verdefSize, 8)
	l.strtab = l.dynamic + 16*10
	l.strEnd = l.strtab + 1 + len(soname) + 1 + len(version) + 1
	for _, name := range functions {
		l.strEnd += len(prefix) + len(name) + 1 // the name without prefix is its tail
	}
	l.text = align(l.strEnd, 16)
	return l
}

func align(n, to int) int { return (n + to - 1) &^ (to - 1) }

// build writes the image into page.
func build(page []byte, c machineCode) {
	l := place(len(c.text))
	w := &builder{b: page, str: l.strtab + 1}
	w.header(l, l.text+len(c.text))
	strSoname := w.addString(soname, l) // the strings come first, since others point to them
	strVersion := w.addString(version, l)
	w.symbols(l, c)
	w.hashTable(l)
	w.versions(l, strSoname, strVersion)
	w.dynamicSection(l, strSoname)
	copy(page[l.text:], c.text)
	patchData(page[l.text:l.text+len(c.text)], l.text)
}

// addString adds to the string table and returns the string's index.
func (w *builder) addString(s string, l layout) uint32 {
	index := uint32(w.str - l.strtab)
	w.str += copy(w.b[w.str:], s) + 1
	return index
}

func (w *builder) header(l layout, size int) {
	const (
		etDyn   = 3
		x86_64  = 62
		current = 1
	)
	w.at = copy(w.b, "\x7fELF\x02\x01\x01")
	w.at = 16
	w.u16(etDyn)
	w.u16(x86_64)
	w.u32(current)
	w.u64(uint64(l.text))
	w.u64(ehdrSize)
	w.u64(0) // no sections
	w.u32(0)
	w.u16(ehdrSize)
	w.u16(phdrSize)
	w.u16(numPhdrs)
	w.u16(0)
	w.u16(0)
	w.u16(0)
	const r, x = 4, 1
	w.programHeader(ptLoad, r|x, 0, size, 4096)
	w.programHeader(ptDynamic, r, l.dynamic, 16*10, 8)
}

func (w *builder) programHeader(typ, flags uint32, off, size, alignment int) {
	w.u32(typ)
	w.u32(flags)
	w.u64(uint64(off))
	w.u64(uint64(off))
	w.u64(uint64(off))
	w.u64(uint64(size))
	w.u64(uint64(size))
	w.u64(uint64(alignment))
}

func (w *builder) symbols(l layout, c machineCode) {
	w.at = l.symtab + symSize
	for i, name := range functions {
		index := uint32(w.str - l.strtab)
		w.str += copy(w.b[w.str:], prefix)
		w.str += copy(w.b[w.str:], name) + 1
		end := len(c.text)
		if i+1 < numFunctions {
			end = c.entries[i+1]
		}
		value, size := l.text+c.entries[i], end-c.entries[i]
		w.symbol(index, stbGlobal, value, size)
		w.symbol(index+uint32(len(prefix)), stbWeak, value, size)
	}
}

func (w *builder) symbol(name uint32, bind byte, value, size int) {
	w.u32(name)
	w.b[w.at] = bind<<4 | sttFunc
	w.b[w.at+1] = 0
	w.at += 2
	w.u16(textIndex)
	w.u64(uint64(value))
	w.u64(uint64(size))
}

// hashTable writes a table of one bucket, whose chain goes through all symbols.
func (w *builder) hashTable(l layout) {
	w.at = l.hash
	w.u32(1)
	w.u32(numSymbols)
	w.u32(1)
	w.u32(0)
	for i := uint32(1); i < numSymbols; i++ {
		w.u32((i + 1) % numSymbols)
	}
}

func (w *builder) versions(l layout, strSoname, strVersion uint32) {
	w.at = l.versym
	w.u16(0)
	for range numSymbols - 1 {
		w.u16(indexNamed)
	}
	w.at = l.verdef
	w.versionDef(verFlagBase, indexBase, soname, strSoname, verdefSize)
	w.versionDef(0, indexNamed, version, strVersion, 0)
}

func (w *builder) versionDef(flags, index int, name string, str, next uint32) {
	w.u16(1)
	w.u16(flags)
	w.u16(index)
	w.u16(1) // one name
	w.u32(elfHash(name))
	w.u32(20) // where it is
	w.u32(next)
	w.u32(str)
	w.u32(0)
}

// elfHash is the hash function of the System V ABI, section 5.
func elfHash(s string) uint32 {
	var h uint32
	for i := range len(s) {
		h = h<<4 + uint32(s[i])
		g := h & 0xf0000000
		h ^= g>>24 | g
	}
	return h
}

func (w *builder) dynamicSection(l layout, strSoname uint32) {
	w.at = l.dynamic
	for _, e := range [10][2]uint64{
		{dtSoname, uint64(strSoname)}, {dtHash, uint64(l.hash)}, {dtStrTab, uint64(l.strtab)}, {dtSymTab, uint64(l.symtab)},
		{dtStrSz, uint64(l.strEnd - l.strtab)}, {dtSymEnt, symSize}, {dtVerSym, uint64(l.versym)},
		{dtVerDef, uint64(l.verdef)}, {dtVerDefNum, 2}, {0, 0},
	} {
		w.u64(e[0])
		w.u64(e[1])
	}
}

// patchData replaces every dataMark in the code, which is at offset text of the image, by
// the distance from the end of the instruction to the clock data, one page below the image.
func patchData(code []byte, text int) {
	for i := 0; i+4 <= len(code); i++ {
		if binary.LittleEndian.Uint32(code[i:]) == dataMark {
			binary.LittleEndian.PutUint32(code[i:], uint32(-4096-(text+i+4)))
		}
	}
}
