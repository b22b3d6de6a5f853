package tty

import (
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// termios1 is struct termios of the kernel: Termios without the speeds in numbers.
type termios1 struct {
	Iflag, Oflag, Cflag, Lflag uint32
	Line                       uint8
	Cc                         [numCC]uint8
}

// termio is struct termio of ioctl_tty(2): the low halves of the flags, and the first special characters.
type termio struct {
	Iflag, Oflag, Cflag, Lflag uint16
	Line                       uint8
	Cc                         [numTermioCC]uint8
	_                          uint8
}

// numTermioCC is how many special characters struct termio has (NCC).
const numTermioCC = 8

// getTermios does the commands that ask for the settings (termios(3), tcgetattr; ioctl_tty(2)).
func (t *Terminal) getTermios(tk *task.Task, cmd uint32, arg vm.Addr) error {
	v := &t.termios
	switch cmd {
	case unix.TCGETS:
		return vm.Store(tk.AS, arg, termios1{v.Iflag, v.Oflag, v.Cflag, v.Lflag, v.Line, v.Cc})
	case unix.TCGETS2:
		return vm.Store(tk.AS, arg, *v)
	case unix.TIOCGSOFTCAR:
		return vm.Store(tk.AS, arg, flag(v.Cflag&unix.CLOCAL != 0))
	}
	old := termio{Iflag: uint16(v.Iflag), Oflag: uint16(v.Oflag), Cflag: uint16(v.Cflag), Lflag: uint16(v.Lflag), Line: v.Line}
	copy(old.Cc[:], v.Cc[:])
	return vm.Store(tk.AS, arg, old)
}

// loadTermios returns the settings as they are to be after cmd, which changes them.
func (t *Terminal) loadTermios(tk *task.Task, cmd uint32, arg vm.Addr) (Termios, error) {
	v := t.termios
	switch cmd {
	case unix.TCSETS2, unix.TCSETSW2, unix.TCSETSF2:
		return vm.Load[Termios](tk.AS, arg)
	case unix.TIOCSSOFTCAR:
		on, err := vm.Load[int32](tk.AS, arg)
		v.Cflag &^= unix.CLOCAL
		if on != 0 {
			v.Cflag |= unix.CLOCAL
		}
		return v, err
	case unix.TCSETA, unix.TCSETAW, unix.TCSETAF:
		const high = 0xffff0000
		o, err := vm.Load[termio](tk.AS, arg)
		v.Iflag, v.Oflag = v.Iflag&high|uint32(o.Iflag), v.Oflag&high|uint32(o.Oflag)
		v.Cflag, v.Lflag = v.Cflag&high|uint32(o.Cflag), v.Lflag&high|uint32(o.Lflag)
		v.Line = o.Line
		copy(v.Cc[:], o.Cc[:])
		return v, err
	}
	v1, err := vm.Load[termios1](tk.AS, arg)
	v.Iflag, v.Oflag, v.Cflag, v.Lflag, v.Line, v.Cc = v1.Iflag, v1.Oflag, v1.Cflag, v1.Lflag, v1.Line, v1.Cc
	return v, err
}

// changeTermios does the commands that change the settings (termios(3), tcsetattr; ioctl_tty(2)).
func (t *Terminal) changeTermios(tk *task.Task, cmd uint32, arg vm.Addr) error {
	if cmd != unix.TIOCSSOFTCAR {
		if err := t.mayChange(tk); err != nil {
			return err
		}
	}
	v, err := t.loadTermios(tk, cmd, arg)
	if err != nil {
		return err
	}
	switch cmd {
	case unix.TCSETSW, unix.TCSETSW2, unix.TCSETAW:
		err = t.waitSent(tk)
	case unix.TCSETSF, unix.TCSETSF2, unix.TCSETAF:
		if err = t.waitSent(tk); err == nil {
			err = t.flush(unix.TCIFLUSH)
		}
	}
	if err != nil {
		return err
	}
	t.setTermios(v)
	return nil
}
