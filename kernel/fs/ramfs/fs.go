package ramfs

import (
	"strconv"
	"strings"
	"sync/atomic"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Type is the file system "tmpfs" of mount(2).
var Type = &vfs.FSType{Name: "tmpfs", Magic: unix.TMPFS_MAGIC}

// LegacyType is the file system "ramfs" of mount(2), the same without a limit of bytes.
var LegacyType = &vfs.FSType{Name: "ramfs", Magic: unix.RAMFS_MAGIC}

func init() {
	Type.Mount, LegacyType.Mount = mount, mountRamfs
	vfs.RegisterFS(Type)
	vfs.RegisterFS(LegacyType)
}

// fileSystem is one tmpfs.
type fileSystem struct {
	sb        *vfs.SuperBlock
	quota     *vm.Quota
	maxInodes int64
	inodes    atomic.Int64
	options   string
}

// options are those of tmpfs(5).
type options struct {
	size     uint64 // bytes
	inodes   int64
	mode     uint32
	uid, gid uint32
	shown    []string
}

// mount makes a tmpfs with the options of tmpfs(5): EINVAL for unknown ones.
func mount(_, data string) (*vfs.SuperBlock, error) {
	o := options{size: mem.Total() / 2, inodes: int64(mem.Total() / mem.PageSize / 2), mode: 01777}
	if err := o.parse(data); err != nil {
		return nil, err
	}
	return newFS(Type, &o), nil
}

func mountRamfs(_, data string) (*vfs.SuperBlock, error) {
	o := options{size: mem.Total(), inodes: int64(mem.Total() / mem.PageSize), mode: 0755}
	if err := o.parse(data); err != nil {
		return nil, err
	}
	return newFS(LegacyType, &o), nil
}

// NewOf makes a file system in memory that is known as another type, such as devtmpfs.
func NewOf(typ *vfs.FSType, data string) (*vfs.SuperBlock, error) {
	o := options{size: mem.Total() / 2, inodes: int64(mem.Total() / mem.PageSize / 2), mode: 0755}
	if err := o.parse(data); err != nil {
		return nil, err
	}
	return newFS(typ, &o), nil
}

// New makes a tmpfs. data are the options of tmpfs(5), for example
// "size=90%,mode=0755".
func New(data string) (*vfs.SuperBlock, error) { return mount("", data) }

func newFS(typ *vfs.FSType, o *options) *vfs.SuperBlock {
	fs := &fileSystem{
		sb:        vfs.NewSuperBlock(typ),
		quota:     vm.NewQuota(o.size),
		maxInodes: o.inodes,
		options:   strings.Join(o.shown, ","),
	}
	fs.sb.Statfs = fs.statfs
	fs.sb.Options = func() string { return fs.options }
	fs.sb.Put = func() { fs.sb.Root.EvictTree() }
	fs.inodes.Add(1)
	root := &dir{}
	root.setUp(fs, root, &vfs.NewInode{Mode: unix.S_IFDIR | o.mode, UID: o.uid, GID: o.gid})
	root.inode.SetSize(2 * entrySize)
	fs.sb.SetRoot(&root.inode)
	return fs.sb
}

// parse reads the options. Those that say how memory is placed mean nothing here.
func (o *options) parse(data string) error {
	for _, opt := range strings.Split(data, ",") {
		key, value, _ := strings.Cut(opt, "=")
		var err error
		switch key {
		case "":
			continue
		case "size":
			o.size, err = parseSize(value)
		case "nr_blocks":
			o.size, err = parseSize(value)
			o.size *= mem.PageSize
		case "nr_inodes":
			var n uint64
			n, err = parseSize(value)
			o.inodes = int64(n)
		case "mode":
			o.mode, err = parse32(value, 8)
			o.mode &= 07777
		case "uid":
			o.uid, err = parse32(value, 10)
		case "gid":
			o.gid, err = parse32(value, 10)
		case "huge", "mpol", "noswap":
			continue
		default:
			err = unix.EINVAL
		}
		if err != nil {
			return unix.EINVAL
		}
		o.shown = append(o.shown, opt)
	}
	return nil
}

func parse32(s string, base int) (uint32, error) {
	n, err := strconv.ParseUint(s, base, 32)
	return uint32(n), err
}

// parseSize reads a size in bytes, with a suffix k, m or g, or in percent of memory. 0 is
// no limit.
func parseSize(s string) (uint64, error) {
	scale, percent := uint64(1), false
	if s != "" {
		switch s[len(s)-1] | 0x20 {
		case 'k':
			scale = 1 << 10
		case 'm':
			scale = 1 << 20
		case 'g':
			scale = 1 << 30
		case '%' | 0x20:
			percent = true
		}
		if scale > 1 || percent {
			s = s[:len(s)-1]
		}
	}
	n, err := strconv.ParseUint(s, 0, 64)
	switch {
	case err != nil || n > 1<<62/scale:
		return 0, unix.EINVAL
	case percent:
		return mem.Total() / 100 * n, nil
	case n == 0:
		return 1 << 62, nil
	}
	return n * scale, nil
}

// statfs shows limits and what is left of them, no more than memory has.
func (fs *fileSystem) statfs(st *unix.Statfs_t) {
	limit, used := fs.quota.Usage()
	free := min(limit-min(used, limit), mem.Available())
	st.Blocks = min(limit, mem.Total()) / mem.PageSize
	st.Bfree = free / mem.PageSize
	st.Bavail = st.Bfree
	st.Files = uint64(fs.maxInodes)
	st.Ffree = uint64(max(0, fs.maxInodes-fs.inodes.Load()))
}

// takeInode counts one file more: ENOSPC if that is too many.
func (fs *fileSystem) takeInode() error {
	if fs.inodes.Add(1) > fs.maxInodes {
		fs.inodes.Add(-1)
		return unix.ENOSPC
	}
	return nil
}
