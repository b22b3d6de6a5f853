package ramfs

import (
	"math"
	"testing"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// setUp gives the test a fresh root, and checks at the end that no frame leaked.
func setUp(t testing.TB, options string) {
	t.Helper()
	mem.InitHosted(32 << 20)
	before := mem.Free()
	sb, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	root := vfs.MountRoot(sb, "tmpfs")
	t.Cleanup(func() {
		root.Dentry.EvictTree()
		if after := mem.Free(); after != before {
			t.Errorf("%d frames leaked", (int64(before)-int64(after))/mem.PageSize)
		}
	})
}

// open opens a file or fails the test.
func open(t testing.TB, path string, flags int) *vfs.File {
	t.Helper()
	f, err := vfs.OpenAt(nil, vfs.Path{}, path, flags, 0644)
	if err != nil {
		t.Fatalf("open %s: %v", path, err)
	}
	return f
}

// put makes a file with contents.
func put(t testing.TB, path, contents string) {
	t.Helper()
	f := open(t, path, unix.O_CREAT|unix.O_TRUNC|unix.O_WRONLY)
	defer f.Put()
	if n, err := f.Write(nil, vm.NewBuffer([]byte(contents))); n != len(contents) {
		t.Fatalf("write %s: %d, %v", path, n, err)
	}
}

// get returns the contents of a file.
func get(t testing.TB, path string) string {
	t.Helper()
	b, err := vfs.ReadFile(path, 1<<20)
	if err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	return string(b)
}

func TestUnlinkedButOpen(t *testing.T) {
	setUp(t, "")
	put(t, "/f", "hello")
	f := open(t, "/f", unix.O_RDWR)
	if err := vfs.Unlink(nil, vfs.Path{}, "/f"); err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 10)
	if n, err := f.ReadAt(p, 0); n != 5 || err != nil {
		t.Errorf("read of the unlinked file: %d, %v", n, err)
	}
	if got := f.Path(); got != "/f (deleted)" {
		t.Errorf("path %q", got)
	}
	free := mem.Free()
	f.Put()
	if mem.Free() != free+mem.PageSize {
		t.Error("the last close did not free the contents")
	}
}

func TestAppendAndPosition(t *testing.T) {
	setUp(t, "")
	put(t, "/f", "12345")
	f := open(t, "/f", unix.O_RDWR|unix.O_APPEND)
	defer f.Put()
	for _, c := range []struct {
		do   func() (int64, error)
		want int64
		err  error
	}{
		{func() (int64, error) { n, err := f.Write(nil, vm.NewBuffer([]byte("67"))); return int64(n), err }, 2, nil},
		{func() (int64, error) { return f.Seek(0, unix.SEEK_CUR) }, 7, nil},
		{func() (int64, error) { n, err := f.PWrite(nil, vm.NewBuffer([]byte("8")), 0); return int64(n), err }, 1, nil},
		{func() (int64, error) { return f.Seek(0, unix.SEEK_CUR) }, 7, nil},
		{func() (int64, error) { return f.Seek(-1, unix.SEEK_SET) }, 0, unix.EINVAL},
		{func() (int64, error) { return f.Seek(math.MaxInt64, unix.SEEK_END) }, 0, unix.EINVAL},
		{func() (int64, error) { return f.Seek(0, 9) }, 0, unix.EINVAL},
		{func() (int64, error) { return f.Seek(8, unix.SEEK_DATA) }, 0, unix.ENXIO},
		{func() (int64, error) { return f.Seek(3, unix.SEEK_HOLE) }, 8, nil},
		{func() (int64, error) { return f.Seek(1<<40, unix.SEEK_SET) }, 1 << 40, nil},
	} {
		if got, err := c.do(); got != c.want || err != c.err {
			t.Errorf("got %d, %v; want %d, %v", got, err, c.want, c.err)
		}
	}
	if got := get(t, "/f"); got != "12345678" {
		t.Errorf("contents %q", got)
	}
}

