// Package initrd unpacks the initial RAM disk, a newc cpio archive in physical
// memory, into the root file system.
//
// The contents of a file that begin on a page boundary and fill a page at least stay where they
// are: their frames become the file's. Everything else is copied, and the
// frames that no file took are given to the allocator.
package initrd

import (
	"io"
	"strings"

	"cairn/image/cpio"
	"cairn/kernel/fs/ramfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/mem"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// unpacker unpacks one archive.
type unpacker struct {
	start uint64 // physical address of the archive
	buf   vm.Buffer
	links map[cpio.LinkKey]*vfs.Inode

	// The directory that the last file was in; most archives go directory by directory.
	dir     *vfs.Dentry
	dirName string

	// Directories and their modification times, which are set when nothing is added any more.
	dirs []dirTime
}

type dirTime struct {
	inode *vfs.Inode
	mtime int64
}

// Unpack unpacks the archive that lies in r into the root of the tree, which must be a
// ramfs, and gives the memory of r away: nothing may use it afterwards. Names lead
// through symbolic links, as Linux has it; missing directories are made; a later
// entry replaces an earlier one. The error says which entry is wrong; what
// comes before it has been unpacked.
func Unpack(r mem.Range) error {
	if r.Start >= r.End {
		return nil
	}
	mem.Adopt(r)
	u := unpacker{start: r.Start, links: map[cpio.LinkKey]*vfs.Inode{}}
	err := u.run(cpio.NewReader(mem.Physical(r.Start, uintptr(r.End-r.Start))))
	for f := mem.Frame(r.Start &^ (mem.PageSize - 1)); f < mem.Frame(r.End); f += mem.PageSize {
		f.Put()
	}
	for _, d := range u.dirs {
		d.inode.SetTimes(d.mtime, d.mtime, d.mtime)
	}
	return err
}

func (u *unpacker) run(r *cpio.Reader) error {
	for {
		e, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := u.entry(&e); err != nil {
			return kfmt.Errorf("initrd: %s: %w", e.Name, err)
		}
	}
}

// entry unpacks one entry.
func (u *unpacker) entry(e *cpio.Entry) error {
	name := strings.Trim(string(e.Name), "/")
	for strings.HasPrefix(name, "./") {
		name = strings.TrimLeft(name[2:], "/")
	}
	if name == "." || name == "" {
		u.setDir(vfs.Root().Dentry.Inode(), e)
		return nil
	}
	e.Mode &= unix.S_IFMT | 07777
	switch e.Type() {
	case cpio.ModeRegular, cpio.ModeDir, cpio.ModeSymlink, cpio.ModeChar, cpio.ModeBlock, cpio.ModeFIFO, cpio.ModeSocket:
	default:
		return unix.EINVAL
	}
	dir, base := "", name
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		dir, base = name[:i], name[i+1:]
	}
	if base == "." || base == ".." {
		return unix.EINVAL
	}
	if err := u.enter(dir); err != nil {
		return err
	}
	if e.Type() == cpio.ModeDir {
		return u.makeDir(base, e)
	}
	return u.makeFile(dir, base, e)
}

// enter makes dir the directory that entries go to.
func (u *unpacker) enter(dir string) error {
	if u.dir != nil && dir == u.dirName && !u.dir.Dead() {
		return nil
	}
	p, err := vfs.Walk(nil, vfs.Root(), "./"+dir, vfs.Follow|vfs.WantDir)
	if err == unix.ENOENT {
		p, err = vfs.MkdirAll(dir)
	}
	u.dir, u.dirName = p.Dentry, dir
	return err
}

// makeDir makes a directory, or gives one that exists its attributes.
func (u *unpacker) makeDir(base string, e *cpio.Entry) error {
	if old := u.dir.Child(base); old != nil && old.Inode().IsDir() {
		u.setDir(old.Inode(), e)
		return nil
	}
	i, err := u.make(base, e, "")
	if err == nil {
		u.setDir(i, e)
	}
	return err
}

func (u *unpacker) setDir(i *vfs.Inode, e *cpio.Entry) {
	i.SetMode(e.Mode)
	i.SetOwner(e.UID, e.GID)
	u.dirs = append(u.dirs, dirTime{i, int64(e.MTime) * 1e9})
}

// makeFile makes any other file.
func (u *unpacker) makeFile(dir, base string, e *cpio.Entry) error {
	target := ""
	if e.Type() == cpio.ModeSymlink {
		target = string(e.Data)
	}
	key, linked := e.LinkKey()
	i := u.links[key]
	if linked && i != nil {
		if err := u.replace(base, func() error { return u.dir.MakeLink(base, i) }); err != nil {
			return err
		}
	} else {
		var err error
		if i, err = u.make(base, e, target); err != nil {
			return err
		}
		if linked {
			u.links[key] = i
		}
	}
	if e.Type() == cpio.ModeRegular && len(e.Data) > 0 && i.Size() == 0 {
		if err := u.contents(i, e); err != nil {
			return err
		}
	}
	t := int64(e.MTime) * 1e9
	i.SetTimes(t, t, t)
	return nil
}

// make makes the file that the entry describes.
func (u *unpacker) make(base string, e *cpio.Entry, target string) (i *vfs.Inode, err error) {
	n := vfs.NewInode{Mode: e.Mode, UID: e.UID, GID: e.GID, Rdev: unix.Mkdev(e.RDevMajor, e.RDevMinor)}
	err = u.replace(base, func() error {
		i, err = u.dir.Make(base, &n, target)
		return err
	})
	return i, err
}

// replace calls add, which puts a name into the directory. If the name is there already, it is removed first.
func (u *unpacker) replace(base string, add func() error) error {
	err := add()
	if err != unix.EEXIST {
		return err
	}
	path := u.dirName + "/" + base
	if err := vfs.Unlink(nil, vfs.Root(), "./"+path); err != nil && err != unix.EISDIR {
		return err
	} else if err == unix.EISDIR {
		if err := vfs.Rmdir(nil, vfs.Root(), "./"+path); err != nil {
			return err
		}
	}
	return add()
}

// contents gives a file its contents.
func (u *unpacker) contents(i *vfs.Inode, e *cpio.Entry) error {
	at := u.start + uint64(e.DataAt)
	if at%mem.PageSize != 0 || len(e.Data) < mem.PageSize {
		u.buf.SetBytes(e.Data)
		return ramfs.Fill(i, &u.buf)
	}
	for f := mem.Frame(at); f < mem.Frame(at)+mem.Frame(len(e.Data)); f += mem.PageSize {
		f.Get()
	}
	ramfs.Adopt(i, mem.Frame(at), uint64(len(e.Data)))
	return nil
}
