//go:build cairn

#include "go_asm.h"
#include "textflag.h"

// How control reaches the kernel: the SYSCALL instruction, from user mode and
// from the kernel's own Go runtime, and exceptions and interrupts. And how it
// leaves: Enter.

#define get_tls(r) MOVQ TLS, r
#define g(r) 0(r)(TLS*1)

#define SAVE_XMM(base, off) \
	MOVUPS	X0, (off+0)(base); \
	MOVUPS	X1, (off+16)(base); \
	MOVUPS	X2, (off+32)(base); \
	MOVUPS	X3, (off+48)(base); \
	MOVUPS	X4, (off+64)(base); \
	MOVUPS	X5, (off+80)(base); \
	MOVUPS	X6, (off+96)(base); \
	MOVUPS	X7, (off+112)(base); \
	MOVUPS	X8, (off+128)(base); \
	MOVUPS	X9, (off+144)(base); \
	MOVUPS	X10, (off+160)(base); \
	MOVUPS	X11, (off+176)(base); \
	MOVUPS	X12, (off+192)(base); \
	MOVUPS	X13, (off+208)(base); \
	MOVUPS	X14, (off+224)(base); \
	MOVUPS	X15, (off+240)(base)

#define LOAD_XMM(base, off) \
	MOVUPS	(off+0)(base), X0; \
	MOVUPS	(off+16)(base), X1; \
	MOVUPS	(off+32)(base), X2; \
	MOVUPS	(off+48)(base), X3; \
	MOVUPS	(off+64)(base), X4; \
	MOVUPS	(off+80)(base), X5; \
	MOVUPS	(off+96)(base), X6; \
	MOVUPS	(off+112)(base), X7; \
	MOVUPS	(off+128)(base), X8; \
	MOVUPS	(off+144)(base), X9; \
	MOVUPS	(off+160)(base), X10; \
	MOVUPS	(off+176)(base), X11; \
	MOVUPS	(off+192)(base), X12; \
	MOVUPS	(off+208)(base), X13; \
	MOVUPS	(off+224)(base), X14; \
	MOVUPS	(off+240)(base), X15

// MXCSR as the kernel's Go code wants it.
DATA ·kernelMXCSR(SB)/4, $const_DefaultMXCSR
GLOBL ·kernelMXCSR(SB), RODATA|NOPTR, $4

// The SYSCALL instruction leaves the return address in RCX: the kernel's
// addresses are negative.
TEXT ·syscallEntry(SB),NOSPLIT|NOFRAME,$0
	TESTQ	CX, CX
	JNS	user
	JMP	·hostCall(SB)
user:
	SWAPGS
	MOVQ	SP, CPU_userSP(GS)
	MOVQ	CPU_regs(GS), SP
	MOVQ	AX, Regs_OrigRAX(SP)
	MOVQ	AX, Regs_RAX(SP)
	MOVQ	BX, Regs_RBX(SP)
	MOVQ	CX, Regs_RCX(SP)
	MOVQ	CX, Regs_RIP(SP)
	MOVQ	DX, Regs_RDX(SP)
	MOVQ	SI, Regs_RSI(SP)
	MOVQ	DI, Regs_RDI(SP)
	MOVQ	R8, Regs_R8(SP)
	MOVQ	R9, Regs_R9(SP)
	MOVQ	R10, Regs_R10(SP)
	MOVQ	R11, Regs_R11(SP)
	MOVQ	R11, Regs_RFLAGS(SP)
	MOVQ	R12, Regs_R12(SP)
	MOVQ	R13, Regs_R13(SP)
	MOVQ	R14, Regs_R14(SP)
	MOVQ	R15, Regs_R15(SP)
	MOVQ	CPU_userSP(GS), AX
	MOVQ	AX, Regs_RSP(SP)
	MOVQ	$const_VectorSyscall, (Regs_Trap+Trap_Vector)(SP)
	JMP	·leaveUser(SB)

