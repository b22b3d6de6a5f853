package vfs

import (
	"strings"

	"cairn/kernel/task"
	"cairn/kernel/trial"

	"golang.org/x/sys/unix"
)

// maxLinks is how many symbolic links one path may lead through (ELOOP).
const maxLinks = 40

// A WalkFlag changes how a path is resolved.
type WalkFlag uint8

const (
	// Follow follows a symbolic link in the last component.
	Follow WalkFlag = 1 << iota
	// WantDir fails with ENOTDIR if the path does not lead to a directory.
	WantDir
)

// walker resolves one path, as path_resolution(7) describes. It can stop before the last
// component, and go on from there if that is a symbolic link.
type walker struct {
	t       *task.Task
	cred    *Cred
	root    Path   // what "/" and ".." stop at
	cur     Path   // where we are
	rest    string // what is still to be walked
	pending stack  // what is to be walked then, behind symbolic links
	links   int
	resolve uint64 // RESOLVE_ flags of openat2(2)

	// The last component, when a walk stops before it.
	last  string
	slash bool // a slash follows it
}

// stack is a stack of strings, of which few are kept in place, so that a walker needs no memory of
// its own.
type stack struct {
	n    int
	few  [4]string
	more []string
}

func (s *stack) push(v string) {
	if s.n < len(s.few) {
		s.few[s.n] = v
	} else {
		s.more = append(s.more, v)
	}
	s.n++
}

func (s *stack) pop() string {
	s.n--
	v := s.at(s.n)
	if s.n >= len(s.few) {
		s.more = s.more[:s.n-len(s.few)]
	}
	return v
}

// at returns the string at place i from the bottom.
func (s *stack) at(i int) string {
	if i < len(s.few) {
		return s.few[i]
	}
	return s.more[i-len(s.few)]
}

// begin sets out from base, or from the working directory if that is the zero
// Path.
func (w *walker) begin(t *task.Task, base Path, path string, resolve uint64) error {
	if path == "" {
		return unix.ENOENT
	}
	root, cwd := FSOf(t).Dirs()
	w.t, w.cred, w.root, w.cur, w.rest, w.resolve = t, CredOf(t), root, base, path, resolve
	if base.Dentry == nil {
		w.cur = cwd
	}
	if resolve&(unix.RESOLVE_BENEATH|unix.RESOLVE_IN_ROOT) != 0 {
		w.root = w.cur
	}
	return w.absolute()
}

// absolute goes to the root if what is left begins with a slash.
func (w *walker) absolute() error {
	if w.rest[0] != '/' {
		return nil
	}
	if w.resolve&unix.RESOLVE_BENEATH != 0 {
		return unix.EXDEV
	}
	if w.resolve&unix.RESOLVE_NO_XDEV != 0 && w.cur.Mount != w.root.Mount {
		return unix.EXDEV
	}
	w.cur = w.root
	return nil
}

// next takes the next component off what is left. It reports false at the end.
func (w *walker) next() (name string, ok bool) {
	s := skipSlashes(w.rest)
	for s == "" {
		if w.pending.n == 0 {
			w.rest = ""
			return "", false
		}
		s = skipSlashes(w.pending.pop())
	}
	n := strings.IndexByte(s, '/')
	if n < 0 {
		n = len(s)
	}
	w.rest = s[n:]
	return s[:n], true
}

// tail says whether no component is left after the one that next returned, and
// whether a slash is.
func (w *walker) tail() (last, slash bool) {
	slash = w.rest != ""
	if skipSlashes(w.rest) != "" {
		return false, true
	}
	for i := range w.pending.n {
		slash = true
		if skipSlashes(w.pending.at(i)) != "" {
			return false, true
		}
	}
	return true, slash
}

func skipSlashes(s string) string {
	for s != "" && s[0] == '/' {
		s = s[1:]
	}
	return s
}

// parent walks up to the last component, and leaves that in w.last: "" if there
// is none, since the path is all slashes or a magic link led to the end.
func (w *walker) parent() error {
	for {
		name, ok := w.next()
		if !ok {
			w.last, w.slash = "", false
			return nil
		}
		if err := w.enter(); err != nil {
			return err
		}
		last, slash := w.tail()
		if last {
			w.last, w.slash = name, slash
			return nil
		}
		if err := w.step(name, true); err != nil {
			return err
		}
	}
}

// all walks the whole path.
func (w *walker) all(flags WalkFlag) error {
	for {
		name, ok := w.next()
		if !ok {
			break
		}
		if err := w.enter(); err != nil {
			return err
		}
		last, slash := w.tail()
		if last && slash {
			flags |= Follow | WantDir
		}
		if err := w.step(name, !last || flags&Follow != 0); err != nil {
			return err
		}
	}
	if flags&WantDir != 0 && !w.cur.Dentry.inode.IsDir() {
		return unix.ENOTDIR
	}
	return nil
}

