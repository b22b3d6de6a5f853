package vfs

import (
	"sync"
	"sync/atomic"

	"cairn/kernel/clock"
	"cairn/kernel/trial"

	"golang.org/x/sys/unix"
)

// An Inode is a file. File systems embed it in a type of their own or point
// to it from Ops; they make one with SuperBlock.Init.
type Inode struct {
	// Ops is the file's behaviour.
	Ops InodeOps
	// SB is the file system that the file is in.
	SB *SuperBlock
	// Ino is the inode number, unique in the file system.
	Ino uint64
	// Rdev is the device that the file stands for, if it is a device node, as
	// unix.Mkdev encodes it.
	Rdev uint64
	// Volatile says that names of this file are looked up afresh each time: what
	// /proc/PID refers to changes.
	Volatile bool

	mode  atomic.Uint32 // type and permissions, as st_mode
	uid   atomic.Uint32
	gid   atomic.Uint32
	nlink atomic.Uint32
	size  atomic.Int64

	// Times in nanoseconds since 1970.
	atime, mtime, ctime, btime atomic.Int64

	// content excludes writers of the contents and of the size from each other.
	content sync.Mutex

	// writers counts descriptions open for writing; below zero it counts the
	// running programs that forbid them (ETXTBSY).
	writers atomic.Int32

	// holders counts descriptions and mappings; see evicted.
	holders atomic.Int32

	// linkable says that linkat(2) may name the file although it has no name
	// (O_TMPFILE without O_EXCL).
	linkable atomic.Bool

	// watched says that somebody wants to know what happens to the file.
	watched atomic.Bool

	// WriteHint is what F_SET_RW_HINT of fcntl(2) said. The kernel has no use for it.
	WriteHint atomic.Uint32

	locks atomic.Pointer[lockList]

	// alias is the name that the file was last opened by or made with.
	alias atomic.Pointer[Dentry]

	attachLock sync.Mutex
	attached   any
}

// Attr is the attributes of a file: what stat(2) and statx(2) show.
type Attr struct {
	Dev, Ino, Rdev uint64
	Mode           uint32 // type and permissions
	Nlink          uint32
	UID, GID       uint32
	Size           int64
	Blocks         int64 // in units of 512 bytes
	Blksize        int32

	// Times in nanoseconds since 1970. Btime is when the file was made; 0 is unknown.
	Atime, Mtime, Ctime, Btime int64
}

// SetUp fills a new inode of the file system sb: type and permissions, owner,
// one link, times now. A directory has two links. The number is the next of sb's.
func (i *Inode) SetUp(sb *SuperBlock, ops InodeOps, mode uint32, uid, gid uint32) {
	i.Ops, i.SB, i.Ino = ops, sb, sb.nextIno.Add(1)
	i.mode.Store(mode)
	i.uid.Store(uid)
	i.gid.Store(gid)
	i.nlink.Store(1)
	if mode&unix.S_IFMT == unix.S_IFDIR {
		i.nlink.Store(2)
	}
	now := clock.Wall()
	i.SetTimes(now, now, now)
	i.btime.Store(now)
}

// Mode returns type and permissions, as st_mode.
func (i *Inode) Mode() uint32 { return i.mode.Load() }

// SetMode sets the permission bits and leaves the type.
func (i *Inode) SetMode(perm uint32) {
	i.mode.Store(i.mode.Load()&unix.S_IFMT | perm&07777)
}

// Type returns the type bits of the mode: S_IFREG and so on.
func (i *Inode) Type() uint32 { return i.mode.Load() & unix.S_IFMT }

// IsDir says whether the file is a directory.
func (i *Inode) IsDir() bool { return i.Type() == unix.S_IFDIR }

// IsRegular says whether the file is a regular file.
func (i *Inode) IsRegular() bool { return i.Type() == unix.S_IFREG }

// IsSymlink says whether the file is a symbolic link.
func (i *Inode) IsSymlink() bool { return i.Type() == unix.S_IFLNK }

// UID returns the owner.
func (i *Inode) UID() uint32 { return i.uid.Load() }

// GID returns the owning group.
func (i *Inode) GID() uint32 { return i.gid.Load() }

// SetOwner sets owner and group.
func (i *Inode) SetOwner(uid, gid uint32) {
	i.uid.Store(uid)
	i.gid.Store(gid)
}

// Nlink returns the number of names.
func (i *Inode) Nlink() uint32 { return i.nlink.Load() }

// SetNlink sets the number of names.
func (i *Inode) SetNlink(n uint32) { i.nlink.Store(n) }

