package arch

import "unsafe"

// The frame that a signal handler finds on its stack, as Linux makes it on
// x86-64 (arch/x86/include/asm/sigframe.h, uapi/asm/sigcontext.h, ucontext.h).
// The vector state lies above it, aligned to 64 bytes.
type sigFrame struct {
	ret     uint64 // the return address of the handler: the restorer
	context sigUContext
	info    [sigInfoSize]byte
}

// sigUContext is the ucontext_t, with the mask as the kernel has it.
type sigUContext struct {
	flags, link uint64
	stack       struct {
		base  uint64
		flags uint32
		_     uint32
		size  uint64
	}
	regs sigContext
	mask uint64
}

// sigContext is the struct sigcontext.
type sigContext struct {
	r8, r9, r10, r11, r12, r13, r14, r15   uint64
	rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp uint64
	rip, rflags                            uint64
	cs, gs, fs, ss                         uint16
	err, trapno, oldmask, cr2              uint64
	fpstate                                uint64
	_                                      [8]uint64
}

const (
	sigInfoSize = 128
	redZone     = 128

	ucFPXState     = 1 << 0 // UC_FP_XSTATE
	ucSigContextSS = 1 << 1 // UC_SIGCONTEXT_SS
	ucStrictSS     = 1 << 2 // UC_STRICT_RESTORE_SS
)

// Memory is the user memory of a task. The methods report whether all of p was copied.
type Memory interface {
	// Load fills p from user address a.
	Load(a uint64, p []byte) bool
	// Store writes p to user address a.
	Store(a uint64, p []byte) bool
}

// A SignalFrame is what a handler is started with, and what it leaves to go back with. It is
// also the room that the frame is made in: tasks keep one and use it again.
type SignalFrame struct {
	Handler  uint64
	Restorer uint64 // where the handler returns to (SA_RESTORER)
	Signal   int
	Mask     uint64 // the signal mask to go back to
	// The alternate stack as sigaltstack(2) set it, for the ucontext.
	AltBase, AltSize uint64
	AltFlags         uint32
	// Switch says that the handler starts at the top of the alternate stack.
	Switch bool
	// Bound says that the frame must be on the alternate stack: the task is there, or it is to switch there.
	Bound bool

	frame sigFrame
}

// Info is the siginfo_t in the frame. It is filled before Push.
func (s *SignalFrame) Info() *[sigInfoSize]byte { return &s.frame.info }

func (f *sigFrame) bytes() []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(f)), unsafe.Sizeof(*f))
}

// Push writes the frame to user memory and makes r start the handler. It reports false, and leaves
// the registers as they were, if the frame cannot be written.
func (s *SignalFrame) Push(r *Regs, f *FPU, m Memory) bool {
	sp := r.RSP - redZone
	if s.Switch {
		sp = s.AltBase + s.AltSize
	}
	fp := (sp - uint64(xsaveSize) - fpMagic2Size) &^ (fpuAlign - 1)
	at := (fp-uint64(unsafe.Sizeof(s.frame)))&^15 - 8
	if s.Bound && (at <= s.AltBase || at-s.AltBase > s.AltSize) {
		return false
	}
	f.Sync()
	s.fill(r, fp)
	if !m.Store(fp, f.userImage(r)) || !m.Store(at, s.frame.bytes()) {
		return false
	}
	r.RDI = uint64(s.Signal)
	r.RSI = at + uint64(unsafe.Offsetof(s.frame.info))
	r.RDX = at + uint64(unsafe.Offsetof(s.frame.context))
	r.RAX, r.RIP, r.RSP = 0, s.Handler, at
	r.RFLAGS &^= FlagDirection | FlagResume | FlagTrap
	r.CS, r.SS, r.OrigRAX = SelectorUserCode, SelectorUserData, ^uint64(0)
	// The handler starts with vector state of its own.
	f.initialise(r)
	return true
}

// fill makes the frame, all but the siginfo_t, with the vector state at fp.
func (s *SignalFrame) fill(r *Regs, fp uint64) {
	s.frame.ret = s.Restorer
	c := &s.frame.context
	c.flags, c.link = ucFPXState|ucSigContextSS|ucStrictSS, 0
	c.stack.base, c.stack.flags, c.stack.size = s.AltBase, s.AltFlags, s.AltSize
	c.mask = s.Mask
	x := &c.regs
	x.r8, x.r9, x.r10, x.r11, x.r12, x.r13, x.r14, x.r15 = r.R8, r.R9, r.R10, r.R11, r.R12, r.R13, r.R14, r.R15
	x.rdi, x.rsi, x.rbp, x.rbx, x.rdx, x.rax, x.rcx = r.RDI, r.RSI, r.RBP, r.RBX, r.RDX, r.RAX, r.RCX
	x.rsp, x.rip, x.rflags = r.RSP, r.RIP, r.RFLAGS
	x.cs, x.gs, x.fs, x.ss = uint16(r.CS), 0, 0, uint16(r.SS)
	x.err, x.trapno, x.cr2 = 0, 0, 0
	if r.Trap.Vector < firstInterrupt {
		x.err, x.trapno, x.cr2 = r.Trap.ErrorCode, r.Trap.Vector, r.Trap.CR2
	}
	x.oldmask, x.fpstate = s.Mask, fp
}

// Pop undoes Push, as rt_sigreturn(2) does: the handler has returned to the
// restorer, so r.RSP is just above the frame's first word. It fills s with the mask and the
// alternate stack in the frame. It reports false if the frame is not one that can be gone back to: what r
// holds then is safe to go on with, but makes no sense.
func (s *SignalFrame) Pop(r *Regs, f *FPU, m Memory) bool {
	c := &s.frame.context
	if !m.Load(r.RSP-8, s.frame.bytes()[:unsafe.Offsetof(s.frame.info)]) {
		return false
	}
	s.Mask = c.mask
	s.AltBase, s.AltFlags, s.AltSize = c.stack.base, c.stack.flags, c.stack.size
	x := &c.regs
	r.R8, r.R9, r.R10, r.R11, r.R12, r.R13, r.R14, r.R15 = x.r8, x.r9, x.r10, x.r11, x.r12, x.r13, x.r14, x.r15
	r.RDI, r.RSI, r.RBP, r.RBX, r.RDX, r.RAX, r.RCX = x.rdi, x.rsi, x.rbp, x.rbx, x.rdx, x.rax, x.rcx
	r.RSP = x.rsp
	r.RFLAGS = x.rflags&FlagsUser | r.RFLAGS&^FlagsUser
	r.OrigRAX = ^uint64(0)
	if !c.selectorsOK() || x.rip >= UserEnd {
		r.Trap = Trap{Vector: excProtection} // what IRET would say
		return false
	}
	r.RIP = x.rip
	return f.loadUserImage(x.fpstate, r, m)
}

// selectorsOK says whether the segment selectors are those of 64-bit user mode, the only ones. The stack's
// counts only if the frame says so: older programs do not know of it.
func (c *sigUContext) selectorsOK() bool {
	x := &c.regs
	return x.cs|3 == SelectorUserCode && (c.flags&ucStrictSS == 0 || x.ss|3 == SelectorUserData)
}
