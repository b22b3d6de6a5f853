package console

import (
	"strings"

	"cairn/kernel/clock"
	"cairn/kernel/drivers"
	"cairn/kernel/kfmt"
	"cairn/kernel/klog"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// maxLine bounds the lines in either direction.
const maxLine = 1024

// controlLog makes what is sent on the control channel of a line of the kernel log: one
// line for each that it has.
func controlLog(l klog.Line) string {
	var out strings.Builder
	for text := range strings.SplitSeq(l.Text, "\n") {
		kfmt.Fprintf(&out, "log %d %.*s\n", l.Level, maxLine, text)
	}
	return out.String()
}

// plainLog makes what people read of a line of the kernel log.
func plainLog(l klog.Line) string {
	return "cairn: " + strings.ReplaceAll(l.Text, "\n", "\r\n") + "\r\n"
}

// receive hands the commands that come in to f, for ever.
func receive(ch drivers.Channel, f func(command)) {
	var in lineSink
	for {
		in.room = maxLine
		_, err := ch.Read(&in)
		switch {
		case err == unix.EAGAIN:
			drivers.Await(ch.Queue(), clock.Never, func() bool { return ch.Ready()&(wait.In|wait.Hup) != 0 })
			continue
		case err != nil || in.room == maxLine:
			return // the end
		}
		in.lines(func(line string) {
			cmd, err := parseCommand(line)
			if err != nil {
				klog.Warnf("%v", err)
				return
			}
			f(cmd)
		})
	}
}

// lineSink cuts what is read into lines. It implements drivers.Sink.
type lineSink struct {
	buf  []byte
	room int
}

// Len returns how many bytes it takes.
func (s *lineSink) Len() int { return s.room }

// Write takes bytes.
func (s *lineSink) Write(p []byte) (int, error) {
	n := min(len(p), s.room)
	s.buf = append(s.buf, p[:n]...)
	s.room -= n
	return n, nil
}

// lines hands out the complete lines. A line that is too long is dropped.
func (s *lineSink) lines(f func(line string)) {
	for {
		i := strings.IndexByte(string(s.buf), '\n')
		if i < 0 {
			break
		}
		f(strings.TrimSuffix(string(s.buf[:i]), "\r"))
		s.buf = s.buf[i+1:]
	}
	if len(s.buf) > maxLine {
		klog.Warnf("control: a line from the host is longer than %d bytes", maxLine)
		s.buf = nil
	}
	s.buf = append([]byte(nil), s.buf...)
}
