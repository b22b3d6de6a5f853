package vfs

import (
	"math"
	"sync"
	"sync/atomic"

	"cairn/kernel/trial"

	"golang.org/x/sys/unix"
)

// Std returns an open file for descriptor fd (0, 1 or 2) of the machine's first program, which the caller owns. The
// console sets it.
var Std func(fd int) (*File, error)

// A File is an open file description (open(2)): what file descriptors refer
// to, shared by dup(2), fork(2) and SCM_RIGHTS. It is counted: Get and Put.
type File struct {
	// Ops is the file's behaviour. It is set while the file is opened and then
	// stays.
	Ops FileOps

	refs  atomic.Int32  // below zero once the last is gone
	flags atomic.Uint32 // O_ access mode and status flags
	mode  fileMode
	name  string // of a file that is not in the tree: "pipe:[7]", "anon_inode:[eventfd]"
	path  Path   // of a file that is in the tree
	inode *Inode
	cred  *Cred // of the opener

	posLock sync.Mutex
	pos     int64

	extra atomic.Pointer[fileExtra]
}

// fileMode is what a description may be used for, fixed when it is opened.
type fileMode uint16

const (
	modeRead     fileMode = 1 << iota
	modeWrite             // opened for writing
	modeSeek              // has a position; pread(2) and pwrite(2) work
	modePath              // O_PATH: names a file, and no more
	modeWriter            // counted among the inode's writers
	modeNoAtime           // reading leaves the access time alone
	modeNoCTTY            // O_NOCTTY: opening a terminal does not make it the controlling one
	modePersonal          // the operations are Personal
	modeTimed             // reads and writes may have a deadline
	modeQuiet             // truncate(2) opened it: who watches the file is not told that it is closed
)

// openOnly are the flags of open(2) that are about opening alone; F_GETFL does
// not show them.
const openOnly = unix.O_CREAT | unix.O_EXCL | unix.O_NOCTTY | unix.O_TRUNC | unix.O_CLOEXEC

// Largefile is O_LARGEFILE as the kernel sees it, which all opened files have: x/sys has 0 on 64-bit machines.
const Largefile = 0o100000

// Settable are the flags that fcntl(2) F_SETFL can change.
const Settable = unix.O_APPEND | unix.O_ASYNC | unix.O_DIRECT | unix.O_NOATIME | unix.O_NONBLOCK

// NewFile returns a description with a count of one for a file outside the
// tree, such as an eventfd. The name is what /proc/PID/fd shows, for example
// "anon_inode:[eventfd]". flags are those of open(2): access mode and status flags.
//
// It has no position: reads and writes get the offset -1, lseek(2) fails with ESPIPE.
func NewFile(ops FileOps, name string, flags int) *File {
	return NewFileInode(ops, anonInode, name, flags)
}

// NewFileInode is NewFile for a file with an inode of its own: pipes, sockets. The
// inode's attributes are what fstat(2) shows, and its Open operation is what
// opening /proc/PID/fd/N does.
func NewFileInode(ops FileOps, inode *Inode, name string, flags int) *File {
	f := &File{Ops: ops, name: name, inode: inode, cred: rootCred}
	f.init(flags)
	inode.Hold()
	return f
}

// init sets the count, the flags and what follows from them.
func (f *File) init(flags int) {
	f.refs.Store(1)
	trial.Files.Add(1)
	f.flags.Store(uint32(flags &^ openOnly))
	if flags&unix.O_PATH != 0 {
		f.mode |= modePath
		return
	}
	switch flags & unix.O_ACCMODE {
	case unix.O_RDONLY:
		f.mode |= modeRead
	case unix.O_WRONLY:
		f.mode |= modeWrite
	case unix.O_RDWR:
		f.mode |= modeRead | modeWrite
	}
	if flags&unix.O_NOATIME != 0 {
		f.mode |= modeNoAtime
	}
	if flags&unix.O_NOCTTY != 0 {
		f.mode |= modeNoCTTY
	}
}

// SetSeekable gives the description a position, beginning at 0. Opening
// does this for regular files, directories and devices; call it right after
// NewFile for other files that have one.
func (f *File) SetSeekable() { f.mode |= modeSeek }

// SetPersonal says that the description's operations are Personal.
func (f *File) SetPersonal() { f.mode |= modePersonal }

// SetTimed says that reads and writes may have a deadline, which the operations know (fdio.Deadliner).
func (f *File) SetTimed() { f.mode |= modeTimed }

// Timed says whether SetTimed was called.
func (f *File) Timed() bool { return f.mode&modeTimed != 0 }

// SetStream takes the position away again: for Open operations of devices that
// have none, such as terminals.
func (f *File) SetStream() { f.mode &^= modeSeek }

// Get counts one more reference.
func (f *File) Get() { f.refs.Add(1) }

// TryGet counts one more reference unless the last is gone. Holders of weak
// references, such as epoll(7), use it.
func (f *File) TryGet() bool { return f.refs.Add(1) > 0 }

// gone is what the count is once the last reference is gone; each TryGet that fails adds one.
const gone = math.MinInt32 / 2

