package procfs

import (
	"bytes"
	"strconv"
	"strings"

	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/kfmt"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/posix/rlimit"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// statusIDs writes the lines of /proc/PID/status about users and ids.
func statusIDs(w *strings.Builder, t *task.Task, c *facts.Creds) {
	for _, ids := range []struct {
		name string
		ids  [4]uint32
	}{{"Uid", c.UID}, {"Gid", c.GID}} {
		kfmt.Fprintf(w, "%s:\t%d\t%d\t%d\t%d\n", ids.name, ids.ids[0], ids.ids[1], ids.ids[2], ids.ids[3])
	}
	kfmt.Fprintf(w, "FDSize:\t%d\nGroups:\t", fdtab.Size(t))
	for _, g := range c.Groups {
		w.WriteString(strconv.Itoa(int(g)) + " ")
	}
	p := t.Proc
	kfmt.Fprintf(w, "\nNStgid:\t%d\nNSpid:\t%d\nNSpgid:\t%d\nNSsid:\t%d\n", p.PID, t.TID, facts.Process.Group(p), facts.Process.Session(p))
}

// statusMemory writes the lines of /proc/PID/status about memory.
func statusMemory(w *strings.Builder, t *task.Task) {
	s := statsOf(t)
	for _, l := range []struct {
		name  string
		bytes uint64
	}{
		{"VmPeak", s.PeakSize}, {"VmSize", s.Size}, {"VmLck", s.Locked}, {"VmPin", 0}, {"VmHWM", s.PeakResident},
		{"VmRSS", s.Resident}, {"RssAnon", s.Anon}, {"RssFile", s.File}, {"RssShmem", s.Shmem}, {"VmData", s.Data},
		{"VmStk", s.Stack}, {"VmExe", s.Text}, {"VmLib", 0}, {"VmPTE", s.PageTables}, {"VmSwap", 0}, {"HugetlbPages", 0},
	} {
		kfmt.Fprintf(w, "%s:\t%8d kB\n", l.name, l.bytes>>10)
	}
	w.WriteString("CoreDumping:\t0\nTHP_enabled:\t0\n")
}

// statsOf returns the numbers of the task's address space, all 0 if it is gone.
func statsOf(t *task.Task) (s vm.Stats) {
	_ = withSpace(t, func(as *vm.AddressSpace) { s = as.Stats() })
	return s
}

// withSpace calls do with the address space of any task, which stays meanwhile: ESRCH if it is gone.
func withSpace(t *task.Task, do func(as *vm.AddressSpace)) error {
	as := t.Space()
	if as == nil {
		return unix.ESRCH
	}
	defer as.Put()
	do(as)
	return nil
}

func maps(_, t *task.Task, w *strings.Builder) error {
	return withSpace(t, func(as *vm.AddressSpace) {
		var line []byte
		for _, m := range as.Mappings(false) {
			line = m.Append(line[:0])
			w.Write(line)
		}
	})
}

// smapsFields writes the fields of /proc/PID/smaps that a mapping has in kB.
func smapsFields(w *strings.Builder, m *vm.Mapping) {
	shared := m.Resident - m.Private
	clean, dirty := m.Private-min(m.Private, m.Anonymous), min(m.Private, m.Anonymous)
	locked := uint64(0)
	if m.Locked {
		locked = m.Resident
	}
	for _, f := range []struct {
		name  string
		bytes uint64
	}{
		{"Rss", m.Resident}, {"Pss", m.Private + shared/2}, {"Pss_Dirty", dirty}, {"Shared_Clean", shared}, {"Shared_Dirty", 0},
		{"Private_Clean", clean}, {"Private_Dirty", dirty}, {"Referenced", m.Resident}, {"Anonymous", m.Anonymous}, {"LazyFree", 0},
		{"AnonHugePages", 0}, {"ShmemPmdMapped", 0}, {"FilePmdMapped", 0}, {"Shared_Hugetlb", 0}, {"Private_Hugetlb", 0},
		{"Swap", 0}, {"SwapPss", 0}, {"Locked", locked},
	} {
		kfmt.Fprintf(w, "%-16s%8d kB\n", f.name+":", f.bytes>>10)
	}
}

func smaps(_, t *task.Task, w *strings.Builder) error {
	return withSpace(t, func(as *vm.AddressSpace) {
		var line []byte
		for _, m := range as.Mappings(true) {
			line = m.Append(line[:0])
			w.Write(line)
			kfmt.Fprintf(w, "%-16s%8d kB\n%-16s%8d kB\n%-16s%8d kB\n", "Size:", (m.End-m.Start)>>10,
				"KernelPageSize:", 4, "MMUPageSize:", 4)
			smapsFields(w, &m)
			w.WriteString("THPeligible:    0\nVmFlags:" + vmFlags(&m) + "\n")
		}
	})
}

// vmFlags are the two-letter flags of proc_pid_smaps(5).
func vmFlags(m *vm.Mapping) string {
	var b strings.Builder
	for _, f := range []struct {
		on   bool
		name string
	}{
		{m.Prot&vm.ProtRead != 0, "rd"}, {m.Prot&vm.ProtWrite != 0, "wr"}, {m.Prot&vm.ProtExec != 0, "ex"}, {m.Shared, "sh"},
		{m.MaxProt&vm.ProtRead != 0, "mr"}, {m.MaxProt&vm.ProtWrite != 0, "mw"}, {m.MaxProt&vm.ProtExec != 0, "me"},
		{m.Shared, "ms"}, {m.GrowsDown, "gd"}, {m.Locked, "lo"}, {m.DontFork, "dc"}, {m.NoReserve, "nr"}, {m.WipeOnFork, "wf"}, {m.DontDump, "dd"},
	} {
		if f.on {
			b.WriteString(" " + f.name)
		}
	}
	return b.String()
}

func smapsRollup(_, t *task.Task, w *strings.Builder) error {
	return withSpace(t, func(as *vm.AddressSpace) {
		var sum vm.Mapping
		for i, m := range as.Mappings(true) {
			if i == 0 {
				sum.Start = m.Start
			}
			sum.End = m.End
			sum.Resident += m.Resident
			sum.Private += m.Private
			sum.Anonymous += m.Anonymous
		}
		kfmt.Fprintf(w, "%08x-%08x ---p 00000000 00:00 0                          [rollup]\n", uint64(sum.Start), uint64(sum.End))
		smapsFields(w, &sum)
	})
}

// maxStrings is how much of the arguments or the environment is read.
const maxStrings = 1 << 20

// userBytes returns the memory from start to end of any task.
func userBytes(t *task.Task, start, end vm.Addr) ([]byte, error) {
	if end <= start {
		return nil, nil
	}
	p := make([]byte, min(uint64(end-start), maxStrings))
	n := 0
	err := withSpace(t, func(as *vm.AddressSpace) { n, _ = as.CopyIn(p, start) })
	return p[:n], err
}

// cmdline writes the arguments as they are now. Where a program wrote over them up to their end (setproctitle(3)), and may
// have gone on into its environment, that is a title: up to its first NUL.
func cmdline(_, t *task.Task, w *strings.Builder) error {
	s := facts.Process.Strings(t)
	args, err := userBytes(t, s.ArgStart, s.ArgEnd)
	if err != nil {
		return err
	}
	if n := len(args); n > 0 && args[n-1] != 0 {
		if s.EnvStart == s.ArgEnd {
			env, err := userBytes(t, s.EnvStart, s.EnvEnd)
			if err != nil {
				return err
			}
			args = append(args, env...)
		}
		if end := bytes.IndexByte(args, 0); end >= 0 {
			args = args[:end+1]
		}
	}
	w.Write(args)
	return nil
}

func environ(_, t *task.Task, w *strings.Builder) error {
	s := facts.Process.Strings(t)
	env, err := userBytes(t, s.EnvStart, s.EnvEnd)
	w.Write(env)
	return err
}

// limitNames are the lines of /proc/PID/limits, with units.
var limitNames = [rlimit.Count][2]string{
	unix.RLIMIT_CPU: {"Max cpu time", "seconds"}, unix.RLIMIT_FSIZE: {"Max file size", "bytes"},
	unix.RLIMIT_DATA: {"Max data size", "bytes"}, unix.RLIMIT_STACK: {"Max stack size", "bytes"},
	unix.RLIMIT_CORE: {"Max core file size", "bytes"}, unix.RLIMIT_RSS: {"Max resident set", "bytes"},
	unix.RLIMIT_NPROC: {"Max processes", "processes"}, unix.RLIMIT_NOFILE: {"Max open files", "files"},
	unix.RLIMIT_MEMLOCK: {"Max locked memory", "bytes"}, unix.RLIMIT_AS: {"Max address space", "bytes"},
	unix.RLIMIT_LOCKS: {"Max file locks", "locks"}, unix.RLIMIT_SIGPENDING: {"Max pending signals", "signals"},
	unix.RLIMIT_MSGQUEUE: {"Max msgqueue size", "bytes"}, unix.RLIMIT_NICE: {"Max nice priority", ""},
	unix.RLIMIT_RTPRIO: {"Max realtime priority", ""}, unix.RLIMIT_RTTIME: {"Max realtime timeout", "us"},
}

func limits(_, t *task.Task, w *strings.Builder) error {
	pairs, ok := rlimit.All(t.Proc.PID)
	if !ok {
		return unix.ESRCH
	}
	kfmt.Fprintf(w, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units")
	for i, l := range pairs {
		kfmt.Fprintf(w, "%-25s %-20s %-20s %-10s\n", limitNames[i][0], limitValue(l.Cur), limitValue(l.Max), limitNames[i][1])
	}
	return nil
}

func limitValue(v uint64) string {
	if v == unix.RLIM_INFINITY {
		return "unlimited"
	}
	return strconv.FormatUint(v, 10)
}
