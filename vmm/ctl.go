package vmm

import (
	"bufio"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// send sends a line to the guest.
func (s *session) send(format string, args ...any) {
	s.ctlMu.Lock()
	defer s.ctlMu.Unlock()
	_, _ = fmt.Fprintf(s.host.Ctl, format+"\n", args...) // a machine that has ended needs no more
}

// sendSize tells the guest how large the terminal is.
func (s *session) sendSize() {
	if rows, cols, ok := s.term.size(); ok {
		s.send("winsize %d %d", rows, cols)
	}
}

const (
	// maxLine is the length in bytes from which on a line from the guest is cut.
	maxLine = 64 << 10

	// maxPhases is how many phases of the boot are kept.
	maxPhases = 100
)

// readCtl handles the lines from the guest.
func (s *session) readCtl() {
	r := bufio.NewReaderSize(s.host.Ctl, maxLine)
	for {
		line, err := r.ReadSlice('\n')
		if len(line) > 0 {
			s.handleLine(strings.TrimRight(string(line), "\n"))
		}
		if err != nil && err != bufio.ErrBufferFull {
			return
		}
	}
}

// handleLine handles one line. Unknown ones, of a newer kernel, are shown to
// who asked for more.
func (s *session) handleLine(line string) {
	kind, rest, _ := strings.Cut(line, " ")
	first, text, _ := strings.Cut(rest, " ")
	switch kind {
	case "exit":
		if code, err := strconv.Atoi(first); err == nil && code >= 0 && code <= 255 {
			select {
			case s.exited <- code:
			default: // only the first counts
			}
			return
		}
	case "log":
		if _, err := strconv.Atoi(first); err == nil {
			s.say("kernel: %s", printable(text))
			return
		}
	case "boot":
		if ns, err := strconv.ParseInt(text, 10, 64); err == nil && ns >= 0 {
			at := time.Duration(ns)
			before, since := s.timeline.add(first, at)
			s.verbose("boot: %-8s %v after %s, %v in all; %v on the host's clock", printable(first),
				since, printable(before), at, time.Since(s.started).Round(100*time.Microsecond))
			return
		}
	case "report":
		s.report(first, printable(text))
		return
	case "info":
		s.verbose("%s: %s", printable(first), printable(text))
		return
	}
	s.verbose("unknown line from the machine: %s", printable(line))
}

// printable makes a guest's text safe to show on a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}

// timeline holds the phases of the boot.
type timeline struct {
	mu     sync.Mutex
	phases []phase // as they came
}

// phase is a point that the boot has reached.
type phase struct {
	name string
	at   time.Duration // guest time since power-on
}

// add notes a phase. It returns the one before and the time since then.
func (t *timeline) add(name string, at time.Duration) (before string, since time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := phase{name: "power-on"}
	if n := len(t.phases); n > 0 {
		last = t.phases[n-1]
	}
	if len(t.phases) < maxPhases {
		t.phases = append(t.phases, phase{name, at})
	}
	return last.name, at - last.at
}

// reached reports whether the machine has come to a phase.
func (t *timeline) reached(name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.ContainsFunc(t.phases, func(p phase) bool { return p.name == name })
}
