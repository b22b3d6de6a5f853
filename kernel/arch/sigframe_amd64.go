package arch

import "encoding/binary"

// The frame that a signal handler finds on its stack, as Linux makes it on
// x86-64 (arch/x86/include/asm/sigframe.h, uapi/asm/sigcontext.h, ucontext.h).
// From its lowest address: the return address, the ucontext, the siginfo; the
// vector state is above them, aligned to 64 bytes.
const (
	frameUContext  = 8
	ucFlags        = frameUContext
	ucStack        = frameUContext + 16
	ucRegs         = frameUContext + 40 // struct sigcontext: 23 words, then 8 reserved
	ucFPState      = ucRegs + 23*8
	ucSigMask      = ucRegs + 256
	frameSigInfo   = ucSigMask + 8
	sigInfoSize    = 128
	frameSize      = frameSigInfo + sigInfoSize
	redZone        = 128
	fpSoftware     = 464 // offset in the vector state of struct _fpx_sw_bytes
	fpMagic1       = 0x46505853
	fpMagic2       = 0x46505845
	fpMagic2Size   = 4
	xstateBV       = xsaveHeader
	ucFPXState     = 1 << 0 // UC_FP_XSTATE
	ucSigContextSS = 1 << 1 // UC_SIGCONTEXT_SS
	ucStrictSS     = 1 << 2 // UC_STRICT_RESTORE_SS
	mxcsrMask      = 0xffff
)

// A SignalFrame is what a handler is started with.
type SignalFrame struct {
	Handler  uint64
	Restorer uint64 // where the handler returns to (SA_RESTORER)
	Signal   int
	Info     [sigInfoSize]byte // siginfo_t
	Mask     uint64            // the signal mask to go back to
	// The alternate stack as sigaltstack(2) has it, for the ucontext.
	AltBase, AltSize uint64
	AltFlags         uint32
	// OnAltStack says that the handler starts at the top of the alternate stack.
	OnAltStack bool
}

// Push writes the frame to user memory with store and makes r start the
// handler. The state of f must be in memory (Sync). It reports false,
// and leaves r as it was, if the frame cannot be written.
func (s *SignalFrame) Push(r *Regs, f *FPU, store func(addr uint64, p []byte) bool) bool {
	sp := r.RSP - redZone
	if s.OnAltStack {
		sp = s.AltBase + s.AltSize
	}
	area := f.Area()
	fp := (sp - uint64(len(area)) - fpMagic2Size) &^ (fpuAlign - 1)
	at := (fp-frameSize)&^15 - 8
	if s.Restorer == 0 || at >= sp || s.OnAltStack && at < s.AltBase {
		return false
	}
	if !store(fp, vectorState(r, area)) || !store(at, s.encode(r, fp)) {
		return false
	}
	r.RDI, r.RSI, r.RDX = uint64(s.Signal), at+frameSigInfo, at+frameUContext
	r.RAX, r.RIP, r.RSP = 0, s.Handler, at
	r.RFLAGS &^= FlagDirection | FlagResume | FlagTrap
	r.CS, r.SS, r.OrigRAX = SelectorUserCode, SelectorUserData, ^uint64(0)
	// The handler starts with vector state of its own.
	f.Reset()
	r.MXCSR, r.XMM = DefaultMXCSR, [16][16]byte{}
	return true
}

// vectorState returns the XSAVE area as the frame holds it, with Linux's
// description in the bytes that software may use, and the closing magic.
func vectorState(r *Regs, area []byte) []byte {
	le := binary.LittleEndian
	b := make([]byte, len(area)+fpMagic2Size)
	copy(b, area)
	le.PutUint32(b[fxMXCSR:], r.MXCSR)
	le.PutUint32(b[fxMXCSR+4:], mxcsrMask)
	for i, x := range r.XMM {
		copy(b[fxXMM+16*i:], x[:])
	}
	le.PutUint64(b[xstateBV:], le.Uint64(b[xstateBV:])|xfeatureSSE)
	le.PutUint32(b[fpSoftware:], fpMagic1)
	le.PutUint32(b[fpSoftware+4:], uint32(len(b)))
	le.PutUint64(b[fpSoftware+8:], xfeatures())
	le.PutUint32(b[fpSoftware+16:], uint32(len(area)))
	le.PutUint32(b[len(area):], fpMagic2)
	return b
}

