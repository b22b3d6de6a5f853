package vmm

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

func TestStdin(t *testing.T) {
	large := strings.Repeat("0123456789abcdef", 1<<16)
	for _, c := range []struct{ machine, input string }{
		{"cat", ""}, {"cat", "hello"}, {"catstream", large},
	} {
		r := runFake(t, c.machine, c.input, Machine{}, nil)
		if r.err != nil || r.out != c.input {
			t.Errorf("%s with %d bytes: got %d, %v", c.machine, len(c.input), len(r.out), r.err)
		}
		if c.machine == "cat" && r.status != 3 {
			t.Errorf("status %d", r.status)
		}
	}
}

func TestLines(t *testing.T) {
	r := runFake(t, "talk", "", Machine{}, nil)
	if r.status != 0 || r.err != nil || r.out != "out" {
		t.Errorf("%+v", r)
	}
	for _, want := range []string{
		"err\n", "cairn: boot: entry    1µs after power-on, 1µs in all;", "cairn: boot: user     1µs after entry, 2µs in all;", "cairn: memory: 64M", "\nclose(3) = 0\n", "cairn: other: line\n", "cairn: kernel: first?[31m line",
		"unknown line from the machine: nonsense",
	} {
		if !strings.Contains(r.msg, want) {
			t.Errorf("no %q in:\n%s", want, r.msg)
		}
	}
}

// TestComplete checks that all output arrives before the end.
func TestComplete(t *testing.T) {
	r := runFake(t, "large", "", Machine{}, nil)
	if r.status != 7 || len(r.out) != 160*64<<10 {
		t.Errorf("status %d with %d bytes, %v", r.status, len(r.out), r.err)
	}
}

func TestDied(t *testing.T) {
	r := runFake(t, "die", "", Machine{}, nil)
	var died *DiedError
	if !errors.As(r.err, &died) || died.Serial != "panic: the sky fell" || died.Monitor != "monitor: bad" {
		t.Errorf("%v", r.err)
	}
}

func TestTimeout(t *testing.T) {
	r := runFake(t, "hang", "", Machine{Timeout: 200 * time.Millisecond}, nil)
	if r.err != ErrTimeout {
		t.Errorf("%v", r.err)
	}
}

func TestNoPowerOff(t *testing.T) {
	begin := time.Now()
	r := runFake(t, "nopoweroff", "", Machine{}, nil)
	if r.status != 5 || r.err != nil || time.Since(begin) > 20*time.Second {
		t.Errorf("%+v after %v", r, time.Since(begin))
	}
}

// self sends a signal to this process.
func self(t *testing.T, sig syscall.Signal) func() {
	return func() {
		if err := syscall.Kill(os.Getpid(), sig); err != nil {
			t.Error(err)
		}
	}
}

func TestSignals(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR1} {
		r := runFake(t, "signal", "", Machine{}, self(t, sig))
		if r.err != nil || r.status != 128+int(sig) {
			t.Errorf("%v: %+v", sig, r)
		}
	}
}

// TestStubborn stops machines that do not end when asked to.
func TestStubborn(t *testing.T) {
	var stopped *SignalError
	begin := time.Now()
	r := runFake(t, "early", "", Machine{}, self(t, syscall.SIGINT))
	if !errors.As(r.err, &stopped) || stopped.Signal != syscall.SIGINT || time.Since(begin) > stopGrace {
		t.Errorf("before the program runs: %v after %v", r.err, time.Since(begin))
	}
	begin = time.Now()
	r = runFake(t, "hang", "", Machine{}, func() {
		self(t, syscall.SIGTERM)()
		time.Sleep(200 * time.Millisecond)
		self(t, syscall.SIGTERM)()
	})
	if !errors.As(r.err, &stopped) || time.Since(begin) > stopGrace {
		t.Errorf("second SIGTERM: %v after %v", r.err, time.Since(begin))
	}
	begin = time.Now()
	r = runFake(t, "hang", "", Machine{}, self(t, syscall.SIGTERM))
	if !errors.As(r.err, &stopped) || time.Since(begin) < stopGrace {
		t.Errorf("one SIGTERM: %v after %v", r.err, time.Since(begin))
	}
}

