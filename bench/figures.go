package main

import (
	"bufio"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// figures are what was measured on one system. What could not be measured is zero.
type figures struct {
	System     string        // name and version
	Operations []operation   // as the program measured them, in its order
	Image      int64         // size of the kernel's file in bytes
	PowerOn    int64         // instructions from power-on to the first of the program, on q35
	Entry      int64         // instructions from the kernel's entry to the first of the program
	MinMemory  int           // MiB with which a program runs
	Wall       time.Duration // the host's time to run a program, from start to end

	Configs  []configFigures // of Cairn's kernels
	Routines []operation     // a getpid with more and more around it
}

// operation is the cost of one operation.
type operation struct {
	Name string
	Cost int64  // instructions
	Skip string // why it was not measured
}

// step is a part of what is measured on a system.
type step struct {
	what string
	do   func(*figures) error
}

// perform performs steps that fill f, and tells about them.
func perform(system string, f *figures, steps []step) error {
	for _, s := range steps {
		say("%s: %s", system, s.what)
		if err := s.do(f); err != nil {
			return fmt.Errorf("%s: %w", s.what, err)
		}
	}
	return nil
}

// firstInstruction is the name under which the program tells when it began.
const firstInstruction = "first instruction"

// parse takes the program's lines out of its output, which on a console is among the kernel's. It
// returns the operations and the time from power-on to the program's first instruction.
func parse(output string) (ops []operation, first int64, err error) {
	for lines := bufio.NewScanner(strings.NewReader(output)); lines.Scan(); {
		line, found := strings.CutPrefix(strings.TrimRight(lines.Text(), "\r"), "=")
		name, value, ok := strings.Cut(line, "\t")
		if !found || !ok {
			continue
		}
		if name == "error" {
			return nil, 0, fmt.Errorf("the program failed: %s", value)
		}
		if reason, skipped := strings.CutPrefix(value, "skip\t"); skipped {
			ops = append(ops, operation{Name: name, Skip: reason})
			continue
		}
		n, err := strconv.ParseInt(value, 10, 64)
		switch {
		case err != nil:
			return nil, 0, fmt.Errorf("the program printed %q", line)
		case name == "end":
			return ops, first, nil
		case name == firstInstruction:
			first = n
		default:
			ops = append(ops, operation{Name: name, Cost: n})
		}
	}
	return nil, 0, fmt.Errorf("the program did not get to its end; the output ends with:\n%s", tail(output))
}

// tail returns the last lines of a text.
func tail(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-10):], "\n")
}

// smallest returns the least number for which works is true, which it is for
// last and for all numbers from the least on. It tries none below first.
func smallest(first, last int, works func(int) (bool, error)) (int, error) {
	for first < last {
		middle := (first + last) / 2
		ok, err := works(middle)
		if err != nil {
			return 0, err
		}
		if ok {
			last = middle
		} else {
			first = middle + 1
		}
	}
	return last, nil
}

// medianTime calls f n times and returns the median of how long it took.
func medianTime(n int, f func() error) (time.Duration, error) {
	times := make([]time.Duration, n)
	for i := range times {
		begin := time.Now()
		if err := f(); err != nil {
			return 0, err
		}
		times[i] = time.Since(begin)
	}
	slices.Sort(times)
	return times[n/2], nil
}
