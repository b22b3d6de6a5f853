package signal

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// A layout is which fields of a siginfo_t have a meaning (Linux's enum siginfo_layout).
type layout uint8

const (
	layoutKill layout = iota
	layoutTimer
	layoutPoll
	layoutFault
	layoutChild
	layoutQueue
	layoutCall
)

// maxPollCode is the highest si_code of SIGIO.
const maxPollCode = 6

// layout returns which fields have a meaning.
func (i *Info) layout() layout {
	switch c := i.Code(); {
	case c == SITimer:
		return layoutTimer
	case c == SISigIO:
		return layoutPoll
	case c < 0:
		return layoutQueue
	case c == SIUser || c >= SIKernel:
		return layoutKill
	}
	switch unix.Signal(i.Signo()) {
	case unix.SIGILL, unix.SIGFPE, unix.SIGSEGV, unix.SIGBUS, unix.SIGTRAP:
		return layoutFault
	case unix.SIGCHLD:
		return layoutChild
	case unix.SIGSYS:
		return layoutCall
	}
	if i.Code() <= maxPollCode {
		return layoutPoll
	}
	return layoutKill
}

// FDInfoSize is the size of a struct signalfd_siginfo.
const FDInfoSize = 128

// FDInfo returns the struct signalfd_siginfo that signalfd(2) hands out for the signal.
func (i *Info) FDInfo() (b [FDInfoSize]byte) {
	le := binary.LittleEndian
	put32 := func(off, from int) { le.PutUint32(b[off:], uint32(i.get32(from))) }
	put64 := func(off, from int) { le.PutUint64(b[off:], i.get64(from)) }
	put32(0, offSigno)
	put32(4, offErrno)
	put32(8, offCode)
	switch i.layout() {
	case layoutKill:
		put32(12, offPID)
		put32(16, offUID)
	case layoutQueue:
		put32(12, offPID)
		put32(16, offUID)
		put32(44, offValue) // ssi_int
		put64(48, offValue) // ssi_ptr
	case layoutTimer:
		put32(24, offTimer)
		put32(32, offOverrun)
		put32(44, offValue)
		put64(48, offValue)
	case layoutPoll:
		put32(20, offFD)
		put32(28, offBand)
	case layoutFault:
		put64(72, offAddr)
		if i.Signo() == int(unix.SIGBUS) {
			le.PutUint16(b[80:], uint16(i.get32(offAddrLSB)))
		}
	case layoutChild:
		put32(12, offPID)
		put32(16, offUID)
		put32(40, offStatus)
		put64(56, offUTime)
		put64(64, offSTime)
	case layoutCall:
		put64(88, offCall)
		put32(84, offCallNr)
		put32(96, offArch)
	}
	return b
}