func TestBrokenPipe(t *testing.T) {
	in, _ := pipe(t)
	outR, outW := pipe(t)
	outR.Close()
	_, err := Run(&fake{name: "endless"}, &Machine{}, IO{Stdin: in, Stdout: outW, Stderr: os.Stderr})
	if err != ErrBrokenPipe {
		t.Errorf("%v", err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	if _, err = Run(&fake{name: "endless"}, &Machine{}, IO{Stdin: in, Stdout: full, Stderr: os.Stderr}); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a full device: %v", err)
	}
}

// openPTY opens a pseudo-terminal.
func openPTY(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no pseudo-terminals: ", err)
	}
	t.Cleanup(func() { master.Close() })
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { slave.Close() })
	return master, slave
}

func setSize(t *testing.T, f *os.File, rows, cols uint16) {
	t.Helper()
	if err := unix.IoctlSetWinsize(int(f.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: cols}); err != nil {
		t.Fatal(err)
	}
}

// TestTerminal checks raw mode, its end, and the terminal's size.
func TestTerminal(t *testing.T) {
	master, slave := openPTY(t)
	setSize(t, slave, 24, 80)
	before, err := term.GetState(int(slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	errR, errW := pipe(t)
	outR, outW := pipe(t)
	raw := make(chan bool, 1)
	go func() {
		errR.Read(make([]byte, 100)) // the log line
		now, _ := term.GetState(int(slave.Fd()))
		setSize(t, master, 30, 100)
		self(t, syscall.SIGWINCH)()
		raw <- *now != *before
	}()
	f := &fake{name: "winsize"}
	status, err := Run(f, &Machine{Params: []string{"a=b"}}, IO{Stdin: slave, Stdout: outW, Stderr: errW})
	if err != nil || status != 0 {
		t.Fatal(status, err)
	}
	if !<-raw {
		t.Error("the terminal was not in raw mode")
	}
	if after, _ := term.GetState(int(slave.Fd())); *after != *before {
		t.Error("the terminal was not restored")
	}
	if line := f.machine.CommandLine(); line != "console.tty=0 console.winsize=24x80 a=b" {
		t.Errorf("command line %q", line)
	}
	got := make([]byte, 100)
	n, _ := outR.Read(got)
	if string(got[:n]) != "winsize 30 100" {
		t.Errorf("the machine got %q", got[:n])
	}
}

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		m    Machine
		want string
	}{
		{Machine{}, ""},
		{Machine{Params: []string{"a=1", "b=2"}}, "a=1 b=2"},
		{Machine{Params: []string{"a=1"}, Command: "/bin/ls -l"}, "a=1 -- /bin/ls -l"},
		{Machine{Command: "/bin/ls"}, "-- /bin/ls"},
		{Machine{Params: []string{`a="b c\`, "n=\n"}}, `"a=\"b c\\" "n=\x0a"`},
	} {
		if got := c.m.CommandLine(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// FuzzLine feeds the session lines as a broken machine might send them.
func FuzzLine(f *testing.F) {
	for _, line := range []string{"exit 256", "exit -1", "log 4 \x1b[2Jtext", "log", "boot a 99999999999999999999", "boot user 1", "info a b", ""} {
		f.Add(line)
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		f.Fatal(err)
	}
	streams := IO{Stdin: null, Stdout: null, Stderr: null, Verbose: true}
	f.Fuzz(func(t *testing.T, line string) {
		s := &session{IO: streams, term: newTerminal(streams), exited: make(chan int, 1)}
		s.handleLine(line)
		select {
		case code := <-s.exited:
			if code < 0 || code > 255 {
				t.Errorf("%q gave status %d", line, code)
			}
		default:
		}
		if strings.ContainsAny(printable(line), "\x1b\r\n\x7f\u009b") {
			t.Errorf("%q is shown as it is", line)
		}
	})
}
