package process

import (
	"slices"

	"cairn/kernel/task"
)

// A group is a process group: the processes that a terminal's keys signal together.
type group struct {
	id      int32
	session *session
	members []*Process // zombies as well
}

// A session is the groups that share a controlling terminal.
type session struct {
	id     int32
	groups int
}

// groups are the process groups by their ids. tree guards it.
var groups = map[int32]*group{}

// sessions are the sessions by their ids. tree guards it.
var sessions = map[int32]*session{}

// newSession makes p the leader of a new group in a new session. tree is held.
func newSession(p *Process) {
	s := &session{id: p.PID}
	sessions[s.id] = s
	p.join(newGroup(p.PID, s))
}

// newGroup makes an empty group. tree is held.
func newGroup(id int32, s *session) *group {
	g := &group{id: id, session: s}
	groups[id] = g
	s.groups++
	return g
}

// join moves p to the group. tree is held.
func (p *Process) join(g *group) {
	old := p.group
	g.members = append(g.members, p)
	p.group = g
	if old != nil {
		old.remove(p)
	}
}

// remove takes p off the group's members. An empty group goes, and an empty session with it. tree is held.
func (g *group) remove(p *Process) {
	i := slices.Index(g.members, p)
	g.members = slices.Delete(g.members, i, i+1)
	if len(g.members) > 0 {
		return
	}
	delete(groups, g.id)
	if g.session.groups--; g.session.groups == 0 {
		delete(sessions, g.session.id)
		releaseID(g.session.id)
	}
	releaseID(g.id)
}

// releaseID frees an id if nothing is called so any more. tree is held.
func releaseID(id int32) {
	if processes[id] == nil && groups[id] == nil && sessions[id] == nil {
		task.ReleaseID(id)
	}
}

// Group returns the processes of a process group that have not ended.
func Group(pgid int32) []*task.Process {
	tree.Lock()
	defer tree.Unlock()
	g := groups[pgid]
	if g == nil {
		return nil
	}
	var live []*task.Process
	for _, p := range g.members {
		if p.life == alive {
			live = append(live, p.Tasks)
		}
	}
	return live
}

// GroupOf returns the process group of a process; 0 if it is not known any more.
func GroupOf(p *task.Process) int32 {
	tree.Lock()
	defer tree.Unlock()
	if q := find(p); q != nil {
		return q.group.id
	}
	return 0
}

// SessionOf returns the session of a process; 0 if it is not known any more.
func SessionOf(p *task.Process) int32 {
	tree.Lock()
	defer tree.Unlock()
	if q := find(p); q != nil {
		return q.group.session.id
	}
	return 0
}

// SessionOfGroup returns the session of a process group; 0 if there is no such group.
func SessionOfGroup(pgid int32) int32 {
	tree.Lock()
	defer tree.Unlock()
	if g := groups[pgid]; g != nil {
		return g.session.id
	}
	return 0
}

// SameSession says whether two processes are in one session.
func SameSession(p, q *task.Process) bool {
	tree.Lock()
	defer tree.Unlock()
	a, b := find(p), find(q)
	return a != nil && b != nil && a.group.session == b.group.session
}

// Orphaned says whether the process group of p is orphaned: no member has a parent in
// another group of the session, who could continue a stopped one (setpgid(2)).
func Orphaned(p *task.Process) bool {
	tree.Lock()
	defer tree.Unlock()
	q := find(p)
	return q == nil || q.group.orphaned(nil)
}

// OrphanedGroup is Orphaned of the group with the id.
func OrphanedGroup(pgid int32) bool {
	tree.Lock()
	defer tree.Unlock()
	g := groups[pgid]
	return g == nil || g.orphaned(nil)
}

// orphaned says whether the group is orphaned, as far as the members other than one are concerned. tree is held.
func (g *group) orphaned(except *Process) bool {
	for _, p := range g.members {
		// The first program counts as a parent like any other, as in a PID namespace: it may be a shell.
		if p == except || p.life != alive || p.parent == nil {
			continue
		}
		if p.parent.group != g && p.parent.group.session == g.session {
			return false
		}
	}
	return true
}

// hasStopped says whether a member is stopped. tree is held.
func (g *group) hasStopped() bool {
	return slices.ContainsFunc(g.members, func(p *Process) bool { return p.stop.signal != 0 })
}
