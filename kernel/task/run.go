package task

import (
	"errors"
	"runtime"

	"cairn/kernel/arch"
	"cairn/kernel/klog"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Kernel is what the layers above give the task loop. It is filled before the first
// task starts.
var Kernel struct {
	// Syscall makes the system call that the task trapped for (package syscall).
	Syscall func(t *Task)
	// Interrupt serves an interrupt that came in user mode (package irq).
	Interrupt func(vector uint64)
	// Raise sends the task a signal for something that it did just now, and
	// that it cannot block or ignore (posix/signal). The default kills the process.
	Raise func(t *Task, s Fault)
	// OOMAdj returns the oom_score_adj of the task's process (proc_pid_oom_score_adj(5)).
	OOMAdj func(t *Task) int
	// Held returns about how many bytes of the kernel's memory the task's descriptors take.
	Held func(t *Task) uint64
}

// A Fault is the signal for something that a program did wrong.
type Fault struct {
	Signal unix.Signal
	Code   int32   // si_code
	Addr   vm.Addr // si_addr
	Trap   arch.Trap
}

func init() {
	Kernel.Raise = func(t *Task, s Fault) { t.Proc.Exit(Killed(int(s.Signal))) }
}

// worker is a function that does one kind of work.
type worker struct {
	kind Work
	f    func(t *Task)
}

var workers []worker

// OnWork adds a function that does work of a kind, called on the task's own goroutine before
// it goes back to user mode, in the order of the calls of OnWork. Libraries call it when they are initialised.
func OnWork(kind Work, f func(t *Task)) { workers = append(workers, worker{kind, f}) }

var preempted []func(t *Task)

// OnPreempt adds a function that a task calls when other tasks may have run, or a signal
// handler is about to run, since it left user mode at an instruction that it did not choose.
// The function may change t.Regs. Libraries call OnPreempt when they are initialised.
func OnPreempt(f func(t *Task)) { preempted = append(preempted, f) }

// Preempted calls the functions of OnPreempt. The library that delivers signals calls it
// before it saves the registers for a handler.
func (t *Task) Preempted() {
	for _, f := range preempted {
		f(t)
	}
}

// run is the life of a task: its goroutine.
func (t *Task) run() {
	ready.Add(-1)
	for !t.runUntilPanic() {
	}
	t.end()
}

// runUntilPanic runs the loop. A panic in it is a fault of the kernel, and
// costs the process its life but not the machine; the loop is then run once more to
// find that the process is ending.
func (t *Task) runUntilPanic() (ended bool) {
	defer func() {
		if r := recover(); r != nil {
			t.crashed(r)
		}
	}()
	t.loop()
	return true
}

// crashed reports a panic in the kernel on behalf of t, and kills its process.
func (t *Task) crashed(r any) {
	stack := make([]byte, 4<<10)
	stack = stack[:runtime.Stack(stack, false)]
	klog.Errf("%s killed: the kernel panicked: %v\n%s", t, r, stack)
	t.Waiting.Leave()
	t.Proc.Exit(Killed(int(unix.SIGKILL)))
}

// loop runs user mode until the task ends.
func (t *Task) loop() {
	t.usage.begin()
	for {
		if t.work.Load() != 0 && !t.doWork() {
			return
		}
		pc := t.Regs.PC()
		t.enterUser()
		if t.Regs.Trap.Vector == arch.VectorSyscall {
			Kernel.Syscall(t)
		} else {
			t.trapped(pc)
		}
	}
}

// trapped serves a trap that is no system call; user mode began at pc.
func (t *Task) trapped(pc uint64) {
	switch t.Regs.Trap.Cause() {
	case arch.CauseInterrupt:
		t.usage.tick(t.Regs.PC() != pc)
		Kernel.Interrupt(t.Regs.Trap.Vector)
		relieve(t)
		t.breakOff()
		t.Preempted()
	case arch.CausePageFault:
		t.pageFault()
	case arch.CauseException:
		sig, code, addr := t.Regs.Signal(&t.FPU)
		Kernel.Raise(t, Fault{sig, code, vm.Addr(addr), t.Regs.Trap})
	case arch.CauseUnarmed:
		armSlice()
	}
}

// doWork does what must happen before user mode. It reports false if the task ends.
func (t *Task) doWork() bool {
	for !t.Pending(WorkExit) {
		todo := t.work.Load()
		if todo == 0 {
			return true
		}
		for _, w := range workers {
			if todo&uint32(w.kind) != 0 {
				w.f(t)
			}
		}
	}
	return false
}

// pageFault resolves a page fault of user mode, or sends the signal for it.
func (t *Task) pageFault() {
	addr, write, exec := t.Regs.Trap.PageFault()
	access := vm.Read
	if write {
		access = vm.Write
	} else if exec {
		access = vm.Exec
	}
	t.usage.faults.Store(t.usage.faults.Load() + 1)
	err := t.AS.Fault(vm.Addr(addr), access)
	if err == nil {
		t.Preempted()
		return
	}
	if fault, ok := errors.AsType[*vm.FaultError](err); ok {
		Kernel.Raise(t, Fault{fault.Signal, fault.Code, fault.Addr, t.Regs.Trap})
		return
	}
	if t.Proc.Exiting() {
		return // killed to make room
	}
	klog.Errf("%s killed: out of memory at %#x", t, addr)
	t.Proc.Exit(Killed(int(unix.SIGKILL)))
}

// Restart is a system call that a signal interrupted, and that may be made again.
type Restart struct {
	// Err is the ERESTART value that the call returned; 0 is none.
	Err unix.Errno
	// Number is the call's.
	Number uintptr
	// Again goes on with the call, for restart_syscall(2) after
	// ERESTART_RESTARTBLOCK. The call sets it before it returns that.
	Again func(t *Task) (uintptr, error)
}

// SetRestart notes that the system call returns a restart error. It is resolved before
// user mode, by the library that delivers signals.
func (t *Task) SetRestart(err unix.Errno, number uintptr) {
	t.restart.Err, t.restart.Number = err, number
	t.Post(WorkRestart)
}

// TakeRestart returns the interrupted system call, if there is one, and forgets it.
func (t *Task) TakeRestart() Restart {
	t.Clear(WorkRestart)
	r := t.restart
	t.restart.Err = 0
	return r
}

// SetAgain says how the system call goes on after ERESTART_RESTARTBLOCK.
func (t *Task) SetAgain(again func(t *Task) (uintptr, error)) { t.restart.Again = again }

// RestartBlock returns what SetAgain set; EINTR if nothing waits to be gone on with.
func (t *Task) RestartBlock() (uintptr, error) {
	again := t.restart.Again
	if again == nil {
		return 0, unix.EINTR
	}
	t.restart.Again = nil
	return again(t)
}

// ResolveRestart decides an interrupted system call when no handler runs: it
// is made again.
func (r *Restart) ResolveRestart(regs *arch.Regs) {
	switch r.Err {
	case 0:
	case sys.ERESTART_RESTARTBLOCK:
		regs.RestartSyscall(unix.SYS_RESTART_SYSCALL)
	default:
		regs.RestartSyscall(uint64(r.Number))
	}
}
