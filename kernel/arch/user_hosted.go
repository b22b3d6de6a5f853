//go:build !cairn

package arch

// KernelRoot returns the physical address of the top page table that holds the
// kernel's half, which every address space copies. Hosted: none.
func KernelRoot() uint64 { return 0 }

// FlushPage forgets the translation of one user page of the address space with
// that root. Hosted: it waits for the copies that use one now.
func FlushPage(root, addr uint64) { waitForAccesses() }

// FlushUser forgets all translations of user pages of the address space with
// that root. Hosted: as FlushPage.
func FlushUser(root uint64) { waitForAccesses() }

// LeaveRoot makes sure that no processor uses the page tables at root any more,
// before they are freed. Hosted: none does.
func LeaveRoot(root uint64) {}
