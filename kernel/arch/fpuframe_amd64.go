package arch

// fpSoftware is how Linux describes the vector state in a signal's frame, in bytes of the XSAVE area that
// the processor leaves to software (struct _fpx_sw_bytes of uapi/asm/sigcontext.h). A word after the
// area shows that it was not cut off on the way.
type fpSoftware struct {
	magic1   uint32
	extended uint32 // size of the area and the word
	features uint64
	size     uint32 // of the area
	_        [7]uint32
}

const (
	fpMagic1     = 0x46505853
	fpMagic2     = 0x46505845
	fpMagic2Size = 4
)

// userImage returns the state as a frame holds it. The state must be in memory (Sync). What is
// returned is the state's own memory.
func (f *FPU) userImage(r *Regs) []byte {
	h, b := f.head(), f.room()
	if h.held&xfeatureX87 == 0 {
		h.clearX87()
	}
	h.mxcsr, h.mxcsrMask = r.MXCSR, mxcsrMask
	copy(xmmBytes(&h.xmm), xmmBytes(&r.XMM))
	h.held |= xfeatureX87 | xfeatureSSE
	h.software = fpSoftware{magic1: fpMagic1, extended: uint32(len(b)), features: xfeatures(), size: uint32(xsaveSize)}
	*f.endMagic() = fpMagic2
	return b
}

// loadUserImage makes the state the one at user address a; 0 is that of a fresh program. If there is
// none that the processor would take, it makes it that of a fresh program and reports false.
func (f *FPU) loadUserImage(a uint64, r *Regs, m Memory) bool {
	f.release()
	if a != 0 && f.readUserImage(a, m) {
		h := f.head()
		r.MXCSR = h.mxcsr
		if h.held&xfeatureSSE != 0 {
			copy(xmmBytes(&r.XMM), xmmBytes(&h.xmm))
		} else {
			r.XMM = [16][16]byte{}
		}
		return true
	}
	f.initialise(r)
	return a == 0
}

// readUserImage reads the state at user address a and checks it: XRSTOR faults on a header that it does not
// like, and LDMXCSR on reserved bits.
func (f *FPU) readUserImage(a uint64, m Memory) bool {
	h, b := f.head(), f.room()
	features := xfeatures()
	if a%fpuAlign == 0 && m.Load(a, b) && h.software.magic1 == fpMagic1 && h.software.size == uint32(xsaveSize) &&
		*f.endMagic() == fpMagic2 {
		features &= h.software.features
	} else {
		// The legacy part only.
		if a%16 != 0 || !m.Load(a, b[:fxSize]) {
			return false
		}
		features = xfeatureX87 | xfeatureSSE
		h.held, h.compacted = features, [2]uint64{}
	}
	if h.held&^xfeatures() != 0 || h.compacted != [2]uint64{} || h.mxcsr&^mxcsrMask != 0 {
		return false
	}
	// What the frame does not claim to hold is as in a fresh program.
	h.held &= features
	return true
}

// initialise makes all vector state that of a fresh program. The processor must not hold any of it.
func (f *FPU) initialise(r *Regs) {
	f.clear()
	r.MXCSR, r.XMM = DefaultMXCSR, [16][16]byte{}
}
