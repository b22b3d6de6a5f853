package console

import (
	"errors"
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/drivers"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/klog"
	"cairn/kernel/param"

	"golang.org/x/sys/unix"
)

// The names of the channels (see package drivers).
const (
	nameStdin  = "cairn.stdin"
	nameStdout = "cairn.stdout"
	nameStderr = "cairn.stderr"
	nameCtl    = "cairn.ctl"
	nameHVC    = "hvc0"
	nameUART   = "ttyS0"
)

var (
	ttyParam     = param.String("console.tty", "", "which of the descriptors 0, 1 and 2 are terminals on the host: 0,1,2 or none; without named channels, all are")
	winsizeParam = param.String("console.winsize", "", "size of the host's terminal: ROWSxCOLS")
	logParam     = param.String("console", "", "ttyS0: send the kernel log to the first serial line too")
)

// OnSignal is told of the signals that the host sends. The library of signals
// replaces it.
var OnSignal = func(sig int) { klog.Warnf("signal %d from the host: this kernel has no signals", sig) }

// A Terminal is the terminal that the host is at.
type Terminal interface {
	// OpenStd returns an open file of it, for the first program.
	OpenStd() (*vfs.File, error)
	// SetSize sets the size of its window.
	SetSize(rows, cols uint16)
	// Drain waits until everything written has left the machine, or the deadline comes: it
	// reports which.
	Drain(deadline clock.Time) bool
}

// NewTerminal makes the terminal that the host is at, under the name that Linux gives to its line (hvc0,
// ttyS0). Either channel may be nil. The library of terminals sets it; without one, descriptors are
// plain streams.
var NewTerminal func(line string, in, out drivers.Channel) Terminal

// errNoChannel says that there is nothing to write to.
var errNoChannel = errors.New("no channel to the host: start the machine with a virtio console or a serial line")

// console is what was picked when the drivers started.
var console consoleState

type consoleState struct {
	mu   sync.Mutex
	std  [3]drivers.Channel // by descriptor
	tty  [3]bool            // which of them are the terminal
	term Terminal           // nil if none is
	ctl  *sender            // nil: nobody speaks the control protocol
	logs []*sender          // where the kernel log goes; ctl is among them
}

func init() { drivers.Register(drivers.Channels, "console", start) }

// start picks the channels and hands them the kernel log.
func start() error {
	vfs.Std = Std
	c := &console
	c.mu.Lock()
	defer c.mu.Unlock()
	for fd, name := range []string{nameStdin, nameStdout, nameStderr} {
		c.std[fd] = drivers.FindChannel(name)
	}
	serial := drivers.FindChannel(nameUART)
	alone := firstChannel(drivers.FindChannel(nameHVC), serial)
	def := "none"
	if c.std == [3]drivers.Channel{} && alone != nil {
		c.std = [3]drivers.Channel{alone, alone, alone}
		def = "0,1,2"
	}
	if err := c.startLog(alone, serial); err != nil {
		return err
	}
	if len(c.logs) > 0 { // otherwise errors go on to the serial port, without a driver
		klog.SetSink(func(l klog.Line) {
			for _, s := range c.logs {
				s.log(l)
			}
		})
	}
	if err := c.openAll(def); err != nil {
		return err
	}
	err := c.startTerminal(alone == serial && c.std[0] == serial)
	if c.ctl != nil {
		go receive(c.ctl.ch, obey)
	}
	return err
}

// startLog chooses where the kernel log goes: to the control channel, else to the channel that is
// there for everything, and to the serial line too if it was asked for.
func (c *consoleState) startLog(alone, serial drivers.Channel) error {
	if ch := drivers.FindChannel(nameCtl); ch != nil {
		s, err := newSender(ch, controlLog)
		if err != nil {
			return err
		}
		c.ctl, c.logs = s, append(c.logs, s)
		alone = nil
	}
	if logParam.Value() != nameUART || serial == alone {
		serial = nil
	}
	for _, ch := range []drivers.Channel{alone, serial} {
		if ch == nil {
			continue
		}
		s, err := newSender(ch, plainLog)
		if err != nil {
			return err
		}
		c.logs = append(c.logs, s)
	}
	return nil
}

// firstChannel returns the first that is not nil.
func firstChannel(list ...drivers.Channel) drivers.Channel {
	for _, ch := range list {
		if ch != nil {
			return ch
		}
	}
	return nil
}

