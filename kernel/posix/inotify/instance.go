package inotify

import (
	"encoding/binary"
	"slices"
	"strings"
	"sync/atomic"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// An instance is what inotify_init1(2) makes: watches, and events that nobody has read yet. What is not
// atomic is guarded by all.mu.
type instance struct {
	vfs.NoFile
	owner   uint32 // the user that it counts for
	queue   wait.Queue
	pending atomic.Int32 // the number of events

	limit      int // how many events may wait
	events     []event
	overflowed bool // one of the events is IN_Q_OVERFLOW
	watches    map[int32]*watch
	lastWD     int32
}

// An event is a struct inotify_event.
type event struct {
	wd           int32
	mask, cookie uint32
	name         string
}

// The sizes of a struct inotify_event without its name, and of what names are padded to, in bytes.
const (
	headerSize = unix.SizeofInotifyEvent
	nameUnit   = 16
)

// nameSize returns how many bytes the name takes: with at least one NUL, if there is one.
func (e *event) nameSize() int {
	if e.name == "" {
		return 0
	}
	return (len(e.name)/nameUnit + 1) * nameUnit
}

func (e *event) size() int { return headerSize + e.nameSize() }

// bytes returns the event as read(2) has it.
func (e *event) bytes() []byte {
	b := make([]byte, 0, e.size())
	b = binary.NativeEndian.AppendUint32(b, uint32(e.wd))
	b = binary.NativeEndian.AppendUint32(b, e.mask)
	b = binary.NativeEndian.AppendUint32(b, e.cookie)
	b = binary.NativeEndian.AppendUint32(b, uint32(e.nameSize()))
	b = append(b, e.name...)
	return b[:cap(b)]
}

// add puts an event at the end of the queue, unless the same is there already. If the queue is full, it gets one
// IN_Q_OVERFLOW.
func (n *instance) add(e event) {
	switch {
	case len(n.events) >= n.limit:
		if n.overflowed {
			return
		}
		n.overflowed = true
		e = event{wd: -1, mask: unix.IN_Q_OVERFLOW}
	case len(n.events) > 0 && e.mask&unix.IN_IGNORED == 0:
		if last := &n.events[len(n.events)-1]; last.wd == e.wd && last.mask == e.mask && last.name == e.name {
			return
		}
	}
	n.events = append(n.events, e)
	n.pending.Store(int32(len(n.events)))
	all.woken = append(all.woken, n)
}

// take removes the first event, if it is at most room bytes: EINVAL if it is longer, EAGAIN if there is none.
func (n *instance) take(room int) (event, error) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if len(n.events) == 0 {
		return event{}, unix.EAGAIN
	}
	e := n.events[0]
	if e.size() > room {
		return event{}, unix.EINVAL
	}
	n.events[0] = event{}
	n.events = n.events[1:]
	if len(n.events) == 0 {
		n.events = nil
	}
	if e.mask&unix.IN_Q_OVERFLOW != 0 {
		n.overflowed = false
	}
	n.pending.Store(int32(len(n.events)))
	return e, nil
}

// Read takes events, as many as there is room for: EINVAL if that is not even the first, EAGAIN if there is none.
func (n *instance) Read(_ *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	for done := 0; ; {
		e, err := n.take(b.Len())
		if err != nil {
			if done > 0 {
				return done, nil
			}
			return 0, err
		}
		if _, err := b.Write(e.bytes()); err != nil {
			return 0, err // as on Linux, the events are gone
		}
		done += e.size()
	}
}

// Ready says that an instance is readable if there are events.
func (n *instance) Ready(*vfs.File) wait.Events {
	if n.pending.Load() > 0 {
		return wait.In
	}
	return 0
}

// Queue returns the instance's queue.
func (n *instance) Queue(*vfs.File) *wait.Queue { return &n.queue }

// Ioctl implements FIONREAD: how many bytes the events are.
func (n *instance) Ioctl(t *task.Task, _ *vfs.File, cmd uint32, arg vm.Addr) (uintptr, error) {
	if cmd != unix.TIOCINQ {
		return 0, unix.ENOTTY
	}
	size := 0
	all.mu.Lock()
	for k := range n.events {
		size += n.events[k].size()
	}
	all.mu.Unlock()
	return 0, vm.Store(t.AS, arg, int32(size))
}

// FDInfo adds a line for each watch, the youngest first, as Linux's inotify_show_fdinfo does.
func (n *instance) FDInfo(_ *vfs.File, w *strings.Builder) {
	all.mu.Lock()
	defer all.mu.Unlock()
	list := make([]*watch, 0, len(n.watches))
	for _, one := range n.watches {
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b *watch) int { return int(b.wd) - int(a.wd) })
	for _, one := range list {
		dev := one.inode.SB.Dev
		kfmt.Fprintf(w, "inotify wd:%x ino:%x sdev:%x mask:%x ignored_mask:0 \n",
			one.wd, one.inode.Ino, unix.Major(dev)<<20|unix.Minor(dev), one.mask)
	}
}

// Release takes the watches off.
func (n *instance) Release(*vfs.File) {
	all.mu.Lock()
	defer all.mu.Unlock()
	for _, w := range n.watches {
		w.detach()
	}
	n.events = nil
	all.instances.give(n.owner)
}
