package arch

// A PTE is an entry of a page table of any level (Intel SDM volume 3, section
// 4.5, "4-level paging and 5-level paging").
type PTE uint64

// The bits of a PTE.
const (
	PTEPresent  PTE = 1 << 0
	PTEWrite    PTE = 1 << 1 // R/W
	PTEUser     PTE = 1 << 2 // U/S
	PTEWriteThr PTE = 1 << 3 // PWT
	PTENoCache  PTE = 1 << 4 // PCD
	PTEAccessed PTE = 1 << 5
	PTEDirty    PTE = 1 << 6
	PTELarge    PTE = 1 << 7 // PS: the entry maps a large page itself
	PTEGlobal   PTE = 1 << 8
	PTENoExec   PTE = 1 << 63 // XD

	// PTESoft is a bit that the processor leaves to software; vm marks
	// pages that belong to the address space, not to a mapped object, with it.
	PTESoft PTE = 1 << 9

	pteFrame PTE = 0x000f_ffff_ffff_f000
)

// The shape of the page tables: Levels tables of TableEntries entries.
const (
	PageShift    = 12
	TableShift   = 9
	TableEntries = 1 << TableShift
	Levels       = 4

	// UserEntries is how many entries of the top table belong to user
	// space; the rest is the kernel's, the same in every address space.
	UserEntries = TableEntries / 2

	// UserEnd is the first address beyond user space (Linux's
	// TASK_SIZE_MAX): the last page of the lower half stays empty, so that no
	// SYSCALL instruction can end at a non-canonical address.
	UserEnd = 1<<47 - 1<<PageShift
)

// TableEntry returns the entry that points to the next table down, at physical
// address pa; the entries of that table say what user mode may do.
func TableEntry(pa uint64) PTE {
	return PTE(pa) | PTEPresent | PTEWrite | PTEUser | PTEAccessed
}

// UserPage returns the entry that maps the frame at pa for user mode. Reading is
// always allowed.
func UserPage(pa uint64, write, exec bool) PTE {
	e := PTE(pa) | PTEPresent | PTEUser | PTEAccessed
	if write {
		e |= PTEWrite | PTEDirty
	}
	if !exec {
		e |= PTENoExec
	}
	return e
}

// Present says whether the entry maps something.
func (e PTE) Present() bool { return e&PTEPresent != 0 }

// Writable says whether writing is allowed.
func (e PTE) Writable() bool { return e&PTEWrite != 0 }

// Executable says whether fetching instructions is allowed.
func (e PTE) Executable() bool { return e&PTENoExec == 0 }

// User says whether user mode may use the entry.
func (e PTE) User() bool { return e&PTEUser != 0 }

// ReadOnly returns the entry without the right to write.
func (e PTE) ReadOnly() PTE { return e &^ PTEWrite }

// Absent returns the entry with everything in it, but for the processor it maps nothing.
func (e PTE) Absent() PTE { return e &^ PTEPresent }

// Frame returns the physical address in the entry.
func (e PTE) Frame() uint64 { return uint64(e & pteFrame) }