func (s *SignalFrame) encode(r *Regs, fp uint64) []byte {
	le := binary.LittleEndian
	b := make([]byte, frameSize)
	le.PutUint64(b, s.Restorer)
	le.PutUint64(b[ucFlags:], ucFPXState|ucSigContextSS|ucStrictSS)
	le.PutUint64(b[ucStack:], s.AltBase)
	le.PutUint32(b[ucStack+8:], s.AltFlags)
	le.PutUint64(b[ucStack+16:], s.AltSize)
	segments := r.CS&0xffff | r.SS&0xffff<<48
	for i, v := range [23]uint64{
		r.R8, r.R9, r.R10, r.R11, r.R12, r.R13, r.R14, r.R15, r.RDI, r.RSI, r.RBP, r.RBX, r.RDX, r.RAX, r.RCX,
		r.RSP, r.RIP, r.RFLAGS, segments, r.Trap.ErrorCode, r.Trap.Vector & 0xff, s.Mask, r.Trap.CR2,
	} {
		le.PutUint64(b[ucRegs+8*i:], v)
	}
	le.PutUint64(b[ucFPState:], fp)
	le.PutUint64(b[ucSigMask:], s.Mask)
	copy(b[frameSigInfo:], s.Info[:])
	return b
}

// Pop undoes Push, as rt_sigreturn(2) does: the handler has returned to the
// restorer, so r.RSP is just above the frame's first word. It reads the frame with
// load, and fills s with the mask and the alternate stack in it. It reports
// false, and leaves r unusable, if the frame is not one that can be gone back to.
func (s *SignalFrame) Pop(r *Regs, f *FPU, load func(addr uint64, p []byte) bool) bool {
	le := binary.LittleEndian
	b := make([]byte, frameSize)
	if !load(r.RSP-8, b) {
		return false
	}
	reg := func(i int) uint64 { return le.Uint64(b[ucRegs+8*i:]) }
	r.R8, r.R9, r.R10, r.R11, r.R12, r.R13, r.R14, r.R15 = reg(0), reg(1), reg(2), reg(3), reg(4), reg(5), reg(6), reg(7)
	r.RDI, r.RSI, r.RBP, r.RBX, r.RDX, r.RAX, r.RCX = reg(8), reg(9), reg(10), reg(11), reg(12), reg(13), reg(14)
	r.RSP, r.RIP = reg(15), reg(16)
	r.RFLAGS = reg(17)&FlagsUser | r.RFLAGS&^FlagsUser
	r.OrigRAX = ^uint64(0)
	s.Mask = le.Uint64(b[ucSigMask:])
	s.AltBase, s.AltFlags, s.AltSize = le.Uint64(b[ucStack:]), le.Uint32(b[ucStack+8:]), le.Uint64(b[ucStack+16:])
	if r.RIP >= UserEnd {
		return false
	}
	fp := le.Uint64(b[ucFPState:])
	if fp == 0 {
		f.Reset()
		r.MXCSR, r.XMM = DefaultMXCSR, [16][16]byte{}
		return true
	}
	return popVectorState(r, f, fp, load)
}

// popVectorState restores the vector state at address fp. XRSTOR faults on a
// header that it does not like, and LDMXCSR on reserved bits, so they are checked here.
func popVectorState(r *Regs, f *FPU, fp uint64, load func(addr uint64, p []byte) bool) bool {
	le := binary.LittleEndian
	area := make([]byte, xsaveSize)
	if fp%fpuAlign != 0 || !load(fp, area) {
		return false
	}
	header := area[xsaveHeader:xsaveLegacySize]
	if le.Uint32(area[fpSoftware:]) != fpMagic1 || le.Uint32(area[fpSoftware+16:]) != uint32(xsaveSize) {
		// No extended state: the legacy part only.
		clear(area[xsaveHeader:])
		le.PutUint64(header, xfeatureX87|xfeatureSSE)
	}
	mxcsr := le.Uint32(area[fxMXCSR:])
	if le.Uint64(header)&^xfeatures() != 0 || mxcsr&^mxcsrMask != 0 {
		return false
	}
	for _, v := range header[8:] { // XCOMP_BV and reserved bytes
		if v != 0 {
			return false
		}
	}
	r.MXCSR, r.XMM = DefaultMXCSR, [16][16]byte{}
	if le.Uint64(header)&xfeatureSSE != 0 {
		r.MXCSR = mxcsr
		for i := range r.XMM {
			copy(r.XMM[i][:], area[fxXMM+16*i:])
		}
	}
	f.Reset()
	copy(f.Area(), area)
	return true
}
