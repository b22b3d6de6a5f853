// Package sysstat counts the system calls of all tasks, those that failed, and the
// time that they took, and prints a table when the machine ends.
//
// It is a user of the entry and exit routines of package syscall.
package sysstat

import (
	"cmp"
	"slices"
	"sync/atomic"

	"cairn/kernel/clock"
	"cairn/kernel/kfmt"
	"cairn/kernel/param"
	"cairn/kernel/syscall"
	"cairn/kernel/syscall/report"
	"cairn/kernel/task"
)

var on = param.Bool("stats", false, "print how often each system call was made, how often it failed, and the time it took")

// counter is what is known of one call.
type counter struct {
	calls, errors atomic.Uint64
	time          atomic.Int64 // nanoseconds
}

// figures is what is known of all calls.
type figures struct {
	counters []counter
	init     *task.Process // its end is the machine's
}

// maxNumber bounds the calls that are counted. Linux's numbers are far below.
const maxNumber = 1024

// state is the call that a task is in.
type state struct {
	began clock.Time // 0: none
}

// active is nil while nothing is counted. It is set before the first task runs.
var active *figures

// slot holds the state of every task; nil while nothing is counted.
var slot task.Slot[state]

func init() {
	slot = task.NewSlot(task.Hooks[state]{
		New: func(t *task.Task) (*state, error) {
			if on.Value() && active == nil {
				start(t.Proc)
			}
			return newState(), nil
		},
		Clone: func(_, _ *task.Task, _ uint64) (*state, error) { return newState(), nil },
	})
	task.OnProcessExit(ended)
}

// ended prints the table when the machine's first process has ended.
func ended(p *task.Process) {
	if active != nil && p == active.init {
		active.print(func(line string) { report.Line("stats", line) })
	}
}

func newState() *state {
	if active == nil {
		return nil
	}
	return &state{}
}

// start begins to count, until the process init ends.
func start(init *task.Process) {
	active = &figures{counters: make([]counter, maxNumber), init: init}
	syscall.AddRoutine(syscall.Routine{
		Name:  "stats",
		Order: syscall.OrderAccounting,
		Entry: func(t *task.Task, nr uintptr, _ [6]uintptr) error {
			if s := slot.Get(t); s != nil && nr < maxNumber {
				active.counters[nr].calls.Add(1)
				s.began = clock.Now()
			}
			return nil
		},
		Exit: func(t *task.Task, nr uintptr, _ uintptr, err error) {
			if s := slot.Get(t); s != nil && s.began != 0 {
				active.counters[nr].leave(clock.Now()-s.began, err)
				s.began = 0
			}
		},
	})
}

// leave counts the end of a call that took d.
func (c *counter) leave(d clock.Time, err error) {
	c.time.Add(int64(d))
	if err != nil {
		c.errors.Add(1)
	}
}

// row is one line of the table.
type row struct {
	nr                  int
	calls, errors, time uint64
}

// rows returns what was counted, the calls that took most time first.
func (f *figures) rows() (rows []row, total row) {
	for nr := range f.counters {
		c := &f.counters[nr]
		r := row{nr, c.calls.Load(), c.errors.Load(), uint64(c.time.Load())}
		if r.calls == 0 {
			continue
		}
		rows = append(rows, r)
		total.calls += r.calls
		total.errors += r.errors
		total.time += r.time
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(b.time, a.time), cmp.Compare(a.nr, b.nr)) })
	return rows, total
}

// print prints the table, line by line, in the manner of strace -c. The times are in nanoseconds:
// under QEMU's -icount shift=0 that is guest instructions.
func (f *figures) print(line func(string)) {
	const rule = "------ ------------ ------------ --------- --------- ----------------"
	rows, total := f.rows()
	line("% time        nsecs   nsecs/call     calls    errors syscall")
	line(rule)
	for _, r := range rows {
		line(r.format(total.time, syscall.Name(uintptr(r.nr))))
	}
	line(rule)
	line(total.format(total.time, "total"))
}

// format returns a row as a line of the table.
func (r row) format(all uint64, name string) string {
	errors := ""
	if r.errors > 0 {
		errors = kfmt.Sprint(r.errors)
	}
	return kfmt.Sprintf("%6.2f %12d %12d %9d %9s %s",
		100*float64(r.time)/float64(max(all, 1)), r.time, r.time/max(r.calls, 1), r.calls, errors, name)
}
