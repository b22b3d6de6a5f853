package strace

import "golang.org/x/sys/unix"

// fcntlArg prints the third argument of fcntl(2), with the comma before it,
// or nothing where the operation has none.
func fcntlArg(p *printer, i int) {
	cmd := p.intArg(i - 1)
	switch cmd {
	case unix.F_GETFD, unix.F_GETFL, unix.F_GETOWN, unix.F_GETSIG, unix.F_GETLEASE, unix.F_GETPIPE_SZ, unix.F_GET_SEALS:
		return
	}
	p.str(", ")
	switch cmd {
	case unix.F_SETFD:
		p.flags(&fdFlags, p.arg(i))
	case unix.F_SETFL:
		p.openFlags(uint64(uint32(p.args[i])))
	case unix.F_DUPFD, unix.F_DUPFD_CLOEXEC, unix.F_SETOWN, unix.F_SETPIPE_SZ:
		int32Arg(p, i)
	case unix.F_SETSIG:
		p.signal(p.intArg(i))
	case unix.F_SETLEASE:
		p.enum(&lockTypes, uint64(uint32(p.args[i])))
	case unix.F_ADD_SEALS:
		p.flags(&seals, p.arg(i))
	case unix.F_SETLK, unix.F_SETLKW, unix.F_OFD_SETLK, unix.F_OFD_SETLKW, unix.F_GETLK, unix.F_OFD_GETLK:
		p.flock(i, cmd == unix.F_GETLK || cmd == unix.F_OFD_GETLK)
	default:
		hexArg(p, i)
	}
}

// fcntlWaits reports whether the argument of an operation is known only at exit.
func fcntlWaits(cmd int32) bool { return cmd == unix.F_GETLK || cmd == unix.F_OFD_GETLK }

// flock prints a struct flock.
func (p *printer) flock(i int, get bool) {
	p.structure(p.arg(i), 32, func(d data) {
		p.str("{l_type=")
		p.enum(&lockTypes, uint64(d.u16(0)))
		p.field("l_whence")
		p.enum(&whences, uint64(d.u16(2)))
		p.intField("l_start", d.i64(8))
		p.intField("l_len", d.i64(16))
		if get {
			p.intField("l_pid", int64(d.i32(24)))
		}
		p.byte('}')
	})
}

// fcntlResult prints the result of fcntl(2) and reports whether it did.
func (p *printer) fcntlResult() bool {
	v := uint64(p.v)
	switch p.intArg(1) {
	case unix.F_GETFD:
		p.flagsResult(v, func() { p.flags(&fdFlags, v) })
	case unix.F_GETFL:
		p.flagsResult(v, func() { p.openFlags(v) })
	case unix.F_GET_SEALS:
		p.flagsResult(v, func() { p.flags(&seals, v) })
	case unix.F_GETLEASE:
		p.hexOrZero(v)
		p.str(" (")
		p.enum(&lockTypes, v)
		p.byte(')')
	default:
		return false
	}
	return true
}

// flagsResult prints a result that is a set of flags: a number, and the names if
// there are any.
func (p *printer) flagsResult(v uint64, names func()) {
	p.hexOrZero(v)
	if v == 0 && p.intArg(1) != unix.F_GETFL {
		return
	}
	p.str(" (flags ")
	names()
	p.byte(')')
}
