package rlimit

import (
	"math"
	"sync"

	"cairn/kernel/exec"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Count is how many resources there are.
const Count = unix.RLIMIT_RTTIME + 1

// Limits are the limits of a process. Its threads share them; a new process has a copy.
type Limits struct {
	mu    sync.Mutex
	pairs [Count]unix.Rlimit
	cpu   cpuLimit
	users int // tasks
	pid   int32
}

var slot task.Slot[Limits]

// processes finds the limits of a process by its id.
var processes = struct {
	sync.Mutex
	limits map[int32]*Limits
}{limits: map[int32]*Limits{}}

func init() {
	slot = task.NewSlot(task.Hooks[Limits]{
		New: func(t *task.Task) (*Limits, error) {
			l := &Limits{pairs: defaults()}
			l.enter(t)
			l.apply(t.AS)
			return l, nil
		},
		Clone: clone,
		Exec: func(t *task.Task, l *Limits) *Limits {
			l.apply(t.AS)
			return l
		},
		Exit: func(_ *task.Task, l *Limits) { l.leave() },
	})
	fdtab.Limit = func(t *task.Task) uint64 { return Get(t, unix.RLIMIT_NOFILE) }
	vfs.FileSizeLimit = fileSize
	exec.StackLimit = func(t *task.Task) uint64 { return Get(t, unix.RLIMIT_STACK) }
}

// fileSize is RLIMIT_FSIZE for files; the kernel itself has no limit.
func fileSize(t *task.Task) int64 {
	if t == nil {
		return math.MaxInt64
	}
	return int64(min(Get(t, unix.RLIMIT_FSIZE), math.MaxInt64))
}

func clone(parent, child *task.Task, flags uint64) (*Limits, error) {
	l := slot.Get(parent)
	if flags&unix.CLONE_THREAD == 0 {
		l = &Limits{pairs: l.all()}
		l.cpu.set(l.pairs[unix.RLIMIT_CPU])
	}
	l.enter(child)
	return l, nil
}

// The defaults of Linux where they do not depend on the machine.
const (
	defaultMemlock  = 8 << 20
	defaultMsgQueue = 819200
)

// defaults returns the limits of the first process.
func defaults() (p [Count]unix.Rlimit) {
	for i := range p {
		p[i] = unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}
	}
	both := func(resource int, v uint64) { p[resource] = unix.Rlimit{Cur: v, Max: v} }
	tasks := uint64(task.Max() / 2) // of one user, as on Linux
	both(unix.RLIMIT_NPROC, tasks)
	both(unix.RLIMIT_SIGPENDING, tasks)
	both(unix.RLIMIT_MEMLOCK, defaultMemlock)
	both(unix.RLIMIT_MSGQUEUE, defaultMsgQueue)
	both(unix.RLIMIT_NICE, 0)
	both(unix.RLIMIT_RTPRIO, 0)
	p[unix.RLIMIT_STACK].Cur = exec.DefaultStack
	p[unix.RLIMIT_CORE].Cur = 0
	p[unix.RLIMIT_NOFILE] = unix.Rlimit{Cur: fdtab.DefaultSoftLimit, Max: fdtab.DefaultHardLimit}
	return p
}

// enter counts one more task.
func (l *Limits) enter(t *task.Task) {
	processes.Lock()
	defer processes.Unlock()
	if l.users++; l.users == 1 {
		l.pid = t.Proc.PID
		processes.limits[l.pid] = l
	}
}

// leave counts one task less.
func (l *Limits) leave() {
	processes.Lock()
	defer processes.Unlock()
	if l.users--; l.users == 0 {
		delete(processes.limits, l.pid)
	}
}

// all returns every limit.
func (l *Limits) all() [Count]unix.Rlimit {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pairs
}

// apply hands the limits of memory to the address space.
func (l *Limits) apply(as *vm.AddressSpace) {
	p := l.all()
	as.SetLimits(vm.Limits{
		AS:      p[unix.RLIMIT_AS].Cur,
		Data:    p[unix.RLIMIT_DATA].Cur,
		Stack:   p[unix.RLIMIT_STACK].Cur,
		Memlock: p[unix.RLIMIT_MEMLOCK].Cur,
	})
}

// Get returns the soft limit of the task's process on a resource (RLIMIT_NOFILE, ...).
func Get(t *task.Task, resource int) uint64 { return Pair(t, resource).Cur }

// Pair returns both limits of the task's process on a resource.
func Pair(t *task.Task, resource int) unix.Rlimit {
	l := slot.Get(t)
	if l == nil { // the task has ended
		return unix.Rlimit{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pairs[resource]
}

// All returns the limits of the process with the id, for /proc/PID/limits; ok is
// false if there is none.
func All(pid int32) (pairs [Count]unix.Rlimit, ok bool) {
	l := find(pid)
	if l == nil {
		return pairs, false
	}
	return l.all(), true
}

// find returns the limits of the process or task with the id.
func find(id int32) *Limits {
	if t := task.Find(id); t != nil {
		return slot.Get(t)
	}
	processes.Lock()
	defer processes.Unlock()
	return processes.limits[id] // its first task ended before others
}
