// Package task is Linux's threads and processes as goroutines: a task is a
// goroutine in a loop around the switch to user mode, a process is the tasks
// that share an identity. What else a task has (descriptors, signal handlers,
// a working directory, credentials) belongs to the libraries that provide it:
// they keep it in slots (see Slot).
package task

import (
	"sync"
	"sync/atomic"

	"cairn/kernel/arch"
	"cairn/kernel/clock"
	"cairn/kernel/kfmt"
	"cairn/kernel/park"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// A Task is a Linux thread.
type Task struct {
	// Regs is the user's processor state while the task is in the kernel.
	Regs arch.Regs
	// FPU is the vector state beyond Regs; see arch.FPU.
	FPU arch.FPU
	// TID is the thread id: of the first task of a process, the process id.
	TID int32
	// Proc is the process the task belongs to.
	Proc *Process
	// AS is the address space. Only the task itself may use it; others take Space.
	AS *vm.AddressSpace
	// Name is what prctl(PR_SET_NAME) sets and /proc/PID/comm shows: at most 15 bytes.
	Name atomic.Pointer[string]
	// Buf is scratch for the buffer of the system call that runs, so that none
	// is allocated for read and write.
	Buf vm.Buffer
	// Waiting is scratch for waiting in one queue, for the system call that runs.
	// It is in no queue between calls.
	Waiting wait.Entry
	// Unready is when the last read that found nothing looked, in the queue that it would wait in: as long as it
	// stands, there still is nothing. Files set it as they like, with what they look at locked.
	Unready wait.Mark

	work    atomic.Uint32
	parker  park.Parker
	timer   clock.Timer // of BlockUntil
	restart Restart
	slots   slots
	usage   usage
	// exitStatus is what exit(2) was called with.
	exitStatus Status
}

// Work is something that must happen before a task goes back to user mode.
type Work uint32

const (
	// WorkSignal says that a signal may be deliverable.
	WorkSignal Work = 1 << iota
	// WorkExit says that the process is ending.
	WorkExit
	// WorkStop says that the process is stopped (job control).
	WorkStop
	// WorkRestart says that an interrupted system call waits to be resolved.
	WorkRestart
	// WorkMemory says that the kernel's own memory is nearly out.
	WorkMemory
)

// interrupts is the work that ends a Block.
const interrupts = WorkSignal | WorkExit | WorkStop

// Post leaves work for the task, and wakes it if it is blocked. Anyone may call it.
// A task that runs in user mode sees the work when it next enters the kernel;
// with several processors its own must be interrupted as well (arch.Kick).
func (t *Task) Post(w Work) {
	t.work.Or(uint32(w))
	t.Wake()
}

// Clear takes work off the list.
func (t *Task) Clear(w Work) { t.work.And(^uint32(w)) }

// Pending says whether any of w is on the list.
func (t *Task) Pending(w Work) bool { return t.work.Load()&uint32(w) != 0 }

// Interrupted says whether a blocking system call should give up, with a
// restart error, since a signal waits or the process ends.
func (t *Task) Interrupted() bool { return t.Pending(interrupts) }

// Blocked says whether the task waits for something (proc_pid_stat(5), state S).
func (t *Task) Blocked() bool { return t.parker.Parked() }

// SetName sets the task's name, cut to 15 bytes.
func (t *Task) SetName(name string) {
	name = name[:min(len(name), 15)]
	t.Name.Store(&name)
}

// String names the task in log lines.
func (t *Task) String() string { return kfmt.Sprintf("%s[%d]", *t.Name.Load(), t.TID) }

// spaceLock guards the address spaces of tasks against a look from outside.
var spaceLock sync.Mutex

// Space returns the address space of any task, counted; the caller Puts it. It is nil
// once the task has ended.
func (t *Task) Space() *vm.AddressSpace {
	spaceLock.Lock()
	defer spaceLock.Unlock()
	if t.AS == nil {
		return nil
	}
	return t.AS.Get()
}

// setSpace replaces the address space, whose use it gives up.
func (t *Task) setSpace(as *vm.AddressSpace) {
	spaceLock.Lock()
	old := t.AS
	t.AS = as
	spaceLock.Unlock()
	old.Put()
}

// CopyIn copies len(p) bytes from user address a. It returns how many it
// copied, and EFAULT if that is fewer.
func (t *Task) CopyIn(p []byte, a vm.Addr) (int, error) { return t.AS.CopyIn(p, a) }

// CopyOut copies p to user address a. It returns how many bytes it copied, and
// EFAULT if that is fewer than all.
func (t *Task) CopyOut(a vm.Addr, p []byte) (int, error) { return t.AS.CopyOut(a, p) }

// CopyInString returns the NUL-terminated string at user address a, without the
// NUL: ENAMETOOLONG if there is no NUL among the first limit bytes, EFAULT if it cannot be read.
func (t *Task) CopyInString(a vm.Addr, limit int) (string, error) {
	return t.AS.CopyInString(a, limit)
}

// CopyInPath returns the path at user address a (ENAMETOOLONG beyond PATH_MAX).
func (t *Task) CopyInPath(a vm.Addr) (string, error) { return t.CopyInString(a, unix.PathMax) }
