package console

import (
	"strconv"
	"strings"

	"cairn/kernel/kfmt"
)

// The commands that come from the host on the control channel, each a line.
const (
	cmdEOF     = "eof"     // eof COUNT: standard input ends after COUNT bytes
	cmdWinsize = "winsize" // winsize ROWS COLS: the host's terminal has this size now
	cmdSignal  = "signal"  // signal N: for the first program
)

// maxSignal is the highest signal number (signal(7)).
const maxSignal = 64

// A command is a parsed line.
type command struct {
	name string
	args [2]uint64
}

// arguments says how many numbers a command has, and how large each may be.
var arguments = map[string][]uint64{
	cmdEOF:     {1<<64 - 1},
	cmdWinsize: {1<<16 - 1, 1<<16 - 1},
	cmdSignal:  {maxSignal},
}

// parseCommand reads a line, without its newline.
func parseCommand(line string) (command, error) {
	words := strings.Fields(line)
	if len(words) == 0 {
		return command{}, kfmt.Errorf("control: empty line from the host")
	}
	c := command{name: words[0]}
	most, ok := arguments[c.name]
	if !ok || len(words)-1 != len(most) {
		return command{}, kfmt.Errorf("control: line %.80q from the host is not understood", line)
	}
	for i, w := range words[1:] {
		n, err := strconv.ParseUint(w, 10, 64)
		if err != nil || n > most[i] {
			return command{}, kfmt.Errorf("control: %.80q is no number from 0 to %d", w, most[i])
		}
		c.args[i] = n
	}
	return c, nil
}

// parseWinsize reads ROWSxCOLS, as the boot parameter console.winsize has it.
func parseWinsize(s string) (rows, cols uint16, err error) {
	r, c, ok := strings.Cut(s, "x")
	if ok {
		var rn, cn uint64
		if rn, err = strconv.ParseUint(r, 10, 16); err == nil {
			cn, err = strconv.ParseUint(c, 10, 16)
		}
		if err == nil {
			return uint16(rn), uint16(cn), nil
		}
	}
	return 0, 0, kfmt.Errorf("console.winsize=%q: want ROWSxCOLS, as 24x80", s)
}

// parseTTYs reads which of the descriptors 0, 1 and 2 are terminals: numbers with commas
// between them, or nothing.
func parseTTYs(s string) (tty [3]bool, err error) {
	if s == "" || s == "none" {
		return tty, nil
	}
	for _, w := range strings.Split(s, ",") {
		n, err := strconv.ParseUint(w, 10, 8)
		if err != nil || n >= uint64(len(tty)) {
			return [3]bool{}, kfmt.Errorf("console.tty=%q: want some of 0,1,2, or none", s)
		}
		tty[n] = true
	}
	return tty, nil
}
