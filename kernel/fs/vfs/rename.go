package vfs

import (
	"strings"
	"sync"

	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// renameLock is held while a name moves from one directory to another, so that
// who is above whom does not change meanwhile.
var renameLock sync.Mutex

// rename is a renameat2(2) on its way.
type rename struct {
	old, new walker
	flags    uint
	// What the names refer to; target is nil if the new one is free.
	source, target *Dentry
	// The directory that is above the other one, or nil, and the entry in it
	// that leads to the other.
	trap *Dentry
}

// Rename moves the name old to new (renameat2(2)). flags are RENAME_NOREPLACE
// and RENAME_EXCHANGE; EINVAL for others.
func Rename(t *task.Task, oldBase Path, old string, newBase Path, new string, flags uint) error {
	if flags&^(unix.RENAME_NOREPLACE|unix.RENAME_EXCHANGE) != 0 ||
		flags == unix.RENAME_NOREPLACE|unix.RENAME_EXCHANGE {
		return unix.EINVAL
	}
	r := rename{flags: flags}
	if err := r.walk(t, oldBase, old, newBase, new); err != nil {
		return err
	}
	r.lock()
	gone, err := r.run()
	r.unlock()
	if gone != nil {
		gone.evictUnused()
	}
	return err
}

func (r *rename) exchange() bool { return r.flags&unix.RENAME_EXCHANGE != 0 }

// walk finds the two directories.
func (r *rename) walk(t *task.Task, oldBase Path, old string, newBase Path, new string) error {
	for _, p := range []struct {
		w    *walker
		base Path
		path string
	}{{&r.old, oldBase, old}, {&r.new, newBase, new}} {
		if err := p.w.begin(t, p.base, p.path, 0); err != nil {
			return err
		}
		if err := p.w.parent(); err != nil {
			return err
		}
	}
	if r.old.cur.Mount != r.new.cur.Mount {
		return unix.EXDEV
	}
	if r.old.lastNormal(false) != nil {
		return unix.EBUSY
	}
	if r.new.lastNormal(false) != nil {
		if r.flags&unix.RENAME_NOREPLACE != 0 {
			return unix.EEXIST
		}
		return unix.EBUSY
	}
	return nil
}

// lock locks the two directories, the upper one first, and sets trap.
func (r *rename) lock() {
	from, to := r.old.cur.Dentry, r.new.cur.Dentry
	if from == to {
		from.lock()
		return
	}
	renameLock.Lock()
	if e := to.below(from); e != nil {
		r.trap = e
		from.lock()
		to.lock()
		return
	}
	r.trap = from.below(to)
	to.lock()
	from.lock()
}

func (r *rename) unlock() {
	from, to := r.old.cur.Dentry, r.new.cur.Dentry
	from.unlock()
	if from != to {
		to.unlock()
		renameLock.Unlock()
	}
}

// below returns the entry of the directory up that leads to d, or nil if d is
// not below up.
func (d *Dentry) below(up *Dentry) *Dentry {
	treeLock.RLock()
	defer treeLock.RUnlock()
	for ; d != nil; d = d.parent {
		if d.parent == up {
			return d
		}
	}
	return nil
}

// run checks the names and moves them. It returns the file that lost its name.
func (r *rename) run() (*Inode, error) {
	if err := r.find(); err != nil {
		return nil, err
	}
	if r.target != nil && r.source.inode == r.target.inode {
		return nil, nil // two names of one file: nothing to do
	}
	if err := r.permitted(); err != nil {
		return nil, err
	}
	if r.source.mounts.Load() != 0 || r.target != nil && r.target.mounts.Load() != 0 {
		return nil, unix.EBUSY
	}
	from, to, oldName := r.old.cur.Dentry, r.new.cur.Dentry, r.source.name
	if r.target == nil || r.exchange() {
		if err := r.move(); err != nil {
			return nil, err
		}
		from.moved(r.source.inode, oldName, to, r.source.name, nil)
		if r.exchange() {
			to.moved(r.target.inode, r.source.name, from, oldName, nil)
		}
		return nil, nil
	}
	if err := r.target.kill(r.move); err != nil {
		return nil, err
	}
	from.moved(r.source.inode, oldName, to, r.source.name, r.target.inode)
	return r.target.inode, nil
}

// find looks the names up, and checks what does not depend on permissions.
func (r *rename) find() error {
	if r.old.cur.Mount.flagged(unix.MS_RDONLY) {
		return unix.EROFS
	}
	var err error
	if r.source, err = r.old.cur.Dentry.lookupLocked(r.old.t, r.old.last); err != nil {
		return err
	}
	r.target, err = r.new.cur.Dentry.lookupLocked(r.old.t, r.new.last)
	if err != nil && err != unix.ENOENT {
		return err
	}
	switch {
	case r.flags&unix.RENAME_NOREPLACE != 0 && r.target != nil:
		return unix.EEXIST
	case r.exchange() && r.target == nil:
		return unix.ENOENT
	case r.exchange() && r.new.slash && !r.target.inode.IsDir():
		return unix.ENOTDIR
	case !r.source.inode.IsDir() && (r.old.slash || !r.exchange() && r.new.slash):
		return unix.ENOTDIR
	case r.source == r.trap:
		return unix.EINVAL
	case r.target != nil && r.target == r.trap && r.exchange():
		return unix.EINVAL
	case r.target != nil && r.target == r.trap:
		return unix.ENOTEMPTY
	}
	return nil
}

// permitted checks that the task may move the names.
func (r *rename) permitted() error {
	from, to := r.old.cur.Dentry, r.new.cur.Dentry
	dir := r.source.inode.IsDir()
	if err := r.old.mayRemove(from, r.source, dir); err != nil {
		return err
	}
	switch {
	case r.target == nil:
		if err := r.new.mayAdd(to); err != nil {
			return err
		}
	case r.exchange():
		if err := r.new.mayRemove(to, r.target, r.target.inode.IsDir()); err != nil {
			return err
		}
	default:
		if err := r.new.mayRemove(to, r.target, dir); err != nil {
			return err
		}
	}
	if from == to {
		return nil
	}
	// ".." of a directory changes with its place.
	if dir {
		if err := r.old.cred.Permission(r.source.inode, MayWrite); err != nil {
			return err
		}
	}
	if r.exchange() && r.target.inode.IsDir() {
		return r.old.cred.Permission(r.target.inode, MayWrite)
	}
	return nil
}

// move has the file system move the file, and moves the names.
func (r *rename) move() error {
	from, to := r.old.cur.Dentry, r.new.cur.Dentry
	oldName, newName := r.source.name, strings.Clone(r.new.last)
	op := Renaming{
		OldDir: from.inode, OldName: oldName, Inode: r.source.inode,
		NewDir: to.inode, NewName: newName, Exchange: r.exchange(),
	}
	if r.target != nil {
		op.Target = r.target.inode
		newName = r.target.name
	}
	if err := from.inode.mutable().Rename(r.old.t, &op); err != nil {
		return err
	}
	treeLock.Lock()
	defer treeLock.Unlock()
	from.remove(r.source)
	if r.target != nil {
		to.remove(r.target)
	}
	r.source.name, r.source.parent = newName, to
	to.insert(r.source)
	if r.exchange() {
		r.target.name, r.target.parent = oldName, from
		from.insert(r.target)
	}
	return nil
}
