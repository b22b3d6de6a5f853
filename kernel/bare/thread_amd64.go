//go:build cairn

package bare

import (
	"cairn/kernel/arch"
	"cairn/kernel/clock"
)

// maxThreads bounds the threads of the kernel's Go runtime. It starts a
// handful: nothing in the kernel blocks a thread.
const maxThreads = 128

type threadState uint8

const (
	unused  threadState = iota
	running             // can run
	waiting             // for a futex, an event, or just the deadline
)

// A thread is one of the Go runtime's.
type thread struct {
	regs     arch.HostRegs
	state    threadState
	tid      uint64
	deadline clock.Time // when waiting ends by itself
	expired  int64      // the host call's result then
	futex    uintptr    // the word it waits for, or 0
	blocked  bool       // the host call gave the processor away
	polls    bool       // it waits in epoll_pwait
	events   uintptr    // where epoll_pwait puts them
	altStack [2]uint64  // sigaltstack: base, size
}

var threads [maxThreads]thread

// current returns the thread whose host call is being served.
func current() *thread {
	r := arch.Boot().Thread()
	for i := range threads {
		if &threads[i].regs == r {
			return &threads[i]
		}
	}
	return nil
}

// wakeUp makes t runnable, with the result of its host call.
func (t *thread) wakeUp(result int64) {
	t.state, t.futex, t.polls = running, 0, false
	t.regs.RAX = uint64(result)
}

// wait takes t off the processor until someone wakes it, or the deadline passes.
func (t *thread) wait(deadline clock.Time, expired int64) {
	t.state, t.deadline, t.expired, t.blocked = waiting, deadline, expired, true
	t.yield()
}

// yield gives the processor to the next thread that can run, waiting for an
// interrupt if none can.
func (t *thread) yield() {
	after := t
	for {
		now := clock.Never
		next := clock.Never
		for n := range threads {
			c := &threads[(after.index()+1+n)%maxThreads]
			if c.state == waiting && c.deadline != clock.Never {
				if now == clock.Never {
					now = Now()
				}
				if c.deadline <= now {
					c.wakeUp(c.expired)
				} else {
					next = min(next, c.deadline)
				}
			}
			if c.state == running {
				arch.Boot().SetThread(&c.regs)
				return
			}
		}
		idle(next)
	}
}

func (t *thread) index() int { return int(t.tid) - 1 }

// spawn starts a thread on a stack of its own (clone(2), with the flags that
// the Go runtime uses). It returns the thread's id, or 0 if there are too many.
func (t *thread) spawn(stack, tls uint64) uint64 {
	for i := range threads {
		c := &threads[i]
		if c.state == unused {
			c.regs = t.regs
			c.regs.RAX, c.regs.RSP, c.regs.FSBase, c.regs.G = 0, stack, tls, 0
			c.tid, c.state = uint64(i+1), running
			c.altStack = [2]uint64{}
			return c.tid
		}
	}
	return 0
}

// futexWake wakes up to n threads that wait for the word at addr.
func futexWake(addr uintptr, n uint64) (woken int64) {
	for i := range threads {
		if c := &threads[i]; uint64(woken) < n && c.state == waiting && c.futex == addr {
			c.wakeUp(0)
			woken++
		}
	}
	return woken
}
