//go:build cairn

#include "go_asm.h"
#include "textflag.h"

// The routines that touch user memory. A page fault in them does not reach
// Go code in the middle of things: the fault handler (FixUserFault) moves RIP from
// copyBlocks to copyBytes, which finds the exact byte, and from copyBytes to
// copyFault, which says how many bytes are left.

// OPEN_USER makes sure that the processor is on the page tables at root (in AX)
// and opens user memory. CLOSE_USER closes it.
#define OPEN_USER(mapped, open) \
	CMPQ	AX, CPU_root(GS); \
	JEQ	mapped; \
	MOVQ	AX, CR3; \
	MOVQ	AX, CPU_root(GS); \
mapped: \
	CMPB	CPU_hasSMAP(GS), $0; \
	JEQ	open; \
	STAC; \
open:

#define CLOSE_USER(closed) \
	CMPB	CPU_hasSMAP(GS), $0; \
	JEQ	closed; \
	CLAC; \
closed:

// func CopyFromUser(root uint64, dst *byte, src uint64, n uintptr) (left uintptr)
TEXT ·CopyFromUser(SB),NOSPLIT|NOFRAME,$0-40
	MOVQ	root+0(FP), AX
	MOVQ	dst+8(FP), DI
	MOVQ	src+16(FP), SI
	MOVQ	n+24(FP), CX
	OPEN_USER(mapped, open)
	JMP	·copyBlocks(SB)

// func CopyToUser(root uint64, dst uint64, src *byte, n uintptr) (left uintptr)
TEXT ·CopyToUser(SB),NOSPLIT|NOFRAME,$0-40
	MOVQ	root+0(FP), AX
	MOVQ	dst+8(FP), DI
	MOVQ	src+16(FP), SI
	MOVQ	n+24(FP), CX
	OPEN_USER(mapped, open)
	JMP	·copyBlocks(SB)

// copyBlocks copies CX bytes from SI to DI for a function with the frame of
// CopyFromUser. A step changes the registers only once it is done, so that after
// a fault they say what is left. The last step of some sizes overlaps what is copied already.
TEXT ·copyBlocks(SB),NOSPLIT|NOFRAME,$0-40
	CMPQ	CX, $16
	JHI	blocks
	CMPQ	CX, $8
	JCS	small
	MOVQ	0(SI), AX
	MOVQ	-8(SI)(CX*1), BX
	MOVQ	AX, 0(DI)
	MOVQ	BX, -8(DI)(CX*1)
	XORL	CX, CX
	JMP	·copyFault(SB)
small:
	CMPQ	CX, $4
	JCS	tiny
	MOVL	0(SI), AX
	MOVL	-4(SI)(CX*1), BX
	MOVL	AX, 0(DI)
	MOVL	BX, -4(DI)(CX*1)
	XORL	CX, CX
	JMP	·copyFault(SB)
tiny:
	JMP	·copyBytes(SB)
blocks:
	CMPQ	CX, $128
	JCS	block
	MOVUPS	0(SI), X0
	MOVUPS	16(SI), X1
	MOVUPS	32(SI), X2
	MOVUPS	48(SI), X3
	MOVUPS	64(SI), X4
	MOVUPS	80(SI), X5
	MOVUPS	96(SI), X6
	MOVUPS	112(SI), X7
	MOVUPS	X0, 0(DI)
	MOVUPS	X1, 16(DI)
	MOVUPS	X2, 32(DI)
	MOVUPS	X3, 48(DI)
	MOVUPS	X4, 64(DI)
	MOVUPS	X5, 80(DI)
	MOVUPS	X6, 96(DI)
	MOVUPS	X7, 112(DI)
	SUBQ	$-128, SI
	SUBQ	$-128, DI
	ADDQ	$-128, CX
	JMP	blocks
block:
	CMPQ	CX, $64
	JCS	words
	MOVUPS	0(SI), X0
	MOVUPS	16(SI), X1
	MOVUPS	32(SI), X2
	MOVUPS	48(SI), X3
	MOVUPS	X0, 0(DI)
	MOVUPS	X1, 16(DI)
	MOVUPS	X2, 32(DI)
	MOVUPS	X3, 48(DI)
	ADDQ	$64, SI
	ADDQ	$64, DI
	SUBQ	$64, CX
