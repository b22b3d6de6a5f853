package process

import (
	"cairn/kernel/config"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// stopState is where a process is in stopping and going on (job control).
type stopState struct {
	signal  int  // that stops it; 0 while it runs
	tasks   int  // how many stand still
	whole   bool // all do, and the parent was told
	report  int  // the signal of a stop that was not waited for yet
	resumed bool // it went on, and that was not waited for yet
}

func init() {
	if config.LIBPOSIX_PROCESS_SIGNAL {
		task.OnWork(task.WorkStop, standStill)
	}
}

// Stop stops the process of t because of a signal: its tasks stand still when they next would go
// back to user mode, and when all do the parent is told. The library of signals calls it for the default action of
// the stop signals, on the goroutine of t.
func Stop(t *task.Task, sig int) {
	p := Of(t)
	tree.Lock()
	defer tree.Unlock()
	if p.life != alive || p.stop.signal != 0 {
		return
	}
	p.stop = stopState{signal: sig}
	for _, o := range p.Tasks.Tasks() {
		o.Post(task.WorkStop)
	}
}

// Continue makes a stopped process go on, and tells its parent. The library of signals calls it
// when SIGCONT is sent.
func Continue(tasks *task.Process) {
	tree.Lock()
	p := find(tasks)
	if p == nil || p.stop.signal == 0 {
		tree.Unlock()
		return
	}
	whole := p.stop.whole
	p.stop = stopState{tasks: p.stop.tasks, resumed: whole}
	for _, o := range tasks.Tasks() {
		o.Wake()
	}
	var n notices
	if whole {
		n.child(p, childContinued, int32(unix.SIGCONT))
	}
	tree.Unlock()
	n.send()
}

// IsStopped says whether all tasks of the process stand still (/proc/PID/stat, T).
func (p *Process) IsStopped() bool {
	tree.Lock()
	defer tree.Unlock()
	return p.stop.whole
}

// standStill is what a task does when its process is stopped.
func standStill(t *task.Task) {
	p := Of(t)
	tree.Lock()
	p.stop.tasks++
	n := p.checkStopped(len(p.Tasks.Tasks()))
	for p.stop.signal != 0 {
		tree.Unlock()
		n.send()
		n = notices{}
		err := t.BlockKillable()
		tree.Lock()
		if err != nil {
			break
		}
	}
	p.stop.tasks--
	if p.stop.signal == 0 {
		t.Clear(task.WorkStop)
	}
	tree.Unlock()
	n.send()
}

// checkStopped notes that all of so many tasks stand still, if they do, and returns what the
// parent is told. tree is held.
func (p *Process) checkStopped(tasks int) (n notices) {
	s := &p.stop
	if s.signal != 0 && !s.whole && s.tasks == tasks && tasks > 0 {
		s.whole, s.report = true, s.signal
		n.child(p, childStopped, int32(s.signal))
	}
	return n
}
