package process

import (
	"sort"
	"sync"
	"sync/atomic"

	"cairn/kernel/clock"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// A Process is a process as others see it, until its parent has waited for it.
// What is not said to be constant or atomic is guarded by tree.
type Process struct {
	// PID is the process id. It does not change.
	PID int32
	// Tasks is the tasks in it. It does not change.
	Tasks *task.Process

	parent   *Process
	creator  *task.Task // the parent's thread that made this process
	children []*Process // in the order of creation
	ppid     atomic.Int32
	group    *group

	exitSignal int32 // sent to the parent at the end, 0 for none
	life       life
	subreaper  bool // prctl(2), PR_SET_CHILD_SUBREAPER
	adopted    bool // it is an orphan, which the first process has as a child without having asked for it
	execed     bool // it executed a program since it was made
	program    *image
	stop       stopState

	// Of a process that has ended:
	status task.Status
	usage  Usage
	uid    uint32
	gid    uint32
	name   string

	childUsage Usage // of children that were waited for

	dumpable atomic.Int32 // prctl(2), PR_SET_DUMPABLE
	thp      atomic.Bool  // prctl(2), PR_SET_THP_DISABLE

	waiters wait.Queue // who wait for children
	watched wait.Queue // who wait for the end, through a pidfd
}

// life is how far a process is.
type life uint8

const (
	unborn life = iota // its first task is not started
	alive
	zombie // it has ended
	reaped // its parent knows
)

// tree guards who is whose parent, and the groups and sessions. It is held for moments, and
// never while another library is called.
var tree sync.Mutex

// processes are those that are alive or zombies, by their ids. tree guards it.
var processes = map[int32]*Process{}

// initPID is the id of the first process, which the machine ends with.
const initPID = 1

// thread is what the library keeps of a task.
type thread struct {
	process     *Process
	began       clock.Time
	deathSignal atomic.Int32          // prctl(2), PR_SET_PDEATHSIG
	noNewPrivs  atomic.Bool           // prctl(2), PR_SET_NO_NEW_PRIVS
	timerSlack  atomic.Int64          // prctl(2), PR_SET_TIMERSLACK, nanoseconds
	firstSlack  int64                 // what PR_SET_TIMERSLACK goes back to
	persona     atomic.Uint32         // personality(2)
	vfork       atomic.Pointer[Vfork] // a parent that waits
	published   bool                  // of a first task: the process is in the tree

	machineCheck atomic.Uint32 // prctl(2), PR_MCE_KILL
	flusher      atomic.Bool   // prctl(2), PR_SET_IO_FLUSHER
}

var threads task.Slot[thread]

func init() {
	threads = task.NewSlot(task.Hooks[thread]{New: first, Clone: clone, Exec: execed, Exit: leave})
	task.OnTaskExit(taskEnds)
	task.OnProcessExit(ended)
}

// defaultTimerSlack is how late a sleep may end by default, in nanoseconds (prctl(2)).
const defaultTimerSlack = 50_000

// first makes the state of the machine's first task: a process that is its own
// group's and session's leader.
func first(t *task.Task) (*thread, error) {
	p := newProcess(t)
	p.exitSignal = int32(unix.SIGCHLD)
	th := &thread{process: p, began: clock.Now(), published: true, firstSlack: defaultTimerSlack}
	th.timerSlack.Store(defaultTimerSlack)
	th.machineCheck.Store(unix.PR_MCE_KILL_DEFAULT)
	tree.Lock()
	defer tree.Unlock()
	p.life = alive
	processes[p.PID] = p
	newSession(p)
	return th, nil
}

func newProcess(t *task.Task) *Process {
	p := &Process{PID: t.Proc.PID, Tasks: t.Proc}
	p.dumpable.Store(dumpUser)
	return p
}

// clone makes the state of a new task. A new process is not in the tree before Publish.
func clone(parent, child *task.Task, flags uint64) (*thread, error) {
	from := threads.Get(parent)
	th := &thread{process: from.process, began: clock.Now(), firstSlack: from.timerSlack.Load()}
	th.timerSlack.Store(th.firstSlack)
	th.noNewPrivs.Store(from.noNewPrivs.Load())
	th.persona.Store(from.persona.Load())
	th.machineCheck.Store(from.machineCheck.Load())
	th.flusher.Store(from.flusher.Load())
	if flags&unix.CLONE_THREAD != 0 {
		tree.Lock()
		defer tree.Unlock()
		if th.process.stop.signal != 0 {
			child.Post(task.WorkStop)
		}
		return th, nil
	}
	p := newProcess(child)
	p.exitSignal = int32(flags & unix.CSIGNAL)
	p.creator = parent
	p.dumpable.Store(from.process.dumpable.Load())
	p.thp.Store(from.process.thp.Load())
	p.program = from.process.image().get()
	th.process = p
	return th, nil
}

// Publish puts the process of child, which parent made with the flags of clone(2) and is about to
// start, into the tree: as a child of parent's, or of parent's parent with CLONE_PARENT.
func Publish(parent, child *task.Task, flags uint64) {
	if flags&unix.CLONE_THREAD != 0 {
		return
	}
	th := threads.Get(child)
	p, from := th.process, Of(parent)
	tree.Lock()
	defer tree.Unlock()
	th.published = true
	p.parent = from
	if flags&unix.CLONE_PARENT != 0 && from.parent != nil {
		p.parent, p.creator, p.exitSignal = from.parent, from.creator, from.exitSignal
	}
	p.ppid.Store(p.parent.PID)
	p.parent.children = append(p.parent.children, p)
	p.life = alive
	processes[p.PID] = p
	p.join(from.group)
}

// leave gives up the state of a task.
func leave(_ *task.Task, th *thread) {
	th.releaseVfork()
	if !th.published && th.process.life == unborn {
		th.process.image().put()
	}
}

// Of returns the process of a task; nil if the task has ended.
func Of(t *task.Task) *Process {
	if th := threads.Get(t); th != nil {
		return th.process
	}
	return nil
}

// Find returns the process with the id, which may have ended but not been waited for; nil if there is none.
func Find(pid int32) *Process {
	tree.Lock()
	defer tree.Unlock()
	return processes[pid]
}

// find returns the process whose tasks p is. tree is held.
func find(p *task.Process) *Process { return processes[p.PID] }

// Each returns every process, zombies as well, by id.
func Each() []*Process {
	tree.Lock()
	defer tree.Unlock()
	all := make([]*Process, 0, len(processes))
	for _, p := range processes {
		all = append(all, p)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].PID < all[j].PID })
	return all
}

