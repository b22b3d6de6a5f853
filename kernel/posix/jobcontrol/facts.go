package jobcontrol

import (
	"cairn/kernel/drivers/tty"
	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/posix/process"
	"cairn/kernel/task"
)

// What the library tells /proc.
func init() { facts.Process.Terminal = terminalOf }

// terminalOf returns the device number of the process's controlling terminal, and its foreground group.
func terminalOf(p *task.Process) (dev uint64, foreground int32) {
	t := tty.OfSession(process.SessionOf(p))
	if t == nil {
		return 0, -1
	}
	return t.Dev(), t.Foreground()
}
