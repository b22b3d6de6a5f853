package vm

import (
	"sync/atomic"

	"cairn/kernel/arch"
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// A table is a page table of any level.
type table = [arch.TableEntries]uint64

const (
	indexMask = arch.TableEntries - 1
	// topShift is log2 of what an entry of the top table covers, leafShift of
	// what a last-level table covers.
	topShift  = arch.PageShift + arch.TableShift*(arch.Levels-1)
	leafShift = arch.PageShift + arch.TableShift

	// softCopy marks a page that belongs to the address space (anonymous
	// memory, a private copy of a file's page), not to an object.
	softCopy = arch.PTESoft

	// tablePurpose is what page tables are allocated as. A program can need
	// any number of them (one page mapped at many places), so the reserve is closed to them.
	tablePurpose = mem.User
)

// load and store reach an entry that the processor may be reading, or marking
// accessed, at the same time. An entry of zero maps nothing; one that is not
// zero but not present holds the frame of a page that PROT_NONE protects.
func load(p *uint64) arch.PTE     { return arch.PTE(atomic.LoadUint64(p)) }
func store(p *uint64, e arch.PTE) { atomic.StoreUint64(p, uint64(e)) }

// leaf returns the last-level table for address a, nil if there is none, and
// the first address that the answer does not hold for.
func (as *AddressSpace) leaf(a uint64) (*table, uint64) {
	t := as.root.Words()
	for shift := topShift; shift >= leafShift; shift -= arch.TableShift {
		e := load(&t[a>>shift&indexMask])
		if !e.Present() {
			return nil, (a>>shift + 1) << shift
		}
		t = mem.Frame(e.Frame()).Words()
	}
	return t, (a>>leafShift + 1) << leafShift
}

// entry returns the page-table entry for a, nil if there is no table for it.
func (as *AddressSpace) entry(a uint64) *uint64 {
	t, _ := as.leaf(a)
	if t == nil {
		return nil
	}
	return &t[a>>arch.PageShift&indexMask]
}

// entryAlloc is entry, making the tables that are missing. It fails with ENOMEM when memory is out.
func (as *AddressSpace) entryAlloc(a uint64) (*uint64, error) {
	t := as.root.Words()
	for shift := topShift; shift >= leafShift; shift -= arch.TableShift {
		p := &t[a>>shift&indexMask]
		e := load(p)
		if !e.Present() {
			f, ok := mem.AllocZero(tablePurpose)
			if !ok {
				return nil, unix.ENOMEM
			}
			as.usage.tables++
			e = arch.TableEntry(uint64(f))
			store(p, e)
		}
		t = mem.Frame(e.Frame()).Words()
	}
	return &t[a>>arch.PageShift&indexMask], nil
}

// pageEntry returns the entry that maps f in r: writable only if the region
// is and write says that the page may be.
func (r *region) pageEntry(f mem.Frame, write bool) arch.PTE {
	return arch.UserPage(uint64(f), write && r.prot&ProtWrite != 0, r.prot&ProtExec != 0)
}

// count keeps the resident pages' account for an entry of r that appears.
func (as *AddressSpace) countPage(r *region, e arch.PTE) {
	as.usage.resident[r.kindOfEntry(e)]++
}

// kindOfEntry returns what the page of an entry counts as.
func (r *region) kindOfEntry(e arch.PTE) pageKind {
	if e&softCopy != 0 {
		return anonPage
	}
	return r.kindOf()
}

// zap takes the pages in [start, end), all of r, out of the page tables. With
// keepCopies, private copies of an object's pages stay.
func (as *AddressSpace) zap(r *region, start, end uint64, keepCopies bool) {
	for a := start; a < end; {
		t, next := as.leaf(a)
		next = min(next, end)
		if t != nil {
			as.zapTable(r, t, a, next, keepCopies)
		}
		a = next
	}
}

// zapTable does zap's work for the part [start, end) of r that table t maps.
func (as *AddressSpace) zapTable(r *region, t *table, start, end uint64, keepCopies bool) {
	first := start >> arch.PageShift & indexMask
	last := first + pages(end-start)
	for i := first; i < last; i++ {
		p := &t[i]
		e := load(p)
		if e == 0 {
			i = used(t, i+1, last) - 1
			continue
		}
		if as.dead { // nobody sees the entry any more
			mem.Frame(e.Frame()).Put()
			continue
		}
		if keepCopies && e&softCopy != 0 {
			continue
		}
		store(p, 0)
		as.usage.resident[r.kindOfEntry(e)]--
		as.gather.release(as, start+(i-first)*mem.PageSize, mem.Frame(e.Frame()))
	}
}

// used returns the first of the entries from i to end that is not zero, end if there is none. Most
// entries of large mappings are zero.
func used(t *table, i, end uint64) uint64 {
	for ; i+8 <= end && i+8 <= uint64(len(t)); i += 8 {
		w := (*[8]uint64)(t[i : i+8])
		if load(&w[0])|load(&w[1])|load(&w[2])|load(&w[3])|load(&w[4])|load(&w[5])|load(&w[6])|load(&w[7]) != 0 {
			break
		}
	}
	for i < end && load(&t[i]) == 0 {
		i++
	}
	return i
}

// freeTables frees the page tables in [start, end) that serve nothing but the
// hole [floor, ceiling) around it.
func (as *AddressSpace) freeTables(start, end, floor, ceiling uint64) {
	if ceiling >= UserEnd {
		ceiling = arch.UserEntries << topShift
	}
	as.prune(as.root.Words(), topShift, start, end, floor, ceiling)
}

// prune does freeTables' work in t, whose entries cover 1<<shift bytes each.
func (as *AddressSpace) prune(t *table, shift int, start, end, floor, ceiling uint64) {
	for a := start; a < end; {
		base := a >> shift << shift
		next := base + 1<<shift
		p := &t[a>>shift&indexMask]
		if e := load(p); e.Present() {
			f := mem.Frame(e.Frame())
			if shift > leafShift {
				as.prune(f.Words(), shift-arch.TableShift, a, min(end, next), floor, ceiling)
			}
			if base >= floor && next <= ceiling {
				store(p, 0)
				as.usage.tables--
				as.gather.releaseTable(as, f)
			}
		}
		a = next
	}
}
