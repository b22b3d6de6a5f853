package procfs

import (
	"strconv"
	"strings"
	"sync/atomic"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// oom is what a process wants for the case that memory runs out. Threads share it.
type oom struct{ adj atomic.Int32 }

var oomSlot task.Slot[oom]

func init() {
	oomSlot = task.NewSlot(task.Hooks[oom]{
		New:   func(*task.Task) (*oom, error) { return &oom{}, nil },
		Clone: cloneOOM,
	})
	task.Kernel.OOMAdj = OOMAdj
}

func cloneOOM(t, _ *task.Task, flags uint64) (*oom, error) {
	parent := oomSlot.Get(t)
	if flags&unix.CLONE_THREAD != 0 {
		return parent, nil
	}
	o := &oom{}
	o.adj.Store(parent.adj.Load())
	return o, nil
}

// OOMAdj returns the value of /proc/PID/oom_score_adj (proc_pid_oom_score_adj(5)): from -1000, "never kill",
// to 1000, "kill first".
func OOMAdj(t *task.Task) int {
	if o := oomSlot.Get(t); o != nil {
		return int(o.adj.Load())
	}
	return 0
}

// oomScore says how likely the process is killed when memory is out, from 0 to 2000 (proc_pid_oom_score(5)).
func oomScore(_, t *task.Task, w *strings.Builder) error {
	const most = task.OOMAdjMax
	score := int64(0)
	if points, ok := t.Badness(); ok {
		score = max((most+points*most/int64(mem.Total()/mem.PageSize))*2/3, 0)
	}
	w.WriteString(strconv.FormatInt(score, 10) + "\n")
	return nil
}

func oomAdj(_, t *task.Task, w *strings.Builder) error {
	w.WriteString(strconv.Itoa(OOMAdj(t)) + "\n")
	return nil
}

// setOOMAdj sets the value. Only root lowers it.
func setOOMAdj(writer, t *task.Task, s string) error {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < task.OOMAdjMin || n > task.OOMAdjMax {
		return unix.EINVAL
	}
	if n < OOMAdj(t) && !vfs.CredOf(writer).Has(unix.CAP_SYS_RESOURCE) {
		return unix.EACCES
	}
	if o := oomSlot.Get(t); o != nil {
		o.adj.Store(int32(n))
	}
	return nil
}
