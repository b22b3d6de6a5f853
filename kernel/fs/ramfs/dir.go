package ramfs

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// entrySize is what one entry counts in the size of a directory; Linux's tmpfs
// says the same.
const entrySize = 20

// dir is a directory. Its entries are its dentries.
type dir struct{ node }

// asDir returns the directory that i is.
func asDir(i *vfs.Inode) *dir { return i.Ops.(*dir) }

// grow counts n entries more or less.
func (d *dir) grow(n int64) {
	d.inode.SetSize(d.inode.Size() + n*entrySize)
	d.inode.Modified()
}

// Create makes a file.
func (d *dir) Create(_ *task.Task, _ *vfs.Inode, _ string, want *vfs.NewInode) (*vfs.Inode, error) {
	i, err := d.fs.newNode(want)
	if err != nil {
		return nil, err
	}
	d.grow(1)
	if i.IsDir() {
		d.inode.AddLinks(1)
	}
	return i, nil
}

// Symlink makes a symbolic link.
func (d *dir) Symlink(_ *task.Task, _ *vfs.Inode, _, target string, want *vfs.NewInode) (*vfs.Inode, error) {
	i, err := d.fs.newLink(target, want)
	if err == nil {
		d.grow(1)
	}
	return i, err
}

// Tmpfile makes a file without a name.
func (d *dir) Tmpfile(_ *task.Task, _ *vfs.Inode, want *vfs.NewInode) (*vfs.Inode, error) {
	i, err := d.fs.newNode(want)
	if err == nil {
		i.SetNlink(0)
	}
	return i, err
}

// Link gives i another name.
func (d *dir) Link(_ *task.Task, _ *vfs.Inode, _ string, i *vfs.Inode) error {
	d.grow(1)
	i.AddLinks(1)
	return nil
}

// Unlink takes a name of i away.
func (d *dir) Unlink(_ *task.Task, _ *vfs.Inode, _ string, i *vfs.Inode) error {
	d.grow(-1)
	i.AddLinks(-1)
	return nil
}

// Rmdir takes the directory i, which is empty, away.
func (d *dir) Rmdir(_ *task.Task, _ *vfs.Inode, _ string, i *vfs.Inode) error {
	d.grow(-1)
	d.inode.AddLinks(-1)
	i.AddLinks(-2)
	return nil
}

// Rename moves a file, or exchanges two.
func (d *dir) Rename(_ *task.Task, r *vfs.Renaming) error {
	from, to := asDir(r.OldDir), asDir(r.NewDir)
	if r.Exchange {
		if from != to {
			from.moveLinks(to, r.Inode, r.Target)
		}
		from.inode.Modified()
		to.inode.Modified()
		r.Inode.Changed()
		r.Target.Changed()
		return nil
	}
	from.grow(-1)
	switch {
	case r.Target == nil:
		to.grow(1)
	case r.Target.IsDir():
		to.inode.Modified()
		to.inode.AddLinks(-1)
		r.Target.AddLinks(-2)
	default:
		to.inode.Modified()
		r.Target.AddLinks(-1)
	}
	if r.Inode.IsDir() && from != to {
		from.inode.AddLinks(-1)
		to.inode.AddLinks(1)
	}
	r.Inode.Changed()
	return nil
}

// moveLinks counts the links that ".." of a and b are when a goes to the
// directory to and b comes from there.
func (d *dir) moveLinks(to *dir, a, b *vfs.Inode) {
	if a.IsDir() && !b.IsDir() {
		d.inode.AddLinks(-1)
		to.inode.AddLinks(1)
	}
	if b.IsDir() && !a.IsDir() {
		d.inode.AddLinks(1)
		to.inode.AddLinks(-1)
	}
}

// Open opens the directory.
func (d *dir) Open(_ *task.Task, f *vfs.File) error {
	f.Ops = &dirFile{}
	return nil
}

// dirFile is an open directory.
type dirFile struct{ vfs.NoFile }

// Read fails: directories are read with getdents64(2).
func (*dirFile) Read(*task.Task, *vfs.File, *vm.Buffer, int64) (int, error) { return 0, unix.EISDIR }

// Readdir hands out the entries.
func (*dirFile) Readdir(_ *task.Task, f *vfs.File, s vfs.DirSink) error { return vfs.ReadEntries(f, s) }

// Seek goes to a position that getdents64(2) returned, or to the beginning.
func (*dirFile) Seek(f *vfs.File, off int64, whence int) (int64, error) {
	if whence != unix.SEEK_SET && whence != unix.SEEK_CUR {
		return 0, unix.EINVAL
	}
	return vfs.SeekSized(f, off, whence, 0)
}

// Sync does nothing: there is no storage.
func (*dirFile) Sync(*task.Task, *vfs.File) error { return nil }
