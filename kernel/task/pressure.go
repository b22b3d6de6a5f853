package task

import (
	"sync"
	"sync/atomic"

	"cairn/kernel/clock"
	"cairn/kernel/klog"
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// relieving is held by the task that makes room for the kernel; others wait, so that they do not take it meanwhile.
var relieving struct {
	sync.Mutex
	last clock.Time // when there was room again
}

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
	if !mem.Critical() {
		return
	}
	// It waits for the end of who is killed without the lock, which that one may want.
	if v := collect(t); v != nil && v != t.Proc {
		v.await(patience)
		DropCaches()
	}
}

// collect collects garbage. It returns who was killed if that was not enough, or was so just before: else the kernel would
// collect garbage all the time.
func collect(t *Task) *Process {
	relieving.Lock()
	defer relieving.Unlock()
	if mem.Relieved() || t.Proc.Exiting() {
		return nil
	}
	soon := relieving.last != 0 && clock.Now() < relieving.last+clock.Second
	DropCaches()
	relieving.last = clock.Now()
	if mem.Relieved() && !soon {
		return nil
	}
	relieving.last = 0 // the end of the victim makes garbage, which is first to be collected
	v := oomVictim()
	if v == nil {
		klog.Errf("%s killed: the kernel is out of memory", t)
		t.Proc.Exit(Killed(int(unix.SIGKILL)))
	}
	return v
}

// sparePause is how long Spare does not collect garbage again.
const sparePause = clock.Second / 10

// spared is when Spare last collected garbage, or began to.
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
	spared.Store(int64(clock.Now())) // it may have taken long
	return mem.Relieved()
}
