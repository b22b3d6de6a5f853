// Package report carries lines that a library has for whoever started the
// machine, and that are no log: a trace, a table of figures. Where they go is decided
// by the code that starts the machine.
package report

import (
	"sync/atomic"

	"cairn/kernel/klog"
)

// A Sink receives lines, without newline. Several tasks may call it at once.
// The kind names what the line is part of, such as "strace".
type Sink func(kind, line string)

var sink atomic.Pointer[Sink]

// SetSink makes s the receiver of every line from now on.
func SetSink(s Sink) { sink.Store(&s) }

// Line hands on a line. Without a sink it becomes a line of the log, at level notice.
func Line(kind, line string) {
	if s := sink.Load(); s != nil {
		(*s)(kind, line)
		return
	}
	klog.Logf(klog.Notice, "%s: %s", kind, line)
}
