package tty

import (
	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/task"
)

// What the library tells /proc.
func init() { facts.Process.Terminal = terminalOf }

// terminalOf returns the number of the process's controlling terminal and the terminal's foreground
// group: 0 and -1 if it has none.
func terminalOf(p *task.Process) (dev uint64, foreground int32) {
	tasks := p.Tasks()
	if len(tasks) == 0 {
		return 0, -1
	}
	if s := slot.Get(tasks[0]); s == nil || s.isDetached() {
		return 0, -1
	}
	t := OfSession(facts.Process.Session(p))
	if t == nil {
		return 0, -1
	}
	return t.Dev(), t.Foreground()
}
