package harness

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	// limit is how long a machine may run where a test does not say.
	limit = 60 * time.Second

	// grace is how much longer the cairn command itself may take.
	grace = 20 * time.Second
)

// Statuses of the cairn command that are not the program's.
const (
	StatusTimeout = 124
	StatusFailed  = 125
)

// logPrefix begins what the kernel logs when shown by the cairn command.
const logPrefix = "cairn: kernel: "

// Program says what to run.
type Program struct {
	// Args is the program and its arguments. The program is a path on this
	// host, or in Root.
	Args []string

	// Root is a directory with the root file system. Empty: a program of the
	// host, with what cairn packs for it.
	Root string

	// Files are further files: their contents by their paths in the machine.
	// All are executable.
	Files map[string]string

	// With are files and trees to add, as HOST:GUEST.
	With []string

	// Env is added to the environment.
	Env []string

	// Stdin is what the program can read.
	Stdin string

	// Flags are given to "cairn run".
	Flags []string

	// Limit is how long the program may run, a minute if zero.
	Limit time.Duration
}

// Result is what came of a run.
type Result struct {
	Stdout, Stderr string        // what the program wrote
	Log            []string      // what the kernel logged
	Status         int           // as a shell shows it
	Wall           time.Duration // from start to end
	CPU            time.Duration // the time that the host's processors spent
}

// limit is the time that the program has.
func (p *Program) limit() time.Duration {
	if p.Limit > 0 {
		return p.Limit
	}
	return limit
}

// with returns the arguments for --with, with Files written below dir.
func (p *Program) with(t testing.TB, dir string) []string {
	t.Helper()
	with := slices.Clone(p.With)
	for name, content := range p.Files {
		host := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(host), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(host, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
		with = append(with, host+":"+name)
	}
	slices.Sort(with)
	return with
}

// arguments returns those of the cairn command.
func (p *Program) arguments(t testing.TB) []string {
	args := []string{"run", "--timeout", p.limit().String()}
	if p.Root != "" {
		args = append(args, "--rootfs", p.Root)
	}
	for _, w := range p.with(t, t.TempDir()) {
		args = append(args, "--with", w)
	}
	for _, e := range p.Env {
		args = append(args, "--env", e)
	}
	return append(append(args, p.Flags...), p.Args...)
}

// Machine runs the program in a machine. The test fails at once if the machine
// did not run it to its end.
func Machine(t testing.TB, p Program) Result {
	t.Helper()
	r := Cairn(t, p.limit()+grace, p.Stdin, p.arguments(t)...)
	if r.Status == StatusTimeout && strings.Contains(r.Stderr, "cairn: the time limit is over") {
		t.Fatalf("%s: not done after %v\n%s", strings.Join(p.Args, " "), p.limit(), r.describe())
	}
	if r.Status == StatusFailed && strings.Contains(r.Stderr, "cairn: ") {
		t.Fatalf("%s: the machine failed\n%s", strings.Join(p.Args, " "), r.describe())
	}
	return r
}

// Cairn runs the cairn command.
func Cairn(t testing.TB, limit time.Duration, stdin string, args ...string) Result {
	t.Helper()
	c := exec.Command(Command(t), args...)
	c.Stdin = strings.NewReader(stdin)
	return run(t, c, limit)
}

// run runs a command to its end. The test fails at once if there is none.
func run(t testing.TB, c *exec.Cmd, limit time.Duration) Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	c.WaitDelay = time.Second
	begin := time.Now()
	if err := c.Start(); err != nil {
		t.Fatalf("starting %s: %v", c.Path, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Process.Kill() }) // it may have ended
	err := c.Wait()
	stop()
	r := Result{Stdout: stdout.String(), Wall: time.Since(begin), Status: status(c.ProcessState)}
	r.CPU = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	r.Stderr, r.Log = splitLog(stderr.String())
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		t.Fatalf("%s does not end; killed after %v\n%s", strings.Join(c.Args, " "), limit, r.describe())
	case err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay):
		t.Fatalf("running %s: %v\n%s", strings.Join(c.Args, " "), err, r.describe())
	}
	return r
}

// status is the exit status as a shell shows it.
func status(s *os.ProcessState) int {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return s.ExitCode()
}

// splitLog takes the kernel's lines out of what came on standard error.
func splitLog(s string) (rest string, log []string) {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if text, ok := strings.CutPrefix(line, logPrefix); ok {
			log = append(log, strings.TrimSuffix(text, "\n"))
		} else {
			b.WriteString(line)
		}
	}
	return b.String(), log
}

var command struct {
	sync.Once
	path string
	err  error
}

// Command returns the path of the cairn command, built from this source.
func Command(t testing.TB) string {
	t.Helper()
	command.Do(func() {
		command.path = filepath.Join(scratch(t), "cairn")
		c := exec.Command("go", "build", "-o", command.path, "cairn/cmd/cairn")
		if out, err := c.CombinedOutput(); err != nil {
			command.err = errors.New(string(out))
		}
	})
	if command.err != nil {
		t.Fatalf("building cairn: %v", command.err)
	}
	return command.path
}
