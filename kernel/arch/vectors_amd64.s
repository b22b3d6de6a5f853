//go:build cairn

#include "go_asm.h"
#include "textflag.h"

// The stubs of the 256 vectors, 16 bytes each: every one makes the stack look
// the same (error code, vector) and goes on to trap.
// (The pushes are bytes, push imm8 and push imm32, since the assembler would add
// them all up as one function's stack.)
#define PUSH0 BYTE $0x6a; BYTE $0
#define PUSH(n) BYTE $0x68; LONG $(n)
#define NOERR(n) PCALIGN $16; PUSH0; PUSH(n); JMP ·trap(SB)
#define ERR(n) PCALIGN $16; PUSH(n); JMP ·trap(SB)
#define EIGHT(n) NOERR(n); NOERR(n+1); NOERR(n+2); NOERR(n+3); NOERR(n+4); NOERR(n+5); NOERR(n+6); NOERR(n+7)
#define THIRTYTWO(n) EIGHT(n); EIGHT(n+8); EIGHT(n+16); EIGHT(n+24)

TEXT ·vectorStubs(SB),NOSPLIT|NOFRAME,$0
	EIGHT(0)
	ERR(8)
	NOERR(9)
	ERR(10)
	ERR(11)
	ERR(12)
	ERR(13)
	ERR(14)
	NOERR(15)
	NOERR(16)
	ERR(17)
	NOERR(18)
	NOERR(19)
	NOERR(20)
	ERR(21)
	NOERR(22)
	NOERR(23)
	NOERR(24)
	NOERR(25)
	NOERR(26)
	NOERR(27)
	NOERR(28)
	ERR(29)
	ERR(30)
	NOERR(31)
	THIRTYTWO(32)
	THIRTYTWO(64)
	THIRTYTWO(96)
	THIRTYTWO(128)
	THIRTYTWO(160)
	THIRTYTWO(192)
	THIRTYTWO(224)
