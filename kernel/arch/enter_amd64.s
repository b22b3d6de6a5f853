//go:build cairn

#include "go_asm.h"
#include "textflag.h"

TEXT ·thisCPU(SB),NOSPLIT,$0-8
	MOVQ	CPU_self(GS), AX
	MOVQ	AX, ret+0(FP)
	RET

TEXT ·xsave(SB),NOSPLIT,$0-16
	MOVQ	area+0(FP), DI
	MOVQ	mask+8(FP), AX
	MOVQ	AX, DX
	SHRQ	$32, DX
	XSAVE64	(DI)
	RET

TEXT ·fxsave(SB),NOSPLIT,$0-8
	MOVQ	area+0(FP), DI
	FXSAVE64 (DI)
	RET

// The user's GS base is the one that SWAPGS brings in.
TEXT ·readUserGS(SB),NOSPLIT,$0-8
	SWAPGS
	RDGSBASEQ AX
	SWAPGS
	MOVQ	AX, ret+0(FP)
	RET

TEXT ·writeUserGS(SB),NOSPLIT,$0-8
	MOVQ	base+0(FP), AX
	SWAPGS
	WRGSBASEQ AX
	SWAPGS
	RET
