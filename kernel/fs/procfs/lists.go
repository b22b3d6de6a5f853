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
	if f.Readable() {
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
	n = 0
	for _, l := range f.Inode().Locks() {
		if l.OwnedBy(f) || l.OwnedBy(fdtab.LockOwner(t)) {
			n++
			kfmt.Fprintf(w, "lock:\t%s\n", lockLine(int(n), &l))
		}
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
	if l.zombie != nil {
		all = append(all, l.proc.PID)
	}
	return all
}

func (l threads) entry(n int32) (uint64, uint8) {
	return inodeNumber(n, kindThread, 0), unix.DT_DIR
}

func (l threads) lookup(sb *vfs.SuperBlock, n int32) (*vfs.Inode, error) {
	if l.zombie != nil && n == l.proc.PID {
		s := *l.subject
		s.thread = true
		return s.newDir(sb), nil
	}
	t := task.Find(n)
	if t == nil || t.Proc != l.proc {
		return nil, unix.ENOENT
	}
	s := subject{proc: l.proc, task: t, thread: true}
	return s.newDir(sb), nil
}