// Put gives a reference back. The last one releases the description: its locks
// go, its watchers are told, and its Release operation runs.
func (f *File) Put() {
	if f.refs.Add(-1) == 0 {
		f.release()
	}
}

// Refs returns the number of references, for tests and garbage collection of
// descriptors in flight.
func (f *File) Refs() int { return max(int(f.refs.Load()), 0) }

func (f *File) release() {
	if !f.refs.CompareAndSwap(0, gone) {
		return // TryGet has made a new reference
	}
	if x := f.extra.Load(); x != nil {
		x.tellWatchers(f)
	}
	if watching() {
		f.closed()
	}
	if f.mode&modePath == 0 {
		f.releaseLocks()
		if f.Ops != nil {
			f.Ops.Release(f)
		}
	}
	f.letGo()
}

// letGo takes the description off the counts of its inode and mount.
func (f *File) letGo() {
	if f.mode&modeWriter != 0 {
		f.inode.writers.Add(-1)
	}
	f.path.Mount.put()
	f.inode.Drop()
	trial.Files.Add(-1)
}

// Flags returns the access mode and the status flags, as F_GETFL does.
func (f *File) Flags() int { return int(f.flags.Load()) }

// SetFlags replaces the status flags in Settable by those in flags.
func (f *File) SetFlags(flags int) {
	for {
		old := f.flags.Load()
		next := old&^Settable | uint32(flags)&Settable
		if f.flags.CompareAndSwap(old, next) {
			return
		}
	}
}

// NonBlocking says whether O_NONBLOCK is set.
func (f *File) NonBlocking() bool { return f.flags.Load()&unix.O_NONBLOCK != 0 }

// Readable says whether the description was opened for reading.
func (f *File) Readable() bool { return f.mode&modeRead != 0 }

// Writable says whether the description was opened for writing.
func (f *File) Writable() bool { return f.mode&modeWrite != 0 }

// Seekable says whether the description has a position.
func (f *File) Seekable() bool { return f.mode&modeSeek != 0 }

// NoCTTY says whether the description was opened with O_NOCTTY.
func (f *File) NoCTTY() bool { return f.mode&modeNoCTTY != 0 }

// IsPath says whether the description was opened with O_PATH: most operations
// on it fail with EBADF.
func (f *File) IsPath() bool { return f.mode&modePath != 0 }

// Inode returns the file itself. It is never nil.
func (f *File) Inode() *Inode { return f.inode }

// Where returns the file's place in the tree: the zero Path if it is not in it.
func (f *File) Where() Path { return f.path }

// Cred returns the credentials of whoever opened the file.
func (f *File) Cred() *Cred { return f.cred }

// Path returns the absolute path of the file, as /proc/PID/exe and /proc/PID/fd
// show it: with " (deleted)" if the name is gone, or the kind of a file that is
// not in the tree ("pipe:[7]").
func (f *File) Path() string {
	if f.path.Dentry == nil {
		return f.name
	}
	return f.path.String()
}

// A Watcher is told when a description goes away. It is not a reference:
// epoll(7) forgets files that are closed.
type Watcher interface {
	// FileReleased is called once, after the last reference is gone.
	FileReleased(f *File)
}

// Owner is who gets the signals of a file (fcntl(2) F_SETOWN, F_SETSIG).
type Owner struct {
	// Type is F_OWNER_TID, F_OWNER_PID or F_OWNER_PGRP.
	Type int32
	// ID is the thread, process or process group; 0 is nobody.
	ID int32
	// Signal is the signal sent; 0 is SIGIO.
	Signal int32
	// UID and EUID are the real and the effective user id of who named the owner.
	UID, EUID uint32
}

// fileExtra is what few files have.
type fileExtra struct {
	mu       sync.Mutex
	watchers []Watcher
	owner    Owner
}

// more returns the file's extra state, made when it is first needed.
func (f *File) more() *fileExtra {
	if x := f.extra.Load(); x != nil {
		return x
	}
	f.extra.CompareAndSwap(nil, new(fileExtra))
	return f.extra.Load()
}

// Watch has w told when the description goes away.
func (f *File) Watch(w Watcher) {
	x := f.more()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.watchers = append(x.watchers, w)
}

// Unwatch takes w off again.
func (f *File) Unwatch(w Watcher) {
	x := f.more()
	x.mu.Lock()
	defer x.mu.Unlock()
	for i, o := range x.watchers {
		if o == w {
			x.watchers = append(x.watchers[:i], x.watchers[i+1:]...)
			return
		}
	}
}

func (x *fileExtra) tellWatchers(f *File) {
	x.mu.Lock()
	watchers := x.watchers
	x.watchers = nil
	x.mu.Unlock()
	for _, w := range watchers {
		w.FileReleased(f)
	}
}

// Owner returns who gets the file's signals.
func (f *File) Owner() Owner {
	x := f.extra.Load()
	if x == nil {
		return Owner{}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.owner
}

// SetOwner sets who gets the file's signals.
func (f *File) SetOwner(o Owner) {
	x := f.more()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.owner = o
}
