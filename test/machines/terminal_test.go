package machines_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cairn/test/harness"

	"golang.org/x/sys/unix"
)

// A session is the cairn command on a terminal of its own.
type session struct {
	t      *testing.T
	master *os.File
	slave  *os.File
	before *unix.Termios
	cmd    *exec.Cmd

	mu     sync.Mutex
	output bytes.Buffer
	seen   int // how much of the output expect has gone through
}

// open starts "cairn run" on a new terminal.
func open(t *testing.T, args ...string) *session {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 33, Col: 99}); err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, master: master, slave: slave}
	if s.before, err = unix.IoctlGetTermios(int(slave.Fd()), unix.TCGETS); err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command(harness.Command(t), append([]string{"run", "--timeout", "60s"}, args...)...)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = slave, slave, slave
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill() // it may have ended
		master.Close()
		slave.Close()
	})
	go s.collect()
	return s
}

func (s *session) collect() {
	b := make([]byte, 4096)
	for {
		n, err := s.master.Read(b)
		s.mu.Lock()
		s.output.Write(b[:n])
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (s *session) screen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.output.String()
}

// expect waits until the terminal shows text, after what it waited for before.
func (s *session) expect(text string) {
	s.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if screen := s.screen(); strings.Contains(screen[s.seen:], text) {
			s.seen += strings.Index(screen[s.seen:], text) + len(text)
			return
		}
	}
	s.t.Fatalf("%q does not appear; the terminal shows %q", text, s.screen())
}

// send types keys.
func (s *session) send(keys string) {
	s.t.Helper()
	if _, err := s.master.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// end waits for the command's end, checks its status, and that the terminal is as it was.
func (s *session) end(status int) {
	s.t.Helper()
	done := make(chan error, 1)
	go func() { done <- s.cmd.Wait() }()
	select {
	case <-done:
	case <-time.After(60 * time.Second):
		s.t.Fatalf("the machine does not end; the terminal shows %q", s.screen())
	}
	if got := s.cmd.ProcessState.ExitCode(); got != status {
		s.t.Errorf("status %d, want %d; the terminal shows %q", got, status, s.screen())
	}
	after, err := unix.IoctlGetTermios(int(s.slave.Fd()), unix.TCGETS)
	if err != nil || *after != *s.before {
		s.t.Errorf("the terminal is not as it was: %+v, before %+v, %v", after, s.before, err)
	}
}

// TestInterrupt types ^C at a program that does not read.
func TestInterrupt(t *testing.T) {
	s := open(t, "--with", "/bin/sleep", "/bin/sh", "-c", "echo ready; exec sleep 100")
	s.expect("ready")
	s.send("\x03")
	s.end(128 + int(syscall.SIGINT))
}

// TestStreams asks for plain streams on a terminal, for no input, and for a terminal where there is none.
func TestStreams(t *testing.T) {
	s := open(t, "--tty=false", "/bin/sh", "-c", "[ -t 0 ] || [ -t 1 ] || echo plain; exit 4")
	s.expect("plain")
	s.end(4)
	r := harness.Cairn(t, time.Minute, "input", "run", "-i=false", "/bin/cat")
	if r.Status != 0 || r.Stdout != "" {
		t.Errorf("without input: status %d, %q", r.Status, r.Stdout)
	}
	r = harness.Cairn(t, time.Minute, "", "run", "-t", "/bin/true")
	if r.Status != harness.StatusFailed || !strings.Contains(r.Stderr, "not a terminal") {
		t.Errorf("status %d, %q", r.Status, r.Stderr)
	}
}

// TestShell works in a shell as a person does: line editing, job control, the window's size.
func TestShell(t *testing.T) {
	const prompt = "hready> " // the h ends a mode that readline sets
	s := open(t, "-it", "--with", "/bin/sleep", "--with", "/bin/stty", "/bin/bash", "--norc", "-i")
	s.expect("# ")
	const pause = "\x00" // bash says what it continues before it does
	for _, step := range []struct{ keys, want string }{
		{"PS1='ready> '\r", prompt},
		{"stty size\r", "33 99"},
		{"", prompt},
		{"echo edXted\x1b[D\x1b[D\x1b[D\x7fi\r", "\redited"}, // change a letter in the middle
		{"", prompt},
		{"sleep 100\r", "\x1b[?2004l"},
		{"\x1a", "Stopped"},
		{"", prompt},
		{"jobs\r", "[1]+"},
		{"", prompt},
		{"fg\r", "sleep 100"},
		{pause + "\x03", prompt},
		{"echo status $?\r", "\rstatus 130"},
		{"", prompt},
	} {
		keys, slow := strings.CutPrefix(step.keys, pause)
		if slow {
			time.Sleep(time.Second)
		}
		s.send(keys)
		s.expect(step.want)
	}
	s.send("exit 9\r")
	s.end(9)
}
