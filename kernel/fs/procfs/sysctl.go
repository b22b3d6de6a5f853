package procfs

import (
	"strconv"
	"strings"
	"sync"

	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/fs/textfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/posix/sysinfo"
	"cairn/kernel/random"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

func init() {
	facts.Register(
		facts.File{Path: "sys/fs/file-max", Perm: 0444, Read: textfs.Fixed("9223372036854775807\n")},
		facts.File{Path: "sys/fs/nr_open", Perm: 0444, Read: textfs.Fixed(strconv.Itoa(fdtab.MaxDescriptors) + "\n")},
		facts.File{Path: "sys/fs/overflowgid", Perm: 0444, Read: textfs.Fixed("65534\n")},
		facts.File{Path: "sys/fs/overflowuid", Perm: 0444, Read: textfs.Fixed("65534\n")},
		facts.File{Path: "sys/kernel/cap_last_cap", Perm: 0444, Read: textfs.Fixed(strconv.Itoa(unix.CAP_LAST_CAP) + "\n")},
		facts.File{Path: "sys/kernel/core_pattern", Perm: 0444, Read: textfs.Fixed("core\n")},
		facts.File{Path: "sys/kernel/core_uses_pid", Perm: 0444, Read: textfs.Fixed("0\n")},
		facts.File{Path: "sys/kernel/domainname", Perm: 0644, Read: value(sysinfo.Domainname), Write: setName(sysinfo.SetDomainname)},
		facts.File{Path: "sys/kernel/hostname", Perm: 0644, Read: value(sysinfo.Hostname), Write: setName(sysinfo.SetHostname)},
		facts.File{Path: "sys/kernel/ngroups_max", Perm: 0444, Read: textfs.Fixed("65536\n")},
		facts.File{Path: "sys/kernel/osrelease", Perm: 0444, Read: textfs.Fixed(sysinfo.Release + "\n")},
		facts.File{Path: "sys/kernel/ostype", Perm: 0444, Read: textfs.Fixed(sysinfo.SysName + "\n")},
		facts.File{Path: "sys/kernel/overflowgid", Perm: 0444, Read: textfs.Fixed("65534\n")},
		facts.File{Path: "sys/kernel/overflowuid", Perm: 0444, Read: textfs.Fixed("65534\n")},
		facts.File{Path: "sys/kernel/pid_max", Perm: 0444, Read: textfs.Fixed("32768\n")},
		facts.File{Path: "sys/kernel/random/boot_id", Perm: 0444, Read: value(bootID)},
		facts.File{Path: "sys/kernel/random/entropy_avail", Perm: 0444, Read: textfs.Fixed("256\n")},
		facts.File{Path: "sys/kernel/random/poolsize", Perm: 0444, Read: textfs.Fixed("256\n")},
		facts.File{Path: "sys/kernel/random/uuid", Perm: 0444, Read: value(uuid)},
		facts.File{Path: "sys/kernel/randomize_va_space", Perm: 0444, Read: textfs.Fixed("2\n")},
		facts.File{Path: "sys/kernel/tainted", Perm: 0444, Read: textfs.Fixed("0\n")},
		facts.File{Path: "sys/kernel/threads-max", Perm: 0444, Read: threadsMax},
		facts.File{Path: "sys/kernel/version", Perm: 0444, Read: textfs.Fixed(sysinfo.Version + "\n")},
		facts.File{Path: "sys/vm/drop_caches", Perm: 0200, Read: unreadable, Write: dropCaches},
		facts.File{Path: "sys/vm/max_map_count", Perm: 0444, Read: textfs.Fixed(strconv.Itoa(vm.MaxMappings) + "\n")},
		facts.File{Path: "sys/vm/mmap_min_addr", Perm: 0444, Read: textfs.Fixed(strconv.Itoa(vm.MinAddr) + "\n")},
		facts.File{Path: "sys/vm/overcommit_memory", Perm: 0644, Read: textfs.Fixed("0\n"), Write: onlyZero},
		facts.File{Path: "sys/vm/overcommit_ratio", Perm: 0444, Read: textfs.Fixed("50\n")},
		facts.File{Path: "sys/vm/swappiness", Perm: 0644, Read: textfs.Fixed("0\n"), Write: onlyZero},
	)
}

// value is the Read function of a file with one value.
func value(get func() string) func(_ *task.Task, w *strings.Builder) error {
	return func(_ *task.Task, w *strings.Builder) error {
		w.WriteString(get() + "\n")
		return nil
	}
}

// setName is the Write function of a name.
func setName(set func(string)) func(_ *task.Task, s string) error {
	return func(_ *task.Task, s string) error {
		set(s)
		return nil
	}
}

// dropCaches gives back what the kernel does not need. There is nothing on a disk that it remembers.
func dropCaches(_ *task.Task, s string) error {
	if n, err := strconv.Atoi(strings.TrimSpace(s)); err != nil || n < 1 || n > 4 {
		return unix.EINVAL
	}
	task.DropCaches()
	return nil
}

// onlyZero is the Write function of a setting that has just one value.
func onlyZero(_ *task.Task, s string) error {
	if strings.TrimSpace(s) != "0" {
		return unix.EINVAL
	}
	return nil
}

func threadsMax(_ *task.Task, w *strings.Builder) error {
	kfmt.Fprintf(w, "%d\n", task.Max())
	return nil
}

// uuid returns a random UUID (RFC 9562, version 4).
func uuid() string {
	var b [16]byte
	random.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return kfmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// bootID returns the UUID of this boot.
var bootID = sync.OnceValue(uuid)
