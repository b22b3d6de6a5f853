package tty

import (
	"strconv"
	"strings"
	"sync"

	"cairn/kernel/fs/devfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// The device numbers that every Linux has (Documentation/admin-guide/devices.txt).
const (
	auxMajor   = 5
	ttyMinor   = 0 // /dev/tty
	ptmxMinor  = 2 // /dev/ptmx
	ttyGroup   = 5 // group of terminals in Debian's /etc/group
	ptsDefault = 0620
)

// devptsType is the file system "devpts": a node for the slave of each pseudoterminal.
var devptsType = &vfs.FSType{Name: "devpts", Magic: unix.DEVPTS_SUPER_MAGIC}

// devpts is the only instance of it. pts holds the inodes of the slaves by number.
var devpts struct {
	sync.Mutex
	sb   *vfs.SuperBlock
	pts  map[int]*vfs.Inode
	ptmx *vfs.Inode
	gid  uint32
	mode uint32
}

func init() {
	devptsType.Mount = mountDevpts
	vfs.RegisterFS(devptsType)
	vfs.RegisterChar(auxMajor, ttyMinor, 1, openTTY)
	vfs.RegisterChar(auxMajor, ptmxMinor, 1, openMaster)
	vfs.RegisterChar(ptsMajor, 0, maxPtys, openPtsNode)
	devfs.RegisterTerminal("tty", 0666, unix.Mkdev(auxMajor, ttyMinor))
	devfs.RegisterTerminal("ptmx", 0666, unix.Mkdev(auxMajor, ptmxMinor))
	devfs.Register(devfs.Node{Name: "pts", Mode: unix.S_IFDIR | 0755})
	devptsInit()
}

// devptsInit makes the file system, which exists whether it is mounted or not.
func devptsInit() {
	d := &devpts
	d.sb, d.pts, d.gid, d.mode = vfs.NewSuperBlock(devptsType), map[int]*vfs.Inode{}, ttyGroup, ptsDefault
	root := &vfs.Inode{}
	root.SetUp(d.sb, &ptsDir{}, unix.S_IFDIR|0755, 0, 0)
	d.sb.SetRoot(root)
	d.sb.Options = func() string {
		d.Lock()
		defer d.Unlock()
		return kfmt.Sprintf("gid=%d,mode=%03o,ptmxmode=000", d.gid, d.mode)
	}
	d.ptmx = &vfs.Inode{Rdev: unix.Mkdev(auxMajor, ptmxMinor), Volatile: true}
	d.ptmx.SetUp(d.sb, &ptsNode{}, unix.S_IFCHR, 0, 0)
}

// mountDevpts mounts the file system. Its options are gid, mode and ptmxmode; EINVAL for others.
func mountDevpts(_, options string) (*vfs.SuperBlock, error) {
	d := &devpts
	d.Lock()
	defer d.Unlock()
	for o := range strings.SplitSeq(options, ",") {
		name, value, _ := strings.Cut(o, "=")
		base := 10
		if strings.HasSuffix(name, "mode") {
			base = 8
		}
		n, err := strconv.ParseUint(value, base, 32)
		switch {
		case o == "", o == "newinstance":
			continue
		case err != nil, base == 8 && n > 07777:
			return nil, unix.EINVAL
		case name == "gid":
			d.gid = uint32(n)
		case name == "mode":
			d.mode = uint32(n)
		case name == "ptmxmode":
			d.ptmx.SetMode(uint32(n))
		default:
			return nil, unix.EINVAL
		}
	}
	return d.sb, nil
}

// ptsAdded makes the node for a new pseudoterminal, which belongs to whoever opened the master.
func ptsAdded(tk *task.Task, index int) {
	d := &devpts
	d.Lock()
	defer d.Unlock()
	i := &vfs.Inode{Rdev: unix.Mkdev(ptsMajor, uint32(index)), Volatile: true}
	i.SetUp(d.sb, &ptsNode{}, unix.S_IFCHR|d.mode, vfs.CredOf(tk).UID, d.gid)
	i.Ino = uint64(index) + firstPtsIno
	d.pts[index] = i
}

// firstPtsIno is the inode number of /dev/pts/0, as on Linux.
const firstPtsIno = 3

func ptsRemoved(index int) {
	devpts.Lock()
	defer devpts.Unlock()
	if i := devpts.pts[index]; i != nil {
		i.SetNlink(0)
		delete(devpts.pts, index)
	}
}

// ptsNode is a device node in devpts.
type ptsNode struct{ vfs.NoInode }

// Open opens the device.
func (*ptsNode) Open(tk *task.Task, f *vfs.File) error { return vfs.OpenSpecial(tk, f) }

// openPtsNode opens the slave whose number is the minor number: EIO if it is locked or gone.
func openPtsNode(tk *task.Task, f *vfs.File) error {
	m := findPty(int(unix.Minor(f.Inode().Rdev)))
	if m == nil {
		return unix.EIO
	}
	return m.openSlave(tk, f, f.NoCTTY())
}

// openPts opens the slave of m without a path.
func openPts(tk *task.Task, m *master, flags int) (*vfs.File, error) {
	devpts.Lock()
	i := devpts.pts[m.index]
	devpts.Unlock()
	if i == nil {
		return nil, unix.EIO
	}
	f := vfs.NewFileInode(nil, i, m.slave.name, flags)
	if err := m.openSlave(tk, f, flags&unix.O_NOCTTY != 0); err != nil {
		f.Put()
		return nil, err
	}
	return f, nil
}

// openTTY opens /dev/tty: the controlling terminal, ENXIO if there is none.
func openTTY(tk *task.Task, f *vfs.File) error {
	t := Controlling(tk)
	if t == nil {
		return unix.ENXIO
	}
	return t.Open(tk, f, true)
}

// ptsDir is the directory of the file system.
type ptsDir struct{ vfs.NoInode }

// Lookup finds the node of a pseudoterminal by its number, or ptmx.
func (*ptsDir) Lookup(_ *task.Task, _ *vfs.Inode, name string) (*vfs.Inode, error) {
	if name == "ptmx" {
		return devpts.ptmx, nil
	}
	n, err := strconv.ParseUint(name, 10, 31)
	if err != nil || strconv.FormatUint(n, 10) != name {
		return nil, unix.ENOENT
	}
	devpts.Lock()
	defer devpts.Unlock()
	if i := devpts.pts[int(n)]; i != nil {
		return i, nil
	}
	return nil, unix.ENOENT
}

// Open opens the directory.
func (*ptsDir) Open(_ *task.Task, f *vfs.File) error {
	f.Ops = &ptsDirFile{}
	return nil
}

// ptsDirFile is the directory, opened.
type ptsDirFile struct{ vfs.NoFile }

// Read fails: directories are read with getdents64(2).
func (*ptsDirFile) Read(*task.Task, *vfs.File, *vm.Buffer, int64) (int, error) {
	return 0, unix.EISDIR
}

// Seek goes to a position that getdents64(2) returned, or to the beginning.
func (*ptsDirFile) Seek(f *vfs.File, off int64, whence int) (int64, error) {
	if whence != unix.SEEK_SET && whence != unix.SEEK_CUR {
		return 0, unix.EINVAL
	}
	return vfs.SeekSized(f, off, whence, 0)
}

// Readdir lists ptmx, then the pseudoterminals by number.
func (*ptsDirFile) Readdir(_ *task.Task, f *vfs.File, s vfs.DirSink) error {
	if !vfs.ReadDots(f, s) {
		return nil
	}
	const ptmxPos, firstPos = 2, 3
	if f.Pos() == ptmxPos {
		if !s.Add("ptmx", devpts.ptmx.Ino, firstPos, unix.DT_CHR) {
			return nil
		}
		f.SetPos(firstPos)
	}
	for _, i := range ptyIndices() {
		next := int64(i) + firstPos + 1
		if next <= f.Pos() {
			continue
		}
		if !s.Add(strconv.Itoa(i), uint64(i)+firstPtsIno, next, unix.DT_CHR) {
			return nil
		}
		f.SetPos(next)
	}
	return nil
}
