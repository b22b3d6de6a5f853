package procfs

import (
	"strings"

	"cairn/kernel/fs/textfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// fds is /proc/PID/fd or, with info, /proc/PID/fdinfo.
type fds struct {
	*subject
	info bool
}

func (l fds) check(t *task.Task) error { return l.mayTrace(t) }

func (l fds) numbers() []int32 {
	var all []int32
	for _, o := range fdtab.List(l.task) {
		all = append(all, int32(o.FD))
	}
	return all
}

func (l fds) entry(n int32) (uint64, uint8) {
	if l.info {
		return inodeNumber(l.id(), kindFDInfo, int(n)), unix.DT_REG
	}
	return inodeNumber(l.id(), kindFD, int(n)), unix.DT_LNK
}

func (l fds) lookup(sb *vfs.SuperBlock, n int32) (*vfs.Inode, error) {
	f, _ := fdtab.Of(l.task, sys.FD(n))
	if f == nil {
		return nil, unix.ENOENT
	}
	defer f.Put()
	s := *l.subject
	if l.info {
		read := func(_ *task.Task, w *strings.Builder) error { return fdInfo(s.task, n, w) }
		return s.newInode(sb, &textfs.File{Text: read}, unix.S_IFREG|0444, kindFDInfo, int(n)), nil
	}
	mode := uint32(unix.S_IFLNK)
	if f.Readable() || f.IsPath() {
		mode |= 0500
	}
	if f.Writable() {
		mode |= 0300
	}
	target := func(t *task.Task) (vfs.Path, string, error) {
		f, _ := fdtab.Of(t, sys.FD(n))
		if f == nil {
			return vfs.Path{}, "", unix.ENOENT
		}
		defer f.Put()
		return f.Reopenable(), f.Path(), nil
	}
	i := s.newInode(sb, &magicLink{subject: s, link: target}, mode, kindFD, int(n))
	i.SetSize(64) // as Linux says
	return i, nil
}

// fdInfo writes /proc/PID/fdinfo/N (proc_pid_fdinfo(5)).
func fdInfo(t *task.Task, n int32, w *strings.Builder) error {
	f, cloexec := fdtab.Of(t, sys.FD(n))
	if f == nil {
		return unix.ENOENT
	}
	defer f.Put()
	flags := f.Flags()
	if cloexec {
		flags |= unix.O_CLOEXEC
	}
	mount := 0
	if m := f.Where().Mount; m != nil {
		mount = m.ID
	}
	kfmt.Fprintf(w, "pos:\t%d\nflags:\t0%o\nmnt_id:\t%d\nino:\t%d\n", f.Position(), flags, mount, f.Inode().Ino)
	for i, l := range f.Inode().Locks() {
		kfmt.Fprintf(w, "lock:\t%s\n", lockLine(i+1, &l))
	}
	f.FDInfo(w)
	return nil
}

// threads is /proc/PID/task.
type threads struct{ *subject }

func (threads) check(*task.Task) error { return nil }

func (l threads) numbers() []int32 {
	var all []int32
	for _, t := range l.proc.Tasks() {
		all = append(all, t.TID)
	}
	return all
}

func (l threads) entry(n int32) (uint64, uint8) {
	return inodeNumber(n, kindThread, 0), unix.DT_DIR
}

func (l threads) lookup(sb *vfs.SuperBlock, n int32) (*vfs.Inode, error) {
	t := task.Find(n)
	if t == nil || t.Proc != l.proc {
		return nil, unix.ENOENT
	}
	s := subject{proc: l.proc, task: t, thread: true}
	return s.newDir(sb), nil
}

// namespaces is /proc/PID/ns: there is one name space of each kind, with Linux's initial numbers.
type namespaces struct{ *subject }

var namespaceList = []struct {
	name, kind string
	number     uint32
}{
	{"cgroup", "cgroup", 4026531835}, {"ipc", "ipc", 4026531839}, {"mnt", "mnt", 4026531841}, {"net", "net", 4026531840},
	{"pid", "pid", 4026531836}, {"pid_for_children", "pid", 4026531836}, {"time", "time", 4026531834},
	{"time_for_children", "time", 4026531834}, {"user", "user", 4026531837}, {"uts", "uts", 4026531838},
}

func (l namespaces) check(*task.Task) error { return nil }

func (namespaces) numbers() []int32 {
	all := make([]int32, len(namespaceList))
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

func (namespaces) name(n int32) string { return namespaceList[n].name }

func (namespaces) number(name string) (int32, bool) {
	for i, ns := range namespaceList {
		if ns.name == name {
			return int32(i), true
		}
	}
	return 0, false
}

func (l namespaces) entry(n int32) (uint64, uint8) {
	return inodeNumber(l.id(), kindNS, int(n)), unix.DT_LNK
}

func (l namespaces) lookup(sb *vfs.SuperBlock, n int32) (*vfs.Inode, error) {
	ns := namespaceList[n]
	target := func(*task.Task) (vfs.Path, string, error) {
		return vfs.Path{}, kfmt.Sprintf("%s:[%d]", ns.kind, ns.number), nil
	}
	return l.newInode(sb, &magicLink{subject: *l.subject, link: target}, unix.S_IFLNK|0777, kindNS, int(n)), nil
}
