// Package poll waits for several files at once: poll(2), select(2), epoll(7) and
// their forms with signal masks.
//
// What is ready is what the files' operations say; how one learns that it changed is their
// queues (package wait). Linux's two names for one event, POLLIN and POLLRDNORM, and
// POLLOUT and POLLWRNORM, are always true together here.
package poll

//go:generate go run cairn/tools/sysgen
