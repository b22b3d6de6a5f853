package time

import (
	"sync/atomic"

	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// taiOffset is international atomic time minus UTC in seconds, as far as the
// kernel was told (ADJ_TAI).
var taiOffset atomic.Int64

// The modes of adjtimex(2) that are supported (Linux's include/uapi/linux/timex.h).
const (
	adjTAI       = 0x0080
	adjSetOffset = 0x0100
	adjMicro     = 0x1000
	adjNano      = 0x2000

	// What adjtime(3) asks for: how much of its adjustment is left, and to begin another.
	adjOldRead   = 0xa001 // ADJ_OFFSET_SS_READ
	adjOldSingle = 0x8001 // ADJ_OFFSET_SINGLESHOT
	adjOld       = 0x8000 // ADJ_ADJTIME, which both of them have

	staUnsync = 0x0040
	staNano   = 0x2000
	timeError = 5 // TIME_ERROR: the clock is not synchronised

	maxTAI         = 100_000
	maxErrorMicros = 16_000_000 // MAXFREQ's partner: nobody disciplines the clock
	tickMicros     = 10_000     // USER_HZ is 100
	ppmTolerance   = 500 << 16
)

// Adjtimex implements adjtimex(2).
//
// The state can be read; of the changes ADJ_SETOFFSET, with ADJ_NANO or ADJ_MICRO, and ADJ_TAI are
// supported, with CAP_SYS_TIME. Frequency and phase of the clock are the
// hypervisor's: other modes fail with EINVAL. ADJ_OFFSET_SS_READ says that no adjustment by adjtime(3) is left;
// ADJ_OFFSET_SINGLESHOT ends what is left if the offset is 0.
//
//cairn:syscall adjtimex
func Adjtimex(t *task.Task, buf sys.OutTimex) (int32, error) {
	return ClockAdjtime(t, unix.CLOCK_REALTIME, buf)
}

// ClockAdjtime implements clock_adjtime(2).
//
// CLOCK_REALTIME only, as adjtimex(2).
//
//cairn:syscall clock_adjtime
func ClockAdjtime(t *task.Task, id sys.ClockID, buf sys.OutTimex) (int32, error) {
	x, err := vm.Load[unix.Timex](t.AS, vm.Addr(buf))
	if err != nil {
		return 0, err
	}
	if id != unix.CLOCK_REALTIME {
		// Whose time a CPU clock's id names does not matter.
		if _, err := now(t, id); err != nil && (id >= 0 || id&(cpuClockKind|cpuClockThread) == clockFD) {
			return 0, err
		}
		return 0, unix.EOPNOTSUPP
	}
	if x.Modes != 0 {
		if err := adjust(t, &x); err != nil {
			return 0, err
		}
	}
	wall := clock.Wall()
	x.Offset, x.Freq = 0, 0
	x.Maxerror, x.Esterror = maxErrorMicros, maxErrorMicros
	x.Status = staUnsync | staNano
	x.Constant, x.Precision, x.Tolerance = 0, 1, ppmTolerance
	x.Time = unix.Timeval{Sec: wall / clock.Second, Usec: wall % clock.Second} // nanoseconds: STA_NANO
	x.Tick = tickMicros
	x.Tai = int32(taiOffset.Load())
	if err := vm.Store(t.AS, vm.Addr(buf), x); err != nil {
		return 0, err
	}
	return timeError, nil
}

// adjust makes the changes that x.Modes asks for.
func adjust(t *task.Task, x *unix.Timex) error {
	if x.Modes == adjOldRead {
		return nil
	}
	if x.Modes&adjOldSingle == adjOld {
		return unix.EINVAL
	}
	if !vfs.CredOf(t).Has(unix.CAP_SYS_TIME) {
		return unix.EPERM
	}
	if x.Modes == adjOldSingle && x.Offset == 0 {
		return nil
	}
	if x.Modes&^(adjTAI|adjSetOffset|adjMicro|adjNano) != 0 {
		return unix.EINVAL
	}
	if x.Modes&adjTAI != 0 {
		if x.Constant < 0 || x.Constant > maxTAI {
			return unix.EINVAL
		}
		taiOffset.Store(x.Constant)
	}
	if x.Modes&adjSetOffset == 0 {
		return nil
	}
	ns := x.Time.Usec
	if x.Modes&adjNano == 0 {
		ns *= 1000
	}
	if ns < 0 || ns >= clock.Second {
		return unix.EINVAL
	}
	const mostSeconds = int64(clock.Never) / clock.Second / 2
	if x.Time.Sec < -mostSeconds || x.Time.Sec > mostSeconds {
		return unix.EINVAL
	}
	wall := clock.Wall() + x.Time.Sec*clock.Second + ns
	if wall < int64(clock.Now()) {
		return unix.EINVAL
	}
	clock.SetWall(wall)
	return nil
}
