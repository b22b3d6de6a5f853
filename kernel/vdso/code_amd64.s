#include "go_asm.h"
#include "textflag.h"

// The functions of the vDSO, in the C calling convention. They are copied out of
// here, so they refer to nothing but the clock data, by a displacement that
// patchData fills in, and to each other by relative jumps within a function.

// lea dataMark(rip), r8
#define CLOCK_DATA BYTE $0x4c; BYTE $0x8d; BYTE $0x05; LONG $const_dataMark

#define SECOND 1000000000

// NOW puts monotonic nanoseconds in AX and the wall clock's offset in R10, read
// together. It clobbers DX and R9.
#define NOW(again) \
	CLOCK_DATA; \
again: \
	MOVL	clockData_seq(R8), R9; \
	TESTL	$1, R9; \
	JNE	again; \
	LFENCE; \
	RDTSC; \
	SHLQ	$32, DX; \
	ORQ	DX, AX; \
	MULQ	clockData_mult(R8); \
	SHRQ	$32, DX, AX; \
	MOVQ	clockData_offset(R8), R10; \
	CMPL	R9, clockData_seq(R8); \
	JNE	again

TEXT ·clockGettime(SB),NOSPLIT|NOFRAME,$0
	// REALTIME 0, MONOTONIC 1, MONOTONIC_RAW 4, REALTIME_COARSE 5,
	// MONOTONIC_COARSE 6, BOOTTIME 7, TAI 11; any other id is the kernel's.
	CMPL	DI, $11
	JHI	kernel
	MOVL	$0x8f3, AX
	BTL	DI, AX
	JCC	kernel
	NOW(again)
	// The ids that show wall time.
	MOVL	$0x821, DX
	BTL	DI, DX
	JCC	monotonic
	ADDQ	R10, AX
monotonic:
	XORL	DX, DX
	MOVL	$SECOND, CX
	DIVQ	CX
	MOVQ	AX, 0(SI)
	MOVQ	DX, 8(SI)
	XORL	AX, AX
	RET
kernel:
	MOVL	$228, AX
	SYSCALL
	RET

TEXT ·gettimeofday(SB),NOSPLIT|NOFRAME,$0
	TESTQ	DI, DI
	JEQ	zone
	NOW(again)
	ADDQ	R10, AX
	XORL	DX, DX
	MOVL	$SECOND, CX
	DIVQ	CX
	MOVQ	AX, 0(DI)
	MOVL	DX, AX
	XORL	DX, DX
	MOVL	$1000, CX
	DIVL	CX
	MOVQ	AX, 8(DI)
zone:
	XORL	AX, AX
	TESTQ	SI, SI
	JEQ	done
	MOVQ	AX, 0(SI)
done:
	RET

TEXT ·time(SB),NOSPLIT|NOFRAME,$0
	NOW(again)
	ADDQ	R10, AX
	XORL	DX, DX
	MOVL	$SECOND, CX
	DIVQ	CX
	TESTQ	DI, DI
	JEQ	done
	MOVQ	AX, 0(DI)
done:
	RET

// There is one processor, in one node.
TEXT ·getcpu(SB),NOSPLIT|NOFRAME,$0
	XORL	AX, AX
	TESTQ	DI, DI
	JEQ	node
	MOVL	AX, 0(DI)
node:
	TESTQ	SI, SI
	JEQ	done
	MOVL	AX, 0(SI)
done:
	RET

TEXT ·clockGetres(SB),NOSPLIT|NOFRAME,$0
	CMPL	DI, $11
	JHI	kernel
	MOVL	$0x8f3, AX
	BTL	DI, AX
	JCC	kernel
	XORL	AX, AX
	TESTQ	SI, SI
	JEQ	done
	MOVQ	AX, 0(SI)
	MOVQ	$1, 8(SI)
done:
	RET
kernel:
	MOVL	$229, AX
	SYSCALL
	RET

TEXT ·codeEnd(SB),NOSPLIT|NOFRAME,$0
	RET

// func codePCs() (start, end uintptr, entries [numFunctions]uintptr)
TEXT ·codePCs(SB),NOSPLIT,$0-56
	LEAQ	·clockGettime(SB), AX
	MOVQ	AX, start+0(FP)
	LEAQ	·codeEnd(SB), CX
	MOVQ	CX, end+8(FP)
	MOVQ	AX, entries_0+16(FP)
	LEAQ	·gettimeofday(SB), AX
	MOVQ	AX, entries_1+24(FP)
	LEAQ	·time(SB), AX
	MOVQ	AX, entries_2+32(FP)
	LEAQ	·getcpu(SB), AX
	MOVQ	AX, entries_3+40(FP)
	LEAQ	·clockGetres(SB), AX
	MOVQ	AX, entries_4+48(FP)
	RET
