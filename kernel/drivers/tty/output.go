package tty

import (
	"cairn/kernel/drivers"

	"golang.org/x/sys/unix"
)

const (
	// outputSize is how much output waits for the line at most, in bytes.
	outputSize = 8192
	// tabStop is how far apart the places are that a tab moves to.
	tabStop = 8
	// widest is the most bytes that one byte of output becomes: a tab in spaces.
	widest = tabStop
)

// An output is what is on its way to the line, and where that leaves the cursor.
type output struct {
	ring   drivers.Ring
	column int
	// canonColumn is the column where the line of input that is being typed began.
	canonColumn int
	// stopped says that the user or a program has stopped the output; byProgram which of them.
	stopped, byProgram bool
}

// roomy says whether one more byte of output finds room, whatever it becomes.
func (t *Terminal) roomy() bool { return t.out.ring.Room() >= widest }

// emit sends c as it is.
func (t *Terminal) emit(c byte) { t.out.ring.Put(c) }

// process sends c as OPOST and its companions have it. There is room.
func (t *Terminal) process(c byte) {
	if !t.oflag(unix.OPOST) {
		t.emit(c)
		return
	}
	o := &t.out
	switch c {
	case '\n':
		if t.oflag(unix.ONLRET) {
			o.column = 0
		}
		if t.oflag(unix.ONLCR) {
			o.column = 0
			t.emit('\r')
		}
		o.canonColumn = o.column
	case '\r':
		if t.oflag(unix.ONOCR) && o.column == 0 {
			return
		}
		if t.oflag(unix.OCRNL) {
			c = '\n'
			if t.oflag(unix.ONLRET) {
				o.column, o.canonColumn = 0, 0
			}
			break
		}
		o.column, o.canonColumn = 0, 0
	case '\t':
		spaces := tabStop - o.column%tabStop
		o.column += spaces
		if t.termios.Oflag&tabMask == tabExpand {
			for range spaces {
				t.emit(' ')
			}
			return
		}
	case '\b':
		if o.column > 0 {
			o.column--
		}
	default:
		if isControl(c) {
			break
		}
		if t.oflag(flagOLCUC) {
			c = toUpper(c)
		}
		if !t.continuation(c) {
			o.column++
		}
	}
	t.emit(c)
}

// write takes what there is room for from src. It reports how many bytes it took.
func (t *Terminal) write(src drivers.Source) (int, error) {
	total := 0
	t.flushEcho()
	for src.Len() > 0 {
		n, err := t.writeSome(src)
		total += n
		if err != nil && total == 0 {
			return 0, err
		}
		if n > 0 && err == nil {
			continue
		}
		before := t.out.ring.Room()
		t.line.drain(t)
		if err != nil || t.out.ring.Room() == before {
			break
		}
	}
	t.line.drain(t)
	if total == 0 && src.Len() > 0 {
		return 0, unix.EAGAIN
	}
	return total, nil
}

// writeSome takes as much as goes in one piece: 0 bytes if there is no room.
func (t *Terminal) writeSome(src drivers.Source) (int, error) {
	if t.out.stopped {
		return 0, nil
	}
	if !t.oflag(unix.OPOST) {
		n, err := src.Read(t.out.ring.FreeSpan())
		t.out.ring.Produce(n)
		return n, err
	}
	var chunk [256]byte
	n, err := src.Read(chunk[:min(len(chunk), t.out.ring.Room()/widest)])
	for _, c := range chunk[:n] {
		t.process(c)
	}
	return n, err
}

// stop stops the output (^S, TCOOFF).
func (t *Terminal) stop() {
	if !t.out.stopped {
		t.out.stopped = true
		t.line.flow(t, false)
	}
}

// start lets output go on (^Q, TCOON), unless a program has stopped it and it is the user who
// wants it.
func (t *Terminal) start() {
	if t.out.stopped && !t.out.byProgram {
		t.out.stopped = false
		t.line.flow(t, true)
		t.wakeWriters()
	}
}
