// Package devfs is /dev: the file system "devtmpfs", with a node for every device that a
// library registers, the devices that are only memory (null, zero, full, random, urandom) and the
// links that programs expect.
//
// Programs may add to it as to any tmpfs; /dev/shm is a directory in it.
package devfs

import (
	"sync"

	"cairn/kernel/fs/ramfs"
	"cairn/kernel/fs/vfs"

	"golang.org/x/sys/unix"
)

// Type is the file system "devtmpfs" of mount(2). There is one, however often it is mounted.
var Type = &vfs.FSType{Name: "devtmpfs", Magic: unix.TMPFS_MAGIC}

// A Node is a file in /dev.
type Node struct {
	// Name is the name, without a directory.
	Name string
	// Mode is type and permissions.
	Mode uint32
	// Dev is the device number of a device node.
	Dev uint64
	// GID is the group.
	GID uint32
	// Target is where a symbolic link points to.
	Target string
}

// ttyGroup is the group of terminals in Debian's /etc/group.
const ttyGroup = 5

var devices = struct {
	sync.Mutex
	sb    *vfs.SuperBlock
	nodes []Node
}{nodes: []Node{
	{Name: "fd", Mode: unix.S_IFLNK | 0777, Target: "/proc/self/fd"},
	{Name: "stdin", Mode: unix.S_IFLNK | 0777, Target: "/proc/self/fd/0"},
	{Name: "stdout", Mode: unix.S_IFLNK | 0777, Target: "/proc/self/fd/1"},
	{Name: "stderr", Mode: unix.S_IFLNK | 0777, Target: "/proc/self/fd/2"},
	{Name: "shm", Mode: unix.S_IFDIR | unix.S_ISVTX | 0777},
}}

func init() {
	Type.Mount = mount
	vfs.RegisterFS(Type)
}

// Register puts a node into /dev: now if there is one already, else when there is. Libraries
// call it when they are initialised, beside vfs.RegisterChar. The last of several nodes with a name counts.
func Register(n Node) {
	devices.Lock()
	defer devices.Unlock()
	devices.nodes = append(devices.nodes, n)
	if devices.sb != nil {
		_ = n.make(devices.sb.Root)
	}
}

// RegisterTerminal is Register of a terminal's node, which the group tty owns.
func RegisterTerminal(name string, perm uint32, dev uint64) {
	Register(Node{Name: name, Mode: unix.S_IFCHR | perm, Dev: dev, GID: ttyGroup})
}

// make makes the node in the directory: EEXIST if the name is taken.
func (n *Node) make(dir *vfs.Dentry) error {
	_, err := dir.Make(n.Name, &vfs.NewInode{Mode: n.Mode, GID: n.GID, Rdev: n.Dev}, n.Target)
	return err
}

// mount makes the file system, or returns it.
func mount(_, options string) (*vfs.SuperBlock, error) {
	devices.Lock()
	defer devices.Unlock()
	if devices.sb != nil {
		return devices.sb, nil
	}
	sb, err := ramfs.NewOf(Type, options)
	if err != nil {
		return nil, err
	}
	sb.Put = nil // the nodes stay when it is unmounted
	for i := len(devices.nodes) - 1; i >= 0; i-- {
		if err := devices.nodes[i].make(sb.Root); err != nil && err != unix.EEXIST {
			return nil, err
		}
	}
	devices.sb = sb
	return sb, nil
}
