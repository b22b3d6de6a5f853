package image

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

// pool stores strings that end themselves, so that one that is the end of another
// needs no place of its own.
type pool struct {
	data []byte
	at   map[string]uint32 // offsets of the strings
}

// newPool stores a set of strings, behind a zero: offset 0 says that there is none.
func newPool(set map[string]bool) *pool {
	type entry struct{ text, reversed string }
	var all []entry
	for s := range set {
		b := []byte(s)
		slices.Reverse(b)
		all = append(all, entry{s, string(b)})
	}
	// In this order a string comes right behind one that it is the end of.
	slices.SortFunc(all, func(a, b entry) int { return cmp.Compare(b.reversed, a.reversed) })
	p := &pool{data: make([]byte, 1), at: make(map[string]uint32, len(all))}
	for i, e := range all {
		if i == 0 || !strings.HasPrefix(all[i-1].reversed, e.reversed) {
			p.data = append(p.data, e.text...)
		}
		p.at[e.text] = uint32(len(p.data) - len(e.text))
	}
	return p
}

// unsafeEverywhere is the table that gives UnsafePointUnsafe (-2) for every pc: the
// difference to -1, then more bytes of code than a function has, then the end.
const unsafeEverywhere = "\x01\xff\xff\xff\xff\x07\x00"

// rewriter makes a section of what strip has left.
type rewriter struct {
	*pclntab
	newNames, newTables *pool
	newData             []byte
	dataAt              map[uint32]uint32 // new offsets of funcdata by old ones
}

// rewrite returns the section with its new contents.
func (p *pclntab) rewrite() *newPclntab {
	w := rewriter{pclntab: p}
	w.collectStrings()
	w.layoutData()
	return w.section()
}

// collectStrings makes the pools of names and tables.
func (w *rewriter) collectStrings() {
	names, tables := make(map[string]bool), make(map[string]bool)
	for i := range w.funcs {
		f := &w.funcs[i]
		names[f.name+"\x00"] = true
		if off := f.get(recPCSP); off != 0 {
			tables[w.table(-1, off)] = true
		}
		for kind, off := range f.tables {
			if off != 0 {
				tables[w.table(kind, off)] = true
			}
		}
		for _, call := range w.inlined(f) {
			names[w.name(binary.LittleEndian.Uint32(call[inlinedName:]))] = true
		}
	}
	w.newNames, w.newTables = newPool(names), newPool(tables)
}

// name returns the new name for that of an inlined call, with its NUL.
func (w *rewriter) name(off uint32) string { return shortName(w.names.text(uint64(off))) + "\x00" }

// table returns the new table for an offset of an old one. The kind is that of
// pcdata, or less than 0.
func (w *rewriter) table(kind int, off uint32) string {
	if kind == pcdataUnsafePoint {
		return unsafeEverywhere
	}
	return w.pctab.pcTable(uint64(off))
}

// inlined returns the inlined calls of a function, which must not be changed.
func (w *rewriter) inlined(f *function) [][]byte {
	if len(f.data) <= funcdataInlTree || f.data[funcdataInlTree] == noFuncData {
		return nil
	}
	b := w.blob(f.data[funcdataInlTree])
	return slices.Collect(slices.Chunk(b[:len(b)/inlinedSize*inlinedSize], inlinedSize))
}

// blob returns the funcdata at an offset, up to the next.
func (w *rewriter) blob(off uint32) []byte {
	end := uint64(len(w.funcdata.b))
	if i, _ := slices.BinarySearch(w.dataOffsets, off+1); i < len(w.dataOffsets) {
		end = uint64(w.dataOffsets[i])
	}
	return w.funcdata.part(uint64(off), end).b
}

// layoutData makes the new funcdata. What was aligned stays so. Inlined calls get
// the new offsets of their names.
func (w *rewriter) layoutData() {
	blobs := make(map[uint32][]byte)
	for i := range w.funcs {
		f := &w.funcs[i]
		for kind, off := range f.data {
			switch {
			case off == noFuncData:
			case kind != funcdataInlTree:
				blobs[off] = w.blob(off)
			default:
				var tree []byte
				for _, call := range w.inlined(f) {
					tree = append(tree, call...)
					name := w.newNames.at[w.name(binary.LittleEndian.Uint32(call[inlinedName:]))]
					binary.LittleEndian.PutUint32(tree[len(tree)-inlinedSize+inlinedName:], name)
				}
				blobs[off] = tree
			}
		}
	}
	w.dataAt = make(map[uint32]uint32, len(blobs))
	for _, off := range slices.Sorted(maps.Keys(blobs)) {
		const most = 16
		align := most
		for off%uint32(align) != 0 {
			align /= 2
		}
		w.newData = alignTo(w.newData, min(align, 8))
		w.dataAt[off] = uint32(len(w.newData))
		w.newData = append(w.newData, blobs[off]...)
	}
}

// alignTo appends zeros up to a multiple of n.
func alignTo(b []byte, n int) []byte {
	for len(b)%n != 0 {
		b = append(b, 0)
	}
	return b
}

// newPclntab is a new section .gopclntab, with the offsets of its parts.
type newPclntab struct {
	data                                  []byte
	names, pctab, functab, funcdata, find uint64
}

// section puts the parts together, in the linker's order.
func (w *rewriter) section() *newPclntab {
	s := newPclntab{data: make([]byte, pclnHeaderSize)}
	begin := func(align int) uint64 {
		s.data = alignTo(s.data, align)
		return uint64(len(s.data))
	}
	s.names = begin(1)
	s.data = append(s.data, w.newNames.data...)
	s.pctab = begin(1)
	s.data = append(s.data, w.newTables.data...)
	s.functab = begin(8)
	s.data = append(s.data, w.functab()...)
	s.funcdata = begin(16)
	s.data = append(s.data, w.newData...)
	s.find = begin(4)
	s.data = append(s.data, w.find.b...)
	h := binary.LittleEndian
	h.PutUint32(s.data, pclnMagic)
	h.PutUint32(s.data[4:], pclnQuantum)
	for i, v := range []uint64{uint64(len(w.funcs)), 0, 0, s.names, s.pctab, s.pctab, s.pctab, s.functab} {
		h.PutUint64(s.data[8+8*i:], v)
	}
	return &s
}

// functab returns the table of functions and their records.
func (w *rewriter) functab() []byte {
	n := len(w.funcs)
	b := make([]byte, 8*n+4)
	le := binary.LittleEndian
	for i := range w.funcs {
		f := &w.funcs[i]
		le.PutUint32(b[8*i:], f.get(recEntry))
		le.PutUint32(b[8*i+4:], uint32(len(b)))
		f.set(recName, w.newNames.at[f.name+"\x00"])
		if off := f.get(recPCSP); off != 0 {
			f.set(recPCSP, w.newTables.at[w.table(-1, off)])
		}
		f.set(recPCData, uint32(len(f.tables)))
		f.record[recFuncData] = byte(len(f.data))
		b = append(b, f.record[:]...)
		for kind, off := range f.tables {
			if off != 0 {
				off = w.newTables.at[w.table(kind, off)]
			}
			b = le.AppendUint32(b, off)
		}
		for _, off := range f.data {
			if off != noFuncData {
				off = w.dataAt[off]
			}
			b = le.AppendUint32(b, off)
		}
	}
	le.PutUint32(b[8*n:], w.end)
	return b
}
