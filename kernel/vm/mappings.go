package vm

import (
	"strconv"

	"cairn/kernel/arch"
	"cairn/kernel/mem"
)

// A Mapping is what /proc/PID/maps and smaps show of one mapping.
type Mapping struct {
	Start, End Addr
	Prot       Prot
	MaxProt    Prot
	Shared     bool
	GrowsDown  bool
	Locked     bool
	NoReserve  bool
	DontFork   bool
	WipeOnFork bool
	DontDump   bool
	// Offset is of Start in the object, in bytes.
	Offset uint64
	// Identity names the object. Anonymous memory has none, but may have a path as "[heap]".
	Identity Identity
	// Resident, Private and Anonymous count bytes: in memory, of these mapped by no other, of these no object's.
	Resident, Private, Anonymous uint64
}

// Mappings returns the mappings, in order of their addresses. The counts of resident
// bytes take a walk through the page tables: they are zero unless detail is set.
func (as *AddressSpace) Mappings(detail bool) []Mapping {
	as.mu.Lock()
	defer as.mu.Unlock()
	list := make([]Mapping, len(as.regions))
	for i, r := range as.regions {
		list[i] = as.describe(r)
		if detail {
			as.countResident(r, &list[i])
		}
	}
	return list
}

// describe returns what is to be said of the region.
func (as *AddressSpace) describe(r *region) Mapping {
	m := Mapping{
		Start: Addr(r.start), End: Addr(r.end), Prot: r.prot, MaxProt: r.max, Offset: r.offset,
		Shared: r.has(shared), GrowsDown: r.has(growsDown), Locked: r.has(locked), NoReserve: r.has(noReserve),
		DontFork: r.has(dontFork), WipeOnFork: r.has(wipeOnFork), DontDump: r.has(dontDump),
	}
	switch {
	case r.object != nil && r.name == "":
		m.Identity = r.object.Identity()
	case r.name != "":
		m.Identity.Path = r.name
	case as.brk.start < as.brk.end && r.start < as.brk.end && r.end > as.brk.start:
		m.Identity.Path = "[heap]"
	}
	return m
}

// countResident fills in the counts of m, which describes r.
func (as *AddressSpace) countResident(r *region, m *Mapping) {
	for a := r.start; a < r.end; {
		t, next := as.leaf(a)
		next = min(next, r.end)
		for ; t != nil && a < next; a += mem.PageSize {
			e := load(&t[a>>arch.PageShift&indexMask])
			if e == 0 {
				continue
			}
			m.Resident += mem.PageSize
			if mem.Frame(e.Frame()).Uses() == 1 {
				m.Private += mem.PageSize
			}
			if r.kindOfEntry(e) == anonPage {
				m.Anonymous += mem.PageSize
			}
		}
		a = next
	}
}

// Append appends the mapping's line of /proc/PID/maps (proc_pid_maps(5)), with its newline, to b.
func (m *Mapping) Append(b []byte) []byte {
	start := len(b)
	b = appendHex(b, uint64(m.Start), 8)
	b = append(b, '-')
	b = appendHex(b, uint64(m.End), 8)
	b = append(b, ' ', letter(m.Prot&ProtRead != 0, 'r'), letter(m.Prot&ProtWrite != 0, 'w'), letter(m.Prot&ProtExec != 0, 'x'))
	if m.Shared {
		b = append(b, "s "...)
	} else {
		b = append(b, "p "...)
	}
	b = appendHex(b, m.Offset, 8)
	b = append(b, ' ')
	b = appendHex(b, m.Identity.Dev>>8&0xfff, 2)
	b = append(b, ':')
	b = appendHex(b, m.Identity.Dev&0xff|m.Identity.Dev>>12&0xfff00, 2)
	b = append(b, ' ')
	b = strconv.AppendUint(b, m.Identity.Inode, 10)
	b = append(b, ' ')
	if m.Identity.Path != "" {
		for len(b)-start < 73 {
			b = append(b, ' ')
		}
		b = append(b, m.Identity.Path...)
	}
	return append(b, '\n')
}

func letter(on bool, c byte) byte {
	if on {
		return c
	}
	return '-'
}

// appendHex appends v in hexadecimal, in width digits at least.
func appendHex(b []byte, v uint64, width int) []byte {
	for n := width - 1; n > 0 && v>>(4*n) == 0; n-- {
		b = append(b, '0')
	}
	return strconv.AppendUint(b, v, 16)
}

// Stats are the numbers of an address space that /proc/PID/status and statm show, in bytes.
type Stats struct {
	Size, PeakSize         uint64 // VmSize, VmPeak
	Data, Stack, Text      uint64 // VmData, VmStk, VmExe
	Locked                 uint64 // VmLck
	Resident, PeakResident uint64 // VmRSS, VmHWM
	Anon, File, Shmem      uint64 // RssAnon, RssFile, RssShmem
	PageTables             uint64 // VmPTE
	Mappings               int
}

// Stats returns the numbers now.
func (as *AddressSpace) Stats() Stats {
	as.mu.Lock()
	defer as.mu.Unlock()
	u := &as.usage
	const k = mem.PageSize
	return Stats{
		Size: u.size * k, PeakSize: u.peakSize * k,
		Data: u.data * k, Stack: u.stack * k, Text: u.text * k, Locked: u.locked * k,
		Resident: u.rss() * k, PeakResident: max(u.peakResident, u.rss()) * k,
		Anon: u.resident[anonPage] * k, File: u.resident[filePage] * k, Shmem: u.resident[shmemPage] * k,
		PageTables: u.tables * k,
		Mappings:   len(as.regions),
	}
}
