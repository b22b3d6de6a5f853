package task

import (
	"sync"

	"cairn/kernel/arch"
	"cairn/kernel/config"
	"cairn/kernel/mem"
	"cairn/kernel/trial"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// maxPID is the largest process id, /proc/sys/kernel/pid_max minus one.
const maxPID = 1<<15 - 1

// ids are the thread ids in use.
var ids = struct {
	sync.Mutex
	tasks map[int32]*Task // nil values are ids whose task does not run yet, or no more (zombies, process groups)
	last  int32
}{tasks: map[int32]*Task{}}

// A machine may have as many tasks as fill an eighth of its memory with kernel stacks of
// Linux's size, as there (set_max_threads), so that they cannot fill all of it with what the kernel needs for each.
const (
	taskMemory = 8 * 16384
	minTasks   = 64
)

// Max returns how many tasks the machine may have, those counted that ended and were not waited
// for (/proc/sys/kernel/threads-max).
func Max() int { return int(min(max(mem.Total()/taskMemory, minTasks), maxPID)) }

// Find returns the live task with the id, or nil.
func Find(tid int32) *Task {
	ids.Lock()
	defer ids.Unlock()
	return ids.tasks[tid]
}

// All returns every live task.
func All() []*Task {
	ids.Lock()
	defer ids.Unlock()
	var all []*Task
	for _, t := range ids.tasks {
		if t != nil {
			all = append(all, t)
		}
	}
	return all
}

// takeID returns the next free id, or the one that is wanted, if not 0. Nobody else gets it until
// ReleaseID. It fails with EAGAIN if there is none, or Max are taken, EEXIST if the wanted one is taken, EINVAL if it is
// no id.
func takeID(want int32) (int32, error) {
	most := Max()
	ids.Lock()
	defer ids.Unlock()
	if len(ids.tasks) >= most || trial.Fail() {
		return 0, unix.EAGAIN
	}
	if want != 0 {
		if want < 0 || want > maxPID {
			return 0, unix.EINVAL
		}
		if _, used := ids.tasks[want]; used {
			return 0, unix.EEXIST
		}
		ids.tasks[want] = nil
		trial.IDs.Add(1)
		return want, nil
	}
	for range maxPID {
		ids.last = ids.last%maxPID + 1
		if _, used := ids.tasks[ids.last]; !used {
			ids.tasks[ids.last] = nil
			trial.IDs.Add(1)
			return ids.last, nil
		}
	}
	return 0, unix.EAGAIN
}

// FreeIDs frees ids that nobody asks for any more, and reports whether it found some. It is called
// when there are no more. The library of processes replaces it.
var FreeIDs = func() bool { return false }

// publish lets others find the task.
func (t *Task) publish() {
	ids.Lock()
	defer ids.Unlock()
	ids.tasks[t.TID] = t
}

// keepID keeps the id of a task that has ended from being given to another, until
// ReleaseID: a zombie's, or a process group's.
func keepID(tid int32) {
	ids.Lock()
	defer ids.Unlock()
	ids.tasks[tid] = nil
}

// ReleaseID makes the id of a task that has ended, or never ran, free again.
func ReleaseID(tid int32) {
	ids.Lock()
	defer ids.Unlock()
	if t, used := ids.tasks[tid]; used && t == nil {
		delete(ids.tasks, tid)
		trial.IDs.Add(-1)
	}
}

// takeOver makes the id, which was kept for the first task of the process, t's own.
func (t *Task) takeOver(id int32) {
	ids.Lock()
	defer ids.Unlock()
	delete(ids.tasks, t.TID)
	trial.IDs.Add(-1)
	t.TID = id
	ids.tasks[id] = t
}

// newTask returns a task with an id, the wanted one if that is not 0, not yet in a process.
func newTask(as *vm.AddressSpace, fpu arch.FPU, want int32) (*Task, error) {
	tid, err := takeID(want)
	if err == unix.EAGAIN && FreeIDs() {
		tid, err = takeID(want)
	}
	if err != nil {
		return nil, err
	}
	return &Task{TID: tid, AS: as, FPU: fpu}, nil
}

func newProcess(first *Task) *Process {
	return &Process{PID: first.TID, tasks: []*Task{first}, done: make(chan struct{})}
}

// New makes the machine's first task, with an empty address space of its own, in a process of its own.
// Start runs it, once its registers are set.
func New(name string) (*Task, error) {
	as, err := vm.New()
	if err != nil {
		return nil, err
	}
	t, err := newTask(as, arch.NewFPU(), 0)
	if err != nil {
		as.Put()
		return nil, err
	}
	t.SetName(name)
	t.Proc = newProcess(t)
	if err := newSlots(t); err != nil {
		t.abandon()
		return nil, err
	}
	return t, nil
}

// Clone makes a copy of t that is to run in the address space as, whose use passes to
// the copy when Clone succeeds: a new thread of t's process with
// CLONE_THREAD in flags, the first task of a new process without. The registers are
// t's, with the result of the system call set to 0. Start runs the copy. Clone fails with
// EAGAIN when ids are out, or as a library's Clone hook fails; nothing is left of the copy then.
func (t *Task) Clone(flags uint64, as *vm.AddressSpace) (*Task, error) {
	return t.CloneAs(flags, as, 0)
}

// CloneAs is Clone with a chosen thread id, unless tid is 0 (clone3(2), set_tid): EEXIST if it
// is taken, EINVAL if there is no such id.
func (t *Task) CloneAs(flags uint64, as *vm.AddressSpace, tid int32) (*Task, error) {
	t.FPU.Sync()
	c, err := newTask(as, t.FPU.Clone(), tid)
	if err != nil {
		return nil, err
	}
	c.Regs = t.Regs
	c.Regs.SetSyscallResult(0)
	c.SetName(*t.Name.Load())
	if flags&unix.CLONE_THREAD == 0 {
		c.Proc = newProcess(c)
	} else if c.Proc = t.Proc; !config.LIBPOSIX_PROCESS_MULTITHREADING || trial.Fail() || !t.Proc.add(c) {
		ReleaseID(c.TID)
		return nil, unix.EAGAIN // the process is ending
	}
	if err := cloneSlots(t, c, flags); err != nil {
		c.Proc.remove(c)
		ReleaseID(c.TID)
		return nil, err
	}
	return c, nil
}

// Start runs the task; from then on Find finds it.
func (t *Task) Start() {
	t.publish()
	ready.Add(1)
	launch(t)
}

// Abandon gives up a task that Clone or New made and that was never started, with its
// use of the address space.
func (t *Task) Abandon() {
	exitSlots(t, len(registered))
	t.abandon()
}

func (t *Task) abandon() {
	t.Proc.remove(t)
	ReleaseID(t.TID)
	t.setSpace(nil)
}

// Exit ends the calling task when it next looks (exit(2)). If it is the last of its
// process, the process ends with the status.
func (t *Task) Exit(s Status) {
	t.exitStatus = s
	t.Post(WorkExit)
}

// end takes the task out of the world.
func (t *Task) end() {
	for _, f := range exiting {
		f(t)
	}
	exitSlots(t, len(registered))
	t.FPU.Forget()
	t.setSpace(nil)
	keepID(t.TID)
	t.usage.stop()
	last := t.Proc.remove(t)
	if t.TID != t.Proc.PID {
		ReleaseID(t.TID)
	}
	if !last {
		return
	}
	if !t.Proc.exiting.Swap(true) {
		t.Proc.status = t.exitStatus
	}
	for _, f := range exited {
		f(t.Proc)
	}
	close(t.Proc.done)
}

var (
	exiting []func(t *Task)
	exited  []func(p *Process)
	leaving []func(t *Task)
)

// OnTaskExit adds a function that each task calls when it ends, while it still has all its state.
// Libraries call it when they are initialised.
func OnTaskExit(f func(t *Task)) { exiting = append(exiting, f) }

// OnProcessExit adds a function that is called when the last task of a process has ended, on that task's
// goroutine. The process's id stays taken until ReleaseID.
func OnProcessExit(f func(p *Process)) { exited = append(exited, f) }

// OnExec adds a function that a task calls before it gets another program, while it still has the old address
// space. Libraries call it when they are initialised.
func OnExec(f func(t *Task)) { leaving = append(leaving, f) }

// Exec gives the task a new program: an address space, whose use passes to the task,
// and a name. The libraries adapt their state. The registers are set by the caller.
func (t *Task) Exec(as *vm.AddressSpace, name string) {
	for _, f := range leaving {
		f(t)
	}
	t.FPU.Sync()
	t.FPU.Reset()
	t.setSpace(as)
	t.SetName(name)
	execSlots(t)
}
