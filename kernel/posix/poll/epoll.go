package poll

import (
	"strings"
	"sync"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// An epoll is the operations of an epoll instance (epoll(7)).
//
// Its lock mu is held while it asks files whether they are ready, so it comes before the
// locks of files; and a file that is closed waits for it before its operations are
// released, so an item never outlives its file. readyLock is taken in wake-ups, under the
// lock of a file's queue, and nothing is taken under it.
type epoll struct {
	vfs.NoFile
	queue wait.Queue // those who wait for the epoll itself

	mu    sync.Mutex
	items map[itemKey]*item

	readyLock sync.Mutex
	ready     itemList // items that were woken, or were found ready at the last look

	nest nesting
}

// An itemKey is what an epoll knows an item by: the number a description was
// added with, too, since one description can have several.
type itemKey struct {
	file *vfs.File
	fd   sys.FD
}

// An item is one descriptor that an epoll watches.
type item struct {
	epoll *epoll
	key   itemKey // the file is not counted
	queue *wait.Queue
	entry wait.Entry

	// Guarded by epoll.mu for writing, by readyLock too.
	events uint32 // asked for, with EPOLLET and its like
	data   uint64

	// Guarded by epoll.readyLock.
	next, prev *item
	listed     bool
}

// flagBits are the bits of an item's events that are no events.
const flagBits = unix.EPOLLET | unix.EPOLLONESHOT | unix.EPOLLWAKEUP | unix.EPOLLEXCLUSIVE

// disabled says that the item was reported, with EPOLLONESHOT.
func (it *item) disabled() bool { return it.events&^flagBits == 0 }

// look asks the file which of the item's events are true to t, or to nobody in particular.
func (it *item) look(t *task.Task) uint32 {
	return reported(it.key.file.ReadyTo(t), it.events&^flagBits)
}

// Notify puts the item on the ready list: something happened to its file. If nobody waits for the epoll,
// another one with EPOLLEXCLUSIVE is told as well.
func (it *item) Notify(e *wait.Entry, _ wait.Events) {
	e.Declined = it.epoll.queue.Empty()
	it.list()
}

// list puts the item on the ready list, and wakes who waits for it.
func (it *item) list() {
	ep := it.epoll
	ep.readyLock.Lock()
	if it.disabled() {
		ep.readyLock.Unlock()
		return
	}
	ep.ready.push(it)
	ep.readyLock.Unlock()
	ep.queue.Wake(wait.In)
}

// FileReleased forgets the item: its file was closed.
func (it *item) FileReleased(*vfs.File) {
	ep := it.epoll
	ep.mu.Lock()
	defer ep.mu.Unlock()
	if ep.items[it.key] == it {
		ep.forget(it)
	}
}

// forget takes the item off everything but its file's watchers. The epoll is locked.
func (ep *epoll) forget(it *item) {
	delete(ep.items, it.key)
	it.queue.Remove(&it.entry)
	ep.readyLock.Lock()
	ep.ready.remove(it)
	ep.readyLock.Unlock()
	if child, ok := it.key.file.Ops.(*epoll); ok {
		unnest(ep, child)
	}
}

// Ready says that an epoll is readable if one of its items is ready.
func (ep *epoll) Ready(*vfs.File) wait.Events {
	ep.mu.Lock()
	defer ep.mu.Unlock()
	for it, left := ep.next(); it != nil; it, left = ep.nextOf(left) {
		if it.look(nil) == 0 {
			ep.unlist(nil, it)
			continue
		}
		ep.readyLock.Lock()
		ep.ready.putFirst(it)
		ep.readyLock.Unlock()
		return wait.In
	}
	return 0
}

// Queue returns the epoll's queue.
func (ep *epoll) Queue(*vfs.File) *wait.Queue { return &ep.queue }

// Release forgets all items.
func (ep *epoll) Release(*vfs.File) {
	ep.mu.Lock()
	defer ep.mu.Unlock()
	for _, it := range ep.items {
		ep.forget(it)
		it.key.file.Unwatch(it)
	}
}

// FDInfo adds a line for each item, as Linux's ep_show_fdinfo does.
func (ep *epoll) FDInfo(_ *vfs.File, w *strings.Builder) {
	ep.mu.Lock()
	defer ep.mu.Unlock()
	for _, it := range ep.items {
		inode := it.key.file.Inode()
		kfmt.Fprintf(w, "tfd: %8d events: %8x data: %16x  pos:%d ino:%x sdev:%x\n",
			it.key.fd, it.events, it.data, it.key.file.Pos(), inode.Ino, inode.SB.Dev)
	}
}

// next returns the first item of the ready list, nil if there is none, and how many are
// behind it. An item that is reported once for each time it was woken leaves the list; others go to its end,
// until the file is found not to be ready (unlist).
func (ep *epoll) next() (it *item, left int) {
	ep.readyLock.Lock()
	if it = ep.ready.head; it != nil {
		left = ep.ready.n - 1
		if it.events&(unix.EPOLLET|unix.EPOLLONESHOT) != 0 {
			ep.ready.remove(it)
		} else if left > 0 {
			ep.ready.remove(it)
			ep.ready.push(it)
		}
	}
	ep.readyLock.Unlock()
	return it, left
}

// nextOf is next as long as some of those that were on the list at first are left.
func (ep *epoll) nextOf(left int) (*item, int) {
	if left == 0 {
		return nil, 0
	}
	it, _ := ep.next()
	return it, left - 1
}

// unlist takes an item whose file is not ready off the ready list. If the file became
// ready meanwhile, nobody listed the item again, since it was on the list.
func (ep *epoll) unlist(t *task.Task, it *item) {
	ep.readyLock.Lock()
	listed := it.listed
	ep.ready.remove(it)
	ep.readyLock.Unlock()
	if listed {
		ep.check(t, it)
	}
}

// An itemList is a list of items, each on it at most once.
type itemList struct {
	head, tail *item
	n          int
}

// push adds the item at the end, if it is not on the list.
func (l *itemList) push(it *item) {
	if it.listed {
		return
	}
	it.listed, it.prev, it.next = true, l.tail, nil
	if l.tail == nil {
		l.head = it
	} else {
		l.tail.next = it
	}
	l.tail = it
	l.n++
}

// putFirst makes the item the first of the list.
func (l *itemList) putFirst(it *item) {
	l.remove(it)
	it.listed, it.next = true, l.head
	if l.head == nil {
		l.tail = it
	} else {
		l.head.prev = it
	}
	l.head = it
	l.n++
}

// remove takes the item off the list, if it is on it.
func (l *itemList) remove(it *item) {
	if !it.listed {
		return
	}
	if it.prev == nil {
		l.head = it.next
	} else {
		it.prev.next = it.next
	}
	if it.next == nil {
		l.tail = it.prev
	} else {
		it.next.prev = it.prev
	}
	it.listed, it.prev, it.next = false, nil, nil
	l.n--
}
