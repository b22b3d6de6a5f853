package process

import (
	"slices"

	"cairn/kernel/config"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// taskEnds notes what is known of a task as long as it has its state, and lets its
// process's children know that their creator goes.
func taskEnds(t *task.Task) {
	p := Of(t)
	cred := vfs.CredOf(t)
	peak := t.AS.Stats().PeakResident
	others := p.Tasks.Tasks()
	tree.Lock()
	p.uid, p.gid, p.name = cred.RUID, cred.RGID, *t.Name.Load()
	p.usage.MaxRSS = max(p.usage.MaxRSS, peak)
	n := p.checkStopped(len(others) - 1)
	if config.LIBPOSIX_PROCESS_MULTIPROCESS && len(p.children) > 0 {
		p.handDown(t, others, &n)
	}
	tree.Unlock()
	n.send()
}

// handDown gives the children that t made to another task of the process, and sends them the signal that
// they asked for (prctl(2), PR_SET_PDEATHSIG). tree is held.
func (p *Process) handDown(t *task.Task, tasks []*task.Task, n *notices) {
	var heir *task.Task
	for _, o := range tasks {
		if o != t {
			heir = o
			break
		}
	}
	for _, c := range p.children {
		if c.creator != t {
			continue
		}
		c.creator = heir
		for _, o := range c.Tasks.Tasks() {
			if th := threads.Get(o); th != nil && th.deathSignal.Load() != 0 {
				n.signal(c.Tasks, unix.Signal(th.deathSignal.Load()), p)
			}
		}
	}
}

// ended makes a process whose last task has ended a zombie.
func ended(tasks *task.Process) {
	tree.Lock()
	p := find(tasks)
	if p == nil { // a test's, never published
		tree.Unlock()
		return
	}
	var n notices
	p.status = tasks.Status()
	p.usage.Usage = tasks.Usage()
	leads := p.group.session.id == p.PID
	p.life = zombie
	if config.LIBPOSIX_PROCESS_MULTIPROCESS {
		p.tellFamily(&n)
	}
	program := p.program
	p.program = nil
	tree.Unlock()
	program.put()
	if leads {
		SessionEnded(p.PID)
	}
	n.send()
	p.watched.Wake(wait.In)
	if p.PID == initPID {
		InitExited(p.status)
	}
}

// tellFamily has the children of p, which has just ended, and its parent draw the consequences. tree is held.
func (p *Process) tellFamily(n *notices) {
	p.orphanChildren(n)
	p.group.checkOrphaned(p, p.parent, n)
	p.notifyEnd(n)
}

// orphanChildren gives the children of p, which ends, to the nearest ancestor that takes orphans, or to the
// first process. tree is held.
func (p *Process) orphanChildren(n *notices) {
	reaper := p.reaper()
	children := p.children
	p.children = nil
	for _, c := range children {
		c.parent = reaper
		if reaper == nil { // the machine ends
			c.ppid.Store(0)
			continue
		}
		c.ppid.Store(reaper.PID)
		c.exitSignal = int32(unix.SIGCHLD)
		c.adopted = reaper.PID == initPID && !reaper.subreaper
		if tasks := reaper.Tasks.Tasks(); len(tasks) > 0 {
			c.creator = tasks[0]
		}
		reaper.children = append(reaper.children, c)
		if c.life == zombie {
			c.notifyEnd(n)
		} else if c.group != p.group {
			c.group.checkOrphaned(nil, p, n)
		}
	}
}

// reaper returns who gets the children of p: nil if p is the first process. tree is held.
func (p *Process) reaper() *Process {
	for a := p.parent; a != nil; a = a.parent {
		if a.life == alive && (a.subreaper || a.PID == initPID) && !a.Tasks.Exiting() {
			return a
		}
	}
	if first := processes[initPID]; first != p {
		return first
	}
	return nil
}

// checkOrphaned sends SIGHUP and SIGCONT to the group if it has stopped members and becomes orphaned because p, a member
// or nil, ends, or because parent, the parent of a member, does. tree is held.
func (g *group) checkOrphaned(p, parent *Process, n *notices) {
	if parent == nil || parent.group == g || parent.group.session != g.session {
		return
	}
	if g.hasStopped() && g.orphaned(p) {
		n.group(g, unix.SIGHUP)
		n.group(g, unix.SIGCONT)
	}
}

// notifyEnd tells the parent of p, a zombie, that it has ended. A zombie that the parent does not want
// goes at once. tree is held.
func (p *Process) notifyEnd(n *notices) {
	if p.parent == nil {
		return
	}
	code, status := p.endCode()
	n.child(p, code, status)
	if p.exitSignal != int32(unix.SIGCHLD) {
		return
	}
	noZombies, ignored := Signals.IgnoresChildren(p.parent.Tasks)
	if noZombies {
		p.reap()
	}
	if ignored {
		n.children[len(n.children)-1].child.Signal = 0
	}
}

// endCode returns si_code and si_status about the end of p.
func (p *Process) endCode() (code, status int32) {
	const dumped = 0x80
	sig := int32(p.status & 0x7f)
	switch {
	case sig == 0:
		return childExited, int32(p.status >> 8 & 0xff)
	case p.status&dumped != 0:
		return childDumped, sig
	}
	return childKilled, sig
}

// reap forgets a zombie. tree is held.
func (p *Process) reap() {
	p.life = reaped
	if p.parent != nil {
		if i := slices.Index(p.parent.children, p); i >= 0 {
			p.parent.children = slices.Delete(p.parent.children, i, i+1)
		}
	}
	delete(processes, p.PID)
	p.group.remove(p)
	releaseID(p.PID)
}
