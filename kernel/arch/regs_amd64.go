package arch

// Regs is what a task has in the processor that every trap saves: the general
// registers, the segment bases, and the part of the vector state that the
// kernel's own Go code uses (XMM0–15, MXCSR). The rest is in FPU. The trap entry
// knows the layout through go_asm.h.
type Regs struct {
	RAX, RBX, RCX, RDX, RSI, RDI, RBP, RSP uint64
	R8, R9, R10, R11, R12, R13, R14, R15   uint64
	RIP, RFLAGS                            uint64
	CS, SS                                 uint64
	FSBase, GSBase                         uint64
	OrigRAX                                uint64 // the system call's number; -1 if the trap was none
	MXCSR                                  uint32
	_                                      uint32
	XMM                                    [16][16]byte

	// Trap is why user mode ended.
	Trap Trap
}

// A Trap says why user mode ended.
type Trap struct {
	Vector    uint64 // exception or interrupt number, or VectorSyscall
	ErrorCode uint64 // of an exception that has one
	CR2       uint64 // of a page fault: the address
}

const (
	// VectorSyscall is the Trap.Vector of a system call.
	VectorSyscall = 256
	// VectorUnarmed is that of CauseUnarmed.
	VectorUnarmed = 257
)

// The RFLAGS bits that matter here (Intel SDM volume 1, section 3.4.3).
const (
	FlagCarry     = 1 << 0
	FlagFixed     = 1 << 1 // always set
	FlagTrap      = 1 << 8
	FlagInterrupt = 1 << 9
	FlagDirection = 1 << 10
	FlagNT        = 1 << 14
	FlagResume    = 1 << 16
	FlagAlignment = 1 << 18

	// FlagsUser are the flags that user mode may set for itself (Linux's FLAG_MASK).
	FlagsUser = FlagCarry | 1<<2 | 1<<4 | 1<<6 | 1<<7 | FlagTrap | FlagDirection | 1<<11 | FlagResume | FlagAlignment
)

// SyscallNumber returns the number of the system call that trapped: the lower
// half of RAX, as under Linux.
func (r *Regs) SyscallNumber() uint64 { return uint64(uint32(r.OrigRAX)) }

// SyscallArg returns argument i (0 to 5) of the system call that trapped
// (syscall(2), "Architecture calling conventions").
func (r *Regs) SyscallArgs(a *[6]uintptr) {
	a[0], a[1], a[2] = uintptr(r.RDI), uintptr(r.RSI), uintptr(r.RDX)
	a[3], a[4], a[5] = uintptr(r.R10), uintptr(r.R8), uintptr(r.R9)
}

// SetSyscallResult sets what the system call returns: a value or a negated errno.
func (r *Regs) SetSyscallResult(v uintptr) { r.RAX = uint64(v) }

// SyscallResult returns what SetSyscallResult set.
func (r *Regs) SyscallResult() uintptr { return uintptr(r.RAX) }

// RestartSyscall moves back to the system call instruction, with its number.
func (r *Regs) RestartSyscall(nr uint64) {
	r.RAX = nr
	r.RIP -= 2 // the length of SYSCALL
}

// PC returns the address of the next instruction.
func (r *Regs) PC() uint64 { return r.RIP }

// SetPC sets the address of the next instruction.
func (r *Regs) SetPC(pc uint64) { r.RIP = pc }

// SP returns the stack pointer.
func (r *Regs) SP() uint64 { return r.RSP }

// SetSP sets the stack pointer.
func (r *Regs) SetSP(sp uint64) { r.RSP = sp }

// SetTLS sets the thread pointer.
func (r *Regs) SetTLS(base uint64) { r.FSBase = base }

// The selectors of user mode, where Linux has them: SYSRET makes them of STAR.
const (
	SelectorUserData = 0x28 | 3
	SelectorUserCode = 0x30 | 3
)

// DefaultMXCSR is MXCSR after reset: all exceptions masked, round to nearest.
const DefaultMXCSR = 0x1f80

// Start sets the registers of a fresh program: everything zero (System V ABI,
// AMD64 supplement, section 3.4.1) but the program counter and the stack.
func (r *Regs) Start(pc, sp uint64) {
	*r = Regs{RIP: pc, RSP: sp, RFLAGS: FlagFixed | FlagInterrupt, CS: SelectorUserCode, SS: SelectorUserData,
		MXCSR: DefaultMXCSR, OrigRAX: ^uint64(0)}
}
