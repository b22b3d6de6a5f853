// Package jobcontrol connects terminals to processes and signals (credentials(7), "Process groups and
// sessions"): the keys that send signals, SIGTTIN and SIGTTOU, hang-ups, and the signals that the
// machine's host sends.
package jobcontrol

import (
	"cairn/kernel/drivers/console"
	"cairn/kernel/drivers/tty"
	"cairn/kernel/klog"
	"cairn/kernel/posix/process"
	"cairn/kernel/posix/signal"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// initPID is the machine's first program.
const initPID = 1

func init() {
	tty.Control = processes{}
	process.SessionEnded = tty.SessionEnded
	console.OnSignal = fromHost
}

// processes implements tty.Processes.
type processes struct{}

// Session returns the session of t's process.
func (processes) Session(t *task.Task) int32 { return process.SessionOf(t.Proc) }

// Group returns the process group of t's process.
func (processes) Group(t *task.Task) int32 { return process.GroupOf(t.Proc) }

// SessionOf returns the session of a group.
func (processes) SessionOf(group int32) int32 { return process.SessionOfGroup(group) }

// Orphaned says whether a group is orphaned.
func (processes) Orphaned(group int32) bool { return process.OrphanedGroup(group) }

// Ignores says whether t blocks or ignores a signal.
func (processes) Ignores(t *task.Task, sig unix.Signal) bool { return signal.Ignores(t, int(sig)) }

// SignalGroup sends a signal to every process of a group.
func (processes) SignalGroup(group int32, sig unix.Signal) {
	signal.SendGroup(group, sig)
}

// fromHost hands a signal from the host on: those that a terminal's keys or its end send go to the foreground of
// the console's terminal, if there is one; all others, such as SIGTERM to shut down, go to the first program.
func fromHost(sig int) {
	if sig == 0 {
		return
	}
	switch unix.Signal(sig) {
	case unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGTSTP, unix.SIGWINCH:
		if t := tty.Console(); t != nil && t.Foreground() > 0 {
			signal.SendGroup(t.Foreground(), unix.Signal(sig))
			return
		}
	}
	first := process.Find(initPID)
	if first == nil {
		klog.Infof("signal %d from the host: no program runs", sig)
		return
	}
	signal.SendKernel(first.Tasks, unix.Signal(sig))
}
