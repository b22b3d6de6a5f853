package console

import (
	"bytes"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"cairn/kernel/clock"
	"cairn/kernel/drivers"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/klog"
	"cairn/kernel/param"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// A fake is a channel in memory.
type fake struct {
	mu      sync.Mutex
	in, out []byte
	held    bool // the host reads nothing
	gone    bool
	read    uint64
	end     uint64
	queue   wait.Queue
}

func newFake() *fake { return &fake{end: math.MaxUint64} }

func (f *fake) Open() error { return nil }

func (f *fake) Read(dst drivers.Sink) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := dst.Write(f.in)
	f.in = f.in[n:]
	if f.read += uint64(n); n == 0 && f.read < f.end {
		return 0, unix.EAGAIN
	}
	return n, err
}

func (f *fake) Write(src drivers.Source) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.gone:
		return 0, unix.EPIPE
	case f.held:
		return 0, unix.EAGAIN
	}
	p := make([]byte, src.Len())
	n, err := src.Read(p)
	f.out = append(f.out, p[:n]...)
	return n, err
}

func (f *fake) Ready() wait.Events {
	f.mu.Lock()
	defer f.mu.Unlock()
	ev := wait.Events(0)
	if len(f.in) > 0 || f.read >= f.end {
		ev |= wait.In
	}
	if !f.held {
		ev |= wait.Out
	}
	if f.gone {
		ev |= wait.Err
	}
	return ev
}

func (f *fake) Queue() *wait.Queue { return &f.queue }

func (f *fake) Buffered() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.in)
}

func (f *fake) EndAfter(n uint64) {
	f.mu.Lock()
	f.end = n
	f.mu.Unlock()
	f.queue.Wake(wait.In)
}

func (f *fake) Flush(clock.Time) bool { return true }

func (f *fake) send(s string) {
	f.mu.Lock()
	f.in = append(f.in, s...)
	f.mu.Unlock()
	f.queue.Wake(wait.In)
}

func (f *fake) hold(on bool) {
	f.mu.Lock()
	f.held = on
	f.mu.Unlock()
	f.queue.Wake(wait.Out)
}

func (f *fake) sent() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return string(f.out)
}

func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !cond(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: it does not happen", what)
		}
	}
}

// terminalFake is a terminal that notes what it is told.
type terminalFake struct {
	mu         sync.Mutex
	line       string
	in, out    drivers.Channel
	rows, cols uint16
	drained    bool
}

func (f *terminalFake) OpenStd() (*vfs.File, error) {
	return vfs.NewFile(&vfs.NoFile{}, "terminal", 2), nil
}
func (f *terminalFake) Drain(clock.Time) bool { f.drained = true; return true }
func (f *terminalFake) SetSize(rows, cols uint16) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rows, f.cols = rows, cols
}

func (f *terminalFake) size() [2]uint16 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return [2]uint16{f.rows, f.cols}
}

// TestMachine starts the console of a machine with named ports once, and uses all of it.
// TestNoChannel starts a machine that has no way to the host: what is wrong still comes where it came before.
func TestNoChannel(t *testing.T) {
	var said []string
	klog.SetSink(func(l klog.Line) { said = append(said, l.Text) })
	klog.SetLevel(klog.Debug)
	defer func() {
		klog.SetLevel(klog.Warning)
		console = consoleState{}
	}()
	if err := start(); err != nil {
		t.Fatal(err)
	}
	_, err := Std(0)
	klog.Debugf("%v", err) // a level that later tests do not see
	if len(said) == 0 || said[len(said)-1] != errNoChannel.Error() {
		t.Errorf("the log got %q, want %q", said, errNoChannel)
	}
}

func TestMachine(t *testing.T) {
	if drivers.FindChannel(nameCtl) != nil {
		t.Skip("a machine's console starts once")
	}
	ch := map[string]*fake{}
	for _, name := range []string{nameStdin, nameStdout, nameStderr, nameCtl, nameUART} {
		ch[name] = newFake()
		drivers.AddChannel(name, ch[name])
	}
	ctl := ch[nameCtl]
	term := &terminalFake{}
	NewTerminal = func(line string, in, out drivers.Channel) Terminal {
		term.line, term.in, term.out = line, in, out
		return term
	}
	signals := make(chan int, 1)
	OnSignal = func(sig int) { signals <- sig }
	param.Parse("console.tty=2 console.winsize=25x80 console=ttyS0")
	klog.Warnf("before the console")
	if err := start(); err != nil {
		t.Fatal(err)
	}
	if term.line != nameHVC || term.in != nil || term.out != drivers.Channel(ch[nameStderr]) || term.size() != [2]uint16{25, 80} {
		t.Errorf("terminal %+v", term)
	}
	klog.Errf("two\nlines")
	Boot("ready", 123)
	Info("memory", "64 MiB")
	want := "log 4 before the console\nlog 3 two\nlog 3 lines\nboot ready 123\ninfo memory 64 MiB\n"
	eventually(t, "control lines", func() bool { return ctl.sent() == want })
	eventually(t, "the log on the serial line", func() bool {
		return ch[nameUART].sent() == "cairn: before the console\r\ncairn: two\r\nlines\r\n"
	})

	ctl.send("winsize 50 1")
	ctl.send("32\nsignal 15\nnonsense\neof 5\n")
	if sig := <-signals; sig != 15 || term.size() != [2]uint16{50, 132} {
		t.Errorf("signal %d, size %v", sig, term.size())
	}
	eventually(t, "a complaint", func() bool { return strings.Contains(ctl.sent(), `log 4 control: line "nonsense"`) })
	useStd(t, ch)
	reports(t, ctl)

	ctl.hold(true)
	for range 1000 {
		klog.Warnf("%s", strings.Repeat("x", 100))
	}
	go func() {
		time.Sleep(20 * time.Millisecond)
		ctl.hold(false)
	}()
	Exit(7)
	if s := ctl.sent(); !strings.HasSuffix(s, "\nexit 7\n") || !strings.Contains(s, "lines of the log were lost\n") || !term.drained {
		t.Errorf("the end is %q", s[max(0, len(s)-100):])
	}
	ctl.mu.Lock()
	ctl.gone = true
	ctl.mu.Unlock()
	Info("to", "nobody")
	Exit(8) // does not wait for ever
}

