//go:build cairn

#include "go_asm.h"
#include "textflag.h"

// entry is the kernel's first instruction in 64-bit mode. DI has what the boot
// protocol handed over, SI says which protocol. Interrupts are off, the boot page
// tables are in use, and there is no stack yet.
TEXT ·entry(SB),NOSPLIT|NOFRAME,$0
	LEAQ	·bootStack+const_argumentsOffset(SB), SP
	MOVQ	DI, R12
	MOVQ	SI, R13
	RDTSC
	SHLQ	$32, DX
	ORQ	DX, AX
	MOVQ	AX, ·entryTSC(SB)

	// SSE, write protection: CR0.MP, NE and WP on, EM and TS off.
	MOVQ	CR0, AX
	ANDQ	$~0xc, AX
	ORQ	$0x10022, AX
	MOVQ	AX, CR0
	// CR4: OSFXSR, OSXMMEXCPT, FSGSBASE. OSXSAVE stays off until every package is
	// initialised, so that none of them uses AVX (see arch.InitFPU).
	MOVL	$7, AX
	XORL	CX, CX
	CPUID
	TESTL	$1, BX
	JEQ	noFSGSBase
	MOVQ	CR4, AX
	ORQ	$0x10600, AX
	MOVQ	AX, CR4

	// A thread-local word that holds a g with the bounds of this stack, and a
	// GS base: what Go code and the trap entries take for granted.
	LEAQ	·bootTLS+8(SB), AX
	WRFSBASEQ AX
	LEAQ	cairn∕kernel∕arch·bootCPU(SB), AX
	WRGSBASEQ AX
	LEAQ	·bootG(SB), BX
	LEAQ	·bootStack(SB), CX
	MOVQ	CX, 0(BX)
	MOVQ	CX, 16(BX)
	MOVQ	CX, 24(BX)
	MOVQ	BX, ·bootTLS(SB)
	XORPS	X15, X15
	PUSHQ	R12
	PUSHQ	R13
	CALL	·early(SB)
	// The Go runtime takes its arguments from the stack, as any Linux program.
	LEAQ	·bootStack+const_argumentsOffset(SB), SP
	JMP	_rt0_amd64_linux(SB)

noFSGSBase:
	// Say so on the first serial port, byte by byte, and stop.
	LEAQ	·noFSGSBaseText(SB), SI
	MOVQ	$const_noFSGSBaseLen, CX
	MOVW	$0x3f8, DX
	CLD
	REP; OUTSB
	MOVB	$0xfe, AX
	MOVW	$0x64, DX
	OUTB
halt:
	HLT
	JMP	halt

// func handlerPCs() (hostCall, fault uintptr)
TEXT ·handlerPCs(SB),NOSPLIT,$0-16
	LEAQ	·hostCall(SB), AX
	MOVQ	AX, hostCall+0(FP)
	LEAQ	·fault(SB), AX
	MOVQ	AX, fault+8(FP)
	RET
