package vfs

import (
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A Dentry is a name in the tree: a file under a name in a directory. The file
// never changes; rename(2) moves the dentry.
//
// An in-memory file system has its directories here: a name is in the
// list of its directory exactly as long as it exists.
type Dentry struct {
	inode  *Inode
	name   string  // guarded by treeLock
	parent *Dentry // guarded by treeLock; nil for a root

	// Place in the parent's list, guarded by the parent's lock.
	next, prev *Dentry
	seq        int64

	children *children // of a directory, else nil
	mounts   atomic.Int32
	dead     atomic.Bool
}

// children is the contents of a directory, in order of creation.
type children struct {
	mu          sync.Mutex
	first, last *Dentry
	count       int
	seq         int64 // of the youngest entry
	index       map[string]*Dentry
}

// treeLock guards the names and parents of dentries, and the mounts.
var treeLock sync.RWMutex

// indexFrom is the number of entries from which a directory has an index. Below,
// comparing is faster, and most directories stay below.
const indexFrom = 9

// firstSeq is the position in a directory of its first entry, after "." and "..".
const firstSeq = 2

func newDentry(parent *Dentry, name string, i *Inode) *Dentry {
	d := &Dentry{inode: i, name: name, parent: parent}
	i.alias.Store(d)
	if i.IsDir() {
		d.children = &children{seq: firstSeq - 1}
	}
	return d
}

// NewDetached returns a dentry of a file that has no name in any directory, as
// memfd_create(2) and O_TMPFILE make.
func NewDetached(name string, i *Inode) *Dentry {
	d := newDentry(nil, name, i)
	d.dead.Store(true)
	return d
}

// NewUnnamed returns a dentry of a file of the kernel's that is in no directory; name is its whole path.
func NewUnnamed(name string, i *Inode) *Dentry { return newDentry(nil, name, i) }

// Inode returns the file.
func (d *Dentry) Inode() *Inode { return d.inode }

// Name returns the last component of the path.
func (d *Dentry) Name() string {
	treeLock.RLock()
	defer treeLock.RUnlock()
	return d.name
}

// Parent returns the directory that the name is in, or nil for a root.
func (d *Dentry) Parent() *Dentry {
	treeLock.RLock()
	defer treeLock.RUnlock()
	return d.parent
}

// Dead says whether the name was removed.
func (d *Dentry) Dead() bool { return d.dead.Load() }

// lock locks the directory: nothing is added or removed meanwhile.
func (d *Dentry) lock() { d.children.mu.Lock() }

func (d *Dentry) unlock() { d.children.mu.Unlock() }

// find returns the entry with that name, or nil. The directory is locked.
func (d *Dentry) find(name string) *Dentry {
	c := d.children
	if c.index != nil {
		return c.index[name]
	}
	for e := c.first; e != nil; e = e.next {
		if e.name == name {
			return e
		}
	}
	return nil
}

// insert puts e at the end of the directory's list. The directory is locked.
func (d *Dentry) insert(e *Dentry) {
	c := d.children
	c.seq++
	e.seq, e.prev, e.next = c.seq, c.last, nil
	if c.last == nil {
		c.first = e
	} else {
		c.last.next = e
	}
	c.last = e
	c.count++
	if c.index != nil {
		c.index[e.name] = e
	} else if c.count >= indexFrom {
		c.index = make(map[string]*Dentry, 2*indexFrom)
		for k := c.first; k != nil; k = k.next {
			c.index[k.name] = k
		}
	}
}

// remove takes e out of the directory's list. The directory is locked.
func (d *Dentry) remove(e *Dentry) {
	c := d.children
	if e.prev == nil {
		c.first = e.next
	} else {
		e.prev.next = e.next
	}
	if e.next == nil {
		c.last = e.prev
	} else {
		e.next.prev = e.prev
	}
	e.next, e.prev = nil, nil
	c.count--
	if c.index != nil {
		delete(c.index, e.name)
		if c.count == 0 {
			c.index = nil
		}
	}
}

// Instantiate puts a file into the directory d under a name that is free, as a
// file system that fills itself does, and returns its dentry.
func (d *Dentry) Instantiate(name string, i *Inode) *Dentry {
	e := newDentry(d, name, i)
	d.lock()
	defer d.unlock()
	d.insert(e)
	return e
}

// Replace is Instantiate for a name that may be taken: what has it now goes.
func (d *Dentry) Replace(name string, i *Inode) {
	e := newDentry(d, name, i)
	d.lock()
	defer d.unlock()
	if old := d.find(name); old != nil {
		old.dead.Store(true)
		d.remove(old)
	}
	d.insert(e)
}

// EvictTree gives up every file below and including d, whose file system is gone.
func (d *Dentry) EvictTree() {
	if c := d.children; c != nil {
		c.mu.Lock()
		for e := c.first; e != nil; e = e.next {
			e.EvictTree()
		}
		c.first, c.last, c.index, c.count = nil, nil, nil, 0
		c.mu.Unlock()
	}
	d.inode.nlink.Store(0)
	d.inode.evictUnused()
}

// AnyPath returns an absolute path of the file: by the name that it was opened with last. It
// is what /proc/PID/maps shows.
func (i *Inode) AnyPath() string {
	d := i.alias.Load()
	if d == nil {
		return ""
	}
	treeLock.RLock()
	p := Path{nil, d}
	for _, m := range mountTable.list {
		if m.SB == i.SB && m.root == i.SB.Root {
			p.Mount = m
			break
		}
	}
	treeLock.RUnlock()
	return p.String()
}

// Child returns the dentry of that name if there is one in memory, else nil.
func (d *Dentry) Child(name string) *Dentry {
	d.lock()
	defer d.unlock()
	return d.find(name)
}

// ReadEntries is the Readdir operation of directories whose entries are all
// dentries: it hands "." and "..", then the entries from f's position on to s.
// Entries that are added or removed meanwhile may or may not be seen; every
// other entry is seen once.
func ReadEntries(f *File, s DirSink) error {
	if !ReadDots(f, s) {
		return nil
	}
	d := f.path.Dentry
	d.lock()
	defer d.unlock()
	for e := d.children.first; e != nil; e = e.next {
		if e.seq < f.pos {
			continue
		}
		if !s.Add(e.name, e.inode.Ino, e.seq+1, DirType(e.inode.Mode())) {
			break
		}
		f.pos = e.seq + 1
	}
	return nil
}

// ReadDots is the beginning of every Readdir operation: it hands out "." and
// ".." if they are due, and reports whether s has room for more. Afterwards f's position
// is at least 2.
func ReadDots(f *File, s DirSink) bool {
	d := f.path.Dentry
	for f.pos < firstSeq {
		name, of := ".", d
		if f.pos == 1 {
			name = ".."
			if p := f.path.up(); p.Dentry != nil {
				of = p.Dentry
			}
		}
		if !s.Add(name, of.inode.Ino, f.pos+1, unix.DT_DIR) {
			return false
		}
		f.pos++
	}
	return true
}

// DirType returns the DT_ type of a mode, for directory entries.
func DirType(mode uint32) uint8 { return uint8(mode & unix.S_IFMT >> 12) }
