package tty

import (
	"cairn/kernel/clock"
	"cairn/kernel/drivers"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// decisecond is the unit of VTIME.
const decisecond = clock.Second / 10

// available returns how many bytes a read could take now: in canonical mode those of whole lines,
// with the marks of typed ends of file.
func (t *Terminal) available() int {
	if t.canonical() {
		return int(t.in.canonHead - t.in.tail)
	}
	return t.in.used()
}

// readable says what poll(2) says: in noncanonical mode VMIN counts, unless there is a VTIME.
func (t *Terminal) readable() bool {
	least := 1
	if !t.canonical() && t.termios.Cc[unix.VTIME] == 0 {
		least = max(1, int(t.termios.Cc[unix.VMIN]))
	}
	return t.available() >= least
}

// buffered returns what FIONREAD says: the bytes that can be read, without marks.
func (t *Terminal) buffered() int {
	n := t.available()
	if t.canonical() {
		for pos := t.in.tail; pos != t.in.canonHead; pos++ {
			if t.in.at(pos) == eofMark && t.in.endsAt(pos) {
				n--
			}
		}
	}
	return n
}

// read moves input to dst as termios(3) says. tk waits here if VTIME wants it; otherwise EAGAIN says
// that there is nothing yet.
func (t *Terminal) read(tk *task.Task, dst drivers.Sink, nonBlocking bool) (int, error) {
	if dst.Len() == 0 {
		return 0, nil
	}
	defer t.makeWay()
	if t.canonical() {
		if t.available() == 0 {
			return 0, unix.EAGAIN
		}
		return t.readLine(dst)
	}
	least, tenths := int(t.termios.Cc[unix.VMIN]), clock.Time(t.termios.Cc[unix.VTIME])
	if tk != nil && !nonBlocking && tenths != 0 {
		return t.readTimed(tk, dst, least, tenths*decisecond)
	}
	switch n := t.available(); {
	case n == 0 && least == 0 && (tenths == 0 || !nonBlocking):
		return 0, nil
	case n == 0, n < min(least, dst.Len()) && !nonBlocking:
		return 0, unix.EAGAIN
	}
	return t.readBytes(dst)
}

// makeWay lets input go on that waits for room.
func (t *Terminal) makeWay() {
	if t.in.full {
		t.line.unthrottle(t)
	}
}

// readLine reads from the first line, at most to its end.
func (t *Terminal) readLine(dst drivers.Sink) (int, error) {
	in, total := &t.in, 0
	for in.tail != in.canonHead {
		n := 0 // bytes in one piece that do not end the line
		for pos := in.tail; pos != in.canonHead && n < dst.Len() && !in.endsAt(pos); pos++ {
			if n++; (pos+1)%inputSize == 0 {
				break
			}
		}
		if n > 0 {
			k, err := t.copyOut(dst, n)
			total += k
			if err != nil {
				return result(total, err)
			}
			continue
		}
		if !in.endsAt(in.tail) {
			return total, nil // dst is full
		}
		isMark := in.at(in.tail) == eofMark
		if !isMark && dst.Len() == 0 {
			return total, nil
		}
		if !isMark {
			if k, err := dst.Write(in.buf[in.tail%inputSize:][:1]); k == 0 {
				return result(total, err)
			}
			total++
		}
		in.setEnd(in.tail, false)
		in.tail++
		return total, nil
	}
	return total, nil
}

// copyOut moves the n bytes at the tail, which lie in one piece, to dst.
func (t *Terminal) copyOut(dst drivers.Sink, n int) (int, error) {
	in := &t.in
	k, err := dst.Write(in.buf[in.tail%inputSize:][:n])
	in.tail += uint32(k)
	return k, err
}

// readBytes reads what there is.
func (t *Terminal) readBytes(dst drivers.Sink) (int, error) {
	in, total := &t.in, 0
	for in.used() > 0 && dst.Len() > 0 {
		n := min(in.used(), dst.Len(), inputSize-int(in.tail%inputSize))
		k, err := t.copyOut(dst, n)
		total += k
		if err != nil {
			in.canonHead = in.tail
			return result(total, err)
		}
	}
	in.canonHead = in.tail
	return total, nil
}

// result is what a read returns that stopped with an error after n bytes.
func result(n int, err error) (int, error) {
	if n > 0 {
		return n, nil
	}
	return 0, err
}

// readTimed is read with VTIME: with VMIN, a time between bytes, which runs from the first one;
// without, a time for the read.
func (t *Terminal) readTimed(tk *task.Task, dst drivers.Sink, least int, d clock.Time) (int, error) {
	total := 0
	deadline := clock.Never
	if least == 0 {
		deadline = clock.Now() + d
	} else if t.available() == 0 {
		return 0, unix.EAGAIN
	}
	e := wait.Entry{Mask: wait.In | wait.RdHup, Waiter: tk}
	t.queue.Add(&e)
	defer t.queue.Remove(&e)
	for hangups := t.hangups; ; {
		n, err := t.readBytes(dst)
		total += n
		if err != nil || total >= max(least, 1) || dst.Len() == 0 || t.hangups != hangups || t.canonical() {
			return result(total, err)
		}
		t.makeWay()
		if n > 0 {
			deadline = clock.Now() + d
		}
		t.unlock()
		err = tk.BlockUntil(deadline)
		t.lock()
		if err == unix.ETIMEDOUT {
			return total, nil
		}
		if err != nil {
			return result(total, err)
		}
	}
}
