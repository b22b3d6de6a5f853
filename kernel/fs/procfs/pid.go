package procfs

import (
	"sort"
	"strconv"
	"strings"

	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/fs/textfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// A subject is what a directory is about: a process, or one thread of it.
type subject struct {
	proc   *task.Process
	task   *task.Task    // nil for a zombie
	zombie *facts.Zombie // of a zombie: the process, or its first thread while others go on
	thread bool          // in /proc/PID/task
}

// findProcess returns the process with the id, or that of the thread with the id.
func findProcess(id int32) (subject, bool) {
	if t := task.Find(id); t != nil {
		return subject{proc: t.Proc, task: t}, true
	}
	for _, z := range facts.Process.Zombies() {
		if z.Proc.PID == id {
			return subject{proc: z.Proc, zombie: &z}, true
		}
	}
	return subject{}, false
}

// id returns the id that the directory is called by.
func (s *subject) id() int32 {
	if s.task != nil {
		return s.task.TID
	}
	return s.proc.PID
}

// alive checks that the task is still there: ESRCH.
func (s *subject) alive() error {
	if s.task == nil || task.Find(s.task.TID) != s.task {
		return unix.ESRCH
	}
	return nil
}

// owner returns who owns the files.
func (s *subject) owner() (uid, gid uint32) {
	if s.zombie != nil {
		return s.zombie.UID, s.zombie.GID
	}
	c := facts.Process.Creds(s.task)
	return c.UID[1], c.GID[1]
}

// mayTrace checks what is about the program's memory and files: EACCES for whoever
// may not trace the process (ptrace(2), PTRACE_MODE_READ).
func (s *subject) mayTrace(t *task.Task) error {
	if s.task == nil {
		return unix.EACCES
	}
	if t == nil || t.Proc == s.proc {
		return nil
	}
	me, c := vfs.CredOf(t), facts.Process.Creds(s.task)
	if me.Has(unix.CAP_SYS_PTRACE) {
		return nil
	}
	for i := range 3 {
		if me.UID != c.UID[i] || me.GID != c.GID[i] {
			return unix.EACCES
		}
	}
	if c.Permitted&^me.Permitted != 0 {
		return unix.EACCES
	}
	return nil
}

// The kinds of files that inode numbers tell apart.
const (
	kindRoot = iota
	kindDir
	kindFile
	kindFD
	kindFDInfo
	kindTask
	kindThread
	kindNS
)

// inodeNumber returns the number of a file of a process, the same each time that it is
// looked up: n tells the files of a kind apart.
func inodeNumber(id int32, kind, n int) uint64 {
	return 1<<63 | uint64(uint32(id))<<32 | uint64(kind)<<28 | uint64(n)
}

// numbered makes i a file that is looked up afresh each time, with a fixed number.
func numbered(i *vfs.Inode, id int32, kind, n int) *vfs.Inode {
	i.Volatile = true
	i.Ino = inodeNumber(id, kind, n)
	return i
}

// newInode makes a file of the subject's.
func (s *subject) newInode(sb *vfs.SuperBlock, ops vfs.InodeOps, mode uint32, kind, n int) *vfs.Inode {
	i := textfs.NewInode(sb, ops, mode)
	i.SetOwner(s.owner())
	return numbered(i, s.id(), kind, n)
}

// newDir makes the subject's directory.
func (s *subject) newDir(sb *vfs.SuperBlock) *vfs.Inode {
	kind := kindDir
	if s.thread {
		kind = kindThread
	}
	i := s.newInode(sb, &pidDir{subject: *s}, unix.S_IFDIR|0555, kind, 0)
	i.SetNlink(9)
	return i
}

// dirs are the directories in a process's directory. Each is listed by its own type.
var dirs = []struct {
	name  string
	perm  uint32
	whole bool // not in a thread's directory
	list  func(s *subject) lister
}{
	{"fd", 0500, false, func(s *subject) lister { return fds{s, false} }},
	{"fdinfo", 0555, false, func(s *subject) lister { return fds{s, true} }},
	{"ns", 0511, false, func(s *subject) lister { return namespaces{s} }},
	{"task", 0555, true, func(s *subject) lister { return threads{s} }},
}

// pidDir is /proc/PID or /proc/PID/task/TID.
type pidDir struct {
	vfs.NoInode
	subject
}

// Lookup finds a file.
func (d *pidDir) Lookup(_ *task.Task, dir *vfs.Inode, name string) (*vfs.Inode, error) {
	for n, sub := range dirs {
		if sub.name == name && !(sub.whole && d.thread) {
			return d.newInode(dir.SB, &listDir{list: sub.list(&d.subject)}, unix.S_IFDIR|sub.perm, d.kind(), 1+n), nil
		}
	}
	for n, f := range facts.PIDFiles() {
		if f.Name == name && (d.thread || !f.Thread) {
			return d.newFile(dir.SB, f, 1+len(dirs)+n), nil
		}
	}
	return nil, unix.ENOENT
}

// kind is the kind of the files in the directory.
func (d *pidDir) kind() int {
	if d.thread {
		return kindTask
	}
	return kindFile
}

// newFile makes a registered file.
func (d *pidDir) newFile(sb *vfs.SuperBlock, f facts.PIDFile, n int) *vfs.Inode {
	s := d.subject
	if f.Link != nil {
		return d.newInode(sb, &magicLink{subject: s, link: f.Link}, unix.S_IFLNK|0777, d.kind(), n)
	}
	ops := &textfs.File{}
	ops.Text = func(t *task.Task, w *strings.Builder) error {
		if s.zombie != nil {
			return zombieFile(&s, f.Name, w)
		}
		if err := s.alive(); err != nil {
			return err
		}
		return f.Read(t, s.task, w)
	}
	if f.Write != nil {
		ops.Set = func(t *task.Task, v string) error {
			if err := s.alive(); err != nil {
				return err
			}
			return f.Write(t, s.task, v)
		}
	}
	if f.Private {
		ops.Check = s.mayTrace
	}
	return d.newInode(sb, ops, unix.S_IFREG|f.Perm, d.kind(), n)
}

// Open opens the directory.
func (d *pidDir) Open(_ *task.Task, f *vfs.File) error {
	f.Ops = &openPID{dir: d}
	return nil
}

// openPID is an open directory of a process.
type openPID struct {
	textfs.OpenDir
	dir *pidDir
}

// Process returns the process, nil if the directory is a thread's (pidfd_send_signal(2)).
func (o *openPID) Process() *task.Process {
	if o.dir.thread {
		return nil
	}
	return o.dir.proc
}

// Readdir hands out the files.
func (o *openPID) Readdir(_ *task.Task, f *vfs.File, s vfs.DirSink) error {
	if o.dir.task != nil && o.dir.alive() != nil {
		return unix.ENOENT
	}
	if !vfs.ReadDots(f, s) {
		return nil
	}
	n := int64(2)
	add := func(name string, index int, typ uint8) bool {
		n++
		if n <= f.Pos() {
			return true
		}
		if !s.Add(name, inodeNumber(o.dir.id(), o.dir.kind(), index), n, typ) {
			return false
		}
		f.SetPos(n)
		return true
	}
	for i, sub := range dirs {
		if !(sub.whole && o.dir.thread) && !add(sub.name, 1+i, unix.DT_DIR) {
			return nil
		}
	}
	for i, p := range facts.PIDFiles() {
		if p.Thread && !o.dir.thread {
			continue
		}
		typ := uint8(unix.DT_REG)
		if p.Link != nil {
			typ = unix.DT_LNK
		}
		if !add(p.Name, 1+len(dirs)+i, typ) {
			return nil
		}
	}
	return nil
}

// magicLink is a link to a file rather than to a path: exe, cwd, root, fd/N.
type magicLink struct {
	vfs.NoInode
	subject
	link func(target *task.Task) (vfs.Path, string, error)
}

func (l *magicLink) look(t *task.Task) (vfs.Path, string, error) {
	if err := l.mayTrace(t); err != nil {
		return vfs.Path{}, "", err
	}
	if l.alive() != nil {
		return vfs.Path{}, "", unix.ENOENT
	}
	return l.link(l.task)
}

// Readlink returns the file's path.
func (l *magicLink) Readlink(t *task.Task, _ *vfs.Inode) (string, error) {
	_, s, err := l.look(t)
	return s, err
}

// Follow returns the file.
func (l *magicLink) Follow(t *task.Task, _ *vfs.Inode) (vfs.Path, error) {
	p, _, err := l.look(t)
	if err == nil && p.Dentry == nil {
		return p, unix.ENOENT
	}
	return p, err
}

// A lister is a directory whose entries have numbers.
type lister interface {
	// numbers returns the entries, in order.
	numbers() []int32
	// check says whether the task may look at the entries.
	check(t *task.Task) error
	// lookup makes the file called by the number.
	lookup(sb *vfs.SuperBlock, n int32) (*vfs.Inode, error)
	// entry returns inode number and type of an entry.
	entry(n int32) (uint64, uint8)
}

// namedLister is a lister whose entries have names.
type namedLister interface {
	name(n int32) string
	number(name string) (int32, bool)
}

// listDir is the directory that a lister lists.
type listDir struct {
	vfs.NoInode
	list lister
}

// Lookup finds an entry.
func (d *listDir) Lookup(t *task.Task, dir *vfs.Inode, name string) (*vfs.Inode, error) {
	if err := d.list.check(t); err != nil {
		return nil, err
	}
	n, ok := parseID(name)
	if l, named := d.list.(namedLister); named {
		n, ok = l.number(name)
	}
	if !ok {
		return nil, unix.ENOENT
	}
	return d.list.lookup(dir.SB, n)
}

// Open opens the directory.
func (d *listDir) Open(t *task.Task, f *vfs.File) error {
	if err := d.list.check(t); err != nil {
		return err
	}
	f.Ops = &openList{dir: d}
	return nil
}

// openList is an open directory of a lister.
type openList struct {
	textfs.OpenDir
	dir *listDir
}

// Readdir hands out the entries.
func (o *openList) Readdir(_ *task.Task, f *vfs.File, s vfs.DirSink) error {
	if !vfs.ReadDots(f, s) {
		return nil
	}
	numbers := o.dir.list.numbers()
	sort.Slice(numbers, func(i, j int) bool { return numbers[i] < numbers[j] })
	for _, n := range numbers {
		next := int64(n) + 3
		if next <= f.Pos() {
			continue
		}
		name := strconv.Itoa(int(n))
		if l, named := o.dir.list.(namedLister); named {
			name = l.name(n)
		}
		ino, typ := o.dir.list.entry(n)
		if !s.Add(name, ino, next, typ) {
			return nil
		}
		f.SetPos(next)
	}
	return nil
}
