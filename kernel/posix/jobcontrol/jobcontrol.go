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
	signal.SendGroup(group, signal.NewInfo(int(sig), signal.SIKernel))
}

// fromHost hands a signal from the host to the foreground of its terminal, or, without a terminal, to
// the first program.
func fromHost(sig int) {
	if sig == 0 {
		return
	}
	if t := tty.Console(); t != nil {
		if group := t.Foreground(); group > 0 {
			processes{}.SignalGroup(group, unix.Signal(sig))
			return
		}
	}
	first := process.Find(initPID)
	if first == nil {
		klog.Infof("signal %d from the host: no program runs", sig)
		return
	}
	if err := signal.SendProcess(first.Tasks, signal.NewInfo(sig, signal.SIKernel)); err != nil {
		klog.Warnf("signal %d from the host: %v", sig, err)
	}
}
