package arch

// FPU is a task's vector state beyond what Regs holds: x87, the upper halves of
// the vector registers, AVX-512, protection keys. The kernel's own Go code is
// kept from using any of it (see InitFPU), so it stays in the processor
// while the task is in the kernel, and moves only when the processor turns to
// another task.
type FPU struct {
	area *byte // the XSAVE area, aligned to 64 bytes; in block
	// block is what area points into.
	block []byte
	// gsBase is the user's GS base, which only this switch saves and restores.
	gsBase uint64
}

// xsaveHead is the beginning of an XSAVE area, which every area has: the legacy region and the header (Intel SDM
// volume 1, section 13.4).
type xsaveHead struct {
	fcw, fsw  uint16
	tags      [4]byte   // which registers are in use, and the last opcode
	pointers  [2]uint64 // of the last instruction and its operand
	mxcsr     uint32
	mxcsrMask uint32
	x87       [8][16]byte
	xmm       [16][16]byte
	_         [48]byte
	software  fpSoftware
	held      uint64    // XSTATE_BV: the components that the area holds
	compacted [2]uint64 // XCOMP_BV and what must be 0 with it
	_         [5]uint64
}

const (
	fpuAlign        = 64
	fxSize          = 512 // of the legacy region
	xsaveLegacySize = 576 // the legacy region and the header
	mxcsrMask       = 0xffff

	defaultFCW  = 0x37f
	xfeatureSSE = 1 << 1
	xfeatureX87 = 1 << 0
	xfeatureAVX = 1 << 2
	xfeatureZMM = 7 << 5 // opmask, ZMM_Hi256, Hi16_ZMM
)

// xsaveSize is the size of an XSAVE area on this processor.
var xsaveSize = xsaveLegacySize

// xfeatures returns the state components that an XSAVE area holds (XCR0).
func xfeatures() uint64 { return xfeatureMask }

var xfeatureMask uint64 = xfeatureX87 | xfeatureSSE

// NewFPU returns the vector state of a fresh program.
func NewFPU() FPU {
	var f FPU
	f.allocate()
	f.Reset()
	return f
}

// Reset makes the state that of a fresh program (execve(2)).
func (f *FPU) Reset() {
	f.Forget()
	f.gsBase = 0
	f.clear()
}

// clear makes the vector state that of a fresh program. No processor may have it. The header of
// an XSAVE area says that it holds nothing, and what it does not hold is not looked at.
func (f *FPU) clear() {
	h := f.head()
	h.held, h.compacted = 0, [2]uint64{}
	h.clearX87()
}

// clearX87 makes the x87 state, and MXCSR, that of a fresh program.
func (h *xsaveHead) clearX87() {
	h.fcw, h.fsw, h.mxcsr = defaultFCW, 0, DefaultMXCSR
	h.tags, h.pointers, h.x87 = [4]byte{}, [2]uint64{}, [8][16]byte{}
}

// Clone returns a copy, for a new task. The state must not be in a processor (see Sync).
func (f *FPU) Clone() FPU {
	var c FPU
	c.allocate()
	c.gsBase = f.gsBase
	copy(c.Area(), f.Area())
	return c
}
