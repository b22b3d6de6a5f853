package tty

import "golang.org/x/sys/unix"

// inputSize is the size of the input buffer in bytes: the longest line, with its end.
const inputSize = 4096

// eofMark stands in the buffer for an end of file that was typed, at a place marked as a line's end.
const eofMark = 0

// An input is what was typed and not read yet. Positions count bytes ever put in, modulo 2^32.
type input struct {
	buf  [inputSize]byte
	ends [inputSize / 64]uint64 // which places end a line
	// tail is the next byte to read, head is where the next one goes, canonHead is the end of the last
	// whole line.
	tail, head, canonHead uint32
	// literal says that the next byte is taken as it is.
	literal bool
	// full says that bytes wait outside for room.
	full bool
}

func (in *input) used() int { return int(in.head - in.tail) }

func (in *input) at(pos uint32) byte { return in.buf[pos%inputSize] }

func (in *input) put(c byte) {
	in.buf[in.head%inputSize] = c
	in.setEnd(in.head, false)
	in.head++
}

func (in *input) endsAt(pos uint32) bool {
	i := pos % inputSize
	return in.ends[i/64]>>(i%64)&1 != 0
}

func (in *input) setEnd(pos uint32, on bool) {
	i := pos % inputSize
	in.ends[i/64] &^= 1 << (i % 64)
	if on {
		in.ends[i/64] |= 1 << (i % 64)
	}
}

// putEnd puts a byte that ends a line.
func (in *input) putEnd(c byte) {
	in.put(c)
	in.setEnd(in.head-1, true)
	in.canonHead = in.head
}

// flushInput throws everything away that was typed and not read.
func (t *Terminal) flushInput() {
	in := &t.in
	in.tail, in.canonHead, in.literal = in.head, in.head, false
	in.ends = [inputSize / 64]uint64{}
	t.erasing = false
}

// receive takes bytes that come from the line, as far as there is room, and returns how many.
func (t *Terminal) receive(p []byte) int {
	before := t.available()
	n := 0
	for n < len(p) && t.makeRoom() {
		t.receiveByte(p[n])
		n++
	}
	t.in.full = n < len(p)
	t.flushEcho()
	if t.available() > before {
		t.wakeReaders()
	}
	return n
}

// makeRoom says whether there is room for a byte. In a line that is longer than the buffer, each
// byte takes the place of the one before, until the line ends.
func (t *Terminal) makeRoom() bool {
	in := &t.in
	room := inputSize - in.used()
	if t.iflag(unix.PARMRK) {
		room = (room + 2) / 3
	}
	room--
	if room > 0 {
		return true
	}
	if !t.lflag(unix.ICANON) || in.canonHead != in.tail {
		return false
	}
	if room < 0 {
		in.head--
	}
	return true
}

// receiveByte takes one byte from the line.
func (t *Terminal) receiveByte(c byte) {
	if t.in.literal {
		t.in.literal = false
		t.store(t.strip(c), false)
		return
	}
	if t.lflag(unix.EXTPROC) {
		t.in.put(c)
		return
	}
	c = t.strip(c)
	if t.flowControl(c) || t.signalKey(c) {
		return
	}
	if t.out.stopped && t.iflag(unix.IXON) && t.iflag(unix.IXANY) {
		t.start()
		t.flushEcho()
	}
	enter := false // the newline was typed as a carriage return
	switch {
	case c == '\r' && t.iflag(unix.IGNCR):
		return
	case c == '\r' && t.iflag(unix.ICRNL):
		c, enter = '\n', true
	case c == '\n' && t.iflag(unix.INLCR):
		c = '\r'
	}
	if !t.lflag(unix.ICANON) || !t.edit(c) {
		t.store(c, enter)
	}
}

// strip maps c as ISTRIP and IUCLC say.
func (t *Terminal) strip(c byte) byte {
	if t.iflag(unix.ISTRIP) {
		c &= 0x7f
	}
	if t.iflag(flagIUCLC) && t.lflag(unix.IEXTEN) {
		c = toLower(c)
	}
	return c
}

// store echoes a byte, as it is if plain, and puts it into the buffer.
func (t *Terminal) store(c byte, plain bool) {
	if t.lflag(unix.ECHO) {
		t.echoTyped(c, plain)
	}
	t.doubled(c)
	t.in.put(c)
}

// doubled puts the byte 0377 once more where PARMRK wants it so.
func (t *Terminal) doubled(c byte) {
	if c == 0xff && t.iflag(unix.PARMRK) {
		t.in.put(c)
	}
}

// flowControl acts on the characters that stop and start output.
func (t *Terminal) flowControl(c byte) bool {
	if !t.iflag(unix.IXON) {
		return false
	}
	switch {
	case t.is(c, unix.VSTART):
		t.start()
		t.flushEcho()
	case t.is(c, unix.VSTOP):
		t.stop()
	default:
		return false
	}
	return true
}

// signalKey acts on the characters that send signals to the foreground.
func (t *Terminal) signalKey(c byte) bool {
	if !t.lflag(unix.ISIG) {
		return false
	}
	var sig unix.Signal
	switch {
	case t.is(c, unix.VINTR):
		sig = unix.SIGINT
	case t.is(c, unix.VQUIT):
		sig = unix.SIGQUIT
	case t.is(c, unix.VSUSP):
		sig = unix.SIGTSTP
	default:
		return false
	}
	t.interrupt(sig)
	if t.iflag(unix.IXON) {
		t.start()
	}
	if t.lflag(unix.ECHO) {
		t.echoChar(c)
	} else {
		t.flushEcho()
	}
	return true
}

// interrupt sends a signal to the foreground group, and throws input and output away unless NOFLSH
// says otherwise.
func (t *Terminal) interrupt(sig unix.Signal) {
	t.signal(t.foreground, sig)
	if t.lflag(unix.NOFLSH) {
		return
	}
	t.flushOutput()
	t.flushInput()
	t.line.flushed(t, unix.TIOCPKT_FLUSHREAD|unix.TIOCPKT_FLUSHWRITE)
}

// edit acts on the characters that edit or end a line. It reports false if c is none.
func (t *Terminal) edit(c byte) bool {
	extended := t.lflag(unix.IEXTEN)
	switch {
	case t.is(c, unix.VERASE), t.is(c, unix.VKILL), t.is(c, unix.VWERASE) && extended:
		t.erase(c)
	case t.is(c, unix.VLNEXT) && extended:
		t.in.literal = true
		if t.lflag(unix.ECHO) {
			t.finishErasing()
			if t.lflag(unix.ECHOCTL) {
				t.echoRaw('^')
				t.echoRaw('\b')
			}
		}
	case t.is(c, unix.VREPRINT) && t.lflag(unix.ECHO) && extended:
		t.finishErasing()
		t.echoChar(c)
		t.echoRaw('\n')
		for pos := t.in.canonHead; pos != t.in.head; pos++ {
			t.echoChar(t.in.at(pos))
		}
	case c == '\n':
		if t.lflag(unix.ECHO | unix.ECHONL) {
			t.echoRaw(c)
		}
		t.in.putEnd(c)
	case t.is(c, unix.VEOF):
		t.in.putEnd(eofMark)
	case t.is(c, unix.VEOL), t.is(c, unix.VEOL2) && extended:
		if t.lflag(unix.ECHO) {
			if t.in.canonHead == t.in.head {
				t.addEcho(echoMarkStart, 0)
			}
			t.echoChar(c)
		}
		t.doubled(c)
		t.in.putEnd(c)
	default:
		return false
	}
	return true
}
