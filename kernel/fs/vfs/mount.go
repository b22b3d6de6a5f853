package vfs

import (
	"strings"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A Mount is a file system, or a part of one, seen at a place in the tree.
type Mount struct {
	// ID is what /proc/PID/mountinfo shows.
	ID int
	// SB is the file system.
	SB *SuperBlock
	// Source is the first argument of mount(2), for /proc/mounts.
	Source string

	root   *Dentry
	parent *Mount  // guarded by treeLock; nil for the first root and what is unmounted
	at     *Dentry // in parent; guarded by treeLock
	flags  atomic.Uint64
	refs   atomic.Int32 // its place in the tree, descriptions and working directories in it, mounts upon it
}

// MountFlags are the MS_ flags that belong to a mount.
const MountFlags = unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC |
	unix.MS_NOATIME | unix.MS_NODIRATIME | unix.MS_RELATIME | unix.MS_NOSYMFOLLOW

// A Path is a name in a mount. The zero Path is none.
type Path struct {
	Mount  *Mount
	Dentry *Dentry
}

// IsMountRoot says whether the path is the root of its mount.
func (p Path) IsMountRoot() bool { return p.Mount != nil && p.Mount.root == p.Dentry }

type mountKey struct {
	parent *Mount
	at     *Dentry
}

// mountTable is all mounts: there is one mount namespace. Guarded by treeLock.
var mountTable = struct {
	at     map[mountKey]*Mount
	list   []*Mount // in order of mounting
	lastID int
	root   *Mount
}{at: map[mountKey]*Mount{}}

// MountRoot mounts sb as the root of the tree. It is called once, at boot; what was
// mounted before is forgotten (tests).
func MountRoot(sb *SuperBlock, source string) Path {
	treeLock.Lock()
	clear(mountTable.at)
	mountTable.list, mountTable.lastID = nil, 0
	m := newMount(sb, sb.Root, source, 0)
	mountTable.root = m
	treeLock.Unlock()
	kernelFS.SetRoot(m.Root())
	kernelFS.SetCwd(m.Root())
	return m.Root()
}

// Root returns the root of the tree.
func Root() Path {
	treeLock.RLock()
	defer treeLock.RUnlock()
	if m := mountTable.root; m != nil {
		return Path{m, m.root}
	}
	return Path{}
}

// newMount makes a mount and lists it. treeLock is held.
func newMount(sb *SuperBlock, root *Dentry, source string, flags uint64) *Mount {
	mountTable.lastID++
	m := &Mount{ID: mountTable.lastID, SB: sb, Source: source, root: root}
	m.flags.Store(flags & MountFlags)
	m.refs.Store(1)
	mountTable.list = append(mountTable.list, m)
	sb.mounts.Add(1)
	return m
}

// MountAt mounts sb, or with a root other than its own a part of it (bind), at the directory or
// file p. ENOTDIR if one is a directory and the other not, ENOENT if p was removed.
func MountAt(p Path, sb *SuperBlock, root *Dentry, source string, flags uint64) (*Mount, error) {
	if p.Dentry.inode.IsDir() != root.inode.IsDir() {
		return nil, unix.ENOTDIR
	}
	if p.Dentry.Dead() {
		return nil, unix.ENOENT
	}
	treeLock.Lock()
	defer treeLock.Unlock()
	p = p.topLocked()
	m := newMount(sb, root, source, flags)
	m.parent, m.at = p.Mount, p.Dentry
	mountTable.at[mountKey{p.Mount, p.Dentry}] = m
	p.Dentry.mounts.Add(1)
	p.Mount.get()
	return m, nil
}

// MountNew makes a file system of the type, and mounts it at the directory p (mount(2)): ENODEV if
// the type is unknown, ENOTBLK if it needs a block device.
func MountNew(p Path, typ, source, options string, flags uint64) error {
	fs := LookupFS(typ)
	if fs == nil {
		return unix.ENODEV
	}
	if !p.Dentry.inode.IsDir() {
		return unix.ENOTDIR
	}
	sb, err := fs.Mount(source, options)
	if err != nil {
		return err
	}
	_, err = MountAt(p, sb, sb.Root, source, flags)
	return err
}

// Mounts returns every mount, in order of mounting.
func Mounts() []*Mount {
	treeLock.RLock()
	defer treeLock.RUnlock()
	return append([]*Mount(nil), mountTable.list...)
}

// Parent returns the mount that m is in, and its own path as seen from root: false if it is not
// below root. The first mount is its own parent.
func (m *Mount) Parent(root Path) (parent *Mount, path string, below bool) {
	treeLock.RLock()
	parent = m.parent
	treeLock.RUnlock()
	if parent == nil {
		parent = m
	}
	path, below = m.Root().From(root)
	return parent, path, below
}

// Subtree returns the path of the mount's root in its file system: "/" unless the mount is a bind
// of a part of it.
func (m *Mount) Subtree() string {
	path := ""
	treeLock.RLock()
	defer treeLock.RUnlock()
	for d := m.root; d.parent != nil; d = d.parent {
		path = "/" + d.name + path
	}
	if path == "" {
		return "/"
	}
	return path
}

// Unmount takes away the mount whose root p is: EINVAL if p is not the root of
// a mount or is the root of the tree, EBUSY if it is in use, unless lazy.
func Unmount(p Path, lazy bool) error {
	treeLock.Lock()
	defer treeLock.Unlock()
	m := p.Mount
	if p.Dentry != m.root || m.parent == nil {
		return unix.EINVAL
	}
	if m.refs.Load() > 1 && !lazy {
		return unix.EBUSY
	}
	m.detach()
	return nil
}

// detach takes the mount, and those upon it, out of the tree. treeLock is held.
func (m *Mount) detach() {
	for i := len(mountTable.list) - 1; i >= 0; i-- {
		if i < len(mountTable.list) && mountTable.list[i].parent == m {
			mountTable.list[i].detach()
		}
	}
	delete(mountTable.at, mountKey{m.parent, m.at})
	m.at.mounts.Add(-1)
	for i, o := range mountTable.list {
		if o == m {
			mountTable.list = append(mountTable.list[:i:i], mountTable.list[i+1:]...)
			break
		}
	}
	parent := m.parent
	m.parent, m.at = nil, nil
	parent.put()
	m.put()
}

// get and put count what keeps the mount busy. A nil mount is that of files outside
// the tree.
func (m *Mount) get() {
	if m != nil {
		m.refs.Add(1)
	}
}

func (m *Mount) put() {
	if m != nil && m.refs.Add(-1) == 0 && m.SB.mounts.Add(-1) == 0 {
		m.SB.unmounted()
		if m.SB.Put != nil {
			m.SB.Put()
		}
	}
}

// flagged says whether the mount has one of the MS_ flags. A nil mount has none.
func (m *Mount) flagged(flags uint64) bool { return m != nil && m.flags.Load()&flags != 0 }

// Flags returns the mount's MS_ flags.
func (m *Mount) Flags() uint64 { return m.flags.Load() }

// SetFlags replaces the mount's MS_ flags (MS_REMOUNT).
func (m *Mount) SetFlags(flags uint64) { m.flags.Store(flags & MountFlags) }

// Root returns the top of the mount.
func (m *Mount) Root() Path { return Path{m, m.root} }

// top returns the root of what is mounted at p, if anything is, else p.
func (p Path) top() Path {
	if p.Dentry.mounts.Load() == 0 {
		return p
	}
	treeLock.RLock()
	defer treeLock.RUnlock()
	return p.topLocked()
}

func (p Path) topLocked() Path {
	for p.Dentry.mounts.Load() != 0 {
		m := mountTable.at[mountKey{p.Mount, p.Dentry}]
		if m == nil {
			break
		}
		p = Path{m, m.root}
	}
	return p
}

// up returns the directory that p is in, across mounts, or p at the root of
// the tree or of what is not in it.
func (p Path) up() Path {
	treeLock.RLock()
	defer treeLock.RUnlock()
	return p.upLocked()
}

func (p Path) upLocked() Path {
	if p.Mount == nil {
		return p
	}
	for p.Dentry == p.Mount.root {
		if p.Mount.parent == nil {
			return p
		}
		p = Path{p.Mount.parent, p.Mount.at}
	}
	if p.Dentry.parent == nil {
		return p
	}
	return Path{p.Mount, p.Dentry.parent}
}

// String returns the absolute path, with " (deleted)" if the name was removed.
func (p Path) String() string {
	if p.Mount == nil {
		return p.Dentry.detachedName()
	}
	s, _ := p.From(Path{})
	if p.Dentry.Dead() {
		s += " (deleted)"
	}
	return s
}

// detachedName is the name of a file that is not in the tree.
func (d *Dentry) detachedName() string {
	s := d.Name()
	if d.Dead() {
		s += " (deleted)"
	}
	return s
}

// From returns the path as seen from root, and whether p is below root. If it
// is not, the path is that from the root of the tree. The zero root is the root
// of the tree.
func (p Path) From(root Path) (string, bool) {
	treeLock.RLock()
	defer treeLock.RUnlock()
	var names []string
	below := root == Path{}
	for {
		if p == root {
			below = true
			break
		}
		if p.Mount != nil && p.Dentry == p.Mount.root {
			if p.Mount.parent == nil {
				below = below || p.Mount == mountTable.root && root.Dentry == nil
				break
			}
			p = Path{p.Mount.parent, p.Mount.at}
			continue
		}
		names = append(names, p.Dentry.name)
		if p.Dentry.parent == nil {
			break
		}
		p.Dentry = p.Dentry.parent
	}
	if len(names) == 0 {
		return "/", below
	}
	var b strings.Builder
	for i := len(names) - 1; i >= 0; i-- {
		b.WriteByte('/')
		b.WriteString(names[i])
	}
	return b.String(), below
}
