//go:build cairn

package arch

// Enter runs user mode with the registers r, the vector state f and the page
// tables at root, until a trap; r.Trap then says which. The caller makes sure that
// r.RIP is below UserEnd, that CS and SS are user mode's, and that RFLAGS has
// nothing but FlagsUser, FlagFixed and FlagInterrupt.
//
// If nothing would interrupt user mode at the end of its time slice (CPU.SetSliced), Enter does nothing, and the
// trap is CauseUnarmed.
//
//go:noescape
func Enter(r *Regs, f *FPU, root uint64)

//go:nosplit
func thisCPU() *CPU

// InitFPU lets user mode have the vector extensions of the processor. It
// must be called when every package of the kernel is initialised: they looked
// for AVX then, found that the system does not support it (CR4.OSXSAVE is
// clear), and use none. That is what lets a system call save just XMM0–15.
func InitFPU() {
	_, _, ecx, _ := CPUID(1, 0)
	if ecx>>26&1 == 0 { // XSAVE
		return
	}
	WriteCR4(ReadCR4() | cr4OSXSAVE)
	lo, _, _, hi := CPUID(0xd, 0)
	mask := (uint64(hi)<<32 | uint64(lo)) & (xfeatureX87 | xfeatureSSE | xfeatureAVX | xfeatureZMM)
	if mask&xfeatureZMM != xfeatureZMM {
		mask &^= xfeatureZMM
	}
	WriteXCR0(mask)
	_, size, _, _ := CPUID(0xd, 0)
	xsaveSize, xfeatureMask = int(size), mask
	thisCPU().xsaveMask = mask &^ xfeatureSSE
}

//go:nosplit
func (c *CPU) saveFPU(f *FPU) {
	if c.xsaveMask != 0 {
		xsave(f.area, c.xsaveMask)
	} else {
		fxsave(f.area)
	}
	f.gsBase = readUserGS()
}

// Sync brings the state in memory up to date with the processor's, so that it
// can be read, copied or changed; it is loaded anew by the next Enter.
//
//go:nosplit
func (f *FPU) Sync() {
	if c := thisCPU(); c.fpu == f {
		c.saveFPU(f)
		c.fpu = nil
	}
}

// Forget says that the state is no longer needed.
//
//go:nosplit
func (f *FPU) Forget() {
	if c := thisCPU(); c.fpu == f {
		c.fpu = nil
	}
}

// release gives up what the processor has of the state, all but the GS base.
//
//go:nosplit
func (f *FPU) release() {
	if c := thisCPU(); c.fpu == f {
		f.gsBase = readUserGS()
		c.fpu = nil
	}
}

// GSBase returns the user's GS base.
//
//go:nosplit
func (f *FPU) GSBase() uint64 {
	if thisCPU().fpu == f {
		return readUserGS()
	}
	return f.gsBase
}

// SetGSBase sets the user's GS base.
//
//go:nosplit
func (f *FPU) SetGSBase(base uint64) {
	f.gsBase = base
	if thisCPU().fpu == f {
		writeUserGS(base)
	}
}

//go:noescape
func xsave(area *byte, mask uint64)

//go:noescape
func fxsave(area *byte)

func readUserGS() uint64
func writeUserGS(base uint64)

// FlushPage forgets the translation of one user page of the address space with
// that root.
//
//go:nosplit
func FlushPage(root, addr uint64) {
	if thisCPU().root == root {
		InvalidatePage(addr)
	}
}

// FlushUser forgets all translations of user pages of the address space with
// that root.
//
//go:nosplit
func FlushUser(root uint64) {
	if thisCPU().root == root {
		WriteCR3(root)
	}
}

// LeaveRoot makes sure that no processor uses the page tables at root any more,
// before they are freed.
//
//go:nosplit
func LeaveRoot(root uint64) {
	if c := thisCPU(); c.root == root {
		WriteCR3(kernelRoot)
		c.root = kernelRoot
	}
}
