package procfs

import (
	"strings"

	"cairn/kernel/clock"
	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/fs/textfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/mem"
	"cairn/kernel/posix/sysinfo"
	"cairn/kernel/task"
)

func init() {
	facts.Register(
		facts.File{Path: "cmdline", Perm: 0444, Read: bootCmdline},
		facts.File{Path: "cpuinfo", Perm: 0444, Read: cpuinfo},
		facts.File{Path: "devices", Perm: 0444, Read: devices},
		facts.File{Path: "diskstats", Perm: 0444, Read: textfs.Fixed("")},
		facts.File{Path: "filesystems", Perm: 0444, Read: filesystems},
		facts.File{Path: "interrupts", Perm: 0444, Read: interrupts},
		facts.File{Path: "loadavg", Perm: 0444, Read: loadavg},
		facts.File{Path: "locks", Perm: 0444, Read: locks},
		facts.File{Path: "meminfo", Perm: 0444, Read: meminfo},
		facts.File{Path: "modules", Perm: 0444, Read: textfs.Fixed("")},
		facts.File{Path: "mounts", Target: "self/mounts"},
		facts.File{Path: "partitions", Perm: 0444, Read: textfs.Fixed("major minor  #blocks  name\n\n")},
		facts.File{Path: "stat", Perm: 0444, Read: systemStat},
		facts.File{Path: "swaps", Perm: 0444, Read: textfs.Fixed("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n")},
		facts.File{Path: "uptime", Perm: 0444, Read: uptime},
		facts.File{Path: "version", Perm: 0444, Read: version},
		facts.File{Path: "vmstat", Perm: 0444, Read: vmstat},
	)
}

func bootCmdline(_ *task.Task, w *strings.Builder) error {
	w.WriteString(facts.Machine.Cmdline() + "\n")
	return nil
}

func devices(_ *task.Task, w *strings.Builder) error {
	w.WriteString("Character devices:\n  1 mem\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n136 pts\n\nBlock devices:\n")
	return nil
}

func interrupts(_ *task.Task, w *strings.Builder) error {
	lines, _ := facts.Machine.Interrupts()
	w.WriteString("           CPU0       \n" + lines)
	return nil
}

// loadavg writes /proc/loadavg (proc_loadavg(5)).
func loadavg(t *task.Task, w *strings.Builder) error {
	for _, l := range sysinfo.Loads() {
		const shift = 11
		l += 1 << shift / 200 // rounded to two digits
		kfmt.Fprintf(w, "%d.%02d ", l>>shift, l&(1<<shift-1)*100>>shift)
	}
	tasks := task.All()
	running, last := 0, int32(0)
	for _, o := range tasks {
		if state(t, o) == 'R' {
			running++
		}
		last = max(last, o.TID)
	}
	kfmt.Fprintf(w, "%d/%d %d\n", running, len(tasks), last)
	return nil
}

// meminfo writes /proc/meminfo (proc_meminfo(5)). What memory file systems hold counts as used and as Shmem.
func meminfo(_ *task.Task, w *strings.Builder) error {
	shared := sysinfo.Shared()
	total, free := mem.Total(), mem.Free()
	for _, l := range []struct {
		name  string
		bytes uint64
	}{
		{"MemTotal", total}, {"MemFree", free}, {"MemAvailable", mem.Available()}, {"Buffers", 0}, {"Cached", shared},
		{"SwapCached", 0}, {"Active", total - free}, {"Inactive", 0}, {"Unevictable", 0}, {"Mlocked", 0}, {"SwapTotal", 0},
		{"SwapFree", 0}, {"Dirty", 0}, {"Writeback", 0}, {"AnonPages", total - free - min(shared, total-free)}, {"Mapped", 0},
		{"Shmem", shared}, {"Slab", 0}, {"SReclaimable", 0}, {"SUnreclaim", 0}, {"KernelStack", 0}, {"PageTables", 0},
		{"CommitLimit", total}, {"Committed_AS", total - free}, {"VmallocTotal", 0}, {"VmallocUsed", 0},
		{"AnonHugePages", 0}, {"Hugepagesize", 2 << 20},
	} {
		kfmt.Fprintf(w, "%-16s%8d kB\n", l.name+":", l.bytes>>10)
		if l.name == "AnonHugePages" {
			w.WriteString("HugePages_Total:       0\nHugePages_Free:        0\nHugePages_Rsvd:        0\nHugePages_Surp:        0\n")
		}
	}
	return nil
}

// systemStat writes /proc/stat (proc_stat(5)). All time that tasks used counts as user time; ctxt is the
// switches of the tasks that live.
func systemStat(t *task.Task, w *strings.Builder) error {
	busy := task.Busy()
	for _, name := range []string{"cpu ", "cpu0"} {
		kfmt.Fprintf(w, "%s %d 0 0 %d 0 0 0 0 0 0\n", name, ticks(busy), ticks(clock.Now()-busy))
	}
	_, count := facts.Machine.Interrupts()
	running, switches := 0, int64(0)
	for _, o := range task.All() {
		if state(t, o) == 'R' {
			running++
		}
		used := o.Usage()
		switches += used.Voluntary + used.Involuntary
	}
	kfmt.Fprintf(w, "intr %d\nctxt %d\nbtime %d\nprocesses %d\nprocs_running %d\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n",
		count, switches, clock.Offset()/clock.Second, facts.Machine.Forks(), running)
	return nil
}

func uptime(_ *task.Task, w *strings.Builder) error {
	now := clock.Now()
	for i, t := range []clock.Time{now, now - task.Busy()} {
		kfmt.Fprintf(w, "%d.%02d%c", t/clock.Second, ticks(t)%hertz, " \n"[i])
	}
	return nil
}

func version(_ *task.Task, w *strings.Builder) error {
	kfmt.Fprintf(w, "%s version %s (cairn) %s\n", sysinfo.SysName, sysinfo.Release, sysinfo.Version)
	return nil
}

// vmstat writes the fields of /proc/vmstat that have an answer here.
func vmstat(_ *task.Task, w *strings.Builder) error {
	kfmt.Fprintf(w, "nr_free_pages %d\nnr_shmem %d\n", mem.Free()/mem.PageSize, sysinfo.Shared()/mem.PageSize)
	for _, name := range []string{"pgpgin", "pgpgout", "pswpin", "pswpout", "pgfault", "pgmajfault"} {
		w.WriteString(name + " 0\n")
	}
	kfmt.Fprintf(w, "oom_kill %d\n", task.OOMKills())
	return nil
}
