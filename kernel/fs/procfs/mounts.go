package procfs

import (
	"strings"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// escape returns a path or source as mountinfo and mounts have it: white space,
// backslashes and # in octal.
func escape(s string) string {
	const special = " \t\n\\#"
	if !strings.ContainsAny(s, special) {
		return s
	}
	var b []byte
	for _, c := range []byte(s) {
		if strings.IndexByte(special, c) >= 0 {
			b = kfmt.Appendf(b, "\\%03o", c)
		} else {
			b = append(b, c)
		}
	}
	return string(b)
}

// eachMount calls do for the mounts that the task can see, with their paths.
func eachMount(t *task.Task, do func(m, parent *vfs.Mount, path string)) {
	fs := vfs.FSOf(t)
	if fs == nil {
		return
	}
	root, _ := fs.Dirs()
	for _, m := range vfs.Mounts() {
		if parent, path, below := m.Parent(root); below {
			do(m, parent, escape(path))
		}
	}
}

func source(m *vfs.Mount) string {
	if m.Source == "" {
		return "none"
	}
	return escape(m.Source)
}

// superOptions returns the file system's own options.
func superOptions(m *vfs.Mount) string {
	if m.SB.Options == nil {
		return ""
	}
	if s := m.SB.Options(); s != "" {
		return "," + s
	}
	return ""
}

// mounts writes /proc/PID/mounts (fstab(5)).
func mounts(_, t *task.Task, w *strings.Builder) error {
	eachMount(t, func(m, _ *vfs.Mount, path string) {
		kfmt.Fprintf(w, "%s %s %s %s%s 0 0\n", source(m), path, m.SB.Type.Name, m.FlagString(), superOptions(m))
	})
	return nil
}

// mountInfo writes /proc/PID/mountinfo (proc_pid_mountinfo(5)).
func mountInfo(_, t *task.Task, w *strings.Builder) error {
	eachMount(t, func(m, parent *vfs.Mount, path string) {
		kfmt.Fprintf(w, "%d %d %d:%d %s %s %s - %s %s rw%s\n", m.ID, parent.ID, unix.Major(m.SB.Dev), unix.Minor(m.SB.Dev),
			escape(m.Subtree()), path, m.FlagString(), m.SB.Type.Name, source(m), superOptions(m))
	})
	return nil
}

// filesystems writes /proc/filesystems.
func filesystems(_ *task.Task, w *strings.Builder) error {
	for _, typ := range vfs.FSTypes() {
		dev := "nodev"
		if typ.NeedsDev {
			dev = ""
		}
		kfmt.Fprintf(w, "%s\t%s\n", dev, typ.Name)
	}
	return nil
}

// locks writes /proc/locks (proc_locks(5)).
func locks(_ *task.Task, w *strings.Builder) error {
	for i, l := range vfs.AllLocks() {
		w.WriteString(lockLine(i+1, &l) + "\n")
	}
	return nil
}

// lockLine is a lock as /proc/locks and fdinfo show it.
func lockLine(n int, l *vfs.FileLock) string {
	access, kind := "READ", "ADVISORY "
	if l.Write {
		access = "WRITE"
	}
	end := "EOF"
	if l.End != vfs.RangeEnd {
		end = kfmt.Sprint(l.End)
	}
	dev := l.Inode.SB.Dev
	return kfmt.Sprintf("%d: %-6s %s %s %d %02x:%02x:%d %d %s", n, l.Kind, kind, access, l.PID,
		unix.Major(dev), unix.Minor(dev), l.Inode.Ino, l.Start, end)
}