// leaveUser finishes a trap from user mode: SP points at the task's Regs, which
// have the general registers already, but for RBP. It returns from Enter.
TEXT ·leaveUser(SB),NOSPLIT|NOFRAME,$0
	MOVQ	BP, Regs_RBP(SP)
	RDFSBASEQ AX
	MOVQ	AX, Regs_FSBase(SP)
	STMXCSR	Regs_MXCSR(SP)
	SAVE_XMM(SP, Regs_XMM)
	LDMXCSR	·kernelMXCSR(SB)
	MOVQ	CPU_kernelFS(GS), AX
	WRFSBASEQ AX
	MOVQ	CPU_enterSP(GS), SP
	MOVQ	CPU_enterBP(GS), BP
	RET

// func Enter(r *Regs, f *FPU, root uint64)
//
// A trap from user mode returns from here with the registers in r.
TEXT ·Enter(SB),NOSPLIT|NOFRAME,$0-24
	MOVQ	r+0(FP), DI
	CMPB	CPU_sliced(GS), $0
	JNE	armed
	MOVQ	$const_VectorUnarmed, (Regs_Trap+Trap_Vector)(DI)
	RET
armed:
	MOVQ	f+8(FP), SI
	CMPQ	SI, CPU_fpu(GS)
	JNE	otherFPU
loaded:
	MOVQ	root+16(FP), CX
	MOVQ	BP, CPU_enterBP(GS)
	MOVQ	SP, CPU_enterSP(GS)
	MOVQ	DI, CPU_regs(GS)
	CMPQ	CX, CPU_root(GS)
	JEQ	mapped
	MOVQ	CX, CR3
	MOVQ	CX, CPU_root(GS)
mapped:
	MOVQ	DI, SP
	LOAD_XMM(SP, Regs_XMM)
	LDMXCSR	Regs_MXCSR(SP)
	MOVQ	Regs_FSBase(SP), AX
	WRFSBASEQ AX
	MOVQ	Regs_RBX(SP), BX
	MOVQ	Regs_RDX(SP), DX
	MOVQ	Regs_RSI(SP), SI
	MOVQ	Regs_RDI(SP), DI
	MOVQ	Regs_RBP(SP), BP
	MOVQ	Regs_R8(SP), R8
	MOVQ	Regs_R9(SP), R9
	MOVQ	Regs_R10(SP), R10
	MOVQ	Regs_R12(SP), R12
	MOVQ	Regs_R13(SP), R13
	MOVQ	Regs_R14(SP), R14
	MOVQ	Regs_R15(SP), R15
	// SYSRET takes RIP from RCX and RFLAGS from R11, so it serves only where they
	// are equal, as they are after a plain system call. It resumes a single step
	// too late, so not with TF either.
	MOVQ	Regs_RIP(SP), CX
	CMPQ	CX, Regs_RCX(SP)
	JNE	iret
	MOVQ	Regs_RFLAGS(SP), R11
	CMPQ	R11, Regs_R11(SP)
	JNE	iret
	TESTQ	$const_FlagTrap, R11
	JNE	iret
	MOVQ	Regs_RAX(SP), AX
	MOVQ	Regs_RSP(SP), SP
	SWAPGS
	BYTE	$0x48; SYSRET // SYSRETQ
iret:
	MOVQ	Regs_RCX(SP), CX
	MOVQ	Regs_R11(SP), R11
	MOVQ	SP, AX
	MOVQ	CPU_hostSP(GS), SP // any stack will do: nothing returns to it
	PUSHQ	Regs_SS(AX)
	PUSHQ	Regs_RSP(AX)
	PUSHQ	Regs_RFLAGS(AX)
	PUSHQ	Regs_CS(AX)
	PUSHQ	Regs_RIP(AX)
	MOVQ	Regs_RAX(AX), AX
	SWAPGS
	IRETQ
