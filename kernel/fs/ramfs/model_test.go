package ramfs

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// world is what the model test does to a file system: once to ours, once to
// the host's tmpfs. Each operation returns what a program would see.
type world interface {
	open(path string, flags int, mode uint32) string
	closeFile() string
	read(n int) string
	write(p []byte) string
	seek(off int64, whence int) string
	ftruncate(n int64) string
	mkdir(path string, mode uint32) string
	rmdir(path string) string
	unlink(path string) string
	link(old, new string, follow bool) string
	symlink(target, path string) string
	rename(old, new string, flags uint) string
	truncate(path string, n int64) string
	fallocate(mode uint32, off, n int64) string
	chmod(path string, mode uint32) string
	readlink(path string) string
	stat(path string, follow bool) string
	list(path string) string
	mksock(path string) string
	setxattr(path, name, value string, flags int) string
	listxattr(path string) string
}

// result shows an outcome.
func result(err error, format string, args ...any) string {
	if err != nil {
		return unix.ErrnoName(err.(unix.Errno))
	}
	return fmt.Sprintf(format, args...)
}

// ours is our file system.
type ours struct{ f *vfs.File }

func (o *ours) open(path string, flags int, mode uint32) string {
	f, err := vfs.OpenAt(nil, vfs.Path{}, path, flags, mode)
	if err == nil {
		o.closeFile()
		o.f = f
	}
	return result(err, "ok")
}

func (o *ours) closeFile() string {
	if o.f != nil {
		o.f.Put()
		o.f = nil
	}
	return ""
}

func (o *ours) read(n int) string {
	if o.f == nil {
		return ""
	}
	p := make([]byte, n)
	n, err := o.f.Read(nil, vm.NewBuffer(p))
	return result(err, "%q", p[:n])
}

func (o *ours) write(p []byte) string {
	if o.f == nil {
		return ""
	}
	n, err := o.f.Write(nil, vm.NewBuffer(p))
	return result(err, "%d", n)
}

func (o *ours) seek(off int64, whence int) string {
	if o.f == nil || o.f.Inode().IsDir() {
		return ""
	}
	n, err := o.f.Seek(off, whence)
	return result(err, "%d", n)
}

func (o *ours) ftruncate(n int64) string {
	if o.f == nil {
		return ""
	}
	return result(o.f.Truncate(nil, n), "ok")
}

func (o *ours) fallocate(mode uint32, off, n int64) string {
	if o.f == nil {
		return ""
	}
	return result(o.f.Fallocate(nil, int(mode), off, n), "ok")
}

func (o *ours) mkdir(path string, mode uint32) string {
	return result(vfs.Mkdir(nil, vfs.Path{}, path, mode), "ok")
}
func (o *ours) rmdir(path string) string  { return result(vfs.Rmdir(nil, vfs.Path{}, path), "ok") }
func (o *ours) unlink(path string) string { return result(vfs.Unlink(nil, vfs.Path{}, path), "ok") }
func (o *ours) symlink(target, path string) string {
	return result(vfs.Symlink(nil, target, vfs.Path{}, path), "ok")
}
func (o *ours) mksock(path string) string {
	return result(vfs.Mknod(nil, vfs.Path{}, path, unix.S_IFSOCK|0600, 0), "ok")
}

func (o *ours) rename(old, new string, flags uint) string {
	return result(vfs.Rename(nil, vfs.Path{}, old, vfs.Path{}, new, flags), "ok")
}

// at resolves a path and hands it on.
func (o *ours) at(path string, follow bool, do func(vfs.Path) (string, error)) string {
	flags := vfs.WalkFlag(0)
	if follow {
		flags = vfs.Follow
	}
	p, err := vfs.Walk(nil, vfs.Path{}, path, flags)
	if err != nil {
		return result(err, "")
	}
	s, err := do(p)
	return result(err, "%s", s)
}

func (o *ours) link(old, new string, follow bool) string {
	return o.at(old, follow, func(p vfs.Path) (string, error) { return "", vfs.Link(nil, p, vfs.Path{}, new) })
}

func (o *ours) truncate(path string, n int64) string {
	return o.at(path, true, func(p vfs.Path) (string, error) { return "", vfs.Truncate(nil, p, n) })
}

func (o *ours) chmod(path string, mode uint32) string {
	return o.at(path, true, func(p vfs.Path) (string, error) { return "", vfs.Chmod(nil, p, mode) })
}

func (o *ours) readlink(path string) string {
	return o.at(path, false, func(p vfs.Path) (string, error) {
		i := p.Dentry.Inode()
		return i.Readlink(nil)
	})
}

