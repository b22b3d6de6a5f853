package vfs

import (
	"math"
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
}

// lockList is the locks on one file.
type lockList struct {
	mu     sync.Mutex
	flocks []heldFlock
	ranges []Lock // those of one owner do not overlap
	queue  wait.Queue
}

// lockWaits says which owner waits for which other, over all files, to find
// deadlocks.
var lockWaits = struct {
	sync.Mutex
	on map[any]any
}{on: map[any]any{}}

// lockTable returns the locks on the file, made when they are first needed.
func (i *Inode) lockTable() *lockList {
	if l := i.locks.Load(); l != nil {
		return l
	}
	i.locks.CompareAndSwap(nil, new(lockList))
	return i.locks.Load()
}

// LockQueue returns the queue that is woken, with wait.In, when a lock on the file
// is given up.
func (f *File) LockQueue() *wait.Queue { return &f.inode.lockTable().queue }

// Flock does flock(2): op is LOCK_SH, LOCK_EX or LOCK_UN, LOCK_NB aside. EAGAIN
// if others' locks are in the way; wait on LockQueue then. As in Linux, a lock
// that is converted is given up first.
func (f *File) Flock(op int) error {
	l := f.inode.lockTable()
	l.mu.Lock()
	err, released := l.flock(f, op&^unix.LOCK_NB)
	l.mu.Unlock()
	if released {
		l.queue.Wake(wait.In)
	}
	return err
}

func (l *lockList) flock(f *File, op int) (err error, released bool) {
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
	l.flocks = append(l.flocks, heldFlock{f, op == unix.LOCK_EX})
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
				err = waitFor(want.Owner, h.Owner)
			}
			l.mu.Unlock()
			return err
		}
	}
	released := l.replace(&want)
	l.mu.Unlock()
	if released {
		l.queue.Wake(wait.In)
	}
	return nil
}

// waitFor notes that one owner waits for another: EDEADLK if that would close a
// circle, else EAGAIN.
func waitFor(waiter, holder any) error {
	lockWaits.Lock()
	defer lockWaits.Unlock()
	for o, ok := holder, true; ok; o, ok = lockWaits.on[o] {
		if o == waiter {
			return unix.EDEADLK
		}
	}
	lockWaits.on[waiter] = holder
	return unix.EAGAIN
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
	for _, h := range l.ranges {
		if h.Owner != want.Owner {
			kept = append(kept, h)
			continue
		}
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
		kept = append(kept, *want)
	}
	l.ranges = kept
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
	_ = f.Flock(unix.LOCK_UN)
}

// FileLock is one lock of the machine, as /proc/locks shows it.
type FileLock struct {
	// Kind is "FLOCK", "POSIX" or "OFDLCK".
	Kind       string
	Write      bool
	PID        int32
	Inode      *Inode
	Start, End int64
}

// Locks returns the locks on the file, for fdinfo and /proc/locks.
func (i *Inode) Locks() []FileLock {
	l := i.locks.Load()
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []FileLock
	for _, h := range l.flocks {
		all = append(all, FileLock{"FLOCK", h.exclusive, -1, i, 0, RangeEnd})
	}
	for _, h := range l.ranges {
		kind := "POSIX"
		if _, ok := h.Owner.(*File); ok {
			kind = "OFDLCK"
		}
		all = append(all, FileLock{kind, h.Type == unix.F_WRLCK, h.PID, i, h.Start, h.End})
	}
	return all
}