otherFPU:
	// Save the vector state of the task that ran before, load that of f (in SI). XRSTOR loads MXCSR
	// too if the mask has AVX; it is set right further on. The user's GS base is the one that SWAPGS
	// brings in.
	MOVQ	CPU_fpu(GS), BX
	MOVQ	SI, CPU_fpu(GS)
	MOVQ	FPU_gsBase(SI), CX
	SWAPGS
	RDGSBASEQ R8
	WRGSBASEQ CX
	SWAPGS
	MOVQ	FPU_area(SI), R9
	MOVQ	CPU_xsaveMask(GS), AX
	TESTQ	AX, AX
	JEQ	legacy
	MOVQ	AX, DX
	SHRQ	$32, DX
	TESTQ	BX, BX
	JEQ	restore
	MOVQ	R8, FPU_gsBase(BX)
	MOVQ	FPU_area(BX), R8
	XSAVE64	(R8)
restore:
	XRSTOR64 (R9)
	JMP	loaded
legacy:
	TESTQ	BX, BX
	JEQ	restoreLegacy
	MOVQ	R8, FPU_gsBase(BX)
	MOVQ	FPU_area(BX), R8
	FXSAVE64 (R8)
restoreLegacy:
	FXRSTOR64 (R9)
	JMP	loaded

// trap is every exception and interrupt. The stack, one of the interrupt
// stacks, has: vector, error code, RIP, CS, RFLAGS, RSP, SS.
TEXT ·trap(SB),NOSPLIT|NOFRAME,$0
	TESTQ	$3, 24(SP)
	JNE	user
	CMPQ	0(SP), $const_VectorFirstIRQ
	JAE	interrupt
	JMP	·trapKernel(SB)
interrupt:
	// Interrupts reach the kernel only in WaitForInterrupt. Say which, and go
	// back with interrupts off.
	PUSHQ	AX
	MOVQ	8(SP), AX
	MOVQ	AX, CPU_irqVector(GS)
	ANDQ	$~const_FlagInterrupt, 40(SP)
	POPQ	AX
	ADDQ	$16, SP
	IRETQ
user:
	SWAPGS
	PUSHQ	AX
	PUSHQ	BX
	MOVQ	CPU_regs(GS), AX
	POPQ	Regs_RBX(AX)
	POPQ	Regs_RAX(AX)
	POPQ	(Regs_Trap+Trap_Vector)(AX)
	POPQ	(Regs_Trap+Trap_ErrorCode)(AX)
	POPQ	Regs_RIP(AX)
	POPQ	Regs_CS(AX)
	POPQ	Regs_RFLAGS(AX)
	POPQ	Regs_RSP(AX)
	POPQ	Regs_SS(AX)
	MOVQ	$-1, Regs_OrigRAX(AX)
	MOVQ	CX, Regs_RCX(AX)
	MOVQ	DX, Regs_RDX(AX)
	MOVQ	SI, Regs_RSI(AX)
	MOVQ	DI, Regs_RDI(AX)
	MOVQ	R8, Regs_R8(AX)
	MOVQ	R9, Regs_R9(AX)
	MOVQ	R10, Regs_R10(AX)
	MOVQ	R11, Regs_R11(AX)
	MOVQ	R12, Regs_R12(AX)
	MOVQ	R13, Regs_R13(AX)
	MOVQ	R14, Regs_R14(AX)
	MOVQ	R15, Regs_R15(AX)
	MOVQ	CR2, BX
	MOVQ	BX, (Regs_Trap+Trap_CR2)(AX)
	MOVQ	AX, SP
	CLD
	// User mode may have set AC; the kernel's own accesses are checked.
	CMPB	CPU_hasSMAP(GS), $0
	JEQ	leave
	CLAC
leave:
	JMP	·leaveUser(SB)

// trapKernel is an exception in the kernel: build a KernelFrame, call the fault
// handler, and go back to what the frame says then.
TEXT ·trapKernel(SB),NOSPLIT|NOFRAME,$0
	PUSHQ	AX
	PUSHQ	BX
	PUSHQ	CX
	PUSHQ	DX
	PUSHQ	SI
	PUSHQ	DI
	PUSHQ	BP
	PUSHQ	R8
	PUSHQ	R9
	PUSHQ	R10
	PUSHQ	R11
	PUSHQ	R12
	PUSHQ	R13
	PUSHQ	R14
	PUSHQ	R15
	// An NMI may come before SWAPGS.
	RDGSBASEQ AX
	TESTQ	AX, AX
	JMI	kernelGS
	SWAPGS
