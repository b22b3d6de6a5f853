package signal

import (
	"sync"
	"sync/atomic"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/rlimit"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// queue is signals that wait. Of a standard signal one waits at most; real-time
// signals wait in order (signal(7), "Queueing and delivery semantics"). A signal can be in
// the set without an entry: RLIMIT_SIGPENDING was reached, and its siginfo_t is lost.
type queue struct {
	set         Set
	first, last *entry
}

// An entry is one signal that waits.
type entry struct {
	info  Info
	next  *entry
	owner *counter // whose RLIMIT_SIGPENDING it counts for; nil of a timer's
	timer *timer   // of timer_create(2), whose own entry this is
}

// free gives up an entry that is in no queue. A timer keeps its own. Others are used again, so
// that a signal allocates nothing. p.mu is held.
func (p *processState) free(e *entry) {
	if e.timer != nil {
		return
	}
	e.owner.n.Add(-1)
	e.owner = nil
	if p.spares < maxSpares {
		p.spares++
		e.next, p.spare = p.spare, e
	}
}

// maxSpares is how many entries a process keeps for its next signals.
const maxSpares = 4

// add puts an entry at the end.
func (q *queue) add(e *entry) {
	q.set |= bit(e.info.Signo())
	e.next = nil
	if q.last == nil {
		q.first = e
	} else {
		q.last.next = e
	}
	q.last = e
}

// take removes the first waiting signal number sig, and stores its siginfo_t into i. It returns the timer
// that sent it, if that is so. The signal is in the set.
func (q *queue) take(p *processState, sig int, i *Info) *timer {
	var found, before *entry
	more := false
	for prev, e := (*entry)(nil), q.first; e != nil; prev, e = e, e.next {
		if e.info.Signo() != sig {
			continue
		}
		if found != nil {
			more = true
			break
		}
		found, before = e, prev
	}
	if !more {
		q.set &^= bit(sig)
	}
	if found == nil {
		*i = NewInfo(sig, SIUser)
		return nil
	}
	q.unlink(before, found)
	*i = found.info
	tm := found.timer
	p.free(found)
	return tm
}

// unlink takes e, which follows prev, off the list.
func (q *queue) unlink(prev, e *entry) {
	if prev == nil {
		q.first = e.next
	} else {
		prev.next = e.next
	}
	if q.last == e {
		q.last = prev
	}
	e.next = nil
}

// drop removes all waiting signals that are in s.
func (q *queue) drop(p *processState, s Set) {
	if q.set&s != 0 {
		q.set &^= s
		q.remove(p, func(e *entry) bool { return s.Has(e.info.Signo()) })
	}
}

// dropTimers removes the signals of timers, as execve(2) does.
func (q *queue) dropTimers(p *processState) {
	var gone Set
	q.remove(p, func(e *entry) bool {
		if e.info.Code() != SITimer {
			return false
		}
		gone |= bit(e.info.Signo())
		return true
	})
	for e := q.first; e != nil; e = e.next {
		gone &^= bit(e.info.Signo())
	}
	q.set &^= gone
}

// remove removes the entries that match.
func (q *queue) remove(p *processState, match func(e *entry) bool) {
	var prev *entry
	for e := q.first; e != nil; {
		next := e.next
		if match(e) {
			q.unlink(prev, e)
			if e.timer != nil {
				e.timer.dropped()
			}
			p.free(e)
		} else {
			prev = e
		}
		e = next
	}
}

// A counter is how many signals wait for the processes of a real user.
type counter struct {
	uid uint32
	n   atomic.Int64
}

var counters struct {
	sync.Mutex
	users map[uint32]*counter
}

// counterOf returns the counter of a user.
func counterOf(uid uint32) *counter {
	counters.Lock()
	defer counters.Unlock()
	c := counters.users[uid]
	if c == nil {
		if counters.users == nil {
			counters.users = map[uint32]*counter{}
		}
		c = &counter{uid: uid}
		counters.users[uid] = c
	}
	return c
}

// count counts one more signal to t: nil if RLIMIT_SIGPENDING of t's process is reached, unless
// override. p.mu is held.
func (p *processState) count(t *task.Task, override bool) *counter {
	uid := vfs.CredOf(t).RUID
	if p.counter == nil || p.counter.uid != uid {
		p.counter = counterOf(uid)
	}
	if n := p.counter.n.Add(1); !override && uint64(n) > rlimit.Get(t, unix.RLIMIT_SIGPENDING) {
		p.counter.n.Add(-1)
		return nil
	}
	return p.counter
}

// reserve counts the signal of a timer that t makes: nil if RLIMIT_SIGPENDING is reached.
func (p *processState) reserve(t *task.Task) *counter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count(t, false)
}

// allocate returns an entry for a signal to t: nil if RLIMIT_SIGPENDING of t's process is reached, unless
// override. p.mu is held.
func (p *processState) allocate(t *task.Task, override bool) *entry {
	owner := p.count(t, override)
	if owner == nil {
		return nil
	}
	e := p.spare
	if e == nil {
		e = new(entry)
	} else {
		p.spare, e.next = e.next, nil
		p.spares--
	}
	e.owner = owner
	return e
}

// Queued returns how many signals wait for the processes of a real user (/proc/PID/status, SigQ).
func Queued(uid uint32) int64 { return counterOf(uid).n.Load() }
