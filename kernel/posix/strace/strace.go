package strace

import (
	"cairn/kernel/param"
	"cairn/kernel/syscall"
	"cairn/kernel/syscall/report"
	"cairn/kernel/task"
)

var mode = param.Enum("strace", "off|on|file", "off", "print system calls and signals; file: with a pid on every line")

// Options say where the trace goes.
type Options struct {
	// Output receives every line, without newline, in order and one at a time.
	Output func(line string)
	// File says that the trace goes to a file of its own: every line begins
	// with the pid. Otherwise only those do that are written while there are
	// several tasks.
	File bool
}

// active is the tracer, nil until Start. It is set before the first task runs.
var active *tracer

// slot holds the state of every task; nil while nothing is traced.
var slot task.Slot[state]

func init() {
	slot = task.NewSlot(task.Hooks[state]{
		New: func(t *task.Task) (*state, error) {
			startAsTold()
			return newState(t), nil
		},
		Clone: func(_, child *task.Task, _ uint64) (*state, error) { return newState(child), nil },
	})
	task.OnTaskExit(exitTask)
}

// startAsTold starts the trace if the boot parameter asks for it.
func startAsTold() {
	if v := mode.Value(); v != "off" && active == nil {
		Start(Options{Output: func(line string) { report.Line("strace", line) }, File: v == "file"})
	}
}

// Start begins to trace every task. It may be called once, before the first task
// is made. The boot parameter does it when that is.
func Start(o Options) {
	active = &tracer{Options: o}
	syscall.AddRoutine(syscall.Routine{
		Name:   "strace",
		Order:  syscall.OrderTrace,
		Entry:  enterCall,
		Exit:   exitCall,
		Signal: reportSignal,
	})
}

// newState makes the state of a task.
func newState(t *task.Task) *state {
	if active == nil {
		return nil
	}
	return &state{printer: printer{mem: t}}
}

// exitTask says how a task ended.
func exitTask(t *task.Task) {
	if s := slot.Get(t); s != nil {
		active.attach(s, t.TID)
		active.detach(s, s.ending(t.Proc.Status()))
	}
}

// enterCall is the entry routine.
func enterCall(t *task.Task, nr uintptr, args [6]uintptr) error {
	if s := slot.Get(t); s != nil {
		s.sp = t.Regs.SP()
		active.attach(s, t.TID)
		active.enter(s, nr, args)
	}
	return nil
}

// exitCall is the exit routine. A call of a task that is ending does not return to
// the program: its line is ended when the task goes.
func exitCall(t *task.Task, _ uintptr, v uintptr, err error) {
	if s := slot.Get(t); s != nil && !s.exited && !t.Proc.Exiting() {
		active.leave(s, v, err)
	}
}

// reportSignal is the signal routine.
func reportSignal(t *task.Task, info *[syscall.SigInfoSize]byte) {
	if active == nil {
		return
	}
	p := printer{mem: t}
	p.str("--- ")
	if sig := data(info[:]).i32(0); sig != 0 {
		p.signal(sig)
		p.byte(' ')
	}
	p.sigInfoAt(info[:])
	p.str(" ---")
	active.event(t.TID, string(p.out))
}
