package futex

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// waitvEntry is the struct futex_waitv of Linux's include/uapi/linux/futex.h.
type waitvEntry struct {
	Val      uint64
	Addr     uint64
	Flags    uint32
	Reserved uint32
}

const (
	waitvEntrySize = 24
	maxWaitv       = 128 // FUTEX_WAITV_MAX
	futex32        = 2   // FUTEX_32, the only size of words
)

// FutexWaitv implements futex_waitv(2).
//
//cairn:syscall futex_waitv
func FutexWaitv(t *task.Task, list vm.Addr, n uint32, flags uint32, timeout sys.Timespec, id sys.ClockID) (int, error) {
	if flags != 0 || n == 0 || n > maxWaitv || list == 0 {
		return 0, unix.EINVAL
	}
	var d deadline
	if timeout != 0 {
		if id != unix.CLOCK_MONOTONIC && id != unix.CLOCK_REALTIME {
			return 0, unix.EINVAL
		}
		var err error
		if d, err = loadDeadline(t, vm.Addr(timeout), id == unix.CLOCK_REALTIME, false); err != nil {
			return 0, err
		}
	}
	entries := make([]waitvEntry, n)
	for i := range entries {
		var err error
		if entries[i], err = vm.Load[waitvEntry](t.AS, list+vm.Addr(i)*waitvEntrySize); err != nil {
			return 0, err
		}
		if e := &entries[i]; e.Flags&^flagPrivate != futex32 || e.Reserved != 0 {
			return 0, unix.EINVAL
		}
	}
	return waitAny(t, entries, d)
}

// waitAny waits for a wake-up at any of the words, and returns which it was.
func waitAny(t *task.Task, entries []waitvEntry, d deadline) (int, error) {
	ws := make([]waiter, len(entries))
	for i := range entries {
		e, w := &entries[i], &ws[i]
		key, err := t.AS.FutexKey(vm.Addr(e.Addr), e.Flags&flagPrivate != 0)
		if err == nil {
			w.task, w.key, w.bitset = t, key, anyBit
			err = w.enqueue(t.AS, vm.Addr(e.Addr), uint32(e.Val))
		}
		if err != nil {
			if woken := leaveAll(ws[:i]); woken >= 0 {
				return woken, nil
			}
			return 0, err
		}
	}
	for {
		for i := range ws {
			if ws[i].queued.Load() == 0 {
				leaveAll(ws)
				return i, nil
			}
		}
		if err := d.block(t); err != nil {
			if woken := leaveAll(ws); woken >= 0 {
				return woken, nil
			}
			return 0, err
		}
	}
}

// leaveAll takes the waiters out of their buckets, and returns the last that was
// woken before, -1 if none was.
func leaveAll(ws []waiter) int {
	woken := -1
	for i := range ws {
		if !ws[i].leave() {
			woken = i
		}
	}
	return woken
}
