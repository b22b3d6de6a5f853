package signal

import (
	"encoding/binary"

	"cairn/kernel/clock"
	"cairn/kernel/syscall"
	"cairn/kernel/task"
	"cairn/kernel/vm"
)

// The si_codes that say who sent a signal (sigaction(2)).
const (
	SIUser   = 0
	SIKernel = 0x80
	SIQueue  = -1
	SITimer  = -2
	SISigIO  = -5
	SITkill  = -6
)

// infoSize is how much of a siginfo_t has a meaning; the rest is 0.
const infoSize = 48

// An Info is the part of a siginfo_t that has a meaning (sigaction(2)), as user space sees it.
type Info [infoSize]byte

// Offsets in a siginfo_t: the kinds share the space from 16 on.
const (
	offSigno   = 0
	offErrno   = 4
	offCode    = 8
	offPID     = 16 // kill, sigqueue, SIGCHLD
	offUID     = 20
	offValue   = 24 // sigqueue, timers
	offAddr    = 16 // faults
	offAddrLSB = 24
	offTimer   = 16 // timers
	offOverrun = 20
	offStatus  = 24 // SIGCHLD
	offUTime   = 32
	offSTime   = 40
	offBand    = 16 // SIGIO
	offFD      = 24
	offCall    = 16 // SIGSYS: the address of the call
	offCallNr  = 24
	offArch    = 28
)

// NewInfo returns an Info with a signal and a code.
func NewInfo(sig, code int) Info {
	var i Info
	i.put32(offSigno, int32(sig))
	i.put32(offCode, int32(code))
	return i
}

// Signo returns si_signo.
func (i *Info) Signo() int { return int(i.get32(offSigno)) }

// Code returns si_code.
func (i *Info) Code() int { return int(i.get32(offCode)) }

// from sets si_pid and si_uid.
func (i *Info) from(pid int32, uid uint32) {
	i.put32(offPID, pid)
	i.put32(offUID, int32(uid))
}

// tick is the unit of si_utime and si_stime in nanoseconds (USER_HZ is 100).
const tick = clock.Second / 100

// status sets si_status, si_utime and si_stime.
func (i *Info) status(status int32, user, system clock.Time) {
	i.put32(offStatus, status)
	i.put64(offUTime, uint64(user/tick))
	i.put64(offSTime, uint64(system/tick))
}

func (i *Info) get32(off int) int32    { return int32(binary.LittleEndian.Uint32(i[off:])) }
func (i *Info) get64(off int) uint64   { return binary.LittleEndian.Uint64(i[off:]) }
func (i *Info) put32(off int, v int32) { binary.LittleEndian.PutUint32(i[off:], uint32(v)) }
func (i *Info) put64(off int, v uint64) {
	binary.LittleEndian.PutUint64(i[off:], v)
}

// whole returns all of the siginfo_t.
func (i *Info) whole() (w [syscall.SigInfoSize]byte) {
	copy(w[:], i[:])
	return w
}

// store writes the siginfo_t to user address a.
func (i *Info) store(t *task.Task, a vm.Addr) error { return vm.Store(t.AS, a, i.whole()) }
