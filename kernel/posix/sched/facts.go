package sched

import (
	"cairn/kernel/config"
	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/task"
)

// What the library tells /proc.
func init() {
	if !config.LIBPROCFS {
		return
	}
	facts.Process.Schedule = func(t *task.Task) (nice, policy, priority int) {
		p := of(t).get()
		return int(p.nice), int(p.policy), int(p.priority)
	}
}
