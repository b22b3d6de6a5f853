package tty

import "golang.org/x/sys/unix"

// erase acts on VERASE, VWERASE or VKILL: it takes a character, a word or everything off the line
// that is being typed, and shows it as the ECHO flags say.
func (t *Terminal) erase(key byte) {
	in := &t.in
	if in.head == in.canonHead {
		return
	}
	word, line := false, false
	switch {
	case t.is(key, unix.VERASE):
	case t.is(key, unix.VWERASE):
		word = true
	default:
		line = true
		if t.eraseSilently() {
			return
		}
	}
	inWord := false
	for in.head != in.canonHead {
		start := t.lastChar()
		c := in.at(start)
		if t.continuation(c) {
			break // half a character is not erased
		}
		if word && !isWord(c) && inWord {
			break
		}
		inWord = inWord || isWord(c)
		end := in.head
		in.head = start
		if t.lflag(unix.ECHO) {
			t.echoErased(c, end, word || line)
		}
		if !word && !line {
			break
		}
	}
	if in.head == in.canonHead && t.lflag(unix.ECHO) {
		t.finishErasing()
	}
}

// lastChar returns where the last character begins.
func (t *Terminal) lastChar() uint32 {
	pos := t.in.head - 1
	for t.continuation(t.in.at(pos)) && pos != t.in.canonHead {
		pos--
	}
	return pos
}

// eraseSilently is for VKILL on a terminal that does not show each character go. It reports false
// if the terminal does.
func (t *Terminal) eraseSilently() bool {
	if !t.lflag(unix.ECHO) {
		t.in.head = t.in.canonHead
		return true
	}
	if t.lflag(unix.ECHOK) && t.lflag(unix.ECHOKE) && t.lflag(unix.ECHOE) {
		return false
	}
	t.in.head = t.in.canonHead
	t.finishErasing()
	t.echoChar(t.termios.Cc[unix.VKILL])
	if t.lflag(unix.ECHOK) {
		t.echoRaw('\n')
	}
	return true
}

// echoErased shows that the character c, which began at the input's head and ended at end, is gone. many
// says that it was not erased alone.
func (t *Terminal) echoErased(c byte, end uint32, many bool) {
	switch {
	case t.lflag(unix.ECHOPRT):
		if !t.erasing {
			t.echoRaw('\\')
			t.erasing = true
		}
		t.echoChar(c)
		for pos := t.in.head + 1; pos != end; pos++ {
			t.echoRaw(t.in.at(pos))
			t.addEcho(echoBack, 0)
		}
	case !many && !t.lflag(unix.ECHOE):
		t.echoChar(t.termios.Cc[unix.VERASE])
	case c == '\t':
		t.echoErasedTab()
	default:
		width := 1
		if isControl(c) {
			width = 0
			if t.lflag(unix.ECHOCTL) {
				width = 2
			}
		}
		for range width {
			t.echoRaw('\b')
			t.echoRaw(' ')
			t.echoRaw('\b')
		}
	}
}

// echoErasedTab moves the cursor back to where a tab began: it counts the columns on the line
// up to there, or from the tab before.
func (t *Terminal) echoErasedTab() {
	columns, kind := 0, echoTabStart
	for pos := t.in.head; pos != t.in.canonHead; {
		pos--
		c := t.in.at(pos)
		if c == '\t' {
			kind = echoTabAfter
			break
		}
		if isControl(c) {
			if t.lflag(unix.ECHOCTL) {
				columns += 2
			}
		} else if !t.continuation(c) {
			columns++
		}
	}
	// Just the place between two tab stops matters.
	t.addEcho(kind, byte(columns%tabStop))
}