words:
	CMPQ	CX, $16
	JCS	last
	MOVUPS	0(SI), X0
	MOVUPS	X0, 0(DI)
	ADDQ	$16, SI
	ADDQ	$16, DI
	SUBQ	$16, CX
	JMP	words
last:
	// Of more than 16 bytes fewer than 16 are left.
	MOVUPS	-16(SI)(CX*1), X0
	MOVUPS	X0, -16(DI)(CX*1)
	XORL	CX, CX
	JMP	·copyFault(SB)

TEXT ·copyBytes(SB),NOSPLIT|NOFRAME,$0-40
	TESTQ	CX, CX
	JEQ	done
bytes:
	MOVB	0(SI), AX
	MOVB	AX, 0(DI)
	INCQ	SI
	INCQ	DI
	DECQ	CX
	JNE	bytes
done:
	JMP	·copyFault(SB)

// copyFault ends a copy, with CX bytes left.
TEXT ·copyFault(SB),NOSPLIT|NOFRAME,$0-40
	MOVQ	CX, left+32(FP)
	CLOSE_USER(closed)
	RET

// func LoadUser32(root uint64, addr uint64) (v uint32, ok bool)
TEXT ·LoadUser32(SB),NOSPLIT|NOFRAME,$0-21
	MOVQ	root+0(FP), AX
	MOVQ	addr+8(FP), DI
	OPEN_USER(mapped, open)
	JMP	·loadWord(SB)

TEXT ·loadWord(SB),NOSPLIT|NOFRAME,$0-21
	MOVL	0(DI), BX
	CLOSE_USER(closed)
	MOVL	BX, v+16(FP)
	MOVB	$1, ok+20(FP)
	RET

// func CompareAndSwapUser32(root uint64, addr uint64, old, new uint32) (cur uint32, ok bool)
TEXT ·CompareAndSwapUser32(SB),NOSPLIT|NOFRAME,$0-29
	MOVQ	root+0(FP), AX
	MOVQ	addr+8(FP), DI
	OPEN_USER(mapped, open)
	MOVL	old+16(FP), AX
	MOVL	new+20(FP), BX
	JMP	·casWord(SB)

TEXT ·casWord(SB),NOSPLIT|NOFRAME,$0-29
	LOCK
	CMPXCHGL BX, 0(DI)
	MOVL	AX, BX
	CLOSE_USER(closed)
	MOVL	BX, cur+24(FP)
	MOVB	$1, ok+28(FP)
	RET

// loadFault and casFault are where a fault in loadWord or casWord goes on.
TEXT ·loadFault(SB),NOSPLIT|NOFRAME,$0-21
	MOVB	$0, ok+20(FP)
	CLOSE_USER(closed)
	RET

TEXT ·casFault(SB),NOSPLIT|NOFRAME,$0-29
	MOVB	$0, ok+28(FP)
	CLOSE_USER(closed)
	RET

// func userRoutines() (r routines)
TEXT ·userRoutines(SB),NOSPLIT,$0-72
	LEAQ	·copyBlocks(SB), AX
	MOVQ	AX, r_copyBlocks+0(FP)
	LEAQ	·copyBytes(SB), AX
	MOVQ	AX, r_copyBytes+8(FP)
	LEAQ	·copyFault(SB), AX
	MOVQ	AX, r_copyFault+16(FP)
	LEAQ	·loadWord(SB), AX
	MOVQ	AX, r_loadWord+24(FP)
	LEAQ	·CompareAndSwapUser32(SB), AX
	MOVQ	AX, r_loadWordEnd+32(FP)
	LEAQ	·casWord(SB), AX
	MOVQ	AX, r_casWord+40(FP)
	LEAQ	·loadFault(SB), AX
	MOVQ	AX, r_casWordEnd+48(FP)
	LEAQ	·loadFault(SB), AX
	MOVQ	AX, r_loadFault+56(FP)
	LEAQ	·casFault(SB), AX
	MOVQ	AX, r_casFault+64(FP)
	RET
