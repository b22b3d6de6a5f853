package process

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// notices are what others are told once tree is unlocked.
type notices struct {
	children []childNotice
	signals  []signalNotice
}

// maxSignal is the highest signal number.
const maxSignal = 64

type childNotice struct {
	parent *Process
	child  Child
}

type signalNotice struct {
	to   *task.Process
	sig  unix.Signal
	from *Process // nil is the kernel
}

// child tells p's parent that p stopped or went on. tree is held.
func (n *notices) child(p *Process, code, status int32) {
	if p.parent == nil {
		return
	}
	c := Child{Signal: unix.SIGCHLD, Code: code, PID: p.PID, UID: p.realUID(), Status: status}
	if code == childExited || code == childKilled || code == childDumped {
		c.Signal = unix.Signal(p.exitSignal)
		if c.Signal > numSignals {
			c.Signal = 0 // clone(2) takes any number
		}
		c.User, c.System = p.usage.User, p.usage.System
	}
	n.children = append(n.children, childNotice{p.parent, c})
}

// signal sends a process a signal from another, or from the kernel if that is nil.
func (n *notices) signal(to *task.Process, sig unix.Signal, from *Process) {
	n.signals = append(n.signals, signalNotice{to, sig, from})
}

// group sends a signal of the kernel's to the processes of a group. tree is held.
func (n *notices) group(g *group, sig unix.Signal) {
	for _, p := range g.members {
		if p.life == alive {
			n.signal(p.Tasks, sig, nil)
		}
	}
}

// send tells everybody. tree is not held.
func (n *notices) send() {
	for i := range n.signals {
		s := &n.signals[i]
		if s.from == nil {
			Signals.Kernel(s.to, s.sig)
		} else {
			Signals.User(s.to, s.sig, s.from.PID, s.from.uid)
		}
	}
	for i := range n.children {
		c := &n.children[i]
		if sig := c.child.Signal; sig > 0 && sig <= maxSignal { // clone(2) takes other numbers, too
			Signals.Child(c.parent.Tasks, c.child)
		}
		c.parent.waiters.Wake(wait.In)
	}
}

// realUID returns the real user id of the process.
func (p *Process) realUID() uint32 {
	if p.life >= zombie {
		return p.uid
	}
	for _, t := range p.Tasks.Tasks() {
		return vfs.CredOf(t).RUID
	}
	return p.uid
}