// enter checks that a name may be looked up where we are.
func (w *walker) enter() error {
	i := w.cur.Dentry.inode
	if !i.IsDir() {
		return unix.ENOTDIR
	}
	return w.cred.Permission(i, MayExec)
}

// step goes to the component called name, through it if it is a symbolic link and
// follow is set.
func (w *walker) step(name string, follow bool) error {
	switch name {
	case ".":
		return nil
	case "..":
		return w.up()
	}
	p, err := lookup(w.t, w.cur, name)
	if err != nil {
		return err
	}
	if p.Mount != w.cur.Mount && w.resolve&unix.RESOLVE_NO_XDEV != 0 {
		return unix.EXDEV
	}
	if follow && p.Dentry.inode.IsSymlink() {
		return w.follow(p)
	}
	w.cur = p
	return nil
}

// up goes to the directory above, but not above the root.
func (w *walker) up() error {
	if w.cur == w.root {
		if w.resolve&unix.RESOLVE_BENEATH != 0 {
			return unix.EXDEV
		}
		return nil
	}
	p := w.cur.up().top()
	if p.Mount != w.cur.Mount && w.resolve&unix.RESOLVE_NO_XDEV != 0 {
		return unix.EXDEV
	}
	w.cur = p
	return nil
}

// follow goes to where the symbolic link p, which is in the directory we are in,
// begins: afterwards its target is still to be walked, then the rest.
func (w *walker) follow(p Path) error {
	w.links++
	if w.links > maxLinks || w.resolve&unix.RESOLVE_NO_SYMLINKS != 0 || p.Mount.flagged(unix.MS_NOSYMFOLLOW) {
		return unix.ELOOP
	}
	i := p.Dentry.inode
	to, err := i.follow(w.t)
	if err == nil {
		return w.jump(to)
	}
	if err != ErrNotMagic {
		return err
	}
	target, err := i.Readlink(w.t)
	if err != nil {
		return err
	}
	if target == "" {
		return unix.ENOENT
	}
	i.accessed()
	if w.rest != "" {
		w.pending.push(w.rest)
	}
	w.rest = target
	return w.absolute()
}

// jump goes where a magic link leads.
func (w *walker) jump(to Path) error {
	if w.resolve&unix.RESOLVE_NO_MAGICLINKS != 0 {
		return unix.ELOOP
	}
	if w.resolve&(unix.RESOLVE_BENEATH|unix.RESOLVE_IN_ROOT) != 0 ||
		w.resolve&unix.RESOLVE_NO_XDEV != 0 && to.Mount != w.cur.Mount {
		return unix.EXDEV
	}
	w.cur = to
	return nil
}

// lookup returns the entry called name of the directory, and what is mounted on it.
func lookup(t *task.Task, dir Path, name string) (Path, error) {
	d := dir.Dentry
	d.lock()
	e, err := d.lookupLocked(t, name)
	d.unlock()
	if err != nil {
		return Path{}, err
	}
	return Path{dir.Mount, e}.top(), nil
}

// lookupLocked returns the entry called name, asking the file system if there is no dentry
// yet. The directory is locked.
func (d *Dentry) lookupLocked(t *task.Task, name string) (*Dentry, error) {
	if e := d.find(name); e != nil {
		return e, nil
	}
	if len(name) > unix.NAME_MAX {
		return nil, unix.ENAMETOOLONG
	}
	i, err := d.inode.lookup(t, name)
	if err != nil {
		return nil, err
	}
	e := newDentry(d, strings.Clone(name), i)
	if !i.Volatile {
		d.insert(e)
	}
	return e, nil
}

// Walk resolves a path: from base, or from the task's working directory if base is the
// zero Path. ENOENT, ENOTDIR, EACCES, ELOOP and ENAMETOOLONG are as
// path_resolution(7) has them.
func Walk(t *task.Task, base Path, path string, flags WalkFlag) (Path, error) {
	return WalkAs(t, CredOf(t), base, path, flags)
}

// WalkAs is Walk with other credentials than the task's, as access(2) needs.
func WalkAs(t *task.Task, cred *Cred, base Path, path string, flags WalkFlag) (Path, error) {
	if trial.Fail() {
		return Path{}, unix.ENOMEM
	}
	var w walker
	if err := w.begin(t, base, path, 0); err != nil {
		return Path{}, err
	}
	w.cred = cred
	if err := w.all(flags); err != nil {
		return Path{}, err
	}
	return w.cur, nil
}
