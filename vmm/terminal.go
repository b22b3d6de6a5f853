package vmm

import (
	"fmt"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"
)

// terminal is the user's terminal, if there is one.
type terminal struct {
	fds  [3]int  // of standard input, output and error
	ttys [3]bool // which of them are terminals

	mu  sync.Mutex
	old *term.State // to restore; nil when not in raw mode
}

func newTerminal(streams IO) *terminal {
	t := &terminal{}
	for i, f := range []*os.File{streams.Stdin, streams.Stdout, streams.Stderr} {
		t.fds[i] = int(f.Fd())
		t.ttys[i] = !streams.Streams && term.IsTerminal(t.fds[i])
	}
	return t
}

// params returns the boot parameters that describe the terminal.
func (t *terminal) params() (params []string) {
	var list []string
	for i, tty := range t.ttys {
		if tty {
			list = append(list, fmt.Sprint(i))
		}
	}
	if len(list) == 0 {
		return nil
	}
	params = append(params, "console.tty="+strings.Join(list, ","))
	if rows, cols, ok := t.size(); ok {
		params = append(params, fmt.Sprintf("console.winsize=%dx%d", rows, cols))
	}
	return params
}

// size returns the terminal's size in characters.
func (t *terminal) size() (rows, cols int, ok bool) {
	for i, tty := range t.ttys {
		if tty {
			cols, rows, err := term.GetSize(t.fds[i])
			return rows, cols, err == nil && rows > 0 && cols > 0
		}
	}
	return 0, 0, false
}

// makeRaw puts the terminal in raw mode if input comes from it.
func (t *terminal) makeRaw() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ttys[0] || t.old != nil {
		return
	}
	if old, err := term.MakeRaw(t.fds[0]); err == nil {
		t.old = old
	}
}

// restore takes the terminal out of raw mode. It may be called at any time.
func (t *terminal) restore() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.old != nil {
		_ = term.Restore(t.fds[0], t.old) // a terminal that is gone needs nothing
		t.old = nil
	}
}

// translate makes lines right for a terminal in raw mode, which does not return
// the carriage by itself.
func (t *terminal) translate(s string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.old == nil || !t.ttys[2] {
		return s
	}
	return strings.ReplaceAll(s, "\n", "\r\n")
}
