package vmm

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
)

// copyOut copies what the guest writes. When the user's end is gone, the
// session ends, as a program would by SIGPIPE.
func (s *session) copyOut(to, from *os.File) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			if _, werr := to.Write(buf[:n]); werr != nil {
				s.breakPipe(werr)
				_, _ = io.Copy(io.Discard, from) // let the guest end
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// breakPipe ends the session because output cannot be written.
func (s *session) breakPipe(err error) {
	if errors.Is(err, syscall.EPIPE) {
		err = ErrBrokenPipe
	} else {
		err = fmt.Errorf("writing the program's output: %w", err)
	}
	select {
	case s.broken <- err:
	default: // only the first counts
	}
}

// pumpStdin copies standard input to the guest and says how much it was.
func (s *session) pumpStdin() {
	var total int64
	buf := make([]byte, 64<<10)
	for {
		n, err := s.Stdin.Read(buf)
		if n > 0 {
			if _, werr := s.host.Stdin.Write(buf[:n]); werr != nil {
				return // the machine has ended
			}
			total += int64(n)
		}
		if err != nil { // an unreadable input is at its end, too
			s.send("eof %d", total)
			return
		}
	}
}

// tail keeps the last bytes of a stream.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

// fill reads a stream to its end.
func (t *tail) fill(r io.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		t.mu.Lock()
		t.buf = append(t.buf, buf[:n]...)
		if over := len(t.buf) - serialKeep; over > 0 {
			t.buf = append(t.buf[:0], t.buf[over:]...)
		}
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// text returns what was kept, as lines that are safe to show.
func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.ReplaceAll(string(t.buf), "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