// AddLinks adds n, which may be negative, to the number of names, notes the
// change of status, and returns the new number.
func (i *Inode) AddLinks(n int32) uint32 {
	i.ctime.Store(clock.Wall())
	return i.nlink.Add(uint32(n))
}

// Size returns the length in bytes.
func (i *Inode) Size() int64 { return i.size.Load() }

// SetSize sets the length in bytes that stat(2) shows.
func (i *Inode) SetSize(n int64) { i.size.Store(n) }

// Times returns the times of last access, modification and change of status,
// in nanoseconds since 1970.
func (i *Inode) Times() (atime, mtime, ctime int64) {
	return i.atime.Load(), i.mtime.Load(), i.ctime.Load()
}

// SetTimes sets the times, in nanoseconds since 1970.
func (i *Inode) SetTimes(atime, mtime, ctime int64) {
	i.atime.Store(atime)
	i.mtime.Store(mtime)
	i.ctime.Store(ctime)
}

// Accessed notes that the contents were read now.
func (i *Inode) Accessed() { i.atime.Store(clock.Wall()) }

// Modified notes that the contents changed now.
func (i *Inode) Modified() {
	now := clock.Wall()
	i.mtime.Store(now)
	i.ctime.Store(now)
}

// Changed notes that the status changed now.
func (i *Inode) Changed() { i.ctime.Store(clock.Wall()) }

// Generic fills in what the inode itself knows of the attributes; Stat
// operations begin with it.
func (i *Inode) Generic(a *Attr) {
	a.Dev, a.Ino, a.Rdev = i.SB.Dev, i.Ino, i.Rdev
	a.Mode, a.Nlink, a.UID, a.GID = i.Mode(), i.Nlink(), i.UID(), i.GID()
	a.Size, a.Blksize, a.Blocks = i.Size(), blockSize, 0
	a.Atime, a.Mtime, a.Ctime, a.Btime = i.atime.Load(), i.mtime.Load(), i.ctime.Load(), i.btime.Load()
}

// blockSize is what st_blksize says: the unit of efficient input and output.
const blockSize = 4096

// Stat fills in the attributes (stat(2)).
func (i *Inode) Stat(a *Attr) error { return i.Ops.Stat(i, a) }

// Attach returns what a library keeps at the inode: the pipe of a FIFO, the
// socket that is bound to a name. If there is nothing, it attaches what
// create returns; a nil create only looks.
func (i *Inode) Attach(create func() any) any {
	i.attachLock.Lock()
	defer i.attachLock.Unlock()
	if i.attached == nil && create != nil {
		i.attached = create()
	}
	return i.attached
}

// Detach removes what is attached, if it is v.
func (i *Inode) Detach(v any) {
	i.attachLock.Lock()
	defer i.attachLock.Unlock()
	if i.attached == v {
		i.attached = nil
	}
}

// addWriter counts a description open for writing: ETXTBSY if a running program
// forbids it.
func (i *Inode) addWriter() error {
	for {
		n := i.writers.Load()
		if n < 0 {
			return unix.ETXTBSY
		}
		if i.writers.CompareAndSwap(n, n+1) {
			return nil
		}
	}
}

// DenyWrite forbids opening the file for writing, as execve(2) does for as
// long as the program runs: ETXTBSY if it is open for writing now. AllowWrite ends it.
func (i *Inode) DenyWrite() error {
	for {
		n := i.writers.Load()
		if n > 0 || trial.Fail() {
			return unix.ETXTBSY
		}
		if i.writers.CompareAndSwap(n, n-1) {
			trial.Programs.Add(1)
			return nil
		}
	}
}

// AllowWrite takes back one DenyWrite.
func (i *Inode) AllowWrite() {
	i.writers.Add(1)
	trial.Programs.Add(-1)
}

// evicted is the count of holders of an inode that is gone.
const evicted = -1 << 30

// Hold counts a user of the file, a description or a mapping: false if the file is gone already.
func (i *Inode) Hold() bool {
	for {
		n := i.holders.Load()
		if n < 0 {
			return false
		}
		if i.holders.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// Drop takes a user off. The last one of a file without a name evicts it.
func (i *Inode) Drop() {
	if i.holders.Add(-1) == 0 {
		i.evictUnused()
	}
}

// evictUnused evicts the file if it has neither names nor descriptions.
func (i *Inode) evictUnused() {
	if i.Nlink() == 0 && i.holders.CompareAndSwap(0, evicted) {
		i.gone()
		if o, ok := i.Ops.(Evictable); ok {
			o.Evict(i)
		}
	}
}
