package procfs

import (
	"sync"

	"cairn/kernel/fs/textfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// namespaces is /proc/PID/ns: there is one name space of each kind, with Linux's initial numbers.
type namespaces struct{ *subject }

// A namespaceEntry is an entry of the directory.
type namespaceEntry struct {
	name, kind string
	number     uint32
}

// String returns what the link shows.
func (e *namespaceEntry) String() string { return kfmt.Sprintf("%s:[%d]", e.kind, e.number) }

var namespaceList = []namespaceEntry{
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
	i := namespaceFiles()[n]
	ns := namespaceList[n]
	target := func(*task.Task) (vfs.Path, string, error) {
		name := ns.String()
		return vfs.Path{Dentry: vfs.NewUnnamed(name, i)}, name, nil
	}
	return l.newInode(sb, &magicLink{subject: *l.subject, link: target}, unix.S_IFLNK|0777, kindNS, int(n)), nil
}

// nsfs is the file system of name spaces. It is mounted nowhere.
var nsfs = vfs.NewSuperBlock(&vfs.FSType{Name: "nsfs", Magic: unix.NSFS_MAGIC})

// namespaceFiles returns the files that stand for the name spaces: those that are the same have the same
// number (namespaces(7)).
var namespaceFiles = sync.OnceValue(func() []*vfs.Inode {
	var all []*vfs.Inode
	for _, ns := range namespaceList {
		i := textfs.NewInode(nsfs, &namespace{kind: ns.kind}, unix.S_IFREG|0444)
		i.Ino = uint64(ns.number)
		all = append(all, i)
	}
	return all
})

// namespace is the file of a name space.
type namespace struct {
	vfs.NoInode
	kind string
}

// Open opens the file.
func (n *namespace) Open(_ *task.Task, f *vfs.File) error {
	f.Ops = &openNamespace{kind: n.kind}
	return nil
}

// openNamespace is an open name space: it can be asked what it is.
type openNamespace struct {
	vfs.NoFile
	kind string
}

// namespaceTypes are what NS_GET_NSTYPE says.
var namespaceTypes = map[string]uintptr{
	"cgroup": unix.CLONE_NEWCGROUP, "ipc": unix.CLONE_NEWIPC, "mnt": unix.CLONE_NEWNS, "net": unix.CLONE_NEWNET,
	"pid": unix.CLONE_NEWPID, "time": unix.CLONE_NEWTIME, "user": unix.CLONE_NEWUSER, "uts": unix.CLONE_NEWUTS,
}

// Commands of ioctl_ns(2).
const (
	nsGetUserNS   = 0xb701
	nsGetParent   = 0xb702
	nsGetType     = 0xb703
	nsGetOwnerUID = 0xb704
)

// Ioctl does ioctl_ns(2). All name spaces are the initial ones, which belong to the initial user name space.
func (o *openNamespace) Ioctl(t *task.Task, _ *vfs.File, cmd uint32, arg vm.Addr) (uintptr, error) {
	switch cmd {
	case nsGetType:
		return namespaceTypes[o.kind], nil
	case nsGetUserNS:
		if o.kind == "user" {
			return 0, unix.EPERM // it is the outermost
		}
		return openUserNS(t)
	case nsGetParent:
		if o.kind == "user" || o.kind == "pid" {
			return 0, unix.EPERM
		}
		return 0, unix.EINVAL
	case nsGetOwnerUID:
		if o.kind == "user" {
			return 0, vm.Store(t.AS, arg, uint32(0))
		}
		return 0, unix.EINVAL
	}
	return 0, unix.ENOTTY
}

// openUserNS returns a descriptor of the user name space.
func openUserNS(t *task.Task) (uintptr, error) {
	for n, ns := range namespaceList {
		if ns.kind == "user" {
			i := namespaceFiles()[n]
			f := vfs.NewFileInode(&openNamespace{kind: ns.kind}, i, ns.String(), unix.O_RDONLY)
			fd, err := fdtab.Install(t, f, true)
			return uintptr(fd), err
		}
	}
	return 0, unix.ENOTTY
}
