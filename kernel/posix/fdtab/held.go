package fdtab

import (
	"cairn/kernel/mem"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
)

// A Holder is a file that keeps much of the kernel's memory: what waits in a socket to be received.
type Holder interface {
	// Held returns how many bytes that is now.
	Held() int
}

func init() { task.Kernel.Held = held }

// held returns about how many bytes of the kernel's memory the files take that t has open: a page each,
// and what they say.
func held(t *task.Task) uint64 {
	tb := tables.Get(t)
	if tb == nil {
		return 0
	}
	sum := uint64(0)
	for i := range *tb.slots.Load() {
		f := tb.peek(sys.FD(i))
		if f == nil {
			continue
		}
		sum += mem.PageSize
		if h, ok := f.Ops.(Holder); ok {
			sum += uint64(h.Held())
		}
	}
	return sum
}
