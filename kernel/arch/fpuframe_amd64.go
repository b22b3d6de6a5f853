package arch

import "encoding/binary"

// The vector state in a signal's frame is an XSAVE area in which Linux describes, in bytes that
// the processor leaves to software, how large it is and what it holds (struct _fpx_sw_bytes of
// uapi/asm/sigcontext.h). A word after it shows that the area was not cut off on the way.
const (
	fpSoftware   = 464 // offset of struct _fpx_sw_bytes
	fpExtended   = fpSoftware + 4
	fpFeatures   = fpSoftware + 8
	fpSize       = fpSoftware + 16
	fpMagic1     = 0x46505853
	fpMagic2     = 0x46505845
	fpMagic2Size = 4
	fxSize       = 512 // of the area of FXSAVE, all that there is without the description
	fxMXCSRMask  = 28
	mxcsrMask    = 0xffff
	xstateBV     = xsaveHeader
	xcompBV      = xsaveHeader + 8 // and eight bytes more that must be 0
)

// userImage returns the state as a frame holds it. The state must be in memory (Sync). What is
// returned is the state's own memory.
func (f *FPU) userImage(r *Regs) []byte {
	le := binary.LittleEndian
	b := f.room()
	le.PutUint32(b[fxMXCSR:], r.MXCSR)
	le.PutUint32(b[fxMXCSRMask:], mxcsrMask)
	copy(b[fxXMM:], xmmBytes(&r.XMM))
	le.PutUint64(b[xstateBV:], le.Uint64(b[xstateBV:])|xfeatureX87|xfeatureSSE)
	le.PutUint32(b[fpSoftware:], fpMagic1)
	le.PutUint32(b[fpExtended:], uint32(len(b)))
	le.PutUint64(b[fpFeatures:], xfeatures())
	le.PutUint32(b[fpSize:], uint32(xsaveSize))
	le.PutUint32(b[xsaveSize:], fpMagic2)
	return b
}

// loadUserImage makes the state the one at user address a; 0 is that of a fresh program. If there is
// none that the processor would take, it makes it that of a fresh program and reports false.
func (f *FPU) loadUserImage(a uint64, r *Regs, m Memory) bool {
	f.release()
	if a != 0 && f.readUserImage(a, m) {
		b := f.Area()
		r.MXCSR = binary.LittleEndian.Uint32(b[fxMXCSR:])
		if b[xstateBV]&xfeatureSSE != 0 {
			copy(xmmBytes(&r.XMM), b[fxXMM:])
		} else {
			clear(r.XMM[:])
		}
		return true
	}
	f.initialise(r)
	return a == 0
}

// readUserImage reads the state at user address a and checks it: XRSTOR faults on a header that it does not
// like, and LDMXCSR on reserved bits.
func (f *FPU) readUserImage(a uint64, m Memory) bool {
	le := binary.LittleEndian
	b := f.room()
	extended := a%fpuAlign == 0 && m.Load(a, b) &&
		le.Uint32(b[fpSoftware:]) == fpMagic1 && le.Uint32(b[fpSize:]) == uint32(xsaveSize) &&
		le.Uint32(b[xsaveSize:]) == fpMagic2
	if !extended {
		// The legacy part only.
		if a%16 != 0 || !m.Load(a, b[:fxSize]) {
			return false
		}
		clear(b[fxSize:])
		le.PutUint64(b[xstateBV:], xfeatureX87|xfeatureSSE)
		le.PutUint64(b[fpFeatures:], xfeatureX87|xfeatureSSE)
	}
	held := le.Uint64(b[xstateBV:])
	if held&^xfeatures() != 0 || le.Uint64(b[xcompBV:]) != 0 || le.Uint64(b[xcompBV+8:]) != 0 {
		return false
	}
	// What the frame does not claim to hold is as in a fresh program.
	le.PutUint64(b[xstateBV:], held&le.Uint64(b[fpFeatures:]))
	return le.Uint32(b[fxMXCSR:])&^mxcsrMask == 0
}

// initialise makes all vector state that of a fresh program. The processor must not hold any of it.
func (f *FPU) initialise(r *Regs) {
	f.clear()
	r.MXCSR, r.XMM = DefaultMXCSR, [16][16]byte{}
}