func (o *ours) setxattr(path, name, value string, flags int) string {
	return o.at(path, false, func(p vfs.Path) (string, error) {
		return "", vfs.SetXattr(nil, p, name, []byte(value), flags)
	})
}

func (o *ours) listxattr(path string) string {
	return o.at(path, false, func(p vfs.Path) (string, error) {
		names, err := vfs.ListXattr(nil, p)
		return strings.Join(names, " "), err
	})
}

func (o *ours) stat(path string, follow bool) string {
	return o.at(path, follow, func(p vfs.Path) (string, error) {
		var a vfs.Attr
		err := p.Dentry.Inode().Stat(&a)
		return fmt.Sprintf("%o %d %d %d", a.Mode, a.Nlink, a.Size, a.Blocks), err
	})
}

// names collects directory entries.
type names []string

func (n *names) Add(name string, _ uint64, _ int64, typ uint8) bool {
	*n = append(*n, fmt.Sprintf("%s:%d", name, typ))
	return true
}

func (o *ours) list(path string) string {
	f, err := vfs.OpenAt(nil, vfs.Path{}, path, unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return result(err, "")
	}
	defer f.Put()
	var n names
	if err := f.Readdir(nil, &n); err != nil {
		return result(err, "")
	}
	sort.Strings(n)
	return strings.Join(n, " ")
}

// theirs is a directory of the host's tmpfs.
type theirs struct {
	root string
	fd   int
}

func (h *theirs) p(path string) string {
	if path == "" {
		return ""
	}
	s := h.root + "/" + strings.TrimLeft(path, "/")
	return s
}

func (h *theirs) open(path string, flags int, mode uint32) string {
	fd, err := unix.Open(h.p(path), flags, mode)
	if err == nil {
		h.closeFile()
		h.fd = fd
	}
	return result(err, "ok")
}

func (h *theirs) closeFile() string {
	if h.fd >= 0 {
		unix.Close(h.fd)
		h.fd = -1
	}
	return ""
}

func (h *theirs) read(n int) string {
	if h.fd < 0 {
		return ""
	}
	p := make([]byte, n)
	n, err := unix.Read(h.fd, p)
	return result(err, "%q", p[:max(n, 0)])
}

func (h *theirs) write(p []byte) string {
	if h.fd < 0 {
		return ""
	}
	n, err := unix.Write(h.fd, p)
	return result(err, "%d", n)
}

func (h *theirs) seek(off int64, whence int) string {
	var st unix.Stat_t
	if h.fd < 0 || unix.Fstat(h.fd, &st) != nil || st.Mode&unix.S_IFMT == unix.S_IFDIR {
		return ""
	}
	n, err := unix.Seek(h.fd, off, whence)
	return result(err, "%d", n)
}

func (h *theirs) ftruncate(n int64) string {
	if h.fd < 0 {
		return ""
	}
	return result(unix.Ftruncate(h.fd, n), "ok")
}

func (h *theirs) fallocate(mode uint32, off, n int64) string {
	if h.fd < 0 {
		return ""
	}
	return result(unix.Fallocate(h.fd, mode, off, n), "ok")
}

func (h *theirs) mkdir(path string, mode uint32) string {
	return result(unix.Mkdir(h.p(path), mode), "ok")
}
func (h *theirs) rmdir(path string) string  { return result(unix.Rmdir(h.p(path)), "ok") }
func (h *theirs) unlink(path string) string { return result(unix.Unlink(h.p(path)), "ok") }
func (h *theirs) symlink(target, path string) string {
	return result(unix.Symlink(target, h.p(path)), "ok")
}
func (h *theirs) mksock(path string) string {
	return result(unix.Mknod(h.p(path), unix.S_IFSOCK|0600, 0), "ok")
}
func (h *theirs) truncate(path string, n int64) string {
	return result(unix.Truncate(h.p(path), n), "")
}
func (h *theirs) chmod(path string, mode uint32) string {
	return result(unix.Chmod(h.p(path), mode), "")
}

func (h *theirs) rename(old, new string, flags uint) string {
	return result(unix.Renameat2(unix.AT_FDCWD, h.p(old), unix.AT_FDCWD, h.p(new), flags), "ok")
}

func (h *theirs) link(old, new string, follow bool) string {
	flags := 0
	if follow {
		flags = unix.AT_SYMLINK_FOLLOW
	}
	return result(unix.Linkat(unix.AT_FDCWD, h.p(old), unix.AT_FDCWD, h.p(new), flags), "")
}

