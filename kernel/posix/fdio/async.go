package fdio

import (
	"sync"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// SendOwner sends the signal of a file that became ready, with O_ASYNC, to its
// owner (F_SETOWN); fd is the descriptor that O_ASYNC was set on, ev is what became true. The library of
// signals replaces it; without one there are no such signals. It must not block.
var SendOwner = func(f *vfs.File, o vfs.Owner, fd sys.FD, ev wait.Events) {}

// OwnerExists reports whether there is such a process, group or thread (F_SETOWN).
// The library of processes replaces it; without one every owner will do.
var OwnerExists = func(o vfs.Owner) bool { return true }

// async is the wait of one file for readiness, as long as it has O_ASYNC.
type async struct {
	file  *vfs.File
	fd    sys.FD
	queue *wait.Queue
	entry wait.Entry
}

// asyncs is every file with O_ASYNC.
var asyncs = struct {
	sync.Mutex
	files map[*vfs.File]*async
}{files: map[*vfs.File]*async{}}

// Notify sends the signal.
func (a *async) Notify(_ *wait.Entry, ev wait.Events) {
	if o := a.file.Owner(); o.ID != 0 {
		SendOwner(a.file, o, a.fd, ev)
	}
}

// FileReleased ends the wait: the file was closed.
func (a *async) FileReleased(f *vfs.File) {
	asyncs.Lock()
	defer asyncs.Unlock()
	if asyncs.files[f] == a {
		delete(asyncs.files, f)
		a.queue.Remove(&a.entry)
	}
}

// asyncable says whether a file can have O_ASYNC: as on Linux those that never change their
// readiness cannot, nor those that are of no type, such as eventfds.
func asyncable(f *vfs.File) bool { return f.Queue() != nil && f.Inode().Type() != 0 }

// setAsync sets or clears O_ASYNC, if the file can have it.
func setAsync(fd sys.FD, f *vfs.File, on bool) {
	asyncs.Lock()
	defer asyncs.Unlock()
	a := asyncs.files[f]
	if on == (a != nil) || !asyncable(f) {
		return
	}
	q := f.Queue()
	if !on {
		delete(asyncs.files, f)
		q.Remove(&a.entry)
		f.Unwatch(a)
		f.SetFlags(f.Flags() &^ unix.O_ASYNC)
		return
	}
	a = &async{file: f, fd: fd, queue: q}
	a.entry = wait.Entry{Mask: wait.In | wait.Out | wait.Pri | wait.RdHup, Waiter: a}
	asyncs.files[f] = a
	f.Watch(a)
	q.Add(&a.entry)
	f.SetFlags(f.Flags() | unix.O_ASYNC)
}
