package ramfs

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// node is what all files have. It is also all that device nodes, FIFOs and sockets have.
type node struct {
	vfs.NoInode
	inode  vfs.Inode
	fs     *fileSystem
	xattrs xattrs
}

// setUp fills a new node, whose operations are ops.
func (n *node) setUp(fs *fileSystem, ops vfs.InodeOps, want *vfs.NewInode) {
	n.fs = fs
	n.inode.SetUp(fs.sb, ops, want.Mode, want.UID, want.GID)
	n.inode.Rdev = want.Rdev
}

// Open opens a device node, a FIFO or a socket.
func (n *node) Open(t *task.Task, f *vfs.File) error { return vfs.OpenSpecial(t, f) }

// Evict gives the file's place back.
func (n *node) Evict(*vfs.Inode) { n.fs.inodes.Add(-1) }

// link is a symbolic link.
type link struct {
	node
	target string
}

// Readlink returns the target.
func (l *link) Readlink(*task.Task, *vfs.Inode) (string, error) { return l.target, nil }

// newNode makes a file of any type but symbolic links.
func (fs *fileSystem) newNode(want *vfs.NewInode) (*vfs.Inode, error) {
	if err := fs.takeInode(); err != nil {
		return nil, err
	}
	switch want.Mode & unix.S_IFMT {
	case unix.S_IFDIR:
		d := &dir{}
		d.setUp(fs, d, want)
		d.inode.SetSize(2 * entrySize)
		return &d.inode, nil
	case unix.S_IFREG:
		n := &file{seals: unix.F_SEAL_SEAL}
		n.setUp(fs, n, want)
		n.pages.Init(n, fs.quota)
		return &n.inode, nil
	}
	n := &node{}
	n.setUp(fs, n, want)
	return &n.inode, nil
}

// newLink makes a symbolic link.
func (fs *fileSystem) newLink(target string, want *vfs.NewInode) (*vfs.Inode, error) {
	if err := fs.takeInode(); err != nil {
		return nil, err
	}
	l := &link{target: target}
	l.setUp(fs, l, want)
	l.inode.SetSize(int64(len(target)))
	return &l.inode, nil
}
