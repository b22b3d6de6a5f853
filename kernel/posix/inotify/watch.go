package inotify

import (
	"math"
	"slices"
	"sync"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// all is every watch. Its lock is taken with directories locked; nothing is called with it held but SetWatched.
var all struct {
	mu      sync.Mutex
	watches map[*vfs.Inode][]*watch
	woken   []*instance // those that got events since mu was locked

	instances, count account
}

// A watch is what inotify_add_watch(2) makes.
type watch struct {
	owner *instance
	wd    int32
	inode *vfs.Inode
	mask  uint32 // events, and the flags in kept
}

func init() { vfs.Tell = happened }

// newInstance returns an instance that counts for the user: EMFILE if that has too many.
func newInstance(user uint32) (*instance, error) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if !all.instances.take(user, maxInstances.get()) {
		return nil, unix.EMFILE
	}
	return &instance{owner: user, limit: maxEvents.get(), watches: map[int32]*watch{}}, nil
}

// unlock gives the lock back, and wakes who waits for the events that were added.
func unlock() {
	var one [4]*instance
	woken := append(one[:0], all.woken...)
	clear(all.woken)
	all.woken = all.woken[:0]
	all.mu.Unlock()
	for _, n := range woken {
		n.queue.Wake(wait.In)
	}
}

// watch watches the file, or changes what is watched, and returns the watch descriptor: EEXIST if it is watched already
// and mask has IN_MASK_CREATE, ENOSPC if the user has too many watches.
func (n *instance) watch(i *vfs.Inode, mask uint32) (int32, error) {
	all.mu.Lock()
	defer unlock()
	set := mask & (unix.IN_ALL_EVENTS | kept)
	for _, w := range all.watches[i] {
		if w.owner != n {
			continue
		}
		switch {
		case mask&unix.IN_MASK_CREATE != 0:
			return -1, unix.EEXIST
		case mask&unix.IN_MASK_ADD != 0:
			w.mask |= set
		default:
			w.mask = set
		}
		return w.wd, nil
	}
	if !all.count.take(n.owner, maxWatches.get()) {
		return -1, unix.ENOSPC
	}
	w := &watch{owner: n, wd: n.nextWD(), inode: i, mask: set}
	n.watches[w.wd] = w
	if all.watches == nil {
		all.watches = map[*vfs.Inode][]*watch{}
	}
	all.watches[i] = append(all.watches[i], w)
	i.SetWatched(true)
	return w.wd, nil
}

// nextWD returns a watch descriptor that is free: the one after the youngest.
func (n *instance) nextWD() int32 {
	for {
		if n.lastWD == math.MaxInt32 {
			n.lastWD = 0
		}
		n.lastWD++
		if n.watches[n.lastWD] == nil {
			return n.lastWD
		}
	}
}

// unwatch removes a watch: EINVAL if there is none of that number.
func (n *instance) unwatch(wd int32) error {
	all.mu.Lock()
	defer unlock()
	w := n.watches[wd]
	if w == nil {
		return unix.EINVAL
	}
	w.remove()
	return nil
}

// remove takes the watch off its file, and says so.
func (w *watch) remove() {
	w.owner.add(event{wd: w.wd, mask: unix.IN_IGNORED})
	w.detach()
}

// detach takes the watch off its file.
func (w *watch) detach() {
	delete(w.owner.watches, w.wd)
	all.count.give(w.owner.owner)
	list := all.watches[w.inode]
	k := slices.Index(list, w)
	list = slices.Delete(list, k, k+1)
	if len(list) > 0 {
		all.watches[w.inode] = list
		return
	}
	delete(all.watches, w.inode)
	w.inode.SetWatched(false)
}

// happened adds events for who watches.
func happened(h *vfs.Happening) {
	all.mu.Lock()
	defer unlock()
	if h.SB != nil {
		unmounted(h)
		return
	}
	// A watch that goes is one that was visited, and those behind it were, too.
	if list := all.watches[h.Dir]; h.Dir != nil {
		for k := len(list) - 1; k >= 0; k-- {
			list[k].tell(h, h.Name)
		}
	}
	if list := all.watches[h.File]; h.File != nil {
		for k := len(list) - 1; k >= 0; k-- {
			w := list[k]
			w.tell(h, "")
			if h.Mask&unix.IN_DELETE_SELF != 0 && w.owner.watches[w.wd] == w {
				w.remove()
			}
		}
	}
}

// tell adds an event, if the watch is for it.
func (w *watch) tell(h *vfs.Happening, name string) {
	if h.Mask&w.mask&unix.IN_ALL_EVENTS == 0 || h.Nameless && w.mask&unix.IN_EXCL_UNLINK != 0 {
		return
	}
	w.owner.add(event{wd: w.wd, mask: h.Mask, cookie: h.Cookie, name: name})
	if w.mask&unix.IN_ONESHOT != 0 {
		w.remove()
	}
}

// unmounted removes the watches of the files of a file system.
func unmounted(h *vfs.Happening) {
	for i, list := range all.watches {
		if i.SB != h.SB {
			continue
		}
		for k := len(list) - 1; k >= 0; k-- {
			list[k].owner.add(event{wd: list[k].wd, mask: h.Mask})
			list[k].remove()
		}
	}
}