func TestFallocate(t *testing.T) {
	setUp(t, "size=1m")
	put(t, "/f", "x")
	f := open(t, "/f", unix.O_RDWR)
	defer f.Put()
	for _, c := range []struct {
		mode     int
		off, n   int64
		err      error
		size, kb int64
	}{
		{0, 0, 10000, nil, 10000, 12},
		{unix.FALLOC_FL_KEEP_SIZE, 0, 20000, nil, 10000, 20},
		{unix.FALLOC_FL_PUNCH_HOLE | unix.FALLOC_FL_KEEP_SIZE, 0, 4096, nil, 10000, 16},
		{unix.FALLOC_FL_PUNCH_HOLE, 0, 4096, unix.EOPNOTSUPP, 10000, 16},
		{unix.FALLOC_FL_ZERO_RANGE, 0, 4096, unix.EOPNOTSUPP, 10000, 16},
		{0, -1, 1, unix.EINVAL, 10000, 16},
		{0, 0, 0, unix.EINVAL, 10000, 16},
		{0, math.MaxInt64, 1, unix.EFBIG, 10000, 16},
	} {
		if err := f.Fallocate(nil, c.mode, c.off, c.n); err != c.err {
			t.Errorf("fallocate(%#x, %d, %d): %v, want %v", c.mode, c.off, c.n, err, c.err)
		}
		var a vfs.Attr
		if err := f.Stat(&a); err != nil || a.Size != c.size || a.Blocks != c.kb*2 {
			t.Errorf("after fallocate(%#x, %d, %d): size %d, %d blocks", c.mode, c.off, c.n, a.Size, a.Blocks)
		}
	}
	if err := f.Fallocate(nil, 0, 0, 2<<20); err != unix.ENOSPC {
		t.Errorf("beyond the limit: %v", err)
	}
}

func TestLimits(t *testing.T) {
	setUp(t, "size=8k,nr_inodes=4")
	f := open(t, "/f", unix.O_CREAT|unix.O_RDWR)
	defer f.Put()
	if n, err := f.Write(nil, vm.NewBuffer(make([]byte, 10000))); n != 8192 || err != nil {
		t.Errorf("write of more than fits: %d, %v", n, err)
	}
	if n, err := f.Write(nil, vm.NewBuffer([]byte("x"))); n != 0 || err != unix.ENOSPC {
		t.Errorf("write to the full file system: %d, %v", n, err)
	}
	var st unix.Statfs_t
	if err := f.Statfs(&st); err != nil || st.Blocks != 2 || st.Bfree != 0 || st.Type != unix.TMPFS_MAGIC {
		t.Errorf("statfs: %+v, %v", st, err)
	}
	for i, want := range []error{nil, nil, unix.ENOSPC} {
		if err := vfs.Mkdir(nil, vfs.Path{}, string(rune('a'+i)), 0755); err != want {
			t.Errorf("directory %d: %v, want %v", i, err, want)
		}
	}
	if err := vfs.Rmdir(nil, vfs.Path{}, "a"); err != nil {
		t.Fatal(err)
	}
	if err := vfs.Symlink(nil, "x", vfs.Path{}, "c"); err != nil {
		t.Errorf("after rmdir: %v", err)
	}
}

func TestOptions(t *testing.T) {
	mem.InitHosted(1 << 20)
	for _, c := range []struct {
		in   string
		size uint64
		err  error
	}{
		{"size=4k", 4096, nil}, {"size=1M,mode=755", 1 << 20, nil}, {"nr_blocks=2", 8192, nil},
		{"size=50%", mem.Total() / 100 * 50, nil}, {"size=0", 1 << 62, nil}, {"", 7, nil},
		{"size=", 0, unix.EINVAL}, {"size=-1", 0, unix.EINVAL}, {"mode=9", 0, unix.EINVAL}, {"what", 0, unix.EINVAL},
		{"uid=1,gid=2,nr_inodes=5,huge=never", 7, nil}, {"size=99999999999g", 0, unix.EINVAL},
	} {
		o := options{size: 7}
		if err := o.parse(c.in); err != c.err || err == nil && o.size != c.size {
			t.Errorf("%q: size %d, %v", c.in, o.size, err)
		}
	}
}

