package procfs

import (
	"strconv"
	"strings"

	"cairn/kernel/clock"
	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/mem"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// hertz is the unit of times in /proc: USER_HZ ticks in a second.
const hertz = 100

func ticks(t clock.Time) int64 { return int64(t) / (clock.Second / hertz) }

func init() {
	facts.RegisterPID(
		facts.PIDFile{Name: "auxv", Perm: 0400, Private: true, Read: auxv},
		facts.PIDFile{Name: "cgroup", Perm: 0444, Read: fixed("0::/\n")},
		facts.PIDFile{Name: "children", Thread: true, Perm: 0444, Read: children},
		facts.PIDFile{Name: "cmdline", Perm: 0444, Read: cmdline},
		facts.PIDFile{Name: "comm", Perm: 0644, Read: comm, Write: setComm},
		facts.PIDFile{Name: "coredump_filter", Perm: 0444, Read: fixed("00000033\n")},
		facts.PIDFile{Name: "cwd", Link: cwdLink},
		facts.PIDFile{Name: "environ", Perm: 0400, Private: true, Read: environ},
		facts.PIDFile{Name: "exe", Link: exeLink},
		facts.PIDFile{Name: "gid_map", Perm: 0444, Read: fixed(idMap)},
		facts.PIDFile{Name: "limits", Perm: 0444, Read: limits},
		facts.PIDFile{Name: "loginuid", Perm: 0444, Read: fixed("4294967295")},
		facts.PIDFile{Name: "maps", Perm: 0444, Private: true, Read: maps},
		facts.PIDFile{Name: "mountinfo", Perm: 0444, Read: mountInfo},
		facts.PIDFile{Name: "mounts", Perm: 0444, Read: mounts},
		facts.PIDFile{Name: "oom_score", Perm: 0444, Read: oomScore},
		facts.PIDFile{Name: "oom_score_adj", Perm: 0644, Read: oomAdj, Write: setOOMAdj},
		facts.PIDFile{Name: "personality", Perm: 0400, Private: true, Read: fixed("00000000\n")},
		facts.PIDFile{Name: "root", Link: rootLink},
		facts.PIDFile{Name: "sessionid", Perm: 0444, Read: fixed("4294967295")},
		facts.PIDFile{Name: "setgroups", Perm: 0444, Read: fixed("allow\n")},
		facts.PIDFile{Name: "smaps", Perm: 0444, Private: true, Read: smaps},
		facts.PIDFile{Name: "smaps_rollup", Perm: 0444, Private: true, Read: smapsRollup},
		facts.PIDFile{Name: "stat", Perm: 0444, Read: stat},
		facts.PIDFile{Name: "statm", Perm: 0444, Read: statm},
		facts.PIDFile{Name: "status", Perm: 0444, Read: status},
		facts.PIDFile{Name: "uid_map", Perm: 0444, Read: fixed(idMap)},
		facts.PIDFile{Name: "wchan", Perm: 0444, Read: fixed("0")},
	)
}

// idMap is the map of the only user name space: every id is itself.
const idMap = "         0          0 4294967295\n"

// fixed is the Read function of a file that is the same for all.
func fixed(s string) func(_, _ *task.Task, w *strings.Builder) error {
	return func(_, _ *task.Task, w *strings.Builder) error {
		w.WriteString(s)
		return nil
	}
}

// children writes the process ids of a process's children, which are all its main thread's
// (proc_pid_task_tid_children(5)).
func children(_, t *task.Task, w *strings.Builder) error {
	if t.TID != t.Proc.PID {
		return nil
	}
	all := map[int32]*task.Process{}
	for _, o := range task.All() {
		all[o.Proc.PID] = o.Proc
	}
	for _, z := range facts.Process.Zombies() {
		all[z.Proc.PID] = z.Proc
	}
	for _, id := range processIDs() {
		if p := all[id]; p != nil && facts.Process.Parent(p) == t.Proc.PID {
			w.WriteString(strconv.Itoa(int(id)) + " ")
		}
	}
	return nil
}

func comm(_, t *task.Task, w *strings.Builder) error {
	w.WriteString(*t.Name.Load())
	w.WriteByte('\n')
	return nil
}

// setComm names a thread of the writer's own process.
func setComm(writer, t *task.Task, s string) error {
	if writer == nil || writer.Proc != t.Proc {
		return unix.EINVAL
	}
	t.SetName(s)
	return nil
}

func auxv(_, t *task.Task, w *strings.Builder) error {
	w.Write(facts.Process.Auxv(t))
	return nil
}

// exeLink is the program's file.
func exeLink(t *task.Task) (vfs.Path, string, error) {
	f := facts.Process.Exe(t)
	if f == nil {
		return vfs.Path{}, "", unix.ENOENT
	}
	defer f.Put()
	return f.Reopenable(), f.Path(), nil
}

func cwdLink(t *task.Task) (vfs.Path, string, error) {
	return dirLink(t, func(_, cwd vfs.Path) vfs.Path { return cwd })
}

func rootLink(t *task.Task) (vfs.Path, string, error) {
	return dirLink(t, func(root, _ vfs.Path) vfs.Path { return root })
}

// dirLink is a directory of the task's.
func dirLink(t *task.Task, pick func(root, cwd vfs.Path) vfs.Path) (vfs.Path, string, error) {
	fs := vfs.FSOf(t)
	if fs == nil {
		return vfs.Path{}, "", unix.ENOENT
	}
	p := pick(fs.Dirs())
	return p, p.String(), nil
}

// zombieFile writes what is left to be said of a process that has ended.
func zombieFile(s *subject, name string, w *strings.Builder) error {
	z := s.zombie
	p := z.Proc
	threads := 1 + len(p.Tasks())
	switch name {
	case "cmdline", "environ", "maps", "smaps", "auxv":
	case "comm":
		w.WriteString(z.Name + "\n")
	case "statm":
		w.WriteString("0 0 0 0 0 0 0\n")
	case "stat":
		used, children := p.Usage(), facts.Process.Children(p)
		kfmt.Fprintf(w, "%d (%s) Z %d %d %d 0 -1 4 0 0 0 0 %d %d %d %d 20 0 %d 0 0 0 0 18446744073709551615",
			p.PID, z.Name, facts.Process.Parent(p), facts.Process.Group(p), facts.Process.Session(p),
			ticks(used.User), ticks(used.System), ticks(children.User), ticks(children.System), threads)
		w.WriteString(strings.Repeat(" 0", 11) + " 17 0 0 0" + strings.Repeat(" 0", 9) + " " + strconv.Itoa(int(p.Status())) + "\n")
	case "status":
		kfmt.Fprintf(w, "Name:\t%s\nState:\tZ (zombie)\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\nTracerPid:\t0\n",
			z.Name, p.PID, p.PID, facts.Process.Parent(p))
		u, g := z.UID, z.GID
		kfmt.Fprintf(w, "Uid:\t%d\t%d\t%d\t%d\nGid:\t%d\t%d\t%d\t%d\nThreads:\t%d\n", u, u, u, u, g, g, g, g, threads)
	default:
		return unix.ESRCH
	}
	return nil
}

// taskFlags is the flags field of /proc/PID/stat: PF_RANDOMIZE.
const taskFlags = 0x400000

// stat writes /proc/PID/stat (proc_pid_stat(5)). The addresses of code and stack are as for whoever may not
// trace the process.
func stat(reader, t *task.Task, w *strings.Builder) error {
	p := t.Proc
	vm := statsOf(t)
	dev, foreground := facts.Process.Terminal(p)
	used, children := t.Usage(), facts.Process.Children(p)
	if t.TID == p.PID {
		used = p.Usage()
	}
	nice, policy, priority := facts.Process.Schedule(t)
	shown := 20 + nice
	if priority > 0 {
		shown = -1 - priority
	}
	kfmt.Fprintf(w, "%d (%s) %c %d %d %d %d %d %d %d %d 0 0", t.TID, *t.Name.Load(), state(reader, t),
		facts.Process.Parent(p), facts.Process.Group(p), facts.Process.Session(p), uint32(dev), foreground, taskFlags, used.Faults, children.Faults)
	kfmt.Fprintf(w, " %d %d %d %d %d %d %d 0 %d", ticks(used.User), ticks(used.System), ticks(children.User), ticks(children.System),
		shown, nice, len(p.Tasks()), ticks(facts.Process.Started(t)))
	sig := facts.Process.Signals(t)
	const low31 = 1<<31 - 1
	kfmt.Fprintf(w, " %d %d %d 1 1 0 0 0 %d %d %d %d 0 0 0 17 0 %d %d 0 0 0 0 0 0 0 0 0 0 0\n",
		vm.Size, vm.Resident/mem.PageSize, uint64(unix.RLIM_INFINITY),
		sig.Pending&low31, sig.Blocked&low31, sig.Ignored&low31, sig.Caught&low31, priority, policy)
	return nil
}

// state returns the letter of the task's state. Whoever asks runs.
func state(reader, t *task.Task) byte {
	if reader == t {
		return 'R'
	}
	return facts.Process.State(t)
}

// stateNames are the states as /proc/PID/status has them.
var stateNames = map[byte]string{
	'R': "running", 'S': "sleeping", 'D': "disk sleep", 'T': "stopped", 't': "tracing stop", 'Z': "zombie", 'X': "dead", 'I': "idle",
}

func statm(_, t *task.Task, w *strings.Builder) error {
	vm := statsOf(t)
	kfmt.Fprintf(w, "%d %d %d %d 0 %d 0\n", vm.Size/mem.PageSize, vm.Resident/mem.PageSize,
		(vm.File+vm.Shmem)/mem.PageSize, vm.Text/mem.PageSize, (vm.Data+vm.Stack)/mem.PageSize)
	return nil
}

// status writes /proc/PID/status (proc_pid_status(5)).
func status(reader, t *task.Task, w *strings.Builder) error {
	p := t.Proc
	umask := uint32(0)
	if fs := vfs.FSOf(t); fs != nil {
		umask = fs.Umask()
	}
	s := state(reader, t)
	kfmt.Fprintf(w, "Name:\t%s\nUmask:\t%04o\nState:\t%c (%s)\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\nTracerPid:\t0\n",
		*t.Name.Load(), umask, s, stateNames[s], p.PID, t.TID, facts.Process.Parent(p))
	c := facts.Process.Creds(t)
	statusIDs(w, t, &c)
	statusMemory(w, t)
	sig := facts.Process.Signals(t)
	kfmt.Fprintf(w, "Threads:\t%d\nSigQ:\t%d/%d\n", len(p.Tasks()), sig.Queued, sig.Limit)
	for _, set := range []struct {
		name string
		bits uint64
	}{
		{"SigPnd", sig.Pending}, {"ShdPnd", sig.SharedPending}, {"SigBlk", sig.Blocked}, {"SigIgn", sig.Ignored}, {"SigCgt", sig.Caught},
		{"CapInh", c.Inheritable}, {"CapPrm", c.Permitted}, {"CapEff", c.Effective}, {"CapBnd", c.Bounding}, {"CapAmb", c.Ambient},
	} {
		kfmt.Fprintf(w, "%s:\t%016x\n", set.name, set.bits)
	}
	noNewPrivs, seccomp := facts.Process.Security(t)
	n := 0
	if noNewPrivs {
		n = 1
	}
	kfmt.Fprintf(w, "NoNewPrivs:\t%d\nSeccomp:\t%d\nSeccomp_filters:\t0\n", n, seccomp)
	used := t.Usage()
	w.WriteString("Cpus_allowed:\t1\nCpus_allowed_list:\t0\nMems_allowed:\t1\nMems_allowed_list:\t0\n")
	kfmt.Fprintf(w, "voluntary_ctxt_switches:\t%d\nnonvoluntary_ctxt_switches:\t%d\n", used.Voluntary, used.Involuntary)
	return nil
}
