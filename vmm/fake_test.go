package vmm

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fakeEnv selects what the test binary does when it plays a machine.
const fakeEnv = "CAIRN_FAKE_MACHINE"

func TestMain(m *testing.M) {
	if name := os.Getenv(fakeEnv); name != "" {
		g := &guest{
			in: os.NewFile(3, "stdin"), out: os.NewFile(4, "stdout"), err: os.NewFile(5, "stderr"),
			ctl: os.NewFile(6, "ctl"), serial: os.NewFile(7, "serial"),
		}
		g.lines = bufio.NewReader(g.ctl)
		behaviours[name](g)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// guest is the inside of a fake machine.
type guest struct {
	in, out, err, ctl, serial *os.File
	lines                     *bufio.Reader
}

// say sends a line to the host.
func (g *guest) say(format string, args ...any) { fmt.Fprintf(g.ctl, format+"\n", args...) }

// line waits for a line from the host.
func (g *guest) line() string {
	s, err := g.lines.ReadString('\n')
	if err != nil {
		os.Exit(1) // the host has gone
	}
	return strings.TrimSpace(s)
}

// behaviours are the machines that tests run.
var behaviours = map[string]func(*guest){
	"cat": func(g *guest) { // standard input to standard output
		var n int64
		if _, err := fmt.Sscanf(g.line(), "eof %d", &n); err != nil {
			g.say("exit 99")
		}
		io.CopyN(g.out, g.in, n)
		g.say("exit 3")
	},
	"catstream": func(g *guest) { // the same, while input comes in
		go io.Copy(g.out, g.in)
		g.line()
		time.Sleep(100 * time.Millisecond)
		g.say("exit 0")
	},
	"talk": func(g *guest) {
		g.say("boot entry 1000")
		g.say("info memory 64M")
		g.say("report strace close(3) = 0")
		g.say("report other line")
		g.say("log 4 first\x1b[31m line")
		g.say("nonsense")
		g.say("boot user 2000")
		g.out.WriteString("out")
		g.err.WriteString("err\n")
		g.say("exit 0")
		g.say("exit 9")
	},
	"large": func(g *guest) {
		for range 160 {
			g.out.Write(bytes.Repeat([]byte("x"), 64<<10))
		}
		g.say("exit 7")
	},
	"die": func(g *guest) {
		g.serial.WriteString("panic: the sky fell")
		os.Stderr.WriteString("monitor: bad")
	},
	"endless": func(g *guest) {
		for {
			if _, err := g.out.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	},
	"nopoweroff": func(g *guest) { g.say("exit 5"); time.Sleep(time.Minute) },
	"early":      func(g *guest) { g.say("log 4 here"); time.Sleep(time.Minute) },
	"hang":       func(g *guest) { g.say("boot user 1"); g.say("log 4 here"); time.Sleep(time.Minute) },
	"signal": func(g *guest) {
		g.say("boot user 1")
		g.say("log 4 here")
		var n int
		for n == 0 {
			fmt.Sscanf(g.line(), "signal %d", &n)
		}
		g.say("exit %d", 128+n)
	},
	"winsize": func(g *guest) {
		g.say("boot user 1")
		g.say("log 4 here")
		g.out.WriteString(g.line())
		g.say("exit 0")
	},
}

// fake launches the test binary as a machine. It implements Launcher.
type fake struct {
	name    string
	machine Machine // as it was started
	p       *fakeProcess
}

func (f *fake) Start(m *Machine, c *Channels, verbose func(string, ...any)) (Process, error) {
	f.machine = *m
	p := &fakeProcess{cmd: exec.Command(os.Args[0])}
	p.cmd.Env = append(os.Environ(), fakeEnv+"="+f.name)
	p.cmd.ExtraFiles = []*os.File{c.Stdin, c.Stdout, c.Stderr, c.Ctl, c.Serial}
	p.cmd.Stderr = &p.stderr
	f.p = p
	return p, p.cmd.Start()
}

type fakeProcess struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
}

func (p *fakeProcess) Signal(sig syscall.Signal) { p.cmd.Process.Signal(sig) }

func (p *fakeProcess) Wait() string {
	p.cmd.Wait()
	return p.stderr.String()
}

// result is how a run ended.
type result struct {
	status   int
	err      error
	out, msg string // standard output and error
}

// runFake runs a fake machine with the given input to its end. started is
// called when it has sent a log line.
func runFake(t *testing.T, name, input string, m Machine, started func()) result {
	t.Helper()
	inR, inW := pipe(t)
	outR, outW := pipe(t)
	errR, errW := pipe(t)
	go func() { io.WriteString(inW, input); inW.Close() }()
	out := make(chan string)
	go func() { b, _ := io.ReadAll(outR); out <- string(b) }()
	msg := make(chan string)
	go func() {
		var all strings.Builder
		for r := bufio.NewReader(errR); ; {
			line, err := r.ReadString('\n')
			all.WriteString(line)
			if strings.Contains(line, "kernel: here") && started != nil {
				started()
			}
			if err != nil {
				msg <- all.String()
				return
			}
		}
	}()
	f := &fake{name: name}
	var r result
	r.status, r.err = Run(f, &m, IO{
		Stdin: inR, Stdout: outW, Stderr: errW, Reports: map[string]*os.File{"strace": errW}, Verbose: true,
	})
	outW.Close()
	errW.Close()
	r.out, r.msg = <-out, <-msg
	if f.p.cmd.ProcessState == nil {
		t.Error("the machine's process was not waited for")
	}
	return r
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}
