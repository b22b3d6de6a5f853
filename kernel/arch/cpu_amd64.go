//go:build cairn

package arch

import (
	"unsafe"

	"cairn/kernel/config"
)

// A CPU is what one processor has of its own. GS points at it while the kernel
// runs. The assembly knows the layout through go_asm.h.
type CPU struct {
	self *CPU

	// The switch to user mode (Enter).
	regs     *Regs   // where the next trap from user mode leaves the registers
	enterSP  uintptr // the stack that called Enter
	enterBP  uintptr // and its frame pointer
	kernelFS uint64  // the FS base (Go's TLS) of the thread that runs
	sliced   bool    // the timer goes off before the time slice is over
	userSP   uint64  // scratch of the system call entry
	root     uint64  // what CR3 holds
	fpu      *FPU    // whose vector state the registers hold

	// Host calls: system calls that the kernel's own Go runtime makes.
	hostSP    uintptr // top of the stack they are served on
	hostG     uintptr // the g that stands for it
	hostFn    uintptr // the handler, ABI0
	host      *HostRegs
	callerSP  uintptr
	irqVector uint64 // the interrupt that ended WaitForInterrupt; 0 is none

	// Exceptions in the kernel itself.
	faultG  uintptr // the g that stands for the exception stacks
	faultFn uintptr // the handler, ABI0

	hasSMAP bool
	// xsaveMask is what Enter saves and restores of the vector state when
	// tasks change.
	xsaveMask uint64

	gdt [gdtEntries]uint64
	tss tss
}

// HostRegs is the state of a thread of the kernel's Go runtime while it makes a
// host call. XMM registers are not kept: no caller expects that of the
// SYSCALL instruction's Go wrappers.
type HostRegs struct {
	RAX, RBX, RCX, RDX, RSI, RDI, RBP, RSP uint64
	R8, R9, R10, R11, R12, R13, R14, R15   uint64
	FSBase                                 uint64
	G                                      uint64
}

// KernelFrame is what an exception in the kernel leaves on its stack.
type KernelFrame struct {
	XMM                                  [16][16]byte
	G                                    uint64
	R15, R14, R13, R12, R11, R10, R9, R8 uint64
	RBP, RDI, RSI, RDX, RCX, RBX, RAX    uint64
	Vector, ErrorCode                    uint64
	RIP, CS, RFLAGS, RSP, SS             uint64
}

// fakeG is the head of the runtime's g, as far as a function's prologue looks at
// it: the bounds of the stack it runs on.
type fakeG struct {
	stackLo, stackHi         uintptr
	stackGuard0, stackGuard1 uintptr
	_                        [2]uintptr
	m                        uintptr // a zero m, for runtime.FuncForPC in reports
	_                        [57]uintptr
}

// fakeM is that m: zero memory, larger than the runtime's.
var fakeM [512]uintptr

const (
	gdtEntries = 10

	selectorKernelCode = 0x10
	selectorKernelData = 0x18
	selectorUser32     = 0x20 | 3 // SYSRET's base: data is +8, 64-bit code +16
	selectorTSS        = 0x40
)

// tss is the 64-bit task state segment (Intel SDM volume 3, section 8.7).
type tss struct {
	words [26]uint32
}

// ioMapBase is the word whose upper half says where the I/O permission bitmap is.
const ioMapBase = 25

func (t *tss) setIST(n int, sp uintptr) {
	t.words[9+2*(n-1)] = uint32(sp)
	t.words[10+2*(n-1)] = uint32(sp >> 32)
}

// The interrupt stacks, by IST number. Every vector has one, since an
// exception in the kernel may find the stack pointer on a small Go stack.
const (
	istFault       = 1 // page faults
	istTrap        = 2 // every other exception, and interrupts
	istDoubleFault = 3
	istNMI         = 4 // NMI and machine check
)

