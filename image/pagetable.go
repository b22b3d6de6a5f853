package image

import (
	"debug/elf"
	"encoding/binary"

	"cairn/image/bootpage"
)

// Bits of page-table entries, as in the AMD64 Architecture Programmer's
// Manual, volume 2, section 5.4.
const (
	ptePresent  = 1 << 0
	pteWrite    = 1 << 1
	pteAccessed = 1 << 5
	pteDirty    = 1 << 6
	pteLarge    = 1 << 7 // the entry maps 2 MiB
	pteGlobal   = 1 << 8
	pteNX       = 1 << 63

	pteTable = ptePresent | pteWrite | pteAccessed // entry that points to a table
	pteData  = ptePresent | pteWrite | pteAccessed | pteDirty
)

const (
	largePage = 2 << 20
	gib       = 1 << 30
	perTable  = 512 // entries in a table
)

// tables builds page tables, the first of which is the root, at consecutive
// physical pages. The last ones are not in the image: the boot code fills them.
type tables struct {
	phys   uint64 // of the first table
	mem    []byte
	fills  []fill
	filled int // how many bytes of tables follow mem
}

// fill is a row of page-table entries that the boot code makes: 2 MiB pages of physical memory from 0 on.
type fill struct {
	start, end uint64 // physical addresses of the entries
	bits       uint64
}

// size returns how many bytes of memory the tables have.
func (t *tables) size() uint64 { return uint64(len(t.mem) + t.filled) }

// add appends an empty table and returns its number.
func (t *tables) add() int {
	t.mem = append(t.mem, make([]byte, pageSize)...)
	return len(t.mem)/pageSize - 1
}

// set writes an entry of a table.
func (t *tables) set(table, index int, v uint64) {
	binary.LittleEndian.PutUint64(t.mem[table*pageSize+8*index:], v)
}

// get reads an entry of a table.
func (t *tables) get(table, index int) uint64 {
	return binary.LittleEndian.Uint64(t.mem[table*pageSize+8*index:])
}

// under returns the table that an entry of another one points to, and adds it
// if there is none.
func (t *tables) under(table, index int) int {
	if v := t.get(table, index); v != 0 {
		return int((v&^(pageSize-1) - t.phys) / pageSize)
	}
	n := t.add()
	t.set(table, index, t.phys+uint64(n)*pageSize|pteTable)
	return n
}

// mapPage maps one page.
func (t *tables) mapPage(virt, phys, bits uint64) {
	table := 0
	shift := 39
	for ; shift > 12; shift -= 9 {
		table = t.under(table, int(virt>>shift%perTable))
	}
	t.set(table, int(virt>>shift%perTable), phys|bits)
}

// mapLinear has the boot code map the physical memory from 0 on, so many GiB of it, at virt. upper is the table
// for the entries of 1 GiB, and no table can be added any more.
func (t *tables) mapLinear(upper int, virt uint64, gibs int, bits uint64) {
	start := t.phys + t.size()
	for i := range gibs {
		t.set(upper, int(virt>>30%perTable)+i, t.phys+t.size()|pteTable)
		t.filled += pageSize
	}
	t.fills = append(t.fills, fill{start, t.phys + t.size(), bits | pteLarge})
}

// bootTables returns the page tables with which the kernel is entered, to be
// placed at the given physical address.
func bootTables(at uint64, segments []segment) *tables {
	t := &tables{phys: at}
	root := t.add()
	identity, direct := t.under(root, 0), t.under(root, bootpage.DirectMap>>39%perTable)
	for i := range segments {
		s := &segments[i]
		for v := s.virt; v < s.end(); v += pageSize {
			t.mapPage(v, s.phys+v-s.virt, segmentBits(s.flags))
		}
	}
	t.mapLinear(identity, 0, 1, pteData)
	t.mapLinear(direct, bootpage.DirectMap, bootpage.DirectMapSize/gib, pteData|pteGlobal|pteNX)
	return t
}

// segmentBits returns the page-table bits for the permissions of a segment.
func segmentBits(f elf.ProgFlag) uint64 {
	bits := uint64(ptePresent | pteAccessed | pteGlobal)
	if f&elf.PF_W != 0 {
		bits |= pteWrite | pteDirty
	}
	if f&elf.PF_X == 0 {
		bits |= pteNX
	}
	return bits
}
