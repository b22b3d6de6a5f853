//go:build cairn

// Package early writes to the first serial line of a PC before there is a Go runtime, and
// after it broke: it allocates nothing, takes no locks and waits for each byte.
package early

import "cairn/kernel/arch"

// com1 is the first port of the first serial line.
const com1 = 0x3f8

// The registers used (see package uart), and their bits.
const (
	regTHR = com1 + 0
	regIER = com1 + 1
	regLCR = com1 + 3
	regLSR = com1 + 5
	regSCR = com1 + 7

	lcr8N1  = 3
	lsrTHRE = 1 << 5
)

// spins bounds the wait for a byte to go out, should there be no line.
const spins = 1 << 16

// Present says whether there is a serial line: a scratch register that keeps what is written.
//
//go:nosplit
func Present() bool {
	const pattern = 0x5a
	arch.Out8(regSCR, pattern)
	return arch.In8(regSCR) == pattern
}

// Init sets the line to 8 bits without parity and without interrupts. The speed stays as
// the firmware left it; an emulated line has none.
//
//go:nosplit
func Init() {
	arch.Out8(regIER, 0)
	arch.Out8(regLCR, lcr8N1)
}

// PutByte writes a byte, with a carriage return before a newline.
//
//go:nosplit
func PutByte(c byte) {
	if c == '\n' {
		put('\r')
	}
	put(c)
}

//go:nosplit
func put(c byte) {
	for i := 0; i < spins && arch.In8(regLSR)&lsrTHRE == 0; i++ {
	}
	arch.Out8(regTHR, c)
}

// PutString writes a string.
//
//go:nosplit
func PutString(s string) {
	for i := 0; i < len(s); i++ {
		PutByte(s[i])
	}
}
