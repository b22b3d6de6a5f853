package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

const (
	// limit is how long a machine may run. It is generous: hosts are busy.
	limit = 5 * time.Minute

	// plenty is the MiB of memory that machines have when memory is not what is measured.
	plenty = 256

	// wallRuns is how often a program is run to measure its wall time on Cairn.
	wallRuns = 5
)

// cairn measures Cairn.
type cairn struct {
	command string // the cairn command
	*programs
}

// measure measures everything.
func (c *cairn) measure() (*figures, error) {
	f := new(figures)
	return f, perform("cairn", f, []step{
		{"version", c.version},
		{"image size", c.image},
		{"operations", c.operations},
		{"start", c.start},
		{"memory", c.memory},
		{"wall time", c.wall},
		{"configurations", c.configs},
		{"entry and exit routines", c.routines},
	})
}

// exec runs the cairn command.
func (c *cairn) exec(args ...string) (stdout, stderr string, err error) {
	cmd := exec.Command(c.command, args...)
	var out, msg bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &msg
	if err := cmd.Run(); err != nil {
		return "", "", fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, tail(out.String()+msg.String()))
	}
	return out.String(), msg.String(), nil
}

// run runs a program in a machine.
func (c *cairn) run(args ...string) (stdout, stderr string, err error) {
	return c.exec(append([]string{"run", "--accel", "tcg", "--timeout", limit.String()}, args...)...)
}

func (c *cairn) version(f *figures) error {
	out, _, err := c.exec("version")
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w: build it with make build, in the directory where this runs", err)
	}
	// "cairn VERSION (COMMIT) GO OS/ARCH"
	words := strings.Fields(out)
	if err == nil && len(words) >= 4 {
		f.System = fmt.Sprintf("Cairn %s, %s", words[1], words[len(words)-2])
	}
	return err
}

func (c *cairn) image(f *figures) (err error) {
	f.Image, err = c.imageSize()
	return err
}

func (c *cairn) operations(f *figures) error {
	out, _, err := c.run("--icount", "-M", fmt.Sprintf("%dM", plenty), "--with", c.exit+":"+exitPath, c.ops)
	if err != nil {
		return err
	}
	f.Operations, _, err = parse(out)
	return err
}

// start measures the way to the first instruction: from the kernel's entry as the kernel tells,
// from power-on on the machine that Linux has.
func (c *cairn) start(f *figures) error {
	var err error
	if f.Entry, err = c.entry(); err != nil {
		return err
	}
	out, _, err := c.run("--icount", "--machine", "q35", "-M", fmt.Sprintf("%dM", plenty), c.ops, "getpid")
	if err != nil {
		return err
	}
	_, f.PowerOn, err = parse(out)
	return err
}

// entry returns the instructions from the kernel's entry to the first of a program.
func (c *cairn) entry(flags ...string) (int64, error) {
	_, msg, err := c.run(append(flags, "--icount", "-v", c.hello)...)
	if err != nil {
		return 0, err
	}
	return entryToUser(msg)
}

// bootLine is a line of the timeline: the phase, and the time since power-on.
var bootLine = regexp.MustCompile(`(?m)^cairn: boot: (\w+) .* (\S+) in all;`)

// entryToUser returns the time from the kernel's entry to the program's first instruction in what
// "cairn run -v" shows.
func entryToUser(timeline string) (int64, error) {
	at := make(map[string]time.Duration)
	for _, m := range bootLine.FindAllStringSubmatch(timeline, -1) {
		d, err := time.ParseDuration(m[2])
		if err != nil {
			return 0, err
		}
		at[m[1]] = d
	}
	if at["user"] <= at["entry"] || at["entry"] == 0 {
		return 0, fmt.Errorf("no boot timeline in:\n%s", timeline)
	}
	return int64(at["user"] - at["entry"]), nil
}

func (c *cairn) memory(f *figures) (err error) {
	f.MinMemory, err = c.leastMemory()
	return err
}

// leastMemory finds the least memory, in MiB, with which a static hello runs. The cairn command itself refuses what
// cannot be enough.
func (c *cairn) leastMemory(flags ...string) (int, error) {
	return smallest(1, 64, func(mib int) (bool, error) {
		out, _, err := c.run(append(flags, "-M", fmt.Sprintf("%dM", mib), c.hello)...)
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			return false, err
		}
		return err == nil && out == "hello\n", nil
	})
}

func (c *cairn) wall(f *figures) (err error) {
	f.Wall, err = medianTime(wallRuns, func() error {
		_, _, err := c.run(c.hello)
		return err
	})
	return err
}
