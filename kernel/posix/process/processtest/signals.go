package processtest

import (
	"sync"

	"cairn/kernel/posix/process"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// In place of the library of signals, the signals that the library of processes sends are noted, and
// interrupted calls are made again.

// Sent is a signal that a process was sent.
type Sent struct {
	To     int32
	Signal unix.Signal
	Child  process.Child // of SIGCHLD
	From   int32         // the process that it says it is from
}

var sent struct {
	sync.Mutex
	list    []Sent
	ignores map[int32]bool
}

func init() {
	process.Signals.Child = func(parent *task.Process, c process.Child) { note(Sent{To: parent.PID, Signal: c.Signal, Child: c}) }
	process.Signals.Kernel = func(p *task.Process, sig unix.Signal) {
		note(Sent{To: p.PID, Signal: sig})
		if sig == unix.SIGKILL {
			p.Exit(task.Killed(int(sig)))
		}
	}
	process.Signals.User = func(p *task.Process, sig unix.Signal, pid int32, _ uint32) {
		note(Sent{To: p.PID, Signal: sig, From: pid})
	}
	process.Signals.IgnoresChildren = func(p *task.Process) (bool, bool) {
		sent.Lock()
		defer sent.Unlock()
		return sent.ignores[p.PID], sent.ignores[p.PID]
	}
	task.OnWork(task.WorkRestart, func(t *task.Task) {
		r := t.TakeRestart()
		r.ResolveRestart(&t.Regs)
	})
}

func note(s Sent) {
	sent.Lock()
	defer sent.Unlock()
	sent.list = append(sent.list, s)
}

// TakeSent returns the signals that a process was sent since the last call.
func TakeSent(pid int64) []Sent {
	sent.Lock()
	defer sent.Unlock()
	var to, rest []Sent
	for _, s := range sent.list {
		if int64(s.To) == pid {
			to = append(to, s)
		} else {
			rest = append(rest, s)
		}
	}
	sent.list = rest
	return to
}

// IgnoreChildren makes the program's process ignore SIGCHLD.
func (p *Program) IgnoreChildren() {
	sent.Lock()
	defer sent.Unlock()
	if sent.ignores == nil {
		sent.ignores = map[int32]bool{}
	}
	sent.ignores[p.Task.Proc.PID] = true
}
