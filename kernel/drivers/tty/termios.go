package tty

import "golang.org/x/sys/unix"

// Termios is the settings of a terminal, as struct termios2 of ioctl_tty(2) has them.
type Termios = unix.Termios

// numCC is how many special characters there are (NCCS of the kernel).
const numCC = 19

// flagIUCLC, flagOLCUC and flagXCASE are old flags that map to upper and lower case.
const (
	flagIUCLC = unix.IUCLC
	flagOLCUC = unix.OLCUC
)

// modemXTABS is the value of the TABDLY field that expands tabs.
const (
	tabMask   = 0x1800
	tabExpand = 0x1800
)

// ctrl returns the control character that a key makes with Ctrl held down.
func ctrl(key byte) uint8 { return key & 0x1f }

// DefaultTermios returns the settings of a fresh terminal (Linux's tty_std_termios).
func DefaultTermios() Termios {
	t := Termios{
		Iflag:  unix.ICRNL | unix.IXON,
		Oflag:  unix.OPOST | unix.ONLCR,
		Cflag:  unix.B38400 | unix.CS8 | unix.CREAD | unix.HUPCL,
		Lflag:  unix.ISIG | unix.ICANON | unix.ECHO | unix.ECHOE | unix.ECHOK | unix.ECHOCTL | unix.ECHOKE | unix.IEXTEN,
		Ispeed: 38400,
		Ospeed: 38400,
	}
	t.Cc[unix.VINTR] = ctrl('C')
	t.Cc[unix.VQUIT] = ctrl('\\')
	t.Cc[unix.VERASE] = 0x7f
	t.Cc[unix.VKILL] = ctrl('U')
	t.Cc[unix.VEOF] = ctrl('D')
	t.Cc[unix.VMIN] = 1
	t.Cc[unix.VSTART] = ctrl('Q')
	t.Cc[unix.VSTOP] = ctrl('S')
	t.Cc[unix.VSUSP] = ctrl('Z')
	t.Cc[unix.VREPRINT] = ctrl('R')
	t.Cc[unix.VDISCARD] = ctrl('O')
	t.Cc[unix.VWERASE] = ctrl('W')
	t.Cc[unix.VLNEXT] = ctrl('V')
	return t
}

// speeds are the speeds that the CBAUD field of c_cflag has codes for (termios(3)).
var speeds = map[uint32]uint32{
	unix.B0: 0, unix.B50: 50, unix.B75: 75, unix.B110: 110, unix.B134: 134, unix.B150: 150, unix.B200: 200,
	unix.B300: 300, unix.B600: 600, unix.B1200: 1200, unix.B1800: 1800, unix.B2400: 2400, unix.B4800: 4800,
	unix.B9600: 9600, unix.B19200: 19200, unix.B38400: 38400, unix.B57600: 57600, unix.B115200: 115200,
	unix.B230400: 230400, unix.B460800: 460800, unix.B500000: 500000, unix.B576000: 576000, unix.B921600: 921600,
	unix.B1000000: 1000000, unix.B1152000: 1152000, unix.B1500000: 1500000, unix.B2000000: 2000000,
	unix.B2500000: 2500000, unix.B3000000: 3000000, unix.B3500000: 3500000, unix.B4000000: 4000000,
}

// settleSpeed makes the speeds in numbers agree with those in c_cflag, unless that says BOTHER.
func settleSpeed(t *Termios) {
	const inputShift = 16 // of CIBAUD (IBSHIFT)
	if v, ok := speeds[t.Cflag&unix.CBAUD]; ok {
		t.Ospeed = v
	}
	switch in := t.Cflag >> inputShift & unix.CBAUD; in {
	case unix.B0:
		t.Ispeed = t.Ospeed
	default:
		if v, ok := speeds[in]; ok {
			t.Ispeed = v
		}
	}
}

// iflag, oflag and lflag say whether any of the flags is set.
func (t *Terminal) iflag(f uint32) bool { return t.termios.Iflag&f != 0 }
func (t *Terminal) oflag(f uint32) bool { return t.termios.Oflag&f != 0 }
func (t *Terminal) lflag(f uint32) bool { return t.termios.Lflag&f != 0 }

// is says whether c is the special character with index i, which may be disabled.
func (t *Terminal) is(c byte, i int) bool { return c != 0 && c == t.termios.Cc[i] }

// canonical says whether input is in lines.
func (t *Terminal) canonical() bool { return t.lflag(unix.ICANON) && !t.lflag(unix.EXTPROC) }

// continuation says whether c is a byte of a multi-byte character, but not its first.
func (t *Terminal) continuation(c byte) bool { return t.iflag(unix.IUTF8) && c&0xc0 == 0x80 }

// The classes of characters below follow Latin-1, as the kernel's do.

func isControl(c byte) bool { return c < 0x20 || c == 0x7f }

func isUpper(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 0xc0 && c <= 0xde && c != 0xd7
}

func isLower(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 0xdf && c != 0xf7
}

func isWord(c byte) bool { return isUpper(c) || isLower(c) || c >= '0' && c <= '9' || c == '_' }

func toLower(c byte) byte {
	if isUpper(c) {
		return c + 'a' - 'A'
	}
	return c
}

func toUpper(c byte) byte {
	if isLower(c) {
		return c - 'a' + 'A'
	}
	return c
}
