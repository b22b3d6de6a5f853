package strace

import "golang.org/x/sys/unix"

// Requests that package unix lacks (ioctl_list(2)).
const (
	fionbio  = 0x5421
	fionread = 0x541b
	fionclex = 0x5450
	fioclex  = 0x5451
	fioasync = 0x5452
)

// ioctlCmd prints the request of ioctl(2).
func ioctlCmd(p *printer, i int) {
	cmd := uint64(uint32(p.args[i]))
	if name := ioctlCmds.lookup(cmd); name != "" {
		p.str(name)
		return
	}
	p.str("_IOC(")
	dirs := []string{"_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE"}
	p.str(dirs[cmd>>30])
	for _, v := range []uint64{cmd >> 8 & 0xff, cmd & 0xff, cmd >> 16 & 0x3fff} {
		p.str(", ")
		p.hexOrZero(v)
	}
	p.byte(')')
}

// ioctlArg prints the third argument of ioctl(2), with the comma before it, or
// nothing where the request has none.
func ioctlArg(p *printer, i int) {
	switch uint32(p.args[i-1]) {
	case unix.TIOCEXCL, unix.TIOCNXCL, unix.TIOCNOTTY, unix.TIOCSBRK, unix.TIOCCBRK, unix.TIOCVHANGUP,
		fionclex, fioclex:
		return
	}
	p.str(", ")
	switch uint32(p.args[i-1]) {
	case unix.TCGETS, unix.TCSETS, unix.TCSETSW, unix.TCSETSF:
		p.structure(p.arg(i), 36, p.termios)
	case unix.TIOCGWINSZ, unix.TIOCSWINSZ:
		p.structure(p.arg(i), 8, p.winsize)
	case unix.TIOCGPGRP, unix.TIOCSPGRP, unix.TIOCGSID, fionread, fionbio, fioasync,
		unix.TIOCOUTQ, unix.TIOCGPTN, unix.TIOCSPTLCK, unix.TIOCGETD, unix.TIOCSETD, unix.TIOCPKT:
		int32Ptr(p, i)
	case unix.TCSBRK, unix.TCSBRKP, unix.TIOCSCTTY:
		int32Arg(p, i)
	default:
		hexArg(p, i)
	}
}

// ioctlWaits reports whether the argument of a request is known only at exit.
func ioctlWaits(cmd uint32) bool {
	switch cmd {
	case unix.TCSETS, unix.TCSETSW, unix.TCSETSF, unix.TIOCSWINSZ, unix.TIOCSPGRP, unix.TIOCSPTLCK, unix.TIOCSETD,
		unix.TIOCPKT, fionbio, fioasync, unix.TCSBRK, unix.TCSBRKP, unix.TIOCSCTTY:
		return false
	}
	return ioctlCmds.lookup(uint64(cmd)) != ""
}

func (p *printer) winsize(d data) {
	for j, name := range []string{"ws_row", "ws_col", "ws_xpixel", "ws_ypixel"} {
		if j == 0 {
			p.byte('{')
		}
		p.uintField(name, uint64(d.u16(2*j)))
	}
	p.byte('}')
}

// termios prints a struct termios as strace(1) abbreviates it: the speed and some
// flags, with a minus before those that are off.
func (p *printer) termios(d data) {
	lflag := uint64(d.u32(12))
	p.byte('{')
	p.enum(&baudRates, uint64(d.u32(8))&unix.CBAUD)
	for _, f := range []struct {
		on   bool
		name string
	}{
		{d.u32(4)&unix.OPOST != 0, "opost"},
		{lflag&unix.ISIG != 0, "isig"},
		{lflag&unix.ICANON != 0, "icanon"},
		{lflag&unix.ECHO != 0, "echo"},
	} {
		p.byte(' ')
		if !f.on {
			p.byte('-')
		}
		p.str(f.name)
	}
	p.str(" ...}")
}
