package futex

import (
	"cairn/kernel/clock"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// The operations of futex(2) and their flags (Linux's include/uapi/linux/futex.h).
const (
	opWait          = 0
	opWake          = 1
	opRequeue       = 3
	opCmpRequeue    = 4
	opWakeOp        = 5
	opLockPI        = 6
	opUnlockPI      = 7
	opTrylockPI     = 8
	opWaitBitset    = 9
	opWakeBitset    = 10
	opWaitRequeuePI = 11
	opCmpRequeuePI  = 12
	opLockPI2       = 13

	flagPrivate  = 128
	flagRealtime = 256
)

// Parts of a lock's word.
const (
	wordWaiters   = 1 << 31   // FUTEX_WAITERS
	wordOwnerDied = 1 << 30   // FUTEX_OWNER_DIED
	wordTID       = 1<<30 - 1 // FUTEX_TID_MASK
)

// Futex implements futex(2).
//
// Supports all operations but FUTEX_FD, with FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME. Tasks have no
// priorities: the PI operations hand locks over in the order in which tasks came.
//
//cairn:syscall futex
func Futex(t *task.Task, uaddr vm.Addr, op sys.FutexOp, val uint32, timeout, uaddr2 vm.Addr, val3 uint32) (int, error) {
	cmd := op &^ (flagPrivate | flagRealtime)
	private := op&flagPrivate != 0
	// The two that matter for speed.
	switch cmd {
	case opWake:
		if op&flagRealtime == 0 {
			return wake(t.AS, uaddr, private, int(int32(val)), anyBit)
		}
	case opWait:
		if timeout == 0 && op&flagRealtime == 0 {
			return 0, wait(t, uaddr, private, val, anyBit, deadline{})
		}
	}
	return futex(t, &call{uaddr, cmd, private, val, timeout, uaddr2, val3}, op&flagRealtime != 0)
}

// call is the arguments of futex(2).
type call struct {
	addr    vm.Addr
	cmd     sys.FutexOp
	private bool
	val     uint32
	timeout vm.Addr // of some operations a second number
	addr2   vm.Addr
	val3    uint32
}

// futex is the rest of Futex.
func futex(t *task.Task, c *call, realtime bool) (int, error) {
	switch c.cmd {
	case opWait, opWaitBitset, opLockPI, opLockPI2, opWaitRequeuePI:
		if realtime && (c.cmd == opWait || c.cmd == opLockPI) {
			return 0, unix.ENOSYS
		}
		d, err := loadDeadline(t, c.timeout, realtime || c.cmd == opLockPI, c.cmd == opWait)
		if err != nil {
			return 0, err
		}
		return 0, c.wait(t, d)
	}
	if realtime {
		return 0, unix.ENOSYS
	}
	val2 := int(int32(c.timeout))
	switch c.cmd {
	case opWakeBitset:
		return wake(t.AS, c.addr, c.private, int(int32(c.val)), c.val3)
	case opWakeOp:
		return wakeOp(t.AS, c.addr, c.addr2, c.private, int(int32(c.val)), val2, c.val3)
	case opRequeue:
		return requeue(t.AS, c, val2, nil)
	case opCmpRequeue:
		return requeue(t.AS, c, val2, &c.val3)
	case opCmpRequeuePI:
		return requeuePI(t, c, val2)
	case opUnlockPI:
		return 0, unlockPI(t, c.addr, c.private)
	case opTrylockPI:
		return 0, lockPI(t, c.addr, c.private, deadline{}, true)
	}
	return 0, unix.ENOSYS
}

// wait makes the call if it is one that waits.
func (c *call) wait(t *task.Task, d deadline) error {
	switch c.cmd {
	case opWait:
		return wait(t, c.addr, c.private, c.val, anyBit, d)
	case opWaitBitset:
		return wait(t, c.addr, c.private, c.val, c.val3, d)
	case opWaitRequeuePI:
		return waitRequeuePI(t, c, d)
	}
	return lockPI(t, c.addr, c.private, d, false)
}

// A deadline is when a wait ends; the zero deadline never comes.
type deadline struct {
	at   int64 // nanoseconds of the clock, 0 for never
	wall bool  // CLOCK_REALTIME; else CLOCK_MONOTONIC
}

// loadDeadline reads the timeout of a call, if it has one: EFAULT, EINVAL for no time.
func loadDeadline(t *task.Task, a vm.Addr, wall, relative bool) (deadline, error) {
	if a == 0 {
		return deadline{}, nil
	}
	ts, err := vm.Load[unix.Timespec](t.AS, a)
	if err != nil {
		return deadline{}, err
	}
	if ts.Sec < 0 || ts.Nsec < 0 || ts.Nsec >= clock.Second {
		return deadline{}, unix.EINVAL
	}
	ns := int64(clock.Never)
	if ts.Sec < int64(clock.Never)/clock.Second {
		ns = ts.Sec*clock.Second + ts.Nsec
	}
	if relative {
		now := int64(clock.Now())
		ns = now + min(ns, int64(clock.Never)-now)
	}
	return deadline{max(ns, 1), wall}, nil
}

// block waits for a wake-up of the task: ETIMEDOUT at the deadline, ERESTARTSYS for a signal.
func (d deadline) block(t *task.Task) error {
	switch {
	case d.at == 0:
		return t.Block()
	case d.wall:
		return t.BlockUntilWall(d.at)
	}
	return t.BlockUntil(clock.Time(d.at))
}
