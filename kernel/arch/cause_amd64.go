package arch

import "golang.org/x/sys/unix"

// A Cause is the kind of a trap from user mode.
type Cause uint8

const (
	// CauseSyscall is the SYSCALL instruction.
	CauseSyscall Cause = iota
	// CauseInterrupt is an interrupt; Trap.Vector says which.
	CauseInterrupt
	// CausePageFault is an access that the page tables do not allow; see Trap.PageFault.
	CausePageFault
	// CauseException is everything else that a program did wrong; see Trap.Signal.
	CauseException
	// CauseUnarmed is no trap: see Enter.
	CauseUnarmed
)

// Exception vectors (Intel SDM volume 3, section 6.3.1).
const (
	excDivide      = 0
	excDebug       = 1
	excBreakpoint  = 3
	excBound       = 5
	excInvalid     = 6
	excNoSegment   = 11
	excStack       = 12
	excProtection  = 13
	excPageFault   = 14
	excX87         = 16
	excAlignment   = 17
	excSIMD        = 19
	firstInterrupt = 32
	faultWrite     = 1 << 1 // error code bits of a page fault
	faultFetch     = 1 << 4
)

// Cause returns the kind of the trap.
func (t *Trap) Cause() Cause {
	switch {
	case t.Vector == VectorSyscall:
		return CauseSyscall
	case t.Vector == VectorUnarmed:
		return CauseUnarmed
	case t.Vector >= firstInterrupt:
		return CauseInterrupt
	case t.Vector == excPageFault:
		return CausePageFault
	}
	return CauseException
}

// PageFault returns the address that a page fault was about, and what was tried.
func (t *Trap) PageFault() (addr uint64, write, exec bool) {
	return t.CR2, t.ErrorCode&faultWrite != 0, t.ErrorCode&faultFetch != 0
}

// The si_codes of exceptions (Linux, include/uapi/asm-generic/siginfo.h).
const (
	siKernel  = 0x80
	illOpn    = 2
	fpeIntDiv = 1
	fpeFltDiv = 3
	fpeFltOvf = 4
	fpeFltUnd = 5
	fpeFltRes = 6
	fpeFltInv = 7
	busAdrAln = 1
	segvBnd   = 3
	trapTrace = 2
)

// Signal returns the signal that Linux sends for the exception in r.Trap, with the vector state f: its
// number, its si_code and its si_addr.
func (r *Regs) Signal(f *FPU) (sig unix.Signal, code int32, addr uint64) {
	switch r.Trap.Vector {
	case excDivide:
		return unix.SIGFPE, fpeIntDiv, r.RIP
	case excDebug:
		return unix.SIGTRAP, trapTrace, r.RIP
	case excBreakpoint:
		return unix.SIGTRAP, siKernel, 0
	case excInvalid:
		return unix.SIGILL, illOpn, r.RIP
	case excBound:
		return unix.SIGSEGV, segvBnd, 0
	case excNoSegment, excStack:
		return unix.SIGBUS, siKernel, 0
	case excAlignment:
		return unix.SIGBUS, busAdrAln, 0
	case excX87:
		f.Sync()
		h := f.head()
		return unix.SIGFPE, floatCode(uint32(h.fsw &^ h.fcw)), r.RIP
	case excSIMD:
		return unix.SIGFPE, floatCode(r.MXCSR &^ (r.MXCSR >> 7)), r.RIP
	}
	// A general protection fault, an overflow, and what cannot happen.
	return unix.SIGSEGV, siKernel, 0
}

// floatCode says which unmasked exception is raised. The flags are in the same bits of MXCSR and of
// the x87 status word (Intel SDM volume 1, sections 10.2.3 and 8.1.3).
func floatCode(raised uint32) int32 {
	switch {
	case raised&(1<<0) != 0:
		return fpeFltInv
	case raised&(1<<2) != 0:
		return fpeFltDiv
	case raised&(1<<3) != 0:
		return fpeFltOvf
	case raised&(1<<1|1<<4) != 0:
		return fpeFltUnd
	}
	return fpeFltRes
}
