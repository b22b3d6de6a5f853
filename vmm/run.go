package vmm

import (
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"
)

const (
	// stopGrace is how long a program may take to end after SIGTERM.
	stopGrace = 3 * time.Second

	// exitGrace is how long a machine may take to power off after its program
	// has ended.
	exitGrace = 2 * time.Second

	// serialKeep is how much of the serial port's output is kept.
	serialKeep = 64 << 10
)

// IO connects a machine with its user.
type IO struct {
	Stdin, Stdout, Stderr *os.File

	// Streams says that the program gets plain streams even where the files are
	// terminals.
	Streams bool

	// Reports are where the lines of reports go, by kind: "strace", "stats".
	// Those of other kinds are shown with Verbose.
	Reports map[string]*os.File

	// Verbose shows the boot timeline and other facts on Stderr.
	Verbose bool
}

// Run runs a machine to its end and returns the program's exit status. A read of
// standard input may still be pending then, so what comes there next is lost.
func Run(l Launcher, m *Machine, streams IO) (status int, err error) {
	s := &session{
		IO: streams, term: newTerminal(streams), started: time.Now(),
		exited: make(chan int, 1), broken: make(chan error, 1),
	}
	defer s.term.restore()
	guest, err := s.connect()
	if err != nil {
		return 0, err
	}
	machine := *m
	machine.Params = append(s.term.params(), m.Params...)
	p, err := l.Start(&machine, guest, s.verbose)
	guest.close()
	if err != nil {
		s.host.close()
		return 0, err
	}
	s.process = p
	return s.run(m.Timeout)
}

// session is one run of a machine.
type session struct {
	IO
	term     *terminal
	host     *Channels // our ends
	process  Process
	started  time.Time
	timeline timeline

	ctlMu  sync.Mutex
	exited chan int   // the status from the exit line
	broken chan error // why output cannot be written
	output sync.WaitGroup
	serial tail
}

// connect makes the channels and returns the guest's ends.
func (s *session) connect() (*Channels, error) {
	s.host = &Channels{}
	guest := &Channels{}
	for _, c := range []struct{ host, guest **os.File }{
		{&s.host.Stdin, &guest.Stdin}, {&s.host.Stdout, &guest.Stdout}, {&s.host.Stderr, &guest.Stderr},
		{&s.host.Ctl, &guest.Ctl}, {&s.host.Serial, &guest.Serial},
	} {
		fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
		if err != nil {
			s.host.close()
			guest.close()
			return nil, fmt.Errorf("making a socket pair: %w", err)
		}
		if err := syscall.SetNonblock(fds[0], true); err != nil { // so that Close ends a Read
			s.verbose("channel: %v", err)
		}
		*c.host, *c.guest = os.NewFile(uintptr(fds[0]), "channel"), os.NewFile(uintptr(fds[1]), "channel")
	}
	return guest, nil
}

// close closes what is open.
func (c *Channels) close() {
	for _, f := range []*os.File{c.Stdin, c.Stdout, c.Stderr, c.Ctl, c.Serial} {
		if f != nil {
			f.Close()
		}
	}
}

// run moves bytes, lines and signals until the machine ends.
func (s *session) run(timeout time.Duration) (status int, err error) {
	signals := newSignals()
	defer signals.stop()
	s.term.makeRaw()
	s.goOutput(func() { s.copyOut(s.Stdout, s.host.Stdout) })
	s.goOutput(func() { s.copyOut(s.Stderr, s.host.Stderr) })
	s.goOutput(s.readCtl)
	s.goOutput(func() { s.serial.fill(s.host.Serial) })
	go s.guard(s.pumpStdin)

	e := &ending{process: make(chan struct{}), output: make(chan struct{})}
	go s.guard(func() {
		e.said = s.process.Wait()
		close(e.process)
		s.output.Wait() // to the last byte that the monitor took
		close(e.output)
	})
	defer s.host.close()
	return s.wait(signals, timeout, e)
}

// suspend stops this process and the machine, as ^Z does, and returns when they
// go on.
func (s *session) suspend() {
	s.process.Signal(syscall.SIGSTOP)
	s.term.restore()
	_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	s.term.makeRaw()
	s.process.Signal(syscall.SIGCONT)
	s.sendSize()
}

// goOutput runs fn, which reads a channel to its end.
func (s *session) goOutput(fn func()) {
	s.output.Add(1)
	go s.guard(func() {
		defer s.output.Done()
		fn()
	})
}

// guard runs fn and restores the terminal if fn panics.
func (s *session) guard(fn func()) {
	defer func() {
		if r := recover(); r != nil {
			s.term.restore()
			panic(r)
		}
	}()
	fn()
}

// say writes a line for the user.
func (s *session) say(format string, args ...any) {
	_ = s.writeLine(s.Stderr, "cairn: "+fmt.Sprintf(format, args...)) // there is nowhere else to complain
}

// writeLine writes a line to a file, which may be the user's terminal.
func (s *session) writeLine(to *os.File, line string) error {
	line += "\n"
	if to == s.Stderr {
		line = s.term.translate(line)
	}
	_, err := to.WriteString(line)
	return err
}

// report writes a line of a report. A file that cannot take it gets no more.
func (s *session) report(kind, line string) {
	to := s.Reports[kind]
	if to == nil {
		s.verbose("%s: %s", printable(kind), line)
		return
	}
	if err := s.writeLine(to, line); err != nil {
		delete(s.Reports, kind)
		s.say("writing %s to %s: %v", kind, to.Name(), err)
	}
}

// verbose writes a line for the user who asked for more.
func (s *session) verbose(format string, args ...any) {
	if s.Verbose {
		s.say(format, args...)
	}
}
