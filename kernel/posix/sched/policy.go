package sched

import (
	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/rlimit"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// maxPriority is the highest priority of SCHED_FIFO and SCHED_RR.
const maxPriority = 99

// roundRobin is the time slice in nanoseconds that sched_rr_get_interval(2) shows: the kernel's own.
const roundRobin = clock.Second / 100

// A change is what a call asks for.
type change struct {
	policy      int32
	keepPolicy  bool // sched_setparam(2)
	resetOnFork bool
	params      // nice, priority, and those of SCHED_DEADLINE
}

// SchedSetscheduler implements sched_setscheduler(2).
//
// SCHED_OTHER, SCHED_BATCH, SCHED_IDLE, SCHED_FIFO and SCHED_RR, with SCHED_RESET_ON_FORK: kept and checked, without effect.
//
//cairn:syscall sched_setscheduler
func SchedSetscheduler(t *task.Task, pid sys.Pid, policy sys.SchedPolicy, param sys.SchedParam) error {
	if policy < 0 {
		return unix.EINVAL
	}
	c := change{policy: int32(policy) &^ resetOnFork, resetOnFork: policy&resetOnFork != 0}
	return setParam(t, pid, param, c)
}

// resetOnFork is SCHED_RESET_ON_FORK.
const resetOnFork = 0x40000000

// SchedSetparam implements sched_setparam(2).
//
//cairn:syscall sched_setparam
func SchedSetparam(t *task.Task, pid sys.Pid, param sys.SchedParam) error {
	return setParam(t, pid, param, change{keepPolicy: true})
}

// setParam makes the change with a priority in user memory.
func setParam(t *task.Task, pid sys.Pid, param sys.SchedParam, c change) error {
	if param == 0 || pid < 0 {
		return unix.EINVAL
	}
	var err error
	if c.priority, err = vm.Load[int32](t.AS, vm.Addr(param)); err != nil {
		return err
	}
	target, err := find(t, pid)
	if err != nil {
		return err
	}
	old := of(target).get()
	if c.keepPolicy {
		c.policy, c.resetOnFork = old.policy, old.resetOnFork
	}
	c.nice = old.nice
	return c.apply(t, target)
}

// apply checks the change and makes it: EINVAL, EPERM.
func (c *change) apply(t, target *task.Task) error {
	s := of(target)
	old := s.get()
	switch c.policy {
	case unix.SCHED_NORMAL, unix.SCHED_BATCH, unix.SCHED_IDLE:
		if c.priority != 0 {
			return unix.EINVAL
		}
	case unix.SCHED_FIFO, unix.SCHED_RR:
		if c.priority < 1 || c.priority > maxPriority {
			return unix.EINVAL
		}
	case unix.SCHED_DEADLINE:
		if c.priority != 0 || !c.validDeadline() {
			return unix.EINVAL
		}
	default:
		return unix.EINVAL
	}
	if err := c.permitted(t, target, &old); err != nil {
		return err
	}
	n := c.params
	n.policy, n.resetOnFork, n.ioprio = c.policy, c.resetOnFork, old.ioprio
	s.set(n)
	return nil
}

// validDeadline checks the times of SCHED_DEADLINE (sched_setattr(2)).
func (c *change) validDeadline() bool {
	const least = 1024
	period := c.period
	if period == 0 {
		period = c.deadline
	}
	return c.runtime >= least && c.runtime <= c.deadline && c.deadline <= period && int64(period) > 0
}

// permitted checks that t may make the change (sched(7), "Privileges and resource limits").
func (c *change) permitted(t, target *task.Task, old *params) error {
	if vfs.CredOf(t).Has(unix.CAP_SYS_NICE) {
		return nil
	}
	limit := int32(min(rlimit.Get(target, unix.RLIMIT_RTPRIO), maxPriority))
	switch {
	case c.policy == unix.SCHED_DEADLINE, !mayChange(t, target), old.resetOnFork && !c.resetOnFork:
		return unix.EPERM
	case isRealtime(c.policy):
		if c.policy != old.policy && limit == 0 || c.priority > old.priority && c.priority > limit {
			return unix.EPERM
		}
	case old.policy == unix.SCHED_IDLE && c.policy != unix.SCHED_IDLE, c.nice < old.nice:
		if !niceAllowed(target, c.nice) {
			return unix.EPERM
		}
	}
	return nil
}

// SchedGetscheduler implements sched_getscheduler(2).
//
//cairn:syscall sched_getscheduler
func SchedGetscheduler(t *task.Task, pid sys.Pid) (sys.SchedPolicy, error) {
	if pid < 0 {
		return 0, unix.EINVAL
	}
	target, err := find(t, pid)
	if err != nil {
		return 0, err
	}
	p := of(target).get()
	if p.resetOnFork {
		return sys.SchedPolicy(p.policy | resetOnFork), nil
	}
	return sys.SchedPolicy(p.policy), nil
}

// SchedGetparam implements sched_getparam(2).
//
//cairn:syscall sched_getparam
func SchedGetparam(t *task.Task, pid sys.Pid, param sys.OutSchedParam) error {
	if param == 0 || pid < 0 {
		return unix.EINVAL
	}
	target, err := find(t, pid)
	if err != nil {
		return err
	}
	return vm.Store(t.AS, vm.Addr(param), of(target).get().priority)
}

// SchedGetPriorityMax implements sched_get_priority_max(2).
//
//cairn:syscall sched_get_priority_max
func SchedGetPriorityMax(_ *task.Task, policy sys.SchedPolicy) (int32, error) {
	return priorityRange(policy, maxPriority)
}

// SchedGetPriorityMin implements sched_get_priority_min(2).
//
//cairn:syscall sched_get_priority_min
func SchedGetPriorityMin(_ *task.Task, policy sys.SchedPolicy) (int32, error) {
	return priorityRange(policy, 1)
}

// priorityRange returns the end of the range of a policy's priorities, which is 0 unless the policy
// is a real-time one.
func priorityRange(policy sys.SchedPolicy, end int32) (int32, error) {
	switch policy {
	case unix.SCHED_FIFO, unix.SCHED_RR:
		return end, nil
	case unix.SCHED_NORMAL, unix.SCHED_BATCH, unix.SCHED_IDLE, unix.SCHED_DEADLINE:
		return 0, nil
	}
	return 0, unix.EINVAL
}

// SchedRrGetInterval implements sched_rr_get_interval(2).
//
//cairn:syscall sched_rr_get_interval
func SchedRrGetInterval(t *task.Task, pid sys.Pid, ts sys.OutTimespec) error {
	if pid < 0 {
		return unix.EINVAL
	}
	target, err := find(t, pid)
	if err != nil {
		return err
	}
	slice := int64(roundRobin)
	if of(target).get().policy == unix.SCHED_FIFO {
		slice = 0 // "infinite"
	}
	return vm.Store(t.AS, vm.Addr(ts), unix.NsecToTimespec(slice))
}
