package strace

import (
	"math/bits"
	"strconv"

	"golang.org/x/sys/unix"
)

// The kernel's real-time signals. The C library keeps the first ones for itself.
const (
	sigRTMin = 32
	sigRTMax = 64
)

// signal prints the name of a signal.
func (p *printer) signal(sig int32) {
	if name := signalName(sig); name != "" {
		p.str("SIG")
		p.str(name)
		return
	}
	p.int(int64(sig))
}

// signalName returns the name of a signal less SIG, or "".
func signalName(sig int32) string {
	switch {
	case sig == sigRTMin:
		return "RTMIN"
	case sig > sigRTMin && sig <= sigRTMax:
		return "RT_" + strconv.Itoa(int(sig-sigRTMin))
	}
	if name := unix.SignalName(unix.Signal(sig)); name != "" {
		return name[len("SIG"):]
	}
	return ""
}

// sigSetAt prints a set of signals: if it has more than two thirds of all, the
// ones that it lacks.
func (p *printer) sigSetAt(set uint64) {
	if bits.OnesCount64(set) >= sigRTMax*2/3 {
		p.byte('~')
		set = ^set
	}
	p.members(1, sigRTMax, func(sig int) bool { return set>>(sig-1)&1 != 0 }, func(sig int) {
		if name := signalName(int32(sig)); name != "" {
			p.str(name)
		} else {
			p.decimal(sig)
		}
	})
}

func sigSet(p *printer, i int) {
	p.structure(p.arg(i), 8, func(d data) { p.sigSetAt(d.u64(0)) })
}

// sigSetArg prints the last argument of pselect6(2).
func sigSetArg(p *printer, i int) {
	p.structure(p.arg(i), 16, func(d data) {
		p.str("{sigmask=")
		p.structure(d.u64(0), 8, func(set data) { p.sigSetAt(set.u64(0)) })
		p.uintField("sigsetsize", d.u64(8))
		p.byte('}')
	})
}

// sigAction prints the kernel's struct sigaction.
func sigAction(p *printer, i int) {
	const saRestorer = 0x04000000
	p.structure(p.arg(i), 32, func(d data) {
		flags := d.u64(8)
		p.str("{sa_handler=")
		switch d.u64(0) {
		case 0:
			p.str("SIG_DFL")
		case 1:
			p.str("SIG_IGN")
		default:
			p.hex(d.u64(0))
		}
		p.field("sa_mask")
		p.sigSetAt(d.u64(24))
		p.field("sa_flags")
		p.flags(&sigActionFlags, flags)
		if flags&saRestorer != 0 {
			p.addrField("sa_restorer", d.u64(16))
		}
		p.byte('}')
	})
}

func sigStack(p *printer, i int) {
	p.structure(p.arg(i), 24, func(d data) {
		p.str("{ss_sp=")
		p.addr(d.u64(0))
		p.field("ss_flags")
		p.flags(&sigStackFlags, uint64(d.u32(8)))
		p.uintField("ss_size", d.u64(16))
		p.byte('}')
	})
}

func sigEvent(p *printer, i int) {
	p.structure(p.arg(i), 64, func(d data) {
		p.str("{sigev_value={sival_int=")
		p.int(int64(d.i32(0)))
		p.addrField("sival_ptr", d.u64(0))
		p.byte('}')
		p.field("sigev_signo")
		const sigevNone = 1
		if d.u32(12) == sigevNone {
			p.int(int64(d.i32(8)))
		} else {
			p.signal(d.i32(8))
		}
		p.field("sigev_notify")
		p.enum(&sigEventTypes, uint64(d.u32(12)))
		if d.u32(12) == 4 { // SIGEV_THREAD_ID
			p.intField("sigev_notify_thread_id", int64(d.i32(16)))
		}
		p.byte('}')
	})
}

func sigInfo(p *printer, i int) { p.structure(p.arg(i), 128, p.sigInfoAt) }

