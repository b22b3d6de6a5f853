//go:build cairn

package bare

import (
	"cairn/kernel/clock"

	"golang.org/x/sys/unix"
)

// poller is the one epoll instance of the kernel's Go runtime: it watches the
// runtime's own wake-up event and the interrupt descriptor.
var poller struct {
	event     bool // the runtime's event is set
	eventData uint64
	irqData   uint64
	watched   bool // someone registered the interrupt descriptor
}

// epollEvent is struct epoll_event of epoll_ctl(2), packed as on x86-64.
type epollEvent struct {
	events         uint32
	dataLo, dataHi uint32
}

func (e *epollEvent) set(data uint64) {
	e.events, e.dataLo, e.dataHi = unix.EPOLLIN, uint32(data), uint32(data>>32)
}

func (t *thread) epollCtl(op uint64, fd int32, event uint64) int64 {
	if op != unix.EPOLL_CTL_ADD {
		return 0
	}
	e := at[epollEvent](event)
	data := uint64(e.dataLo) | uint64(e.dataHi)<<32
	switch fd {
	case fdEvent:
		poller.eventData = data
	case EventFD:
		poller.irqData, poller.watched = data, true
	default:
		return -int64(unix.EPERM) // as for a regular file
	}
	return 0
}

// ready writes the events that are pending, edge-triggered for interrupts, and returns how many.
func (t *thread) ready() int64 {
	n := int64(0)
	events := at[[2]epollEvent](uint64(t.events))
	if poller.event {
		events[n].set(poller.eventData)
		n++
	}
	if poller.watched && pending.news {
		pending.news = false
		events[n].set(poller.irqData)
		n++
	}
	return n
}

func (t *thread) epollWait(events uintptr, timeout int32) int64 {
	t.events = events
	if n := t.ready(); n != 0 || timeout == 0 {
		return n
	}
	deadline := clock.Never
	if timeout > 0 {
		deadline = Now() + clock.Time(timeout)*1_000_000
	}
	t.polls = true
	t.wait(deadline, 0)
	return 0
}

// wakePoller ends an epoll_pwait that waits, if something is pending.
func wakePoller() {
	for i := range threads {
		if t := &threads[i]; t.state == waiting && t.polls {
			if n := t.ready(); n != 0 {
				t.wakeUp(n)
			}
		}
	}
}