// reports sends more than the buffer holds while the host reads nothing: who reports waits, and nothing is lost.
func reports(t *testing.T, ctl *fake) {
	t.Helper()
	ctl.hold(true)
	done := make(chan bool)
	const lines = 500
	go func() {
		for range lines {
			Report("strace", strings.Repeat("y", 200))
		}
		Report("stats", strings.Repeat("z", 2*maxReport))
		close(done)
	}()
	select {
	case <-done:
		t.Error("reports were taken that nobody reads")
	case <-time.After(20 * time.Millisecond):
	}
	ctl.hold(false)
	<-done
	eventually(t, "all reports", func() bool {
		s := ctl.sent()
		return strings.Count(s, "\nreport strace y") == lines && strings.Contains(s, "report stats "+strings.Repeat("z", maxReport)+"\n")
	})
}

// useStd reads and writes the descriptors of the first program.
func useStd(t *testing.T, ch map[string]*fake) {
	t.Helper()
	in, err := Std(0)
	if err != nil {
		t.Fatal(err)
	}
	ch[nameStdin].send("hello")
	b := make([]byte, 9)
	if n, err := in.Read(nil, vm.NewBuffer(b)); n != 5 || err != nil || string(b[:n]) != "hello" {
		t.Errorf("stdin: %d, %v, %q", n, err, b[:n])
	}
	if n, err := in.Read(nil, vm.NewBuffer(b)); n != 0 || err != nil {
		t.Errorf("stdin after eof 5: %d, %v", n, err)
	}
	out, err := Std(1)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(nil, vm.NewBuffer([]byte("result")))
	if ch[nameStdout].sent() != "result" {
		t.Errorf("stdout: %q", ch[nameStdout].sent())
	}
	var a vfs.Attr
	if err := out.Stat(&a); err != nil || a.Mode&unix.S_IFMT != unix.S_IFIFO || !strings.HasPrefix(out.Path(), "pipe:[") {
		t.Errorf("stdout is %q, mode %#o, %v", out.Path(), a.Mode, err)
	}
	if ev := out.Ready(); ev != wait.Out {
		t.Errorf("stdout is ready for %#x", ev)
	}
	if _, err := out.Read(nil, vm.NewBuffer(b)); err != unix.EBADF {
		t.Errorf("read of stdout: %v", err)
	}
	if f, err := Std(2); err != nil || f.Path() != "terminal" {
		t.Errorf("stderr: %v", err)
	}
}

func TestParseCommand(t *testing.T) {
	for line, want := range map[string]command{
		"eof 0":                    {cmdEOF, [2]uint64{0, 0}},
		"eof 18446744073709551615": {cmdEOF, [2]uint64{math.MaxUint64, 0}},
		"winsize 24 80":            {cmdWinsize, [2]uint64{24, 80}},
		" signal  2 ":              {cmdSignal, [2]uint64{2, 0}},
	} {
		if got, err := parseCommand(line); err != nil || got != want {
			t.Errorf("parseCommand(%q) = %v, %v", line, got, err)
		}
	}
	for _, line := range []string{"", " ", "eof", "eof x", "eof 1 2", "eof -1", "winsize 24", "winsize 65536 80", "signal 65", "EOF 1"} {
		if got, err := parseCommand(line); err == nil {
			t.Errorf("parseCommand(%q) = %v, want an error", line, got)
		}
	}
}

func TestParseParameters(t *testing.T) {
	for in, want := range map[string][3]bool{"": {}, "none": {}, "0": {true}, "0,1,2": {true, true, true}, "2,0": {true, false, true}} {
		if got, err := parseTTYs(in); err != nil || got != want {
			t.Errorf("parseTTYs(%q) = %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"3", "0,", "a", "0 1", "-1"} {
		if _, err := parseTTYs(in); err == nil {
			t.Errorf("parseTTYs(%q) succeeds", in)
		}
	}
	if r, c, err := parseWinsize("24x80"); r != 24 || c != 80 || err != nil {
		t.Errorf("parseWinsize: %d, %d, %v", r, c, err)
	}
	for _, in := range []string{"", "24", "x", "24x", "24x80x1", "70000x1", "-1x1"} {
		if _, _, err := parseWinsize(in); err == nil {
			t.Errorf("parseWinsize(%q) succeeds", in)
		}
	}
}

func FuzzParseCommand(f *testing.F) {
	f.Add("eof 12")
	f.Add("winsize 24 80\n")
	f.Fuzz(func(t *testing.T, line string) {
		if c, err := parseCommand(line); err == nil && len(arguments[c.name]) == 0 {
			t.Errorf("parseCommand(%q) = %v", line, c)
		}
	})
}

func TestLongLinesAreDropped(t *testing.T) {
	s := lineSink{room: 10 * maxLine}
	s.Write(bytes.Repeat([]byte("x"), maxLine+1))
	s.lines(func(line string) { t.Errorf("a line of %d bytes", len(line)) })
	s.Write([]byte("eof 1\r\n"))
	n := 0
	s.lines(func(line string) {
		if n++; line != "eof 1" {
			t.Errorf("line %q", line)
		}
	})
	if n != 1 {
		t.Errorf("%d lines after the long one", n)
	}
}
