//go:build cairn

#include "go_asm.h"
#include "textflag.h"

TEXT ·In8(SB),NOSPLIT,$0-9
	MOVW	port+0(FP), DX
	INB
	MOVB	AX, ret+8(FP)
	RET

TEXT ·In16(SB),NOSPLIT,$0-10
	MOVW	port+0(FP), DX
	INW
	MOVW	AX, ret+8(FP)
	RET

TEXT ·In32(SB),NOSPLIT,$0-12
	MOVW	port+0(FP), DX
	INL
	MOVL	AX, ret+8(FP)
	RET

TEXT ·Out8(SB),NOSPLIT,$0-3
	MOVW	port+0(FP), DX
	MOVB	v+2(FP), AX
	OUTB
	RET

TEXT ·Out16(SB),NOSPLIT,$0-4
	MOVW	port+0(FP), DX
	MOVW	v+2(FP), AX
	OUTW
	RET

TEXT ·Out32(SB),NOSPLIT,$0-8
	MOVW	port+0(FP), DX
	MOVL	v+4(FP), AX
	OUTL
	RET

TEXT ·OutString(SB),NOSPLIT,$0-24
	MOVW	port+0(FP), DX
	MOVQ	p+8(FP), SI
	MOVQ	n+16(FP), CX
	CLD
	REP; OUTSB
	RET

TEXT ·ReadMSR(SB),NOSPLIT,$0-16
	MOVL	msr+0(FP), CX
	RDMSR
	SHLQ	$32, DX
	ORQ	DX, AX
	MOVQ	AX, ret+8(FP)
	RET

TEXT ·WriteMSR(SB),NOSPLIT,$0-16
	MOVL	msr+0(FP), CX
	MOVQ	v+8(FP), AX
	MOVQ	AX, DX
	SHRQ	$32, DX
	WRMSR
	RET

TEXT ·CPUID(SB),NOSPLIT,$0-24
	MOVL	leaf+0(FP), AX
	MOVL	subleaf+4(FP), CX
	CPUID
	MOVL	AX, eax+8(FP)
	MOVL	BX, ebx+12(FP)
	MOVL	CX, ecx+16(FP)
	MOVL	DX, edx+20(FP)
	RET

TEXT ·ReadTSC(SB),NOSPLIT,$0-8
	RDTSC
	SHLQ	$32, DX
	ORQ	DX, AX
	MOVQ	AX, ret+0(FP)
	RET

TEXT ·ReadCR2(SB),NOSPLIT,$0-8
	MOVQ	CR2, AX
	MOVQ	AX, ret+0(FP)
	RET

TEXT ·ReadCR3(SB),NOSPLIT,$0-8
	MOVQ	CR3, AX
	MOVQ	AX, ret+0(FP)
	RET

TEXT ·WriteCR3(SB),NOSPLIT,$0-8
	MOVQ	root+0(FP), AX
	MOVQ	AX, CR3
	RET

TEXT ·ReadCR4(SB),NOSPLIT,$0-8
	MOVQ	CR4, AX
	MOVQ	AX, ret+0(FP)
	RET

TEXT ·WriteCR4(SB),NOSPLIT,$0-8
	MOVQ	v+0(FP), AX
	MOVQ	AX, CR4
	RET

TEXT ·WriteXCR0(SB),NOSPLIT,$0-8
	XORL	CX, CX
	MOVQ	v+0(FP), AX
	MOVQ	AX, DX
	SHRQ	$32, DX
	XSETBV
	RET

TEXT ·InvalidatePage(SB),NOSPLIT,$0-8
	MOVQ	addr+0(FP), AX
	INVLPG	(AX)
	RET

TEXT ·RandomWord(SB),NOSPLIT,$0-9
	RDRANDQ	AX
	SETCS	ok+8(FP)
	MOVQ	AX, v+0(FP)
	RET

TEXT ·Halt(SB),NOSPLIT,$0-0
	CLI
halt:
	HLT
	JMP	halt

TEXT ·TripleFault(SB),NOSPLIT,$16-0
	MOVQ	$0, 0(SP)
	MOVQ	$0, 8(SP)
	LIDT	0(SP)
	INT	$3
	RET

// The interrupt's stub (trapKernel) leaves its vector in CPU.irqVector and
// returns with interrupts off.
TEXT ·WaitForInterrupt(SB),NOSPLIT,$0-8
	MOVQ	$0, CPU_irqVector(GS)
wait:
	STI
	HLT
	CLI
	MOVQ	CPU_irqVector(GS), AX
	TESTQ	AX, AX
	JEQ	wait
	MOVQ	AX, ret+0(FP)
	RET

// func loadTables(gdt *uint64, gdtLimit uint64, idt *uint64, idtLimit uint64)
TEXT ·loadTables(SB),NOSPLIT,$16-32
	MOVQ	gdtLimit+8(FP), AX
	MOVW	AX, 0(SP)
	MOVQ	gdt+0(FP), AX
	MOVQ	AX, 2(SP)
	LGDT	0(SP)
	MOVQ	idtLimit+24(FP), AX
	MOVW	AX, 0(SP)
	MOVQ	idt+16(FP), AX
	MOVQ	AX, 2(SP)
	LIDT	0(SP)
	MOVW	$const_selectorKernelData, AX
	MOVW	AX, SS
	XORL	AX, AX
	MOVW	AX, DS
	MOVW	AX, ES
	MOVW	$const_selectorTSS, AX
	LTR	AX
	// A far return loads CS.
	PUSHQ	$const_selectorKernelCode
	LEAQ	·farTarget(SB), AX
	PUSHQ	AX
	RETFQ

TEXT ·farTarget(SB),NOSPLIT|NOFRAME,$0
	// loadTables' frame of 16 bytes and its saved BP are still on the stack.
	ADDQ	$16, SP
	POPQ	BP
	POPQ	CX
	JMP	CX

TEXT ·syscallEntryPC(SB),NOSPLIT,$0-8
	LEAQ	·syscallEntry(SB), AX
	MOVQ	AX, ret+0(FP)
	RET

TEXT ·vectorStubsPC(SB),NOSPLIT,$0-8
	LEAQ	·vectorStubs(SB), AX
	MOVQ	AX, ret+0(FP)
	RET
