package vfs

import (
	"math"
	"slices"
	"sync"

	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// A Lock is a lock on a range of a file (fcntl(2)).
type Lock struct {
	// Type is F_RDLCK, F_WRLCK or F_UNLCK.
	Type int16
	// Start and End are the first and the last byte; End is math.MaxInt64 for "to
	// the end of the file, however far it grows".
	Start, End int64
	// PID is the holder that F_GETLK shows; -1 for a lock of an open file description.
	PID int32
	// Owner is whose the lock is: a descriptor table for POSIX locks, a *File
	// for locks of open file descriptions. Owners are compared with ==.
	Owner any
}

// RangeEnd is the End of a lock that reaches to the end of the file.
const RangeEnd = math.MaxInt64

// heldFlock is a lock of flock(2).
type heldFlock struct {
	file      *File
	exclusive bool
	pid       int32 // of the process that asked for it
}

// lockList is the locks on one file.
type lockList struct {
	inode  *Inode
	mu     sync.Mutex
	flocks []heldFlock
	ranges []Lock // those of one owner are together, in the order of Start, and do not overlap
	queue  wait.Queue

	// next and prev are the neighbours in heldLocks; listed says that there is a place there.
	next, prev *lockList
	listed     bool
}

// heldLocks is the files with locks, in a ring, for /proc/locks. It is locked after a lockList.
var heldLocks struct {
	sync.Mutex
	ring lockList
}

func init() { heldLocks.ring.next, heldLocks.ring.prev = &heldLocks.ring, &heldLocks.ring }

// list puts the file among those with locks, or takes it off, as it has some or none. It is locked.
func (l *lockList) list() {
	held := len(l.flocks)+len(l.ranges) > 0
	if held == l.listed {
		return
	}
	heldLocks.Lock()
	defer heldLocks.Unlock()
	l.listed = held
	if !held {
		l.next.prev, l.prev.next = l.prev, l.next
		l.next, l.prev = nil, nil
		return
	}
	last := heldLocks.ring.prev
	l.prev, l.next = last, &heldLocks.ring
	last.next, heldLocks.ring.prev = l, l
}

// A lockWait says what an owner waits for: another owner, for a lock on a file.
type lockWait struct {
	holder any
	list   *lockList
}

// lockWaits says who waits for whom, over all files, to find deadlocks.
var lockWaits = struct {
	sync.Mutex
	on map[any]lockWait
}{on: map[any]lockWait{}}

// lockTable returns the locks on the file, made when they are first needed.
func (i *Inode) lockTable() *lockList {
	if l := i.locks.Load(); l != nil {
		return l
	}
	i.locks.CompareAndSwap(nil, &lockList{inode: i})
	return i.locks.Load()
}

// LockQueue returns the queue that is woken, with wait.In, when a lock on the file
// is given up.
func (f *File) LockQueue() *wait.Queue { return &f.inode.lockTable().queue }

// Flock does flock(2) for the process pid: op is LOCK_SH, LOCK_EX or LOCK_UN, LOCK_NB aside. EAGAIN
// if others' locks are in the way; wait on LockQueue then. As in Linux, a lock
// that is converted is given up first.
func (f *File) Flock(op int, pid int32) error {
	l := f.inode.lockTable()
	l.mu.Lock()
	err, released := l.flock(f, op&^unix.LOCK_NB, pid)
	l.list()
	l.mu.Unlock()
	if released {
		l.queue.Wake(wait.In)
	}
	return err
}

func (l *lockList) flock(f *File, op int, pid int32) (err error, released bool) {
	if op != unix.LOCK_SH && op != unix.LOCK_EX && op != unix.LOCK_UN {
		return unix.EINVAL, false
	}
	for i, h := range l.flocks {
		if h.file != f {
			continue
		}
		if op != unix.LOCK_UN && h.exclusive == (op == unix.LOCK_EX) {
			return nil, false
		}
		l.flocks = append(l.flocks[:i], l.flocks[i+1:]...)
		released = true
		break
	}
	if op == unix.LOCK_UN {
		return nil, released
	}
	for _, h := range l.flocks {
		if h.exclusive || op == unix.LOCK_EX {
			return unix.EAGAIN, released
		}
	}
	l.flocks = append(l.flocks, heldFlock{f, op == unix.LOCK_EX, pid})
	return nil, released
}

// conflict returns the first lock of another owner that is in the way, or nil.
func (l *lockList) conflict(want *Lock) *Lock {
	for i := range l.ranges {
		h := &l.ranges[i]
		if h.Owner != want.Owner && h.Start <= want.End && want.Start <= h.End &&
			(h.Type == unix.F_WRLCK || want.Type == unix.F_WRLCK) {
			return h
		}
	}
	return nil
}

// GetLock returns the lock that is in the way of want (F_GETLK), or want with
// type F_UNLCK if none is.
func (f *File) GetLock(want Lock) Lock {
	l := f.inode.lockTable()
	l.mu.Lock()
	defer l.mu.Unlock()
	if h := l.conflict(&want); h != nil {
		return *h
	}
	want.Type = unix.F_UNLCK
	return want
}

// SetLock sets or gives up a lock on a range (F_SETLK): EBADF if the description is not open
// for what the lock is about, EAGAIN if others' locks are in the way.
//
// With wait (F_SETLKW), EDEADLK says that the holder waits for the owner, and EAGAIN that
// the caller should wait on LockQueue and try again; it calls StopWaiting at the end.
func (f *File) SetLock(want Lock, blocking bool) error {
	if want.Type == unix.F_RDLCK && f.mode&modeRead == 0 ||
		want.Type == unix.F_WRLCK && f.mode&modeWrite == 0 {
		return unix.EBADF
	}
	l := f.inode.lockTable()
	l.mu.Lock()
	if want.Type != unix.F_UNLCK {
		if h := l.conflict(&want); h != nil {
			err := error(unix.EAGAIN)
			if blocking {
				err = l.waitFor(want.Owner, h.Owner)
			}
			l.mu.Unlock()
			return err
		}
	}
	released := l.replace(&want)
	l.list()
	l.mu.Unlock()
	if released {
		l.queue.Wake(wait.In)
	}
	return nil
}

// waitFor notes that one owner waits for another: EDEADLK if that would close a
// circle, else EAGAIN. Nobody looks for circles of open file descriptions (fcntl(2)).
func (l *lockList) waitFor(waiter, holder any) error {
	if _, ok := waiter.(*File); ok {
		return unix.EAGAIN
	}
	lockWaits.Lock()
	defer lockWaits.Unlock()
	for o, ok := holder, true; ok; {
		if o == waiter {
			return unix.EDEADLK
		}
		var next lockWait
		next, ok = lockWaits.on[o]
		o = next.holder
	}
	lockWaits.on[waiter] = lockWait{holder, l}
	return unix.EAGAIN
}

// released forgets who waits for locks on the file: all will look again.
func (l *lockList) released() {
	lockWaits.Lock()
	defer lockWaits.Unlock()
	for o, w := range lockWaits.on {
		if w.list == l {
			delete(lockWaits.on, o)
		}
	}
}

// StopWaiting forgets that the owner waits for a lock.
func StopWaiting(owner any) {
	lockWaits.Lock()
	defer lockWaits.Unlock()
	delete(lockWaits.on, owner)
}

// replace puts want in the place of what its owner has there, which is cut, split or
// joined. It reports whether something was given up or weakened.
func (l *lockList) replace(want *Lock) (released bool) {
	kept := l.ranges[:0:0]
	at := len(l.ranges) + 1 // where the owner's locks begin
	for _, h := range l.ranges {
		if h.Owner != want.Owner {
			kept = append(kept, h)
			continue
		}
		at = min(at, len(kept))
		if h.Type == want.Type && touches(&h, want) {
			want.Start, want.End = min(want.Start, h.Start), max(want.End, h.End)
			continue
		}
		if h.End < want.Start || h.Start > want.End {
			kept = append(kept, h)
			continue
		}
		released = true
		if h.Start < want.Start {
			left := h
			left.End = want.Start - 1
			kept = append(kept, left)
		}
		if h.End > want.End {
			h.Start = want.End + 1
			kept = append(kept, h)
		}
	}
	if want.Type != unix.F_UNLCK {
		for at < len(kept) && kept[at].Owner == want.Owner && kept[at].Start < want.Start {
			at++
		}
		kept = slices.Insert(kept, min(at, len(kept)), *want)
	}
	l.ranges = kept
	if released {
		l.released()
	}
	return released
}

// touches says whether two ranges overlap or are adjacent.
func touches(a, b *Lock) bool {
	return (b.End == RangeEnd || a.Start <= b.End+1) && (a.End == RangeEnd || b.Start <= a.End+1)
}

// ReleaseLocks gives up the POSIX locks that the owner has on the file: a
// process loses them when it closes any descriptor of the file (fcntl(2)).
func (f *File) ReleaseLocks(owner any) {
	l := f.inode.locks.Load()
	if l == nil {
		return
	}
	l.mu.Lock()
	released := l.replace(&Lock{Type: unix.F_UNLCK, End: RangeEnd, Owner: owner})
	l.list()
	l.mu.Unlock()
	if released {
		l.queue.Wake(wait.In)
	}
}

// releaseLocks gives up what belongs to the description itself.
func (f *File) releaseLocks() {
	if f.inode.locks.Load() == nil {
		return
	}
	f.ReleaseLocks(f)
	_ = f.Flock(unix.LOCK_UN, 0) // there is nothing to fail
}

// FileLock is one lock of the machine, as /proc/locks shows it.
type FileLock struct {
	// Kind is "FLOCK", "POSIX" or "OFDLCK".
	Kind  string
	Write bool
	// PID is the process that asked for it, -1 for a lock of an open file description.
	PID        int32
	Inode      *Inode
	Start, End int64
	owner      any
}

// OwnedBy says whether the lock is that of a description or of a descriptor table.
func (l *FileLock) OwnedBy(owner any) bool { return l.owner == owner }

// Locks returns the locks on the file, for fdinfo.
func (i *Inode) Locks() []FileLock {
	l := i.locks.Load()
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []FileLock
	for _, h := range l.flocks {
		all = append(all, FileLock{"FLOCK", h.exclusive, h.pid, i, 0, RangeEnd, h.file})
	}
	for _, h := range l.ranges {
		kind := "POSIX"
		if _, ok := h.Owner.(*File); ok {
			kind = "OFDLCK"
		}
		all = append(all, FileLock{kind, h.Type == unix.F_WRLCK, h.PID, i, h.Start, h.End, h.Owner})
	}
	return all
}

// AllLocks returns the locks on all files.
func AllLocks() []FileLock {
	heldLocks.Lock()
	var inodes []*Inode
	for l := heldLocks.ring.next; l != &heldLocks.ring; l = l.next {
		inodes = append(inodes, l.inode)
	}
	heldLocks.Unlock()
	var all []FileLock
	for _, i := range inodes {
		all = append(all, i.Locks()...)
	}
	return all
}
