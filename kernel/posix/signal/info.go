package signal

import (
	"encoding/binary"
	"math/bits"

	"golang.org/x/sys/unix"
)

// NumSignals is the number of signals; they count from 1.
const NumSignals = 64

// FirstRealTime is the first signal that queues (SIGRTMIN of the kernel).
const FirstRealTime = 32

// A Set is a set of signals: bit n-1 is signal n.
type Set uint64

// SetOf returns the set of the signals.
func SetOf(sigs ...unix.Signal) Set {
	var s Set
	for _, sig := range sigs {
		s |= 1 << (sig - 1)
	}
	return s
}

// Has says whether sig is in the set.
func (s Set) Has(sig int) bool { return s>>(sig-1)&1 != 0 }

// first returns the lowest signal in the set; 0 if it is empty.
func (s Set) first() int {
	if s == 0 {
		return 0
	}
	return bits.TrailingZeros64(uint64(s)) + 1
}

// Sets of signals that are treated alike (signal(7)).
var (
	unblockable = SetOf(unix.SIGKILL, unix.SIGSTOP)
	stops       = SetOf(unix.SIGSTOP, unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU)
	// ignored are those whose default action is nothing.
	ignored = SetOf(unix.SIGCHLD, unix.SIGCONT, unix.SIGURG, unix.SIGWINCH)
	// synchronous are those that a task's own instructions cause; they come first.
	synchronous = SetOf(unix.SIGSEGV, unix.SIGBUS, unix.SIGILL, unix.SIGTRAP, unix.SIGFPE, unix.SIGSYS)
)

// The si_codes that say who sent a signal (sigaction(2)).
const (
	SIUser   = 0
	SIKernel = 0x80
	SIQueue  = -1
	SITimer  = -2
	SITkill  = -6
)

// infoSize is the size of a siginfo_t.
const infoSize = 128

// An Info is a siginfo_t (sigaction(2)), as user space sees it.
type Info [infoSize]byte

// Offsets in a siginfo_t: the kinds share the space from 16 on.
const (
	offSigno  = 0
	offErrno  = 4
	offCode   = 8
	offPID    = 16 // kill, sigqueue, SIGCHLD
	offUID    = 20
	offValue  = 24 // sigqueue, timers
	offAddr   = 16 // faults
	offTimer  = 16 // timers
	offRuns   = 20
	offStatus = 24 // SIGCHLD
	offUTime  = 32
	offSTime  = 40
	offBand   = 16 // SIGIO
	offFD     = 24
)

// NewInfo returns an Info with a signal and a code.
func NewInfo(sig, code int) *Info {
	i := &Info{}
	i.put32(offSigno, int32(sig))
	i.put32(offCode, int32(code))
	return i
}

// Signo returns si_signo.
func (i *Info) Signo() int { return int(i.get32(offSigno)) }

// Code returns si_code.
func (i *Info) Code() int { return int(i.get32(offCode)) }

// From sets si_pid and si_uid.
func (i *Info) From(pid int32, uid uint32) *Info {
	i.put32(offPID, pid)
	i.put32(offUID, int32(uid))
	return i
}

// WithAddr sets si_addr.
func (i *Info) WithAddr(addr uint64) *Info {
	i.put64(offAddr, addr)
	return i
}

// WithValue sets si_value.
func (i *Info) WithValue(v uint64) *Info {
	i.put64(offValue, v)
	return i
}

// WithStatus sets si_status, si_utime and si_stime, the times in clock ticks.
func (i *Info) WithStatus(status int32, utime, stime uint64) *Info {
	i.put32(offStatus, status)
	i.put64(offUTime, utime)
	i.put64(offSTime, stime)
	return i
}

// WithPoll sets si_band and si_fd, for SIGIO.
func (i *Info) WithPoll(band uint64, fd int32) *Info {
	i.put64(offBand, band)
	i.put32(offFD, fd)
	return i
}

func (i *Info) get32(off int) int32    { return int32(binary.LittleEndian.Uint32(i[off:])) }
func (i *Info) get64(off int) uint64   { return binary.LittleEndian.Uint64(i[off:]) }
func (i *Info) put32(off int, v int32) { binary.LittleEndian.PutUint32(i[off:], uint32(v)) }
func (i *Info) put64(off int, v uint64) {
	binary.LittleEndian.PutUint64(i[off:], v)
}
