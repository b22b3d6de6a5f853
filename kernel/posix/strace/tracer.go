package strace

import (
	"strconv"
	"sync"

	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// resultColumn is where the equals sign of a short line stands.
const resultColumn = 40

// maxErrno is the highest error number a system call can return.
const maxErrno = 4095

// tracer puts the texts of all tasks together into lines.
type tracer struct {
	Options
	mu    sync.Mutex
	tasks int    // how many tasks there are
	line  []byte // a line whose call is not over
	owner *state // whose call that is; nil: there is none
}

// state is what the tracer knows of one task. Only the task itself uses it, but
// others read name and pid under the tracer's lock.
type state struct {
	printer
	pid    int32 // 0: not attached yet
	inCall bool
	status int32 // the status given to exit(2) or exit_group(2)
	exited bool  // such a call was made
}

// prefix begins a line with the pid of its task, as strace -f does: always in a file,
// else only while there are several tasks.
func (tr *tracer) prefix(pid int32) []byte {
	const width = 5
	digits := strconv.Itoa(int(pid))
	pad := "     "[:max(0, width-len(digits))]
	switch {
	case tr.File:
		return []byte(digits + pad + " ")
	case tr.tasks > 1:
		return []byte("[pid " + pad + digits + "] ")
	}
	return nil
}

// interrupt ends the line of a call that is not over.
func (tr *tracer) interrupt() {
	if tr.owner != nil {
		tr.Output(string(tr.line) + " <unfinished ...>")
		tr.owner = nil
	}
}

// resume goes on with the line of s, or begins another for the rest of its call.
func (tr *tracer) resume(s *state) {
	if tr.owner == s {
		return
	}
	tr.interrupt()
	tr.line = append(tr.prefix(s.pid), "<... "+s.name+" resumed>"...)
	tr.owner = s
}

// finish ends the line of the task that owns it.
func (tr *tracer) finish(result string) {
	tr.line = append(tr.line, ") "...)
	for len(tr.line) < resultColumn {
		tr.line = append(tr.line, ' ')
	}
	tr.Output(string(tr.line) + "= " + result)
	tr.owner = nil
}

// event prints a line that is no call.
func (tr *tracer) event(pid int32, text string) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.interrupt()
	tr.Output(string(tr.prefix(pid)) + text)
}

// attach counts a task, the first time that it does anything. All but the first
// task are announced.
func (tr *tracer) attach(s *state, pid int32) {
	if s.pid == pid {
		return
	}
	tr.mu.Lock()
	defer tr.mu.Unlock()
	known := s.pid != 0
	s.pid = pid // execve(2) gives a thread the pid of its process
	if known {
		return
	}
	tr.tasks++
	if tr.tasks > 1 && !tr.File {
		tr.interrupt()
		tr.Output("strace: Process " + strconv.Itoa(int(s.pid)) + " attached")
	}
}

// enter begins the line of a call.
func (tr *tracer) enter(s *state, nr uintptr, args [6]uintptr) {
	s.start(nr, args)
	s.printer.enter()
	s.inCall = true
	if s.name == "exit" || s.name == "exit_group" {
		s.status, s.exited = int32(args[0])&0xff, true
	}
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.interrupt()
	tr.line = append(tr.prefix(s.pid), s.out...)
	tr.owner = s
	s.out = s.out[:0]
}

// leave ends the line of a call.
func (tr *tracer) leave(s *state, v uintptr, err error) {
	errno, _ := err.(unix.Errno)
	if err != nil && errno == 0 {
		errno = unix.EIO
	}
	if err == nil && v > ^uintptr(maxErrno) {
		errno = unix.Errno(-v)
	}
	s.printer.exit(v, errno)
	s.inCall = false
	result := string(s.result())
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.resume(s)
	tr.line = append(tr.line, s.out...)
	tr.finish(result)
}

// detach ends the line of a call that the task did not return from, and says
// how the task ended.
func (tr *tracer) detach(s *state, how string) {
	tr.mu.Lock()
	if s.inCall {
		tr.resume(s)
		if !s.complete() {
			tr.line = append(tr.line, " <unfinished ...>"...)
		}
		tr.finish("?")
	}
	tr.mu.Unlock()
	tr.event(s.pid, "+++ "+how+" +++")
	tr.mu.Lock()
	tr.tasks--
	tr.mu.Unlock()
}

// ending describes how a task ended.
func (s *state) ending(status task.Status) string {
	if s.exited {
		return "exited with " + strconv.Itoa(int(s.status))
	}
	w := unix.WaitStatus(status)
	if !w.Signaled() {
		return "exited with " + strconv.Itoa(w.ExitStatus())
	}
	p := printer{out: []byte("killed by ")}
	p.signal(int32(w.Signal()))
	if w.CoreDump() {
		p.str(" (core dumped)")
	}
	return string(p.out)
}