func (h *theirs) readlink(path string) string {
	p := make([]byte, 200)
	n, err := unix.Readlink(h.p(path), p)
	return result(err, "%s", p[:max(n, 0)])
}

func (h *theirs) setxattr(path, name, value string, flags int) string {
	return result(unix.Lsetxattr(h.p(path), name, []byte(value), flags), "")
}

func (h *theirs) listxattr(path string) string {
	p := make([]byte, 1000)
	n, err := unix.Llistxattr(h.p(path), p)
	names := strings.Split(strings.TrimSuffix(string(p[:max(n, 0)]), "\x00"), "\x00")
	sort.Strings(names)
	return result(err, "%s", strings.Join(names, " "))
}

func (h *theirs) stat(path string, follow bool) string {
	var st unix.Stat_t
	flags := unix.AT_SYMLINK_NOFOLLOW
	if follow {
		flags = 0
	}
	err := unix.Fstatat(unix.AT_FDCWD, h.p(path), &st, flags)
	return result(err, "%o %d %d %d", st.Mode, st.Nlink, st.Size, st.Blocks)
}

func (h *theirs) list(path string) string {
	fd, err := unix.Open(h.p(path), unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return result(err, "")
	}
	unix.Close(fd)
	entries, err := os.ReadDir(h.p(path))
	if err != nil {
		return err.Error()
	}
	all := []string{".:4", "..:4"}
	types := map[os.FileMode]int{0: unix.DT_REG, os.ModeDir: unix.DT_DIR, os.ModeSymlink: unix.DT_LNK, os.ModeSocket: unix.DT_SOCK}
	for _, e := range entries {
		all = append(all, fmt.Sprintf("%s:%d", e.Name(), types[e.Type()]))
	}
	sort.Strings(all)
	return strings.Join(all, " ")
}

// script makes the same random operations for both worlds.
//
// Linux says that memory which fallocate(2) reserved is a hole until it is written; we say
// that it is data, as lseek(2) allows. So a script has holes or reserves, not both.
type script struct {
	*rand.Rand
	holes bool
}

func (s script) pick(list ...string) string { return list[s.Intn(len(list))] }

// path returns one of few paths, some of them odd.
func (s script) path() string {
	if s.Intn(60) == 0 {
		return s.pick("", "a/"+strings.Repeat("n", 256), "a/.", "a/..", "./a/./b", "a//b", "loop", "b/"+strings.Repeat("n", 255))
	}
	p := s.pick("a", "b", "c", "d")
	for s.Intn(2) == 0 {
		p += "/" + s.pick("a", "b", "c", "..", "d", "b")
	}
	if s.Intn(12) == 0 {
		p += "/"
	}
	// Paths above the root would leave the host's directory.
	if strings.HasPrefix(filepath.Clean(p), "..") {
		return "a"
	}
	return p
}

// flags returns flags of open(2).
func (s script) flags() int {
	f := []int{unix.O_RDONLY, unix.O_WRONLY, unix.O_RDWR}[s.Intn(3)] | unix.O_NONBLOCK
	for _, bit := range []int{unix.O_CREAT, unix.O_EXCL, unix.O_TRUNC, unix.O_APPEND, unix.O_NOFOLLOW, unix.O_DIRECTORY} {
		if s.Intn(4) == 0 {
			f |= bit
		}
	}
	if s.Intn(2) == 0 {
		f |= unix.O_CREAT
	}
	if f&unix.O_CREAT != 0 { // O_CREAT|O_DIRECTORY differs between versions of Linux
		f &^= unix.O_DIRECTORY
	}
	return f
}

