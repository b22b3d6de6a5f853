#include "textflag.h"

DATA good<>+0(SB)/8, $"toy good"
GLOBL good<>(SB), RODATA, $8
DATA bad<>+0(SB)/8, $"toy bad "
GLOBL bad<>(SB), RODATA, $8

// entry checks the boot protocol number, the magic of hvm_start_info, the
// kernel header, and that data and bss can be written.
TEXT ·entry(SB),NOSPLIT|NOFRAME,$0
	LEAQ	bad<>(SB), R8
	CMPL	SI, $1
	JNE	print
	MOVQ	$0xffff800000000000, BX // the direct map
	CMPL	(BX)(DI*1), $0x336ec578
	JNE	print
	MOVQ	$0x0054424e52494143, AX
	CMPQ	AX, 0x100f00(BX)
	JNE	print
	CMPQ	·counter(SB), $42
	JNE	print
	INCQ	·counter(SB)
	CMPQ	·small(SB), $0
	JNE	print
	LEAQ	·large(SB), AX
	TESTQ	AX, AX
	JNS	print
	MOVQ	$1, ·small(SB)
	LEAQ	good<>(SB), R8
print:
	MOVQ	$8, CX
	MOVW	$0x3f8, DX
next:
	MOVB	(R8), AX
	OUTB
	INCQ	R8
	DECQ	CX
	JNE	next
	MOVW	$0x64, DX // reset through the keyboard controller
	MOVB	$0xfe, AX
	OUTB
halt:
	HLT
	JMP	halt