// sigInfoAt prints a siginfo_t.
func (p *printer) sigInfoAt(d data) {
	sig, code := d.i32(0), d.i32(8)
	if sig == 0 {
		p.str("{}")
		return
	}
	p.str("{si_signo=")
	p.signal(sig)
	p.field("si_code")
	p.siCode(unix.Signal(sig), uint64(d.u32(8)))
	if errno := d.i32(4); errno != 0 {
		p.field("si_errno")
		p.str(errnoName(unix.Errno(errno)))
	}
	switch {
	case code == 0x80: // SI_KERNEL
		if unix.Signal(sig) == unix.SIGSEGV {
			p.addrField("si_addr", d.u64(16))
		}
	case code <= 0:
		p.sigInfoUser(code, d)
	default:
		p.sigInfoKernel(unix.Signal(sig), d)
	}
	p.byte('}')
}

// siCode prints why a signal was sent.
func (p *printer) siCode(sig unix.Signal, code uint64) {
	if name := siCodes.lookup(code); name != "" {
		p.str(name)
		return
	}
	codes := map[unix.Signal]*names{unix.SIGCHLD: &cldCodes, unix.SIGSEGV: &segvCodes, unix.SIGBUS: &busCodes,
		unix.SIGILL: &illCodes, unix.SIGFPE: &fpeCodes, unix.SIGTRAP: &trapCodes}[sig]
	if codes == nil {
		codes = &siCodes
	}
	p.enum(codes, code)
}

// sigInfoUser prints the fields of a signal that a process or a timer sent.
func (p *printer) sigInfoUser(code int32, d data) {
	const siTimer, siUser, siTkill = -2, 0, -6
	if code == siTimer {
		p.hexField("si_timerid", uint64(d.u32(16)))
		p.intField("si_overrun", int64(d.i32(20)))
	} else {
		p.intField("si_pid", int64(d.i32(16)))
		p.uintField("si_uid", uint64(d.u32(20)))
	}
	if v := d.u64(24); code != siUser && code != siTkill && v != 0 {
		p.intField("si_int", int64(d.i32(24)))
		p.addrField("si_ptr", v)
	}
}

// cldExited is the code of the SIGCHLD of a child that exited.
const cldExited = 1

// sigInfoKernel prints the fields of a signal that the kernel sent.
func (p *printer) sigInfoKernel(sig unix.Signal, d data) {
	switch sig {
	case unix.SIGCHLD:
		p.intField("si_pid", int64(d.i32(16)))
		p.uintField("si_uid", uint64(d.u32(20)))
		p.field("si_status")
		if d.i32(8) == cldExited {
			p.int(int64(d.i32(24)))
		} else {
			p.signal(d.i32(24))
		}
		p.ticks("si_utime", d.i64(32))
		p.ticks("si_stime", d.i64(40))
	case unix.SIGSEGV, unix.SIGBUS, unix.SIGILL, unix.SIGFPE, unix.SIGTRAP:
		p.addrField("si_addr", d.u64(16))
	case unix.SIGIO:
		p.intField("si_band", d.i64(16))
		p.intField("si_fd", int64(d.i32(24)))
	default:
		p.intField("si_pid", int64(d.i32(16)))
		p.uintField("si_uid", uint64(d.u32(20)))
	}
}

// ticks prints a time in clock ticks, 100 a second, and in seconds.
func (p *printer) ticks(name string, v int64) {
	p.intField(name, v)
	if v != 0 {
		p.str(" /* ")
		p.out = strconv.AppendFloat(p.out, float64(v)/100, 'f', 2, 64)
		p.str(" s */")
	}
}

// sigreturnEnter prints the signal mask that rt_sigreturn(2) restores.
func sigreturnEnter(p *printer) {
	p.structureAnyway(p.sp+sigFrameMask, 8, func(d data) {
		p.str("{mask=")
		p.sigSetAt(d.u64(0))
		p.byte('}')
	})
}
