package vfs

import (
	"sort"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A SuperBlock is a file system: a tree of files with a device number of its own.
type SuperBlock struct {
	// Type is what kind of file system it is.
	Type *FSType
	// Dev is the device number of its files, as unix.Mkdev encodes it.
	Dev uint64
	// Root is the top directory.
	Root *Dentry
	// Statfs fills in what statfs(2) shows; Fsid and Frsize are set already. Nil
	// shows the magic number only.
	Statfs func(st *unix.Statfs_t)
	// Options returns the file system's own mount options for /proc/mounts,
	// for example "size=1024k"; nil is none.
	Options func() string
	// Put frees what the file system holds: it is no longer mounted anywhere. May
	// be nil.
	Put func()

	nextIno atomic.Uint64
	noAtime bool
	mounts  atomic.Int32
}

// An FSType is a kind of file system, as /proc/filesystems lists it.
type FSType struct {
	// Name is what mount(2) takes.
	Name string
	// Magic is the f_type of statfs(2).
	Magic int64
	// NeedsDev says that the file system is on a block device.
	NeedsDev bool
	// Mount makes a file system, or returns the only one that there is. options
	// is the data argument of mount(2).
	Mount func(source, options string) (*SuperBlock, error)
}

// lastDev is the minor number of the youngest file system without a device.
var lastDev atomic.Uint32

// NewSuperBlock returns a file system of the type, with an anonymous device
// number (major 0), without a root.
func NewSuperBlock(typ *FSType) *SuperBlock {
	return &SuperBlock{Type: typ, Dev: unix.Mkdev(0, lastDev.Add(1))}
}

// SetNoAtime keeps the file system from noting access times.
func (sb *SuperBlock) SetNoAtime() { sb.noAtime = true }

// SetRoot makes i the top directory.
func (sb *SuperBlock) SetRoot(i *Inode) { sb.Root = newDentry(nil, "/", i) }

// NextIno returns an inode number that was not in use.
func (sb *SuperBlock) NextIno() uint64 { return sb.nextIno.Add(1) }

var fsTypes struct {
	sync.Mutex
	byName map[string]*FSType
}

// RegisterFS makes a kind of file system known to mount(2). Libraries call it when
// they are initialised.
func RegisterFS(typ *FSType) {
	fsTypes.Lock()
	defer fsTypes.Unlock()
	if fsTypes.byName == nil {
		fsTypes.byName = map[string]*FSType{}
	}
	fsTypes.byName[typ.Name] = typ
}

// LookupFS returns the kind of file system with that name, or nil.
func LookupFS(name string) *FSType {
	fsTypes.Lock()
	defer fsTypes.Unlock()
	return fsTypes.byName[name]
}

// FSTypes returns every kind of file system, by name.
func FSTypes() []*FSType {
	fsTypes.Lock()
	defer fsTypes.Unlock()
	var all []*FSType
	for _, typ := range fsTypes.byName {
		all = append(all, typ)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all
}

// anonFS holds the inodes of files outside the tree, as Linux's anon_inodefs.
var anonFS = NewSuperBlock(&FSType{Name: "anon_inodefs", Magic: unix.ANON_INODE_FS_MAGIC})

// anonInode is the inode of every file that has none of its own.
var anonInode = newAnonInode()

func newAnonInode() *Inode {
	i := &Inode{}
	i.SetUp(anonFS, new(NoInode), 0600, 0, 0)
	return i
}
