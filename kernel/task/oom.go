package task

import (
	"sync"
	"sync/atomic"

	"cairn/kernel/clock"
	"cairn/kernel/klog"
	"cairn/kernel/mem"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// The limits of oom_score_adj (proc_pid_oom_score_adj(5)).
const (
	OOMAdjMin = -1000 // never kill
	OOMAdjMax = 1000  // kill first
)

// patience is how long a victim may take to end before there is another.
const patience = 10 * clock.Second

// oom is what there is to know about memory that is out.
var oom struct {
	sync.Mutex
	victim    *Process // the last one killed
	since     clock.Time
	reclaimed clock.Time // when Reclaim did something; 0 is never
	kills     atomic.Uint64
}

func init() {
	vm.OutOfMemory = outOfMemory
	Kernel.OOMAdj = func(*Task) int { return 0 }
}

// OOMKills returns how many processes were killed for want of memory.
func OOMKills() uint64 { return oom.kills.Load() }

// Badness returns how much a process with the task's memory deserves to be killed when memory is out: in pages, what it
// uses, what the kernel keeps for its descriptors, and more or less of it by oom_score_adj, which is in thousandths of all memory. It reports false if it must not be
// killed.
func (t *Task) Badness() (points int64, ok bool) {
	as := t.Space()
	if as == nil {
		return 0, false
	}
	defer as.Put()
	adj := Kernel.OOMAdj(t)
	s := as.Stats()
	used := int64((s.Resident + s.PageTables + Kernel.Held(t)) / mem.PageSize)
	return used + int64(adj)*int64(mem.Total()/mem.PageSize)/OOMAdjMax, adj > OOMAdjMin
}

// outOfMemory makes room when a page for the address space cannot be had: what the kernel does not need is given back, and if
// that was not enough, the process that uses the most memory is killed. It reports whether to try again: not if the user of the address space is the one, or nobody is.
func outOfMemory(as *vm.AddressSpace) bool {
	if len(users(as)) == 0 {
		return false // a program that is being loaded: execve(2) fails
	}
	if Reclaim() || victimEnded() && more() {
		return true
	}
	v := oomVictim()
	if v == nil {
		return more()
	}
	if v.Exiting() && usedBy(as, v) {
		return false
	}
	v.await(patience)
	DropCaches() // what the kernel kept for it
	return true
}

// more collects garbage, whenever that was done last, and reports whether user memory can be had.
func more() bool {
	DropCaches()
	return mem.Available() > 0
}

// victimEnded reports, once, that the process that was killed last has ended: what the kernel kept for it is garbage.
func victimEnded() bool {
	oom.Lock()
	defer oom.Unlock()
	if oom.victim == nil || !oom.victim.gone() {
		return false
	}
	oom.victim = nil
	return true
}

// oomVictim returns the process that is to end for want of memory: the one that was killed last, as long as
// it has a chance to end, else another. It is nil if none may be killed.
func oomVictim() *Process {
	oom.Lock()
	defer oom.Unlock()
	now := clock.Now()
	if v := oom.victim; v != nil && !v.gone() && now < oom.since+patience {
		return v
	}
	oom.victim, oom.since = nil, now
	if worst := worst(); worst != nil {
		oom.victim = worst.Proc
		kill(worst)
	}
	return oom.victim
}

// worst returns a task of the process that deserves most to be killed, the youngest of several, nil if there is none. The
// machine's first process is not among them, nor are those that end already.
func worst() *Task {
	var found *Task
	var most int64
	for _, t := range All() {
		if t.Proc.PID == 1 || t.Proc.Exiting() {
			continue
		}
		points, ok := t.Badness()
		if ok && (found == nil || points > most || points == most && t.TID > found.TID) {
			found, most = t, points
		}
	}
	return found
}

// kill ends the process of t, and all others that share its memory, and says so.
func kill(t *Task) {
	as := t.Space()
	if as == nil {
		return // it ended by itself
	}
	defer as.Put()
	const kB = 1024
	s := as.Stats()
	klog.Errf("Out of memory: Killed process %d (%s) total-vm:%dkB, anon-rss:%dkB, file-rss:%dkB, shmem-rss:%dkB, pgtables:%dkB, oom_score_adj:%d",
		t.Proc.PID, *t.Name.Load(), s.Size/kB, s.Anon/kB, s.File/kB, s.Shmem/kB, s.PageTables/kB, Kernel.OOMAdj(t))
	oom.kills.Add(1)
	for _, o := range users(as) {
		if o.Proc.PID != 1 {
			o.Proc.Exit(Killed(int(unix.SIGKILL)))
		}
	}
}

// users returns the tasks that use the address space.
func users(as *vm.AddressSpace) []*Task {
	var found []*Task
	for _, t := range All() {
		if usesSpace(t, as) {
			found = append(found, t)
		}
	}
	return found
}

// usedBy says whether the process uses the address space.
func usedBy(as *vm.AddressSpace, p *Process) bool {
	for _, t := range p.Tasks() {
		if usesSpace(t, as) {
			return true
		}
	}
	return false
}

func usesSpace(t *Task, as *vm.AddressSpace) bool {
	spaceLock.Lock()
	defer spaceLock.Unlock()
	return t.AS == as
}

// gone says whether the last task of the process has ended.
func (p *Process) gone() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// await waits until the process has ended, but no longer than d.
func (p *Process) await(d clock.Time) {
	late := make(chan struct{})
	timer := clock.Timer{F: func() { close(late) }}
	timer.Start(clock.Now() + d)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-late:
	}
}
