package tty

import (
	"sync"

	"cairn/kernel/drivers"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// A line is what a terminal is connected to. Its methods are called with the terminal locked.
type line interface {
	// drain sends on what is in the output ring, as far as that goes now.
	drain(t *Terminal)
	// unthrottle says that there is room for input again.
	unthrottle(t *Terminal)
	// flow says that output was stopped or started.
	flow(t *Terminal, on bool)
	// discard throws away output that has not reached the other end.
	discard(t *Terminal)
	// flushed says what was thrown away: TIOCPKT_FLUSHREAD and TIOCPKT_FLUSHWRITE.
	flushed(t *Terminal, what uint8)
	// drained says whether everything has left the machine.
	drained(t *Terminal) bool
	// gone says whether there is nobody at the other end.
	gone() bool
}

// A Terminal is a terminal. It is safe for concurrent use.
type Terminal struct {
	name string // path of its device node
	dev  uint64 // its device number
	line line

	mu      sync.Mutex
	termios Termios
	winsize unix.Winsize
	in      input
	out     output
	echo    []echoOp
	erasing bool // ECHOPRT has opened a backslash
	// exclusive says that nobody else may open the terminal (TIOCEXCL).
	exclusive bool
	opens     int    // open files
	hangups   uint32 // how often it was hung up; older files are dead

	// Job control.
	session    int32 // the session whose controlling terminal this is; 0 is none
	foreground int32 // its foreground process group; 0 is none

	queue wait.Queue
	later later
}

// later is what a call leaves to be done when the terminal is unlocked again, since those
// who are told may look at the terminal.
type later struct {
	wake    wait.Events
	master  wait.Events
	signals []groupSignal
}

type groupSignal struct {
	group int32
	sig   unix.Signal
}

// newTerminal returns a terminal on a line.
func newTerminal(name string, dev uint64, l line) *Terminal {
	return &Terminal{name: name, dev: dev, line: l, termios: DefaultTermios(), out: output{ring: drivers.NewRing(outputSize)}}
}

// Name returns the path of the terminal's device node.
func (t *Terminal) Name() string { return t.name }

// Dev returns the terminal's device number, as unix.Mkdev encodes it.
func (t *Terminal) Dev() uint64 { return t.dev }

func (t *Terminal) lock() { t.mu.Lock() }

// unlock unlocks the terminal and tells everybody what happened meanwhile.
func (t *Terminal) unlock() {
	l := t.later
	t.later = later{}
	t.mu.Unlock()
	if l.wake != 0 {
		t.queue.Wake(l.wake)
	}
	if m, ok := t.line.(*master); ok && l.master != 0 {
		m.queue.Wake(l.master)
	}
	for _, s := range l.signals {
		signalGroup(s.group, s.sig)
	}
}

func (t *Terminal) wakeReaders() { t.later.wake |= wait.In }

func (t *Terminal) wakeWriters() { t.later.wake |= wait.Out }

// signal sends a signal to a process group, once the terminal is unlocked.
func (t *Terminal) signal(group int32, sig unix.Signal) {
	if group > 0 {
		t.later.signals = append(t.later.signals, groupSignal{group, sig})
	}
}

// SetWinsize sets the size of the terminal's window, and tells the foreground group if that is a
// change.
func (t *Terminal) SetWinsize(w unix.Winsize) {
	t.lock()
	defer t.unlock()
	if t.winsize == w {
		return
	}
	t.winsize = w
	t.signal(t.foreground, unix.SIGWINCH)
}

// setTermios changes the settings, and what follows from them.
func (t *Terminal) setTermios(n Termios) {
	old := t.termios
	settleSpeed(&n)
	m, pty := t.line.(*master)
	if pty {
		m.settle(&n)
	}
	t.termios = n
	if (old.Lflag^n.Lflag)&(unix.ICANON|unix.EXTPROC) != 0 {
		t.switchMode()
	}
	if old.Iflag&unix.IXON != 0 && n.Iflag&unix.IXON == 0 {
		t.start()
		t.flushEcho()
	}
	if pty {
		m.settingsChanged(t, old)
	}
	t.wakeReaders()
	t.wakeWriters()
	t.line.unthrottle(t)
}

// switchMode adapts the input to a switch between lines and single bytes: what was typed before a
// switch to lines is a line.
func (t *Terminal) switchMode() {
	in := &t.in
	in.ends = [inputSize / 64]uint64{}
	in.canonHead, in.literal, t.erasing = in.tail, false, false
	if t.canonical() && in.used() > 0 {
		in.setEnd(in.head-1, true)
		in.canonHead = in.head
	}
}

// flush throws away what was typed and not read, or written and not sent (tcflush(3)).
func (t *Terminal) flush(queue int) error {
	var what uint8
	if queue == unix.TCIFLUSH || queue == unix.TCIOFLUSH {
		t.flushInput()
		what |= unix.TIOCPKT_FLUSHREAD
	}
	if queue == unix.TCOFLUSH || queue == unix.TCIOFLUSH {
		t.flushOutput()
		what |= unix.TIOCPKT_FLUSHWRITE
	}
	if what == 0 {
		return unix.EINVAL
	}
	t.line.flushed(t, what)
	t.line.unthrottle(t)
	return nil
}

// flushOutput throws away what was written or echoed and not sent.
func (t *Terminal) flushOutput() {
	t.line.discard(t)
	t.echo = t.echo[:0]
	t.wakeWriters()
}

// Hangup ends the terminal's session: its leader and the foreground group get SIGHUP and SIGCONT, and
// all that have the terminal open find it at its end.
func (t *Terminal) Hangup() {
	t.lock()
	defer t.unlock()
	t.hangup()
}

func (t *Terminal) hangup() {
	t.hangups++
	session, group := t.session, t.foreground
	t.disown()
	for _, id := range []int32{session, group} {
		t.signal(id, unix.SIGHUP)
		t.signal(id, unix.SIGCONT)
		if session == group {
			break
		}
	}
	hupcl := t.termios.Cflag & unix.HUPCL
	t.termios = DefaultTermios()
	t.termios.Cflag = t.termios.Cflag&^unix.HUPCL | hupcl
	t.in, t.echo = input{tail: t.in.tail, head: t.in.tail, canonHead: t.in.tail}, nil
	t.exclusive = false
	t.out.stopped, t.out.byProgram = false, false
	t.later.wake |= wait.In | wait.Out | wait.Err | wait.Hup | wait.RdHup
}