func TestXattr(t *testing.T) {
	setUp(t, "")
	put(t, "/f", "")
	if err := vfs.Symlink(nil, "f", vfs.Path{}, "/l"); err != nil {
		t.Fatal(err)
	}
	p, _ := vfs.Walk(nil, vfs.Path{}, "/f", 0)
	l, _ := vfs.Walk(nil, vfs.Path{}, "/l", 0)
	for _, c := range []struct {
		p     vfs.Path
		name  string
		flags int
		err   error
	}{
		{p, "user.a", 0, nil}, {p, "user.a", unix.XATTR_CREATE, unix.EEXIST}, {p, "user.b", unix.XATTR_REPLACE, unix.ENODATA},
		{p, "trusted.t", unix.XATTR_CREATE, nil}, {p, "security.s", 0, nil}, {p, "system.x", 0, unix.EOPNOTSUPP},
		{p, "user.", 0, unix.EINVAL}, {p, "nothing", 0, unix.EOPNOTSUPP}, {l, "user.a", 0, unix.EPERM},
		{p, "user.c", 4, unix.EINVAL},
	} {
		if err := vfs.SetXattr(nil, c.p, c.name, []byte("v"), c.flags); err != c.err {
			t.Errorf("set %s: %v, want %v", c.name, err, c.err)
		}
	}
	names, _ := vfs.ListXattr(nil, p)
	if len(names) != 3 || names[0] != "security.s" {
		t.Errorf("names %q", names)
	}
	if err := vfs.SetXattr(nil, p, "user.big", make([]byte, 65536), 0); err != nil {
		t.Error(err)
	}
	if err := vfs.SetXattr(nil, p, "user.bigger", make([]byte, 65536), 0); err != unix.ENOSPC {
		t.Errorf("too many: %v", err)
	}
	if err := vfs.RemoveXattr(nil, p, "user.big"); err != nil {
		t.Error(err)
	}
	if _, err := vfs.Xattr(nil, p, "user.big"); err != unix.ENODATA {
		t.Errorf("removed: %v", err)
	}
}

func TestMemfd(t *testing.T) {
	setUp(t, "")
	f, err := Memfd(nil, "x", true, true)
	if err != nil {
		t.Fatal(err)
	}
	if f.Path() != "/memfd:x (deleted)" || f.Inode().Nlink() != 0 {
		t.Errorf("path %q, %d links", f.Path(), f.Inode().Nlink())
	}
	write := func(s string) error {
		_, err := f.Write(nil, vm.NewBuffer([]byte(s)))
		return err
	}
	if err := write("hello"); err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		name string
		do   func() error
		want error
	}{
		{"unknown seal", func() error { return f.AddSeals(1 << 9) }, unix.EINVAL},
		{"seal shrink", func() error { return f.AddSeals(unix.F_SEAL_SHRINK) }, nil},
		{"shrink", func() error { return f.Truncate(nil, 1) }, unix.EPERM},
		{"grow", func() error { return f.Truncate(nil, 9) }, nil},
		{"seal grow", func() error { return f.AddSeals(unix.F_SEAL_GROW) }, nil},
		{"grow again", func() error { return f.Truncate(nil, 10) }, unix.EPERM},
		{"write inside", func() error { return write("over") }, nil},
		{"write outside", func() error { return write("more") }, unix.EPERM},
		{"seal write", func() error { return f.AddSeals(unix.F_SEAL_WRITE | unix.F_SEAL_SEAL) }, nil},
		{"write", func() error { _, err := f.PWrite(nil, vm.NewBuffer([]byte("x")), 0); return err }, unix.EPERM},
		{"punch", func() error { return f.Fallocate(nil, 3, 0, 1) }, unix.EPERM},
		{"seal again", func() error { return f.AddSeals(unix.F_SEAL_WRITE) }, unix.EPERM},
	}
	for _, s := range steps {
		if err := s.do(); err != s.want {
			t.Errorf("%s: %v, want %v", s.name, err, s.want)
		}
	}
	f.Put()
	plain, err := Memfd(nil, "y", false, false)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Put()
	if err := plain.AddSeals(unix.F_SEAL_WRITE); err != unix.EPERM {
		t.Errorf("seal without MFD_ALLOW_SEALING: %v", err)
	}
	if plain.Inode().Mode()&0111 != 0 {
		t.Error("MFD_NOEXEC_SEAL file is executable")
	}
}
