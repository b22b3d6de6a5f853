// Package textfs is what file systems that tell about the kernel have in common (/proc, /sys): a
// fixed tree of directories, links, and files whose contents are made when they are read.
package textfs

import (
	"strings"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// NewInode makes a file of root's. mode is type and permissions.
func NewInode(sb *vfs.SuperBlock, ops vfs.InodeOps, mode uint32) *vfs.Inode {
	i := &vfs.Inode{}
	i.SetUp(sb, ops, mode, 0, 0)
	return i
}

// Add puts a file into the tree, at a path below the root ("sys/kernel/ostype"), and makes the
// directories that are missing. A later file replaces an earlier one of the name.
func Add(sb *vfs.SuperBlock, path string, i *vfs.Inode) {
	parts := strings.Split(path, "/")
	d := sb.Root
	for _, name := range parts[:len(parts)-1] {
		next := d.Child(name)
		if next == nil {
			d.Inode().AddLinks(1)
			next = d.Instantiate(name, NewInode(sb, &Dir{}, unix.S_IFDIR|0555))
		}
		d = next
	}
	d.Replace(parts[len(parts)-1], i)
}

// Fixed is the Text function of a file that never changes.
func Fixed(s string) func(_ *task.Task, w *strings.Builder) error {
	return func(_ *task.Task, w *strings.Builder) error {
		w.WriteString(s)
		return nil
	}
}

// A Dir is a directory whose entries are fixed. It is an InodeOps.
type Dir struct{ vfs.NoInode }

// Open opens the directory.
func (*Dir) Open(_ *task.Task, f *vfs.File) error {
	f.Ops = &OpenDir{}
	return nil
}

// OpenDir is an open directory. Embed it for directories with entries of another kind.
type OpenDir struct{ vfs.NoFile }

// Readdir hands out the entries.
func (*OpenDir) Readdir(_ *task.Task, f *vfs.File, s vfs.DirSink) error { return vfs.ReadEntries(f, s) }

// Seek goes to a position that getdents64(2) returned, or to the beginning.
func (*OpenDir) Seek(f *vfs.File, off int64, whence int) (int64, error) {
	if whence != unix.SEEK_SET && whence != unix.SEEK_CUR {
		return 0, unix.EINVAL
	}
	return vfs.SeekSized(f, off, whence, 0)
}

// A Link is a symbolic link. It is an InodeOps.
type Link struct {
	vfs.NoInode
	// Target is where it points to.
	Target string
}

// Readlink returns the target.
func (l *Link) Readlink(*task.Task, *vfs.Inode) (string, error) { return l.Target, nil }
