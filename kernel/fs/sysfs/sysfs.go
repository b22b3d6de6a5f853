// Package sysfs is /sys: the few files by which programs learn of processors, memory and clock.
// Directories that programs look into to find devices are there and empty.
package sysfs

import (
	"strings"
	"sync"

	"cairn/kernel/fs/textfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/mem"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// Type is the file system "sysfs" of mount(2). There is one, however often it is mounted.
var Type = &vfs.FSType{Name: "sysfs", Magic: unix.SYSFS_MAGIC}

// A File is a file in /sys.
type File struct {
	// Path is the place below /sys.
	Path string
	// Text writes the contents to w. t is the reader.
	Text func(t *task.Task, w *strings.Builder) error
}

// processors is the list of processors, and processorMask the same in bits: there is one.
const (
	processors    = "0\n"
	processorMask = "1\n"
)

var sys = struct {
	sync.Mutex
	sb    *vfs.SuperBlock
	files []File
}{files: []File{
	{"devices/system/cpu/kernel_max", textfs.Fixed("0\n")},
	{"devices/system/cpu/offline", textfs.Fixed("\n")},
	{"devices/system/cpu/online", textfs.Fixed(processors)},
	{"devices/system/cpu/possible", textfs.Fixed(processors)},
	{"devices/system/cpu/present", textfs.Fixed(processors)},
	{"devices/system/cpu/cpu0/topology/core_cpus", textfs.Fixed(processorMask)},
	{"devices/system/cpu/cpu0/topology/core_cpus_list", textfs.Fixed(processors)},
	{"devices/system/cpu/cpu0/topology/core_id", textfs.Fixed("0\n")},
	{"devices/system/cpu/cpu0/topology/physical_package_id", textfs.Fixed("0\n")},
	{"devices/system/cpu/cpu0/topology/core_siblings", textfs.Fixed(processorMask)},
	{"devices/system/cpu/cpu0/topology/core_siblings_list", textfs.Fixed(processors)},
	{"devices/system/cpu/cpu0/topology/thread_siblings", textfs.Fixed(processorMask)},
	{"devices/system/cpu/cpu0/topology/thread_siblings_list", textfs.Fixed(processors)},
	{"devices/system/clocksource/clocksource0/available_clocksource", textfs.Fixed("tsc \n")},
	{"devices/system/clocksource/clocksource0/current_clocksource", textfs.Fixed("tsc\n")},
	{"devices/system/node/has_cpu", textfs.Fixed("0\n")},
	{"devices/system/node/online", textfs.Fixed("0\n")},
	{"devices/system/node/possible", textfs.Fixed("0\n")},
	{"devices/system/node/node0/cpulist", textfs.Fixed(processors)},
	{"devices/system/node/node0/cpumap", textfs.Fixed(processorMask)},
	{"devices/system/node/node0/distance", textfs.Fixed("10\n")},
	{"devices/system/node/node0/meminfo", nodeMeminfo},
	{"kernel/mm/transparent_hugepage/enabled", textfs.Fixed("always madvise [never]\n")},
	{"kernel/mm/transparent_hugepage/defrag", textfs.Fixed("always defer defer+madvise madvise [never]\n")},
	{"kernel/mm/transparent_hugepage/hpage_pmd_size", textfs.Fixed("2097152\n")},
}}

// emptyDirs are there for programs that list them.
var emptyDirs = []string{"block", "bus", "class", "dev/block", "dev/char", "firmware", "fs/cgroup", "module", "power"}

func init() {
	Type.Mount = mount
	vfs.RegisterFS(Type)
}

func mount(_, _ string) (*vfs.SuperBlock, error) {
	sys.Lock()
	defer sys.Unlock()
	if sys.sb == nil {
		sb := vfs.NewSuperBlock(Type)
		sb.SetNoAtime()
		sb.SetRoot(textfs.NewInode(sb, &textfs.Dir{}, unix.S_IFDIR|0555))
		for _, d := range emptyDirs {
			textfs.Add(sb, d, textfs.NewInode(sb, &textfs.Dir{}, unix.S_IFDIR|0555))
		}
		for _, f := range sys.files {
			add(sb, f)
		}
		sys.sb = sb
	}
	return sys.sb, nil
}

func add(sb *vfs.SuperBlock, f File) {
	i := textfs.NewInode(sb, &textfs.File{Text: f.Text}, unix.S_IFREG|0444)
	i.SetSize(mem.PageSize) // as Linux says of files in sysfs
	textfs.Add(sb, f.Path, i)
}

// Register adds files. Libraries call it when they are initialised.
func Register(files ...File) {
	sys.Lock()
	defer sys.Unlock()
	sys.files = append(sys.files, files...)
	if sys.sb != nil {
		for _, f := range files {
			add(sys.sb, f)
		}
	}
}

// nodeMeminfo says how much memory there is, of the only node.
func nodeMeminfo(_ *task.Task, w *strings.Builder) error {
	for _, l := range []struct {
		name  string
		bytes uint64
	}{{"MemTotal", mem.Total()}, {"MemFree", mem.Free()}, {"MemUsed", mem.Total() - mem.Free()}} {
		kfmt.Fprintf(w, "Node 0 %-15s%8d kB\n", l.name+":", l.bytes>>10)
	}
	return nil
}
