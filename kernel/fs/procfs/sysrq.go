package procfs

import (
	"runtime"
	"sort"
	"strings"

	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/klog"
	"cairn/kernel/mem"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

func init() {
	facts.Register(facts.File{Path: "sysrq-trigger", Perm: 0200, Read: unreadable, Write: sysrq})
}

func unreadable(*task.Task, *strings.Builder) error { return unix.EIO }

// sysrq does what the first letter says, as far as that makes sense here (proc(5), sysrq-trigger). The answer is in the log.
func sysrq(t *task.Task, s string) error {
	switch {
	case s == "":
	case s[0] == 'm':
		sysrqMemory()
	case s[0] == 't':
		sysrqTasks(t)
	default:
		klog.Warnf("sysrq: HELP : show-memory-usage(m) show-task-states(t)")
	}
	return nil
}

// sysrqMemory shows how much memory there is, and what the kernel itself uses of it.
func sysrqMemory() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	const kB = 1024
	klog.Warnf("sysrq: Mem-Info: total:%dkB free:%dkB kernel_heap:%dkB kernel_heap_max:%dkB kernel_stack:%dkB",
		mem.Total()/kB, mem.Free()/kB, m.HeapAlloc/kB, m.HeapSys/kB, m.StackSys/kB)
}

// sysrqTasks shows every task, and how many goroutines there are: one for each task, and the kernel's own.
func sysrqTasks(me *task.Task) {
	all := task.All()
	sort.Slice(all, func(i, j int) bool { return all[i].TID < all[j].TID })
	for _, t := range all {
		klog.Warnf("sysrq: task:%s state:%c pid:%d tgid:%d ppid:%d", *t.Name.Load(), state(me, t), t.TID, t.Proc.PID, facts.Process.Parent(t.Proc))
	}
	klog.Warnf("sysrq: Show State: tasks:%d goroutines:%d", len(all), runtime.NumGoroutine())
}