// All returns every process that has not ended, by id.
func All() []*task.Process {
	var live []*task.Process
	for _, p := range Each() {
		if !p.Ended() {
			live = append(live, p.Tasks)
		}
	}
	return live
}

// IsZombie says whether the process with the id has ended and not been waited for.
func IsZombie(pid int32) bool {
	p := Find(pid)
	return p != nil && p.Ended()
}

// Ended says whether the process has ended.
func (p *Process) Ended() bool {
	tree.Lock()
	defer tree.Unlock()
	return p.life >= zombie
}

// Reaped says whether the process has been waited for.
func (p *Process) Reaped() bool {
	tree.Lock()
	defer tree.Unlock()
	return p.life == reaped
}

// PPID returns the id of the parent, 0 of the first process.
func (p *Process) PPID() int32 { return p.ppid.Load() }

// Children returns the ids of the children, oldest first.
func (p *Process) Children() []int32 {
	tree.Lock()
	defer tree.Unlock()
	ids := make([]int32, len(p.children))
	for i, c := range p.children {
		ids[i] = c.PID
	}
	return ids
}

// ExitSignal returns the signal that the parent gets at the end, 0 for none.
func (p *Process) ExitSignal() int32 {
	tree.Lock()
	defer tree.Unlock()
	return p.exitSignal
}

// Status returns how a process that has ended did so, as wait(2) says it.
func (p *Process) Status() task.Status {
	tree.Lock()
	defer tree.Unlock()
	return p.status
}

// First returns one of the process's tasks that have not ended; nil if there is none.
func (p *Process) First() *task.Task {
	for _, t := range p.Tasks.Tasks() {
		return t
	}
	return nil
}

// Watched returns the queue that is woken when the process ends.
func (p *Process) Watched() *wait.Queue { return &p.watched }