// Stacks are the tops of the stacks of one processor.
type Stacks struct {
	Host, Fault, Trap, DoubleFault, NMI uintptr
	// Size is the size of each in bytes.
	Size uintptr
}

// Handlers are the functions of the ground floor that the trap entries call, as
// ABI0 entry points without arguments but the one named.
type Handlers struct {
	HostCall uintptr // func()
	Fault    uintptr // func(*KernelFrame)
}

var (
	idt           [256][2]uint64
	hostG, faultG fakeG
	bootCPU       CPU
)

// Boot is the first processor.
func Boot() *CPU { return &bootCPU }

// SetSliced says whether the processor's timer goes off before the time slice of user mode is over.
// Enter does nothing if it does not.
func (c *CPU) SetSliced(on bool) { c.sliced = on }

// InitCPU loads the descriptor tables and the system call entry of the boot
// processor, and turns on the protections that the processor has. root is the
// physical address of the page tables in use.
func InitCPU(s Stacks, h Handlers, first *HostRegs, root uint64) {
	c := &bootCPU
	c.self, c.root, c.host = c, root, first
	c.hostSP, c.hostFn, c.faultFn = s.Host, h.HostCall, h.Fault
	m := uintptr(unsafe.Pointer(&fakeM))
	guard := s.Host - s.Size + 1024
	hostG = fakeG{stackLo: s.Host - s.Size, stackHi: s.Host, stackGuard0: guard, stackGuard1: guard, m: m}
	c.hostG = uintptr(unsafe.Pointer(&hostG))
	// The exception stacks differ; a guard of zero never asks for a larger one.
	faultG.m = m
	c.faultG = uintptr(unsafe.Pointer(&faultG))

	c.gdt = [gdtEntries]uint64{
		selectorKernelCode >> 3: 0x00af_9b00_0000_ffff,
		selectorKernelData >> 3: 0x00cf_9300_0000_ffff,
		selectorUser32 >> 3:     0x00cf_fb00_0000_ffff,
		SelectorUserData >> 3:   0x00cf_f300_0000_ffff,
		SelectorUserCode >> 3:   0x00af_fb00_0000_ffff,
	}
	c.tss.setIST(istFault, s.Fault)
	c.tss.setIST(istTrap, s.Trap)
	c.tss.setIST(istDoubleFault, s.DoubleFault)
	c.tss.setIST(istNMI, s.NMI)
	// No permission bitmap: the ports are the kernel's.
	c.tss.words[ioMapBase] = uint32(unsafe.Sizeof(c.tss)) << 16
	base := uint64(uintptr(unsafe.Pointer(&c.tss)))
	limit := uint64(unsafe.Sizeof(c.tss)) - 1
	c.gdt[selectorTSS>>3] = limit | base&0xff_ffff<<16 | 0x89<<40 | base>>24&0xff<<56
	c.gdt[selectorTSS>>3+1] = base >> 32
	fillIDT()
	loadTables(&c.gdt[0], gdtEntries*8-1, &idt[0][0], 256*16-1)

	WriteMSR(msrSTAR, selectorUser32<<48|selectorKernelCode<<32)
	WriteMSR(msrLSTAR, uint64(syscallEntryPC()))
	WriteMSR(msrSFMASK, FlagTrap|FlagInterrupt|FlagDirection|FlagNT|FlagAlignment|flagIOPL|FlagResume)
	protect(c)
}

// fillIDT points each vector at its stub.
func fillIDT() {
	stub := vectorStubsPC()
	for v := range idt {
		ist := uint64(istTrap)
		switch v {
		case vectorPageFault:
			ist = istFault
		case vectorDoubleFault:
			ist = istDoubleFault
		case vectorNMI, vectorMachineCheck:
			ist = istNMI
		}
		gate := uint64(0x8e) // present, ring 0, interrupt gate
		if v == vectorBreakpoint || v == vectorOverflow {
			gate = 0xee // INT3 and INTO come from user mode
		}
		pc := uint64(stub) + uint64(v)*vectorStubSize
		idt[v][0] = pc&0xffff | selectorKernelCode<<16 | ist<<32 | gate<<40 | pc>>16&0xffff<<48
		idt[v][1] = pc >> 32
	}
}

