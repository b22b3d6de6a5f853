package vfs

import (
	"sync/atomic"

	"cairn/kernel/config"

	"golang.org/x/sys/unix"
)

// A Happening is something that happened to a file, for who watches it or its directory (inotify(7)).
type Happening struct {
	// Mask is the IN_ events, with IN_ISDIR if the file is a directory.
	Mask uint32
	// Dir is the directory that the file is in, and Name its name there; nil if who watches it is not told.
	Dir  *Inode
	Name string
	// File is the file; nil if who watches the file itself is not told.
	File *Inode
	// Cookie is the same in the two events of a rename(2), else 0.
	Cookie uint32
	// Nameless says that it happened to an open file whose name is gone (IN_EXCL_UNLINK).
	Nameless bool
	// SB is the file system that was unmounted: every file of it is meant.
	SB *SuperBlock
}

// Tell is told what happens while there are watched files. The library of inotify(7) sets it when it is initialised. It
// is called with directories locked, and must not look up names. After IN_DELETE_SELF and IN_UNMOUNT the files are gone.
var Tell func(h *Happening)

// watchedFiles counts the inodes that are watched.
var watchedFiles atomic.Int32

// lastCookie is that of the youngest rename(2).
var lastCookie atomic.Uint32

// watching says whether anything is watched: what happens costs a load and a branch until then.
func watching() bool { return config.LIBPOSIX_INOTIFY && watchedFiles.Load() != 0 }

// SetWatched says whether there is who wants to know what happens to the file, or in it if it is a directory.
func (i *Inode) SetWatched(on bool) {
	if i.watched.Swap(on) == on {
		return
	}
	if on {
		watchedFiles.Add(1)
	} else {
		watchedFiles.Add(-1)
	}
}

// happened tells what happened to the file itself.
func (i *Inode) happened(mask uint32) {
	if watching() {
		i.tell(mask)
	}
}

// happened tells what happened to the file called d.
func (d *Dentry) happened(mask uint32) {
	if watching() {
		d.tell(mask, false)
	}
}

// happened tells what happened to the open file.
func (f *File) happened(mask uint32) {
	if d := f.path.Dentry; watching() && d != nil {
		d.tell(mask, d.Dead())
	}
}

// appeared tells that the directory d has the new entry e.
func (d *Dentry) appeared(e *Dentry) {
	if watching() {
		d.tellName(unix.IN_CREATE|e.inode.isDirBit(), e.name, 0)
	}
}

// vanished tells that the directory d, which is locked, no longer has the entry e. If that was all there was of
// the file, that is told first.
func (d *Dentry) vanished(e *Dentry) {
	if !watching() {
		return
	}
	if !e.inode.IsDir() {
		e.inode.happened(unix.IN_ATTRIB) // the number of links
	}
	e.inode.evictUnused()
	d.tellName(unix.IN_DELETE|e.inode.isDirBit(), e.name, 0)
}

// moved tells that the file i is no longer oldName in the directory d but newName in to. target is the file that had that name.
func (d *Dentry) moved(i *Inode, oldName string, to *Dentry, newName string, target *Inode) {
	if !watching() {
		return
	}
	cookie := lastCookie.Add(1)
	d.tellName(unix.IN_MOVED_FROM|i.isDirBit(), oldName, cookie)
	to.tellName(unix.IN_MOVED_TO|i.isDirBit(), newName, cookie)
	if target != nil {
		target.happened(unix.IN_ATTRIB)
	}
	i.tell(unix.IN_MOVE_SELF)
}

// gone tells that the file is no more.
func (i *Inode) gone() {
	if watching() {
		i.tell(unix.IN_DELETE_SELF)
	}
}

// unmounted tells that the file system is no longer mounted anywhere.
func (sb *SuperBlock) unmounted() {
	if watching() {
		Tell(&Happening{Mask: unix.IN_UNMOUNT, SB: sb})
	}
}

// closed tells that the description is closed.
func (f *File) closed() {
	switch {
	case f.mode&(modePath|modeQuiet) != 0:
	case f.mode&modeWrite != 0:
		f.happened(unix.IN_CLOSE_WRITE)
	default:
		f.happened(unix.IN_CLOSE_NOWRITE)
	}
}

// tell tells who watches the file.
func (i *Inode) tell(mask uint32) {
	if !i.watched.Load() {
		return
	}
	if mask&(unix.IN_MOVE_SELF|unix.IN_DELETE_SELF) == 0 {
		mask |= i.isDirBit()
	}
	Tell(&Happening{Mask: mask, File: i})
}

// tell tells who watches the file or the directory that it is in.
func (d *Dentry) tell(mask uint32, nameless bool) {
	treeLock.RLock()
	name, parent := d.name, d.parent
	treeLock.RUnlock()
	inDir := parent != nil && parent.inode.watched.Load()
	if !inDir && !d.inode.watched.Load() {
		return
	}
	h := Happening{Mask: mask | d.inode.isDirBit(), File: d.inode, Nameless: nameless}
	if inDir {
		h.Dir, h.Name = parent.inode, name
	}
	Tell(&h)
}

// tellName tells who watches the directory.
func (d *Dentry) tellName(mask uint32, name string, cookie uint32) {
	if d.inode.watched.Load() {
		Tell(&Happening{Mask: mask, Dir: d.inode, Name: name, Cookie: cookie})
	}
}

// isDirBit returns IN_ISDIR for a directory.
func (i *Inode) isDirBit() uint32 {
	if i.IsDir() {
		return unix.IN_ISDIR
	}
	return 0
}

// events returns what a change of attributes is to who watches the file.
func (s *SetAttr) events() uint32 {
	const times = SetAtime | SetMtime
	switch {
	case s.Mask&^times != 0, s.Mask&times == times:
		return unix.IN_ATTRIB
	case s.Mask&SetAtime != 0:
		return unix.IN_ACCESS
	case s.Mask&SetMtime != 0:
		return unix.IN_MODIFY
	}
	return 0
}