// openAll opens the channels of the descriptors and finds out which are terminals: as the
// boot parameter says, or else as def says.
func (c *consoleState) openAll(def string) error {
	for fd, ch := range c.std {
		if ch == nil {
			continue
		}
		if err := ch.Open(); err != nil {
			return kfmt.Errorf("descriptor %d: %w", fd, err)
		}
	}
	if ttyParam.Value() != "" {
		def = ttyParam.Value()
	}
	var err error
	c.tty, err = parseTTYs(def)
	return err
}

// startTerminal makes a terminal of the descriptors that are one. What it echoes goes where the
// first descriptor for output that is a terminal leads.
func (c *consoleState) startTerminal(serial bool) error {
	if c.tty == [3]bool{} || NewTerminal == nil {
		return nil
	}
	var in, out drivers.Channel
	if c.tty[unix.Stdin] {
		in = c.std[unix.Stdin]
	}
	for fd := unix.Stderr; fd >= unix.Stdout; fd-- {
		if c.tty[fd] {
			out = c.std[fd]
		}
	}
	line := nameHVC
	if serial {
		line = nameUART
	}
	c.term = NewTerminal(line, in, out)
	if s, ok := in.(sizer); ok {
		c.term.SetSize(s.Size(c.term.SetSize))
	}
	if winsizeParam.Value() == "" {
		return nil
	}
	rows, cols, err := parseWinsize(winsizeParam.Value())
	if err == nil {
		c.term.SetSize(rows, cols)
	}
	return err
}

// A sizer is a channel that knows the size of the host's terminal, and tells when it changes.
type sizer interface {
	Size(changed func(rows, cols uint16)) (rows, cols uint16)
}

// terminal returns the terminal that the host is at, nil if there is none.
func terminal() Terminal {
	console.mu.Lock()
	defer console.mu.Unlock()
	return console.term
}

// obey does what the host says.
func obey(cmd command) {
	switch cmd.name {
	case cmdEOF:
		if ch := console.std[unix.Stdin]; ch != nil {
			ch.EndAfter(cmd.args[0])
		}
	case cmdWinsize:
		if t := terminal(); t != nil {
			t.SetSize(uint16(cmd.args[0]), uint16(cmd.args[1]))
		}
	case cmdSignal:
		OnSignal(int(cmd.args[0]))
	}
}

// Std returns an open file for descriptor fd (0, 1 or 2) of the first program. The caller
// owns it. It fails if the machine has no channel for it.
func Std(fd int) (*vfs.File, error) {
	console.mu.Lock()
	ch, isTTY, term := console.std[fd], console.tty[fd], console.term
	console.mu.Unlock()
	switch {
	case ch == nil:
		return nil, errNoChannel
	case isTTY && term != nil:
		return term.OpenStd()
	case fd == unix.Stdin:
		return newStream(ch, unix.O_RDONLY), nil
	}
	return newStream(ch, unix.O_WRONLY), nil
}

// Boot tells the host that the machine has reached a phase of its start: at is the time since
// power-on.
func Boot(phase string, at clock.Time) { tell("boot %s %d\n", phase, at) }

// Info tells the host something about the machine.
func Info(key, value string) { tell("info %s %s\n", key, value) }

// maxReport bounds the lines of reports, in bytes.
const maxReport = senderBuffer / 2

// Report hands the host a line of a report (package report), and waits while the host is slow. Without
// a control channel the line goes to the log.
func Report(kind, line string) {
	if c := console.ctl; c != nil {
		c.deliver(kfmt.Sprintf("report %s %.*s\n", kind, maxReport, line))
		return
	}
	klog.Logf(klog.Notice, "%s: %s", kind, line)
}

func tell(format string, args ...any) {
	if c := console.ctl; c != nil {
		c.post(kfmt.Sprintf(format, args...))
	}
}

// exitPatience is how long the host may take to read what the program wrote last.
const exitPatience = 24 * 3600 * clock.Second

// Exit tells the host the exit status of the first program, as a shell would see it, after all
// that the program wrote. It returns when the host has it, or is gone; the machine can then be switched off.
func Exit(code int) {
	deadline := clock.Now() + exitPatience
	if term := terminal(); term != nil {
		term.Drain(deadline)
	}
	for _, ch := range console.std {
		if ch != nil {
			ch.Flush(deadline)
		}
	}
	for _, s := range console.logs {
		s.flush(deadline) // so that there is room for what comes
	}
	tell("exit %d\n", code)
	if c := console.ctl; c != nil {
		c.flush(deadline)
	}
}
