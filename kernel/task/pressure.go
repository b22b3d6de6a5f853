package task

import (
	"sync/atomic"

	"cairn/kernel/clock"
	"cairn/kernel/klog"
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// relieving says that a task makes room for the kernel.
var relieving atomic.Bool

func init() {
	OnWork(WorkMemory, func(t *Task) {
		t.Clear(WorkMemory)
		relieve(t)
	})
	Kernel.Held = func(*Task) uint64 { return 0 }
}

// CheckMemory makes the task see to the kernel's own memory before it goes back to user mode, if that is nearly out.
// Libraries call it when they have made something on behalf of t that stays.
func (t *Task) CheckMemory() {
	if mem.Critical() {
		t.work.Or(uint32(WorkMemory))
	}
}

// relieve makes room when what is left of memory is hardly enough for the kernel itself: which must not run out of
// it, since its heap cannot do without. It collects garbage, and if that was not enough, a process is killed.
func relieve(t *Task) {
	if !mem.Critical() || relieving.Swap(true) {
		return
	}
	defer relieving.Store(false)
	DropCaches()
	if mem.Relieved() {
		return
	}
	v := oomVictim()
	if v == nil {
		klog.Errf("%s killed: the kernel is out of memory", t)
		t.Proc.Exit(Killed(int(unix.SIGKILL)))
		return
	}
	if v != t.Proc {
		v.await(patience)
		DropCaches()
	}
}

// sparePause is how long Spare does not collect garbage again.
const sparePause = clock.Second / 10

// spared is when Spare last collected garbage.
var spared atomic.Int64

// Spare says whether the kernel has memory for one more thing that it keeps for a program, such as an open file.
// Calls that make one fail without, before a program has to be killed.
func Spare() bool {
	if mem.Relieved() {
		return true
	}
	now := int64(clock.Now())
	last := spared.Load()
	if last != 0 && now < last+int64(sparePause) || !spared.CompareAndSwap(last, now) {
		return false
	}
	DropCaches()
	return mem.Relieved()
}
