package tty

import "golang.org/x/sys/unix"

// An echoOp is a piece of echo that waits for room: what to do, and with which byte.
type echoOp struct {
	kind echoKind
	c    byte
}

type echoKind uint8

const (
	echoPlain     echoKind = iota // send c like output
	echoControl                   // send ^ and the letter for c
	echoMarkStart                 // the line of input begins at this column
	echoBack                      // the cursor is one column further left than was counted
	echoTabStart                  // erase a tab, c columns of the line before it
	echoTabAfter                  // erase a tab, c columns after the tab before it
)

// echoUnprocessed is a byte that Linux uses as a mark in its echo buffer, and so echoes
// without looking at OPOST.
const echoUnprocessed = 0xff

// maxEcho bounds the echo that waits. What is beyond is not echoed, as on Linux.
const maxEcho = 4096

// addEcho appends a piece of echo.
func (t *Terminal) addEcho(kind echoKind, c byte) {
	if len(t.echo) < maxEcho {
		t.echo = append(t.echo, echoOp{kind, c})
	}
}

// echoRaw echoes c as it is.
func (t *Terminal) echoRaw(c byte) { t.addEcho(echoPlain, c) }

// echoChar echoes a byte that was typed: control characters as ^X if ECHOCTL says so.
func (t *Terminal) echoChar(c byte) {
	if t.lflag(unix.ECHOCTL) && isControl(c) && c != '\t' {
		t.addEcho(echoControl, c)
		return
	}
	t.addEcho(echoPlain, c)
}

// echoTyped echoes a byte that becomes input, as it is if plain.
func (t *Terminal) echoTyped(c byte, plain bool) {
	t.finishErasing()
	if plain {
		t.echoRaw(c)
		return
	}
	if t.in.canonHead == t.in.head {
		t.addEcho(echoMarkStart, 0)
	}
	t.echoChar(c)
}

// finishErasing ends a run of erased characters that ECHOPRT shows between \ and /.
func (t *Terminal) finishErasing() {
	if t.erasing {
		t.echoRaw('/')
		t.erasing = false
	}
}

// flushEcho sends the echo that waits, as far as there is room and output is not stopped.
func (t *Terminal) flushEcho() {
	done := 0
	for _, e := range t.echo {
		if t.out.stopped || !t.roomy() {
			break
		}
		t.sendEcho(e)
		done++
	}
	if done == 0 {
		return
	}
	t.echo = t.echo[:copy(t.echo, t.echo[done:])]
	t.line.drain(t)
}

func (t *Terminal) sendEcho(e echoOp) {
	o := &t.out
	switch e.kind {
	case echoPlain:
		if e.c == echoUnprocessed {
			t.emit(e.c)
			o.column++
			break
		}
		t.process(e.c)
	case echoControl:
		t.emit('^')
		t.emit(e.c ^ 0x40)
		o.column += 2
	case echoMarkStart:
		o.canonColumn = o.column
	case echoBack:
		o.column = max(0, o.column-1)
	case echoTabStart, echoTabAfter:
		columns := int(e.c)
		if e.kind == echoTabStart {
			columns += o.canonColumn
		}
		for range tabStop - columns%tabStop {
			t.emit('\b')
			o.column = max(0, o.column-1)
		}
	}
}
