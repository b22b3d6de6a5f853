package sched

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
)

// SchedYield implements sched_yield(2).
//
//cairn:syscall sched_yield
func SchedYield(t *task.Task) error {
	t.Yield()
	return nil
}

// Getcpu implements getcpu(2).
//
// There is one processor and one node.
//
//cairn:syscall getcpu
func Getcpu(t *task.Task, cpu, node sys.OutInt32, _ vm.Addr) error {
	for _, a := range [2]vm.Addr{vm.Addr(cpu), vm.Addr(node)} {
		if a == 0 {
			continue
		}
		if err := vm.Store(t.AS, a, uint32(0)); err != nil {
			return err
		}
	}
	return nil
}
