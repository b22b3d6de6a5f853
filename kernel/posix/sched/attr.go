package sched

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// The struct sched_attr (sched_setattr(2)) without and with the clamps of utilisation.
const (
	attrMinSize = 48
	attrSize    = 56
	attrMaxSize = 4096
)

// attr is the struct sched_attr.
type attr struct {
	Size, Policy              uint32
	Flags                     uint64
	Nice                      int32
	Priority                  uint32
	Runtime, Deadline, Period uint64
	UtilMin, UtilMax          uint32
}

// utilScale is the highest clamp of utilisation.
const utilScale = 1024

// SchedSetattr implements sched_setattr(2).
//
// All policies and flags are kept and checked; none has an effect.
//
//cairn:syscall sched_setattr
func SchedSetattr(t *task.Task, pid sys.Pid, a vm.Addr, flags uint32) error {
	if a == 0 || pid < 0 || flags != 0 {
		return unix.EINVAL
	}
	in, err := loadAttr(t, a)
	if err != nil {
		return err
	}
	target, err := find(t, pid)
	if err != nil {
		return err
	}
	old := of(target).get()
	const known = unix.SCHED_FLAG_ALL
	if in.Flags&^known != 0 || int32(in.Policy) < 0 {
		return unix.EINVAL
	}
	c := change{policy: int32(in.Policy), resetOnFork: in.Flags&unix.SCHED_FLAG_RESET_ON_FORK != 0}
	c.nice = min(max(in.Nice, minNice), maxNice)
	c.priority, c.runtime, c.deadline, c.period = int32(in.Priority), in.Runtime, in.Deadline, in.Period
	c.utilMin, c.utilMax = old.utilMin, old.utilMax
	if in.Flags&unix.SCHED_FLAG_KEEP_POLICY != 0 {
		c.policy, c.resetOnFork = old.policy, old.resetOnFork
	}
	if in.Flags&unix.SCHED_FLAG_KEEP_PARAMS != 0 {
		c.nice, c.priority, c.runtime, c.deadline, c.period = old.nice, old.priority, old.runtime, old.deadline, old.period
	}
	if c.policy != unix.SCHED_NORMAL && c.policy != unix.SCHED_BATCH {
		c.nice = old.nice // other policies do not set it
	}
	if !c.clamp(&in) {
		return unix.EINVAL
	}
	return c.apply(t, target)
}

// clamp takes over the clamps of utilisation. It reports false if they make no sense.
func (c *change) clamp(in *attr) bool {
	if in.Flags&unix.SCHED_FLAG_UTIL_CLAMP == 0 {
		return true
	}
	if in.Size < attrSize {
		return false
	}
	lo, hi := c.utilMin, c.utilMax
	if hi == 0 {
		hi = utilScale
	}
	if in.Flags&unix.SCHED_FLAG_UTIL_CLAMP_MIN != 0 {
		lo = in.UtilMin
	}
	if in.Flags&unix.SCHED_FLAG_UTIL_CLAMP_MAX != 0 {
		hi = in.UtilMax
	}
	c.utilMin, c.utilMax = lo, hi
	return lo <= hi && hi <= utilScale
}

// loadAttr reads the struct, whose size its first word says: E2BIG, and the known size
// written back, if there is something in it that this kernel does not know.
func loadAttr(t *task.Task, a vm.Addr) (in attr, err error) {
	size, err := vm.Load[uint32](t.AS, a)
	if err != nil {
		return in, err
	}
	if size == 0 {
		size = attrMinSize
	}
	tooBig := func() (attr, error) {
		if err := vm.Store(t.AS, a, uint32(attrSize)); err != nil {
			return in, err
		}
		return in, unix.E2BIG
	}
	if size < attrMinSize || size > attrMaxSize {
		return tooBig()
	}
	if in, err = loadSized(t, a, min(size, attrSize)); err != nil {
		return in, err
	}
	in.Size = size
	for i := uint32(attrSize); i < size; i++ {
		b, err := vm.Load[uint8](t.AS, a+vm.Addr(i))
		if err != nil {
			return in, err
		}
		if b != 0 {
			return tooBig()
		}
	}
	return in, nil
}

// loadSized reads the first bytes of the struct.
func loadSized(t *task.Task, a vm.Addr, size uint32) (in attr, err error) {
	if size >= attrSize {
		return vm.Load[attr](t.AS, a)
	}
	short, err := vm.Load[struct {
		Size, Policy              uint32
		Flags                     uint64
		Nice                      int32
		Priority                  uint32
		Runtime, Deadline, Period uint64
	}](t.AS, a)
	in = attr{Policy: short.Policy, Flags: short.Flags, Nice: short.Nice, Priority: short.Priority,
		Runtime: short.Runtime, Deadline: short.Deadline, Period: short.Period}
	return in, err
}

// SchedGetattr implements sched_getattr(2).
//
//cairn:syscall sched_getattr
func SchedGetattr(t *task.Task, pid sys.Pid, a vm.Addr, size, flags uint32) error {
	if a == 0 || pid < 0 || size < attrMinSize || size > attrMaxSize || flags != 0 {
		return unix.EINVAL
	}
	target, err := find(t, pid)
	if err != nil {
		return err
	}
	p := of(target).get()
	out := attr{Size: min(size, attrSize), Policy: uint32(p.policy), Nice: p.nice, Priority: uint32(p.priority),
		Runtime: p.runtime, Deadline: p.deadline, Period: p.period, UtilMin: p.utilMin, UtilMax: p.utilMax}
	if isRealtime(p.policy) || p.policy == unix.SCHED_DEADLINE {
		out.Nice = 0
	}
	if p.resetOnFork {
		out.Flags = unix.SCHED_FLAG_RESET_ON_FORK
	}
	if out.UtilMax == 0 {
		out.UtilMax = utilScale
	}
	if size >= attrSize {
		return vm.Store(t.AS, a, out)
	}
	return vm.Store(t.AS, a, [...]uint64{
		uint64(out.Size) | uint64(out.Policy)<<32, out.Flags, uint64(uint32(out.Nice)) | uint64(out.Priority)<<32,
		out.Runtime, out.Deadline, out.Period,
	})
}
