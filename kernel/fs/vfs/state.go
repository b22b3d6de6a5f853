package vfs

import (
	"sync"
	"sync/atomic"

	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// FS is what a task brings to every path: its root, its working directory and
// its umask. Tasks share one after clone(2) with CLONE_FS.
type FS struct {
	mu    sync.RWMutex
	root  Path
	cwd   Path
	umask atomic.Uint32
	refs  atomic.Int32
}

// slot holds each task's FS.
var slot task.Slot[FS]

func init() {
	slot = task.NewSlot(task.Hooks[FS]{
		New:   func(*task.Task) (*FS, error) { return newFS(Root(), Root(), defaultUmask), nil },
		Clone: cloneFS,
		Exit:  func(_ *task.Task, fs *FS) { fs.put() },
	})
}

// defaultUmask is the umask of the first task.
const defaultUmask = 022

func cloneFS(parent, _ *task.Task, flags uint64) (*FS, error) {
	fs := slot.Get(parent)
	if flags&unix.CLONE_FS != 0 {
		fs.refs.Add(1)
		return fs, nil
	}
	return fs.copy(), nil
}

// kernelFS is the kernel's own: the root of the tree, no umask.
var kernelFS FS

// FSOf returns the task's FS, nil if another task has ended. A nil task is the kernel.
func FSOf(t *task.Task) *FS {
	if t == nil {
		return &kernelFS
	}
	return slot.Get(t)
}

func newFS(root, cwd Path, umask uint32) *FS {
	fs := &FS{root: root, cwd: cwd}
	fs.umask.Store(umask)
	fs.refs.Store(1)
	root.Mount.get()
	cwd.Mount.get()
	return fs
}

func (fs *FS) copy() *FS {
	root, cwd := fs.Dirs()
	return newFS(root, cwd, fs.umask.Load())
}

func (fs *FS) put() {
	if fs.refs.Add(-1) == 0 {
		fs.root.Mount.put()
		fs.cwd.Mount.put()
	}
}

// Unshare gives the task an FS of its own (unshare(2) CLONE_FS).
func Unshare(t *task.Task) {
	fs := FSOf(t)
	if fs.refs.Load() > 1 {
		slot.Set(t, fs.copy())
		fs.put()
	}
}

// Dirs returns root and working directory.
func (fs *FS) Dirs() (root, cwd Path) {
	fs.mu.RLock()
	defer fs.mu.RUnlock()
	return fs.root, fs.cwd
}

// SetCwd changes the working directory (chdir(2)).
func (fs *FS) SetCwd(p Path) {
	p.Mount.get()
	fs.mu.Lock()
	old := fs.cwd
	fs.cwd = p
	fs.mu.Unlock()
	old.Mount.put()
}

// SetRoot changes the root (chroot(2)).
func (fs *FS) SetRoot(p Path) {
	p.Mount.get()
	fs.mu.Lock()
	old := fs.root
	fs.root = p
	fs.mu.Unlock()
	old.Mount.put()
}

// Umask returns the bits that new files do not get.
func (fs *FS) Umask() uint32 { return fs.umask.Load() }

// SetUmask sets the bits that new files do not get, and returns the old ones.
func (fs *FS) SetUmask(mask uint32) uint32 { return fs.umask.Swap(mask & 0777) }