kernelGS:
	get_tls(CX)
	PUSHQ	g(CX)
	MOVQ	CPU_faultG(GS), AX
	MOVQ	AX, g(CX)
	SUBQ	$256, SP
	SAVE_XMM(SP, 0)
	XORPS	X15, X15
	CLD
	MOVQ	SP, DI
	MOVQ	SP, BP
	ANDQ	$~15, SP
	SUBQ	$16, SP
	MOVQ	DI, 0(SP)
	MOVQ	CPU_faultFn(GS), AX
	CALL	AX
	MOVQ	BP, SP
	LOAD_XMM(SP, 0)
	ADDQ	$256, SP
	get_tls(CX)
	POPQ	g(CX)
	POPQ	R15
	POPQ	R14
	POPQ	R13
	POPQ	R12
	POPQ	R11
	POPQ	R10
	POPQ	R9
	POPQ	R8
	POPQ	BP
	POPQ	DI
	POPQ	SI
	POPQ	DX
	POPQ	CX
	POPQ	BX
	POPQ	AX
	ADDQ	$16, SP
	IRETQ

// hostCall is a system call by the kernel's own Go runtime. Its registers go to
// the thread's HostRegs, the handler runs on a stack of its own, and control
// goes to whichever thread CPU.host names then.
TEXT ·hostCall(SB),NOSPLIT|NOFRAME,$0
	MOVQ	SP, CPU_callerSP(GS)
	MOVQ	CPU_host(GS), SP
	MOVQ	AX, HostRegs_RAX(SP)
	MOVQ	BX, HostRegs_RBX(SP)
	MOVQ	CX, HostRegs_RCX(SP)
	MOVQ	DX, HostRegs_RDX(SP)
	MOVQ	SI, HostRegs_RSI(SP)
	MOVQ	DI, HostRegs_RDI(SP)
	MOVQ	BP, HostRegs_RBP(SP)
	MOVQ	R8, HostRegs_R8(SP)
	MOVQ	R9, HostRegs_R9(SP)
	MOVQ	R10, HostRegs_R10(SP)
	MOVQ	R11, HostRegs_R11(SP)
	MOVQ	R12, HostRegs_R12(SP)
	MOVQ	R13, HostRegs_R13(SP)
	MOVQ	R14, HostRegs_R14(SP)
	MOVQ	R15, HostRegs_R15(SP)
	MOVQ	CPU_callerSP(GS), AX
	MOVQ	AX, HostRegs_RSP(SP)
	MOVQ	SP, DI
	MOVQ	CPU_hostSP(GS), SP
	get_tls(CX)
	MOVQ	g(CX), BX
	MOVQ	BX, HostRegs_G(DI)
	MOVQ	CPU_hostG(GS), AX
	MOVQ	AX, g(CX)
	XORPS	X15, X15
	MOVQ	CPU_hostFn(GS), AX
	CALL	AX
	// Fall through to resume the thread.
	MOVQ	CPU_host(GS), DI
	MOVQ	HostRegs_FSBase(DI), AX
	WRFSBASEQ AX
	MOVQ	AX, CPU_kernelFS(GS)
	get_tls(CX)
	MOVQ	HostRegs_G(DI), BX
	MOVQ	BX, g(CX)
	MOVQ	HostRegs_RSP(DI), SP
	MOVQ	HostRegs_RCX(DI), CX
	MOVQ	HostRegs_RAX(DI), AX
	MOVQ	HostRegs_RBX(DI), BX
	MOVQ	HostRegs_RDX(DI), DX
	MOVQ	HostRegs_RSI(DI), SI
	MOVQ	HostRegs_RBP(DI), BP
	MOVQ	HostRegs_R8(DI), R8
	MOVQ	HostRegs_R9(DI), R9
	MOVQ	HostRegs_R10(DI), R10
	MOVQ	HostRegs_R12(DI), R12
	MOVQ	HostRegs_R13(DI), R13
	MOVQ	HostRegs_R14(DI), R14
	MOVQ	HostRegs_R15(DI), R15
	MOVQ	HostRegs_RDI(DI), DI
	JMP	CX
