package poll

import (
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// always are the events that poll(2) and epoll(7) report whether they were asked for
// or not. The sets of select(2) name theirs.
const always = unix.POLLERR | unix.POLLHUP

// wanted returns the events to wait for when a program asks for ev.
func wanted(ev uint32) wait.Events {
	w := wait.Events(ev)
	if ev&unix.EPOLLRDNORM != 0 {
		w |= wait.In
	}
	if ev&unix.EPOLLWRNORM != 0 {
		w |= wait.Out
	}
	return w
}

// reported returns what is ready of ev.
func reported(ready wait.Events, ev uint32) uint32 {
	r := uint32(ready)
	if ready&wait.In != 0 {
		r |= unix.EPOLLRDNORM
	}
	if ready&wait.Out != 0 {
		r |= unix.EPOLLWRNORM
	}
	return r & ev
}
