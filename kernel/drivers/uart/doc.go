// Package uart drives serial lines with the registers of the 8250 and its descendants
// (PC16550D data sheet, National Semiconductor, 1995).
//
// The first serial line of a PC is the channel "ttyS0". The ground floor writes its last
// messages to the same line, without this package.
package uart