const flagIOPL = 3 << 12

// The exception vectors that are told apart (Intel SDM volume 3, section 6.3.1).
const (
	vectorNMI          = 2
	vectorBreakpoint   = 3
	vectorOverflow     = 4
	vectorDoubleFault  = 8
	vectorPageFault    = 14
	vectorMachineCheck = 18

	// VectorFirstIRQ is the first vector that is an interrupt, not an exception.
	VectorFirstIRQ = 32

	vectorStubSize = 16
)

// Model-specific registers (Intel SDM volume 4; AMD APM volume 2, appendix A).
const (
	msrSTAR         = 0xc000_0081
	msrLSTAR        = 0xc000_0082
	msrSFMASK       = 0xc000_0084
	msrFSBase       = 0xc000_0100
	msrGSBase       = 0xc000_0101
	msrKernelGSBase = 0xc000_0102
)

// Control register bits (Intel SDM volume 3, section 2.5).
const (
	cr4TSD      = 1 << 2
	cr4PGE      = 1 << 7
	cr4OSFXSR   = 1 << 9
	cr4OSXMMEX  = 1 << 10
	cr4UMIP     = 1 << 11
	cr4FSGSBASE = 1 << 16
	cr4OSXSAVE  = 1 << 18
	cr4SMEP     = 1 << 20
	cr4SMAP     = 1 << 21
)

// protect turns on SMEP, SMAP and UMIP where the processor has them and the image wants them.
func protect(c *CPU) {
	_, ebx, ecx, _ := CPUID(7, 0)
	cr4 := ReadCR4() | cr4PGE
	if config.X86_SMEP && ebx>>7&1 != 0 {
		cr4 |= cr4SMEP
	}
	if config.X86_SMAP && ebx>>20&1 != 0 {
		cr4 |= cr4SMAP
		c.hasSMAP = true
	}
	if config.X86_UMIP && ecx>>2&1 != 0 {
		cr4 |= cr4UMIP
	}
	WriteCR4(cr4)
}

// Protections returns the names of what is on of what the processor can do for the kernel's safety, and x2APIC if
// the local APIC is reached so.
func Protections() []string {
	cr4 := ReadCR4()
	var list []string
	for _, p := range []struct {
		on   bool
		name string
	}{
		{cr4&cr4SMEP != 0, "SMEP"}, {cr4&cr4SMAP != 0, "SMAP"}, {cr4&cr4UMIP != 0, "UMIP"}, {lapic.x2, "x2APIC"},
	} {
		if p.on {
			list = append(list, p.name)
		}
	}
	return list
}

// HasFSGSBASE says whether the processor has the instructions that the kernel
// switches the segment bases with.
func HasFSGSBASE() bool {
	_, ebx, _, _ := CPUID(7, 0)
	return ebx&1 != 0
}

// Thread returns the registers of the thread whose host call is being served.
//
//go:nosplit
func (c *CPU) Thread() *HostRegs { return c.host }

// SetThread makes the host call return to another thread.
//
//go:nosplit
func (c *CPU) SetThread(r *HostRegs) { c.host = r }

// KernelRoot returns the physical address of the page tables the machine
// started on, whose upper half is the kernel's.
func KernelRoot() uint64 { return kernelRoot }

var kernelRoot uint64

// SetKernelRoot tells KernelRoot what to say.
func SetKernelRoot(root uint64) { kernelRoot = root }

// OnGroundFloor says whether the exception interrupted the ground floor rather
// than a goroutine or the runtime.
func OnGroundFloor(f *KernelFrame) bool {
	c := &bootCPU
	return f.G == uint64(c.hostG) || f.G == uint64(c.faultG)
}
