package tty

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// disciplineTTY is the number of the line discipline (N_TTY).
const disciplineTTY = 0

// Ioctl does ioctl_tty(2): EIO after a hang-up, ENOTTY for what a terminal does not know.
func (f *file) Ioctl(tk *task.Task, vf *vfs.File, cmd uint32, arg vm.Addr) (uintptr, error) {
	t := f.t
	t.lock()
	defer t.unlock()
	if f.dead() {
		if cmd == unix.TIOCSPGRP {
			return 0, unix.ENOTTY
		}
		return 0, unix.EIO
	}
	if done, err := t.ioctlJob(tk, vf, cmd, arg); done {
		return 0, err
	}
	return 0, t.ioctl(tk, cmd, arg)
}

// ioctlJob does the commands of job control for the terminal itself. It reports whether cmd is one.
func (t *Terminal) ioctlJob(tk *task.Task, vf *vfs.File, cmd uint32, arg vm.Addr) (done bool, err error) {
	switch cmd {
	case unix.TIOCSCTTY:
		return true, t.setControlling(tk, vf.Readable(), arg == 1)
	case unix.TIOCNOTTY:
		return true, t.giveUp(tk)
	case unix.TIOCGPGRP, unix.TIOCGSID:
		if Controlling(tk) != t {
			return true, unix.ENOTTY
		}
	case unix.TIOCGPTPEER:
		return true, unix.EIO
	}
	return false, nil
}

// ioctl does what is the same for both sides of a pseudoterminal. The terminal is locked.
func (t *Terminal) ioctl(tk *task.Task, cmd uint32, arg vm.Addr) error {
	switch cmd {
	case unix.TCGETS, unix.TCGETS2, unix.TCGETA, unix.TIOCGSOFTCAR:
		return t.getTermios(tk, cmd, arg)
	case unix.TCSETS, unix.TCSETSW, unix.TCSETSF, unix.TCSETS2, unix.TCSETSW2, unix.TCSETSF2,
		unix.TCSETA, unix.TCSETAW, unix.TCSETAF, unix.TIOCSSOFTCAR:
		return t.changeTermios(tk, cmd, arg)
	case unix.TIOCGPGRP:
		return vm.Store(tk.AS, arg, t.foreground)
	case unix.TIOCGSID:
		if t.session == 0 {
			return unix.ENOTTY
		}
		return vm.Store(tk.AS, arg, t.session)
	case unix.TIOCSPGRP:
		group, err := vm.Load[int32](tk.AS, arg)
		if err != nil {
			return err
		}
		return t.setForeground(tk, group)
	case unix.TIOCGWINSZ:
		return vm.Store(tk.AS, arg, t.winsize)
	case unix.TIOCSWINSZ:
		return t.ioctlWinsize(tk, arg)
	case unix.TIOCEXCL:
		t.exclusive = true
		return nil
	case unix.TIOCNXCL:
		t.exclusive = false
		return nil
	case unix.TIOCGEXCL:
		return vm.Store(tk.AS, arg, flag(t.exclusive))
	case unix.TIOCINQ:
		return vm.Store(tk.AS, arg, int32(t.buffered()))
	case unix.TIOCOUTQ:
		return vm.Store(tk.AS, arg, int32(t.unsent()))
	case unix.TIOCGETD:
		return vm.Store(tk.AS, arg, int32(disciplineTTY))
	case unix.TIOCSETD:
		return setDiscipline(tk, arg)
	case unix.TIOCGDEV:
		return vm.Store(tk.AS, arg, uint32(t.dev))
	case unix.TIOCSTI:
		return t.insert(tk, arg)
	case unix.TIOCVHANGUP:
		if !privileged(tk) {
			return unix.EPERM
		}
		t.hangup()
		return nil
	}
	return t.ioctlFlow(tk, cmd, arg)
}

func flag(on bool) int32 {
	if on {
		return 1
	}
	return 0
}

// setDiscipline is TIOCSETD: N_TTY is the only line discipline.
func setDiscipline(tk *task.Task, arg vm.Addr) error {
	n, err := vm.Load[int32](tk.AS, arg)
	if err == nil && n != disciplineTTY {
		err = unix.EINVAL
	}
	return err
}

// unsent returns what TIOCOUTQ says: the bytes written that have not left the machine. What is in
// a pseudoterminal counts as sent.
func (t *Terminal) unsent() int {
	if _, ok := t.line.(*master); ok {
		return 0
	}
	return t.out.ring.Len()
}

func (t *Terminal) ioctlWinsize(tk *task.Task, arg vm.Addr) error {
	w, err := vm.Load[unix.Winsize](tk.AS, arg)
	if err == nil && w != t.winsize {
		t.winsize = w
		t.signal(t.foreground, unix.SIGWINCH)
	}
	return err
}

// ioctlFlow does the commands about what is on its way: tcsendbreak(3), tcdrain(3), tcflush(3), tcflow(3).
func (t *Terminal) ioctlFlow(tk *task.Task, cmd uint32, arg vm.Addr) error {
	switch cmd {
	case unix.TCSBRK, unix.TCSBRKP, unix.TIOCSBRK, unix.TIOCCBRK, unix.TCFLSH, unix.TCXONC:
		if err := t.mayChange(tk); err != nil {
			return err
		}
	}
	switch cmd {
	case unix.TCSBRK, unix.TCSBRKP:
		// A break cannot be sent; what tcdrain waits for comes first in any case.
		return t.waitSent(tk)
	case unix.TIOCSBRK, unix.TIOCCBRK:
		return nil
	case unix.TCFLSH:
		return t.flush(int(arg))
	case unix.TCXONC:
		return t.setFlow(int(arg))
	}
	return unix.ENOTTY
}

// setFlow is TCXONC.
func (t *Terminal) setFlow(action int) error {
	switch action {
	case unix.TCOOFF:
		t.stop()
		t.out.byProgram = true
	case unix.TCOON:
		if t.out.byProgram {
			t.out.byProgram = false
			t.start()
			t.flushEcho()
		}
	case unix.TCIOFF, unix.TCION:
		c := t.termios.Cc[unix.VSTOP]
		if action == unix.TCION {
			c = t.termios.Cc[unix.VSTART]
		}
		if c != 0 && t.roomy() {
			t.emit(c)
			t.line.drain(t)
		}
	default:
		return unix.EINVAL
	}
	return nil
}

// waitSent waits until everything written has left the machine.
func (t *Terminal) waitSent(tk *task.Task) error {
	e := wait.Entry{Mask: wait.Out, Waiter: tk}
	t.queue.Add(&e)
	defer t.queue.Remove(&e)
	for hangups := t.hangups; !t.line.drained(t) && t.hangups == hangups; {
		t.unlock()
		err := tk.Block()
		t.lock()
		if err != nil {
			return err
		}
	}
	return nil
}

// insert makes input of the byte at arg, as if it were typed (TIOCSTI): EPERM unless this is tk's controlling terminal
// or tk is privileged.
func (t *Terminal) insert(tk *task.Task, arg vm.Addr) error {
	if !privileged(tk) && (t.session == 0 || Control == nil || Control.Session(tk) != t.session) {
		return unix.EPERM
	}
	c, err := vm.Load[byte](tk.AS, arg)
	if err != nil {
		return err
	}
	t.receive([]byte{c})
	return nil
}