// step returns one operation, bound to its arguments, and its name.
func (s script) step() (string, func(world) string) {
	a, b := s.path(), s.path()
	n := int64(s.Intn(20000))
	switch s.Intn(22) {
	case 0, 1, 2:
		f, m := s.flags(), uint32(s.Intn(01000))
		return fmt.Sprintf("open %q %#x", a, f), func(w world) string { return w.open(a, f, m) }
	case 3:
		return "read", func(w world) string { return w.read(int(n)) }
	case 4, 5:
		p := []byte(strings.Repeat(string(rune('a'+s.Intn(26))), int(n)))
		return "write", func(w world) string { return w.write(p) }
	case 6:
		whence := s.Intn(6)
		if !s.holes && (whence == unix.SEEK_DATA || whence == unix.SEEK_HOLE) {
			whence = unix.SEEK_END
		}
		off := n - 1000
		return fmt.Sprintf("seek %d %d", off, whence), func(w world) string { return w.seek(off, whence) }
	case 7:
		return fmt.Sprintf("ftruncate %d", n), func(w world) string { return w.ftruncate(n) }
	case 8, 9:
		m := uint32(s.Intn(010000))
		return fmt.Sprintf("mkdir %q", a), func(w world) string { return w.mkdir(a, m) }
	case 10:
		return fmt.Sprintf("rmdir %q", a), func(w world) string { return w.rmdir(a) }
	case 11:
		return fmt.Sprintf("unlink %q", a), func(w world) string { return w.unlink(a) }
	case 12:
		follow := s.Intn(2) == 0
		return fmt.Sprintf("link %q %q %v", a, b, follow), func(w world) string { return w.link(a, b, follow) }
	case 13:
		t := s.pick("a", "b", "c", "a/b", "../a", "b/", "./c", "d")
		return fmt.Sprintf("symlink %q %q", t, a), func(w world) string { return w.symlink(t, a) }
	case 14, 15, 16:
		flags := []uint{0, 0, unix.RENAME_NOREPLACE, unix.RENAME_EXCHANGE, 3, 8}[s.Intn(6)]
		return fmt.Sprintf("rename %q %q %d", a, b, flags), func(w world) string { return w.rename(a, b, flags) }
	case 17:
		return fmt.Sprintf("truncate %q %d", a, n), func(w world) string { return w.truncate(a, n) }
	case 18:
		mode := []uint32{3, 2, 16, 0, 1, 3}[s.Intn(6)]
		if s.holes && mode < 2 {
			mode = 3
		}
		off, n := int64(s.Intn(20000)), int64(s.Intn(9000))
		return fmt.Sprintf("fallocate %d %d %d", mode, off, n), func(w world) string { return w.fallocate(mode, off, n) }
	case 19:
		m := uint32(s.Intn(010000)) | 0700
		return fmt.Sprintf("chmod %q %o", a, m), func(w world) string { return w.chmod(a, m) }
	case 20:
		if s.Intn(2) == 0 {
			return fmt.Sprintf("mksock %q", a), func(w world) string { return w.mksock(a) }
		}
		return fmt.Sprintf("readlink %q", a), func(w world) string { return w.readlink(a) }
	}
	name, flags := s.pick("trusted.a", "trusted.b", "security.c", "odd", "system.d"), s.Intn(4)
	return fmt.Sprintf("setxattr %q %s %d", a, name, flags), func(w world) string { return w.setxattr(a, name, "value", flags) }
}

// TestModel does the same random operations here and on the host's tmpfs; every
// result must be the same.
func TestModel(t *testing.T) {
	var st unix.Statfs_t
	if err := unix.Statfs("/dev/shm", &st); err != nil || st.Type != unix.TMPFS_MAGIC || os.Geteuid() != 0 {
		t.Skip("needs a tmpfs at /dev/shm, and root")
	}
	defer unix.Umask(unix.Umask(0))
	for seed := range int64(40) {
		if !runModel(t, seed) {
			t.Fatalf("seed %d", seed)
		}
	}
}

func runModel(t *testing.T, seed int64) bool {
	root, err := os.MkdirTemp("/dev/shm", "model")
	if err != nil {
		t.Skip(err)
	}
	defer os.RemoveAll(root)
	setUp(t, "mode=0755")
	// Symbolic links may lead above the working directory.
	if err := os.MkdirAll(root+"/x/y", 0755); err != nil {
		t.Fatal(err)
	}
	cwd := vfs.Root()
	for _, name := range []string{"x", "y"} {
		if err := vfs.Mkdir(nil, cwd, name, 0755); err != nil {
			t.Fatal(err)
		}
		cwd, _ = vfs.Walk(nil, cwd, name, 0)
	}
	vfs.FSOf(nil).SetCwd(cwd)
	s := script{rand.New(rand.NewSource(seed)), seed%2 == 0}
	us, them := &ours{}, &theirs{root: root + "/x/y", fd: -1}
	defer us.closeFile()
	defer them.closeFile()
	var trace []string
	for range 600 {
		name, do := s.step()
		got, want := do(us), do(them)
		trace = append(trace, name+" = "+want)
		for _, look := range []func(world) string{
			func(w world) string { return w.stat("a/b", true) },
			func(w world) string { return w.stat("b", false) },
			func(w world) string { return w.list("a") },
			func(w world) string { return w.listxattr("a") },
		} {
			if got == want {
				got, want = look(us), look(them)
			}
		}
		if got != want {
			t.Errorf("%s: %q, Linux: %q\nbefore:\n%s", name, got, want, strings.Join(trace[max(0, len(trace)-25):], "\n"))
			return false
		}
	}
	return true
}
