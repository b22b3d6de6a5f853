package task

import (
	"slices"
	"sync"
	"sync/atomic"

	"cairn/kernel/config"
	"cairn/kernel/trial"

	"golang.org/x/sys/unix"
)

// A Process is a thread group: the tasks that share a process id.
type Process struct {
	// PID is the process id, the TID of its first task.
	PID int32

	mu      sync.Mutex
	tasks   []*Task
	ended   Usage // of the tasks that are gone
	alone   *Task // who waits in Alone
	status  Status
	exiting atomic.Bool
	done    chan struct{}
}

// A Status is how a process ended, encoded as wait(2) hands it out.
type Status uint32

// Exited is the status of a process that called exit_group(2).
func Exited(code int) Status { return Status(code&0xff) << 8 }

// Killed is the status of a process that a signal ended.
func Killed(sig int) Status { return Status(sig & 0x7f) }

// Shell returns the status as a shell shows it: the exit code, or 128 plus the
// signal's number.
func (s Status) Shell() int {
	if sig := s & 0x7f; sig != 0 {
		return 128 + int(sig)
	}
	return int(s >> 8 & 0xff)
}

// Tasks returns the process's live tasks.
func (p *Process) Tasks() []*Task {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*Task(nil), p.tasks...)
}

// add puts t into the process. It reports false if the process is ending.
func (p *Process) add(t *Task) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.exiting.Load() || p.alone != nil {
		return false
	}
	p.tasks = append(p.tasks, t)
	return true
}

// remove takes t out of the process, and reports whether it was the last.
func (p *Process) remove(t *Task) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.tasks, t); i >= 0 {
		p.tasks = slices.Delete(p.tasks, i, i+1)
		p.ended.Add(t.Usage())
	}
	if p.alone != nil {
		p.alone.Wake()
	}
	return len(p.tasks) == 0
}

// Alone ends the other tasks of t's process, and waits until they have gone. Then t takes over
// the process's id as its own (execve(2), "Effect on process attributes"). It fails with EAGAIN if the process
// ends or another task is in Alone: t is about to end then.
func (t *Task) Alone() error {
	if !config.LIBPOSIX_PROCESS_MULTITHREADING {
		return nil
	}
	p := t.Proc
	if !p.begin(t) {
		return unix.EAGAIN
	}
	for p.others() {
		if t.BlockKillable() != nil {
			p.finish()
			return unix.EAGAIN
		}
	}
	if t.TID != p.PID {
		t.takeOver(p.PID)
	}
	p.finish()
	return nil
}

// begin tells the other tasks to end.
func (p *Process) begin(t *Task) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.exiting.Load() || p.alone != nil || trial.Fail() {
		return false
	}
	p.alone = t
	for _, o := range p.tasks {
		if o != t {
			o.Post(WorkExit)
		}
	}
	return true
}

func (p *Process) others() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.tasks) > 1
}

func (p *Process) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.alone = nil
}

// Done is closed when the last task of the process has gone.
func (p *Process) Done() <-chan struct{} { return p.done }

// Status returns how the process ended. It is valid once Done is closed.
func (p *Process) Status() Status { return p.status }

// Exit ends the process: its tasks go when they next look, and the first status given stays
// (exit_group(2), fatal signals).
func (p *Process) Exit(s Status) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.exiting.Swap(true) {
		return
	}
	p.status = s
	for _, t := range p.tasks {
		t.Post(WorkExit)
	}
}

// Exiting says whether the process is ending.
func (p *Process) Exiting() bool { return p.exiting.Load() }
