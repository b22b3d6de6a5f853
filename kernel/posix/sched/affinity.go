package sched

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// The set of processors is one word: processor 0.
const (
	allCPUs = 1
	setSize = 8
)

// SchedGetaffinity implements sched_getaffinity(2).
//
//cairn:syscall sched_getaffinity
func SchedGetaffinity(t *task.Task, pid sys.Pid, size uint32, mask sys.OutCPUSet) (uint32, error) {
	if size*8 == 0 || size%setSize != 0 { // as on Linux, a number of bits beyond 32 bits wraps around
		return 0, unix.EINVAL
	}
	if _, err := find(t, pid); err != nil {
		return 0, err
	}
	return setSize, vm.Store(t.AS, vm.Addr(mask), uint64(allCPUs))
}

// SchedSetaffinity implements sched_setaffinity(2).
//
// There is one processor: a set without it fails with EINVAL, any other has no effect.
//
//cairn:syscall sched_setaffinity
func SchedSetaffinity(t *task.Task, pid sys.Pid, size uint32, mask sys.CPUSet) error {
	var set [setSize]byte
	if _, err := t.CopyIn(set[:min(size, setSize)], vm.Addr(mask)); err != nil {
		return err
	}
	of, err := find(t, pid)
	if err != nil {
		return err
	}
	if !mayChange(t, of) {
		return unix.EPERM
	}
	if set[0]&allCPUs == 0 {
		return unix.EINVAL
	}
	return nil
}

// find returns the task with the id, t itself for 0: ESRCH if there is none.
func find(t *task.Task, id sys.Pid) (*task.Task, error) {
	if id == 0 || int32(id) == t.TID {
		return t, nil
	}
	if of := task.Find(int32(id)); id > 0 && of != nil {
		return of, nil
	}
	return nil, unix.ESRCH
}
