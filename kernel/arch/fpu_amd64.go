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

// The XSAVE area (Intel SDM volume 1, section 13.4).
const (
	fpuAlign        = 64
	xsaveHeader     = 512 // offset of the header, XSTATE_BV first
	xsaveLegacySize = 576 // the legacy region and the header

	fxFCW       = 0  // offset of the x87 control word
	fxMXCSR     = 24 // offset of MXCSR
	fxXMM       = 160
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

// clear makes the vector state that of a fresh program. No processor may have it. An area whose header
// says that it holds nothing stands for that; FXRSTOR wants to read it, all the same.
func (f *FPU) clear() {
	a := f.Area()
	clear(a[:xsaveLegacySize])
	putUint16(a[fxFCW:], defaultFCW)
	putUint32(a[fxMXCSR:], DefaultMXCSR)
}

// Clone returns a copy, for a new task. The state must not be in a processor (see Sync).
func (f *FPU) Clone() FPU {
	var c FPU
	c.allocate()
	c.gsBase = f.gsBase
	copy(c.Area(), f.Area())
	return c
}

func putUint16(b []byte, v uint16) { b[0], b[1] = byte(v), byte(v>>8) }

func putUint32(b []byte, v uint32) { putUint16(b, uint16(v)); putUint16(b[2:], uint16(v>>16)) }
