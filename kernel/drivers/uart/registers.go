package uart

// The registers (PC16550D, section 8), and their bits.
const (
	regRBR = 0 // receiver buffer, read
	regTHR = 0 // transmitter holding, write
	regIER = 1 // interrupt enable
	regIIR = 2 // interrupt identification, read
	regFCR = 2 // FIFO control, write
	regLCR = 3 // line control
	regMCR = 4 // modem control
	regLSR = 5 // line status
	regMSR = 6 // modem status
	regSCR = 7 // scratch

	ierReceived    = 1 << 0
	ierTransmitted = 1 << 1

	iirNone  = 1 << 0
	iirFIFOs = 3 << 6

	fcrEnable = 1 << 0
	fcrClear  = 3 << 1 // both FIFOs

	lcr8N1 = 3

	mcrDTR  = 1 << 0
	mcrRTS  = 1 << 1
	mcrOut2 = 1 << 3 // on a PC: lets interrupts through

	lsrDR   = 1 << 0 // data ready
	lsrTHRE = 1 << 5 // transmitter holding register empty
	lsrTEMT = 1 << 6 // transmitter empty
)

// fifoSize is how many bytes the transmit FIFO of a 16550A takes when it is empty.
const fifoSize = 16
