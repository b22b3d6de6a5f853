#include "textflag.h"

// func ClearPage(p unsafe.Pointer)
TEXT ·ClearPage(SB),NOSPLIT,$0-8
	MOVQ	p+0(FP), DI
	PXOR	X0, X0
	MOVL	$(4096/128), CX
clear:
	MOVUPS	X0, 0(DI)
	MOVUPS	X0, 16(DI)
	MOVUPS	X0, 32(DI)
	MOVUPS	X0, 48(DI)
	MOVUPS	X0, 64(DI)
	MOVUPS	X0, 80(DI)
	MOVUPS	X0, 96(DI)
	MOVUPS	X0, 112(DI)
	ADDQ	$128, DI
	DECL	CX
	JNE	clear
	RET

// func CopyPage(dst, src unsafe.Pointer)
TEXT ·CopyPage(SB),NOSPLIT,$0-16
	MOVQ	dst+0(FP), DI
	MOVQ	src+8(FP), SI
	MOVL	$(4096/64), CX
copy:
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
	DECL	CX
	JNE	copy
	RET
