package strace

import (
	"golang.org/x/sys/unix"

	"cairn/kernel/clock"
	"cairn/kernel/kfmt"
)

func timespec(p *printer, i int) { p.structure(p.arg(i), 16, p.timespecAt) }
func timeval(p *printer, i int)  { p.structure(p.arg(i), 16, p.timevalAt) }

// remTimespec prints what is left of a sleep, which is there only if a signal
// interrupted it.
func remTimespec(p *printer, i int) {
	if p.errno != unix.EINTR && p.errno != errRestartBlock {
		p.addr(p.arg(i))
		return
	}
	p.structureAnyway(p.arg(i), 16, p.timespecAt)
}

func (p *printer) timespecAt(d data) {
	p.str("{tv_sec=")
	p.int(d.i64(0))
	p.intField("tv_nsec", d.i64(8))
	p.byte('}')
}

func (p *printer) timevalAt(d data) {
	p.str("{tv_sec=")
	p.int(d.i64(0))
	p.intField("tv_usec", d.i64(8))
	p.byte('}')
}

// utimespec prints the two times of utimensat(2).
func utimespec(p *printer, i int) {
	p.array(p.arg(i), 2, 16, func(d data) {
		switch d.i64(8) {
		case unix.UTIME_NOW:
			p.str("UTIME_NOW")
		case unix.UTIME_OMIT:
			p.str("UTIME_OMIT")
		default:
			p.timespecAt(d)
			p.dateComment(d.i64(0), d.i64(8), "000000000")
		}
	})
}

// utimeval prints the two times of utimes(2).
func utimeval(p *printer, i int) {
	p.array(p.arg(i), 2, 16, func(d data) {
		p.timevalAt(d)
		p.dateComment(d.i64(0), d.i64(8)*1000, "000000")
	})
}

// dateComment prints a moment as a comment, with fractions of a second if there
// are any; digits says how many.
func (p *printer) dateComment(sec, nsec int64, digits string) {
	if !isDate(sec, nsec) {
		return
	}
	p.str(" /* ")
	p.date(sec, nsec, digits)
	p.str(" */")
}

// isDate says whether the moment is one of the years 0 to 9999.
func isDate(sec, nsec int64) bool {
	const first, end = -62167219200, 253402300800 // seconds since 1970
	return sec >= first && sec < end && nsec >= 0 && nsec < clock.Second
}

// date prints a moment for which isDate is true. Package clock is small beside time.
func (p *printer) date(sec, nsec int64, digits string) {
	d := clock.DateOf(sec)
	p.out = kfmt.Appendf(p.out, "%04d-%02d-%02dT%02d:%02d:%02d", d.Year, d.Month, d.Day, d.Hour, d.Minute, d.Second)
	if nsec != 0 {
		fraction := kfmt.Appendf(nil, "%09d", nsec)
		p.out = append(append(p.out, '.'), fraction[:len(digits)]...)
	}
	p.str("+0000")
}

// printTime prints what time(2) returned.
func printTime(p *printer) {
	if isDate(int64(p.v), 0) {
		p.date(int64(p.v), 0, "")
	}
}

// utimbuf prints the two times of utime(2).
func utimbuf(p *printer, i int) {
	p.structure(p.arg(i), 16, func(d data) {
		p.str("{actime=")
		p.int(d.i64(0))
		p.dateComment(d.i64(0), 0, "")
		p.intField("modtime", d.i64(8))
		p.dateComment(d.i64(8), 0, "")
		p.byte('}')
	})
}

func timezone(p *printer, i int) {
	p.structure(p.arg(i), 8, func(d data) {
		p.str("{tz_minuteswest=")
		p.int(int64(d.i32(0)))
		p.intField("tz_dsttime", int64(d.i32(4)))
		p.byte('}')
	})
}

func outTime(p *printer, i int) {
	p.structure(p.arg(i), 8, func(d data) {
		p.byte('[')
		p.int(d.i64(0))
		p.dateComment(d.i64(0), 0, "")
		p.byte(']')
	})
}

func itimerval(p *printer, i int)  { p.itimer(i, p.timevalAt) }
func itimerspec(p *printer, i int) { p.itimer(i, p.timespecAt) }

// itimer prints an interval and a value with the function at.
func (p *printer) itimer(i int, at func(data)) {
	p.structure(p.arg(i), 32, func(d data) {
		p.str("{it_interval=")
		at(d)
		p.field("it_value")
		at(d[16:])
		p.byte('}')
	})
}

func outTms(p *printer, i int) {
	p.structure(p.arg(i), 32, func(d data) {
		p.byte('{')
		for j, name := range []string{"tms_utime", "tms_stime", "tms_cutime", "tms_cstime"} {
			p.ticks(name, d.i64(8*j))
		}
		p.byte('}')
	})
}
