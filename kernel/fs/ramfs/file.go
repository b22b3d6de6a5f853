package ramfs

import (
	"math"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// file is a regular file. It is the vm.Object that maps its contents.
type file struct {
	node
	pages vm.Pages
	seals int // F_SEAL_ bits; guarded by the content lock
}

// asFile returns the regular file that f has open.
func asFile(f *vfs.File) *file { return f.Inode().Ops.(*file) }

// Open opens the file.
func (n *file) Open(_ *task.Task, f *vfs.File) error {
	f.Ops = &regular{}
	return nil
}

// Stat adds the memory that the contents take.
func (n *file) Stat(i *vfs.Inode, a *vfs.Attr) error {
	i.Generic(a)
	a.Blocks = int64(n.pages.Resident() / 512)
	return nil
}

// Evict frees the contents.
func (n *file) Evict(i *vfs.Inode) {
	n.pages.Release()
	n.node.Evict(i)
}

// Frame implements vm.Object. The first write to a page through a shared mapping sets the times (mmap(2)).
func (n *file) Frame(off uint64, write bool) (mem.Frame, error) {
	f, err := n.pages.Frame(off, write)
	if write && err == nil {
		n.inode.Modified()
	}
	return f, err
}

// Around implements vm.Neighbourly.
func (n *file) Around(off uint64, frames []mem.Frame) { n.pages.Around(off, frames) }

// PunchHole implements vm.Puncher.
func (n *file) PunchHole(off, length uint64) error { return n.pages.PunchHole(off, length) }

// Mapped implements vm.Object: a mapping keeps the file.
func (n *file) Mapped(as *vm.AddressSpace) {
	n.inode.Hold()
	n.pages.Mapped(as)
}

// Unmapped implements vm.Object.
func (n *file) Unmapped(as *vm.AddressSpace) {
	n.pages.Unmapped(as)
	n.inode.Drop()
}

// Identity implements vm.Object.
func (n *file) Identity() vm.Identity {
	return vm.Identity{Path: n.inode.AnyPath(), Dev: n.fs.sb.Dev, Inode: n.inode.Ino}
}

// regular is an open regular file.
type regular struct{ vfs.NoFile }

// Read reads at off.
func (*regular) Read(_ *task.Task, f *vfs.File, b *vm.Buffer, off int64) (int, error) {
	return asFile(f).pages.ReadAt(b, uint64(off))
}

// Write writes at off: ENOSPC when the file system or memory is full, EPERM if sealed.
func (*regular) Write(_ *task.Task, f *vfs.File, b *vm.Buffer, off int64) (int, error) {
	n := asFile(f)
	if n.seals&^unix.F_SEAL_SEAL != 0 {
		if err := n.sealedWrite(b, off); err != nil {
			return 0, err
		}
	}
	if off == math.MaxInt64 {
		return 0, unix.EFBIG
	}
	done, err := n.pages.WriteAt(b, uint64(off))
	if end := off + int64(done); done > 0 && end > n.inode.Size() {
		n.inode.SetSize(end)
	}
	if done > 0 {
		return done, nil
	}
	return 0, err
}

// Seek knows holes.
func (*regular) Seek(f *vfs.File, off int64, whence int) (int64, error) {
	n := asFile(f)
	size := n.inode.Size()
	switch whence {
	case unix.SEEK_DATA, unix.SEEK_HOLE:
		if off < 0 || off >= size {
			return 0, unix.ENXIO
		}
		find := n.pages.SeekData
		if whence == unix.SEEK_HOLE {
			find = n.pages.SeekHole
		}
		at, err := find(uint64(off))
		return int64(at), err
	}
	return vfs.SeekSized(f, off, whence, size)
}

// Truncate sets the length.
func (*regular) Truncate(_ *task.Task, f *vfs.File, size int64) error {
	n := asFile(f)
	old := n.inode.Size()
	if size < old && n.seals&unix.F_SEAL_SHRINK != 0 || size > old && n.seals&unix.F_SEAL_GROW != 0 {
		return unix.EPERM
	}
	if err := n.pages.Truncate(uint64(size)); err != nil {
		return err
	}
	n.inode.SetSize(size)
	return nil
}

// Fallocate reserves memory or punches holes: EOPNOTSUPP for other modes.
func (*regular) Fallocate(_ *task.Task, f *vfs.File, mode int, off, length int64) error {
	n := asFile(f)
	switch mode {
	case 0, unix.FALLOC_FL_KEEP_SIZE:
		if off+length > n.inode.Size() && n.seals&unix.F_SEAL_GROW != 0 {
			return unix.EPERM
		}
		if err := n.pages.Allocate(uint64(off), uint64(length), mode != 0); err != nil {
			return err
		}
		n.inode.SetSize(int64(n.pages.Size()))
		return nil
	case unix.FALLOC_FL_PUNCH_HOLE | unix.FALLOC_FL_KEEP_SIZE:
		if n.seals&(unix.F_SEAL_WRITE|unix.F_SEAL_FUTURE_WRITE) != 0 {
			return unix.EPERM
		}
		return n.pages.PunchHole(uint64(off), uint64(length))
	}
	return unix.EOPNOTSUPP
}

// Sync does nothing: there is no storage.
func (*regular) Sync(*task.Task, *vfs.File) error { return nil }

// Map returns the file itself.
func (*regular) Map(f *vfs.File, _ bool) (vm.Object, error) { return asFile(f), nil }
