package tty

import (
	"sync"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// Processes is what terminals ask of the library of processes and signals (credentials(7), "Process
// groups and sessions"). A terminal is locked while it is called, except for SignalGroup: that library
// must not hold a lock that these methods take when it calls this package.
type Processes interface {
	// Session returns the session of t's process, and Group its process group.
	Session(t *task.Task) int32
	Group(t *task.Task) int32
	// SessionOf returns the session that a process group is in: 0 if there is no such group.
	SessionOf(group int32) int32
	// Orphaned says whether a process group is orphaned.
	Orphaned(group int32) bool
	// Ignores says whether t blocks or ignores a signal.
	Ignores(t *task.Task, sig unix.Signal) bool
	// SignalGroup sends a signal of the kernel's to every process of a group.
	SignalGroup(group int32, sig unix.Signal)
}

// Control is the library of processes. It is nil in a kernel without one: there is no job control
// then, and the keys for signals are without effect.
var Control Processes

func signalGroup(group int32, sig unix.Signal) {
	if Control != nil {
		Control.SignalGroup(group, sig)
	}
}

// sessions is the controlling terminal of each session that has one.
var sessions struct {
	sync.Mutex
	terminal map[int32]*Terminal
}

// OfSession returns the controlling terminal of a session, nil if it has none.
func OfSession(session int32) *Terminal {
	sessions.Lock()
	defer sessions.Unlock()
	return sessions.terminal[session]
}

// state is what a process has of its own: TIOCNOTTY gives the terminal up for it alone.
type state struct {
	mu       sync.Mutex
	detached bool
}

var slot task.Slot[state]

func init() {
	slot = task.NewSlot(task.Hooks[state]{
		New: func(*task.Task) (*state, error) { return &state{}, nil },
		Clone: func(parent, _ *task.Task, flags uint64) (*state, error) {
			s := slot.Get(parent)
			if flags&unix.CLONE_THREAD != 0 {
				return s, nil
			}
			return &state{detached: s.isDetached()}, nil
		},
	})
}

func (s *state) isDetached() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.detached
}

func (s *state) setDetached(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.detached = on
}

// Controlling returns the controlling terminal of t's process, nil if it has none.
func Controlling(t *task.Task) *Terminal {
	if Control == nil || t == nil || slot.Get(t).isDetached() {
		return nil
	}
	return OfSession(Control.Session(t))
}

// Foreground returns the terminal's foreground process group, 0 if there is none.
func (t *Terminal) Foreground() int32 {
	t.lock()
	defer t.unlock()
	return t.foreground
}

// AttachSession makes the terminal the controlling one of a session, with a foreground group. The
// machine's first program gets its terminal so.
func (t *Terminal) AttachSession(session, group int32) {
	t.lock()
	defer t.unlock()
	t.own(session, group)
}

// SessionEnded takes the controlling terminal from a session whose leader has gone: the foreground
// group of a pseudoterminal gets SIGHUP; any other terminal is hung up. The library of processes calls it.
func SessionEnded(session int32) {
	t := OfSession(session)
	if t == nil {
		return
	}
	t.lock()
	defer t.unlock()
	if _, pty := t.line.(*master); !pty {
		t.hangup()
		return
	}
	group := t.foreground
	t.disown()
	t.signal(group, unix.SIGHUP)
}

// own makes the terminal that of a session. It is locked.
func (t *Terminal) own(session, group int32) {
	t.disown()
	t.session, t.foreground = session, group
	sessions.Lock()
	defer sessions.Unlock()
	if sessions.terminal == nil {
		sessions.terminal = map[int32]*Terminal{}
	}
	sessions.terminal[session] = t
}

// disown takes the terminal from its session.
func (t *Terminal) disown() {
	if t.session != 0 {
		sessions.Lock()
		delete(sessions.terminal, t.session)
		sessions.Unlock()
	}
	t.session, t.foreground = 0, 0
}

// adopt makes the terminal tk's controlling terminal, if tk leads a session that has none and
// the terminal is no other session's.
func (t *Terminal) adopt(tk *task.Task) {
	if Control == nil || tk == nil || t.session != 0 {
		return
	}
	session := Control.Session(tk)
	if session == tk.Proc.PID && OfSession(session) == nil {
		t.own(session, Control.Group(tk))
		slot.Get(tk).setDetached(false)
	}
}

// privileged says whether tk has CAP_SYS_ADMIN.
func privileged(tk *task.Task) bool {
	return tk == nil || vfs.CredOf(tk).Has(unix.CAP_SYS_ADMIN)
}

// mayRead checks that tk is in the foreground, if this is its controlling terminal (read(2), EIO).
func (t *Terminal) mayRead(tk *task.Task) error { return t.check(tk, unix.SIGTTIN) }

// mayChange is the same for those who change the terminal, or write with TOSTOP.
func (t *Terminal) mayChange(tk *task.Task) error { return t.check(tk, unix.SIGTTOU) }

// check stops tk's process group with a signal if it is in the background: the call is then tried again
// when the group is continued. The terminal is locked.
func (t *Terminal) check(tk *task.Task, sig unix.Signal) error {
	if t.foreground == 0 || Controlling(tk) != t {
		return nil
	}
	group := Control.Group(tk)
	switch {
	case group == t.foreground:
		return nil
	case Control.Ignores(tk, sig) && sig == unix.SIGTTOU:
		return nil
	case Control.Ignores(tk, sig), Control.Orphaned(group):
		return unix.EIO
	}
	t.signal(group, sig)
	return sys.ERESTARTSYS
}

// setControlling is TIOCSCTTY.
func (t *Terminal) setControlling(tk *task.Task, readable, steal bool) error {
	if Control == nil {
		return unix.EPERM
	}
	session := Control.Session(tk)
	leads := session == tk.Proc.PID
	switch {
	case leads && t.session == session:
		return nil
	case !leads, OfSession(session) != nil:
		return unix.EPERM
	case t.session != 0 && !(steal && privileged(tk)):
		return unix.EPERM
	case !readable && !privileged(tk):
		return unix.EPERM
	}
	t.own(session, Control.Group(tk))
	slot.Get(tk).setDetached(false)
	return nil
}

// giveUp is TIOCNOTTY: a session leader gives the terminal up for its session, anybody else
// for itself.
func (t *Terminal) giveUp(tk *task.Task) error {
	if Controlling(tk) != t {
		return unix.ENOTTY
	}
	if Control.Session(tk) != tk.Proc.PID {
		slot.Get(tk).setDetached(true)
		return nil
	}
	group := t.foreground
	t.disown()
	t.signal(group, unix.SIGHUP)
	t.signal(group, unix.SIGCONT)
	return nil
}

// setForeground is TIOCSPGRP.
func (t *Terminal) setForeground(tk *task.Task, group int32) error {
	if err := t.mayChange(tk); err != nil {
		if err == unix.EIO {
			return unix.ENOTTY
		}
		return err
	}
	if group < 0 {
		return unix.EINVAL
	}
	if Controlling(tk) != t {
		return unix.ENOTTY
	}
	switch Control.SessionOf(group) {
	case 0:
		return unix.ESRCH
	case Control.Session(tk):
		t.foreground = group
		return nil
	}
	return unix.EPERM
}
