package procfs

import (
	"slices"
	"sort"
	"strconv"

	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/fs/textfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// rootDir is /proc: registered files, and the processes.
type rootDir struct{ vfs.NoInode }

// selfNames are the links to the reader's own directory.
var selfNames = []string{"self", "thread-self"}

// Lookup finds processes by their id, of threads as well, and the links to the reader's own.
func (*rootDir) Lookup(t *task.Task, dir *vfs.Inode, name string) (*vfs.Inode, error) {
	if n := slices.Index(selfNames, name); n >= 0 {
		return numbered(textfs.NewInode(dir.SB, &selfLink{thread: n == 1}, unix.S_IFLNK|0777), 0, kindRoot, n), nil
	}
	id, ok := parseID(name)
	if !ok {
		return nil, unix.ENOENT
	}
	if s, ok := findProcess(id); ok {
		return s.newDir(dir.SB), nil
	}
	return nil, unix.ENOENT
}

// parseID reads an id as /proc writes it.
func parseID(s string) (int32, bool) {
	n, err := strconv.ParseUint(s, 10, 31)
	return int32(n), err == nil && (s[0] != '0' || s == "0")
}

// Open opens the directory.
func (*rootDir) Open(_ *task.Task, f *vfs.File) error {
	f.Ops = &openRoot{}
	return nil
}

// openRoot is /proc, open.
type openRoot struct{ textfs.OpenDir }

// firstPID is the position of process 0: behind all registered files.
const firstPID = 1 << 20

// Readdir hands out the registered files, self, thread-self, and the processes.
func (*openRoot) Readdir(_ *task.Task, f *vfs.File, s vfs.DirSink) error {
	if f.Pos() < firstPID-2 {
		m := &meter{DirSink: s}
		if err := vfs.ReadEntries(f, m); err != nil || m.full {
			return err
		}
		f.SetPos(firstPID - 2)
	}
	for n, name := range selfNames {
		next := firstPID - 1 + int64(n)
		if next <= f.Pos() {
			continue
		}
		if !s.Add(name, inodeNumber(0, kindRoot, n), next, unix.DT_LNK) {
			return nil
		}
		f.SetPos(next)
	}
	for _, id := range processIDs() {
		next := firstPID + int64(id) + 1
		if next <= f.Pos() {
			continue
		}
		if !s.Add(strconv.Itoa(int(id)), inodeNumber(id, kindDir, 0), next, unix.DT_DIR) {
			return nil
		}
		f.SetPos(next)
	}
	return nil
}

// meter notes when a DirSink is full.
type meter struct {
	vfs.DirSink
	full bool
}

// Add implements vfs.DirSink.
func (m *meter) Add(name string, ino uint64, next int64, typ uint8) bool {
	ok := m.DirSink.Add(name, ino, next, typ)
	m.full = m.full || !ok
	return ok
}

// processIDs returns the ids of all processes, in order.
func processIDs() []int32 {
	var ids []int32
	for _, t := range task.All() {
		ids = append(ids, t.Proc.PID)
	}
	for _, z := range facts.Process.Zombies() {
		ids = append(ids, z.Proc.PID)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	return slices.Compact(ids)
}

// selfLink is /proc/self or /proc/thread-self.
type selfLink struct {
	vfs.NoInode
	thread bool
}

// Readlink returns the reader's directory.
func (l *selfLink) Readlink(t *task.Task, _ *vfs.Inode) (string, error) {
	if t == nil {
		return "", unix.ENOENT
	}
	s := strconv.Itoa(int(t.Proc.PID))
	if l.thread {
		s += "/task/" + strconv.Itoa(int(t.TID))
	}
	return s, nil
}
