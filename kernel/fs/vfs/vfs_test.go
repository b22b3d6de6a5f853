package vfs_test

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"cairn/kernel/fs/ramfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

var none vfs.Path

// setUp gives the test an empty tree.
func setUp(t testing.TB) {
	t.Helper()
	mem.InitHosted(16 << 20)
	sb, err := ramfs.New("mode=0755")
	if err != nil {
		t.Fatal(err)
	}
	vfs.MountRoot(sb, "tmpfs")
}

// as makes everything that follows in the test the work of a user without
// capabilities.
func as(t testing.TB, uid, gid uint32, groups ...uint32) {
	t.Helper()
	old := vfs.CredOf
	c := &vfs.Cred{UID: uid, GID: gid, RUID: uid, RGID: gid, Groups: groups}
	vfs.CredOf = func(*task.Task) *vfs.Cred { return c }
	t.Cleanup(func() { vfs.CredOf = old })
}

// tree makes files as "path mode uid gid"; directories end with a slash.
func tree(t testing.TB, specs ...string) {
	t.Helper()
	for _, s := range specs {
		var path string
		var mode, uid, gid uint32
		if _, err := fmt.Sscanf(s, "%s %o %d %d", &path, &mode, &uid, &gid); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		var err error
		if strings.HasSuffix(path, "/") {
			err = vfs.Mkdir(nil, none, path, 0755)
		} else {
			err = vfs.Mknod(nil, none, path, unix.S_IFREG|0644, 0)
		}
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		p, err := vfs.Walk(nil, none, path, 0)
		if err != nil {
			t.Fatal(err)
		}
		p.Dentry.Inode().SetOwner(uid, gid)
		p.Dentry.Inode().SetMode(mode)
	}
}

func open(path string, flags int) error {
	f, err := vfs.OpenAt(nil, none, path, flags, 0600)
	if err == nil {
		f.Put()
	}
	return err
}

// at calls do with what is at a path.
func at(path string, do func(vfs.Path) error) error {
	p, err := vfs.Walk(nil, none, path, 0)
	if err != nil {
		return err
	}
	return do(p)
}

func TestPermissions(t *testing.T) {
	setUp(t)
	tree(t, "/mine/ 0755 1000 1000", "/mine/f 0600 1000 1000", "/mine/ro 0400 1000 1000", "/mine/none 0077 1000 1000",
		"/group/ 0770 0 50", "/group/f 0640 0 50", "/root/ 0700 0 0", "/root/f 0666 0 0", "/sticky/ 01777 0 0",
		"/sticky/theirs 0666 7 7", "/sticky/mine 0600 1000 1000", "/x 0711 0 0", "/dir/ 0755 0 0", "/dir/f 0644 0 0", "/sgid/ 02777 0 77")
	as(t, 1000, 1000, 50)
	now := vfs.NewTime{Now: true}
	for i, c := range []struct {
		got, want error
	}{
		0:  {open("/mine/f", unix.O_RDWR), nil},
		1:  {open("/mine/ro", unix.O_WRONLY), unix.EACCES},
		2:  {open("/mine/ro", unix.O_RDONLY|unix.O_TRUNC), unix.EACCES},
		3:  {open("/mine/none", unix.O_RDONLY), unix.EACCES}, // the owner's bits count, not the others'
		4:  {open("/group/f", unix.O_RDONLY), nil},
		5:  {open("/group/f", unix.O_WRONLY), unix.EACCES},
		6:  {open("/group/new", unix.O_CREAT|unix.O_WRONLY), nil},
		7:  {open("/root/f", unix.O_RDONLY), unix.EACCES},
		8:  {open("/dir/new", unix.O_CREAT|unix.O_WRONLY), unix.EACCES},
		9:  {open("/dir/f", unix.O_CREAT|unix.O_RDONLY), nil},
		10: {vfs.Unlink(nil, none, "/sticky/theirs"), unix.EPERM},
		11: {vfs.Rename(nil, none, "/sticky/theirs", none, "/mine/x", 0), unix.EPERM},
		12: {vfs.Rename(nil, none, "/mine/f", none, "/sticky/theirs", 0), unix.EPERM},
		13: {vfs.Unlink(nil, none, "/sticky/mine"), nil},
		14: {vfs.Unlink(nil, none, "/dir/f"), unix.EACCES},
		15: {vfs.Mkdir(nil, none, "/dir/new", 0700), unix.EACCES},
		16: {vfs.Mkdir(nil, none, "/dir/f", 0700), unix.EEXIST},
		17: {vfs.Mknod(nil, none, "/mine/dev", unix.S_IFCHR|0600, 0), unix.EPERM},
		18: {vfs.Mknod(nil, none, "/mine/fifo", unix.S_IFIFO|0600, 0), nil},
		19: {at("/dir/f", func(p vfs.Path) error { return vfs.Chmod(nil, p, 0777) }), unix.EPERM},
		20: {at("/mine/f", func(p vfs.Path) error { return vfs.Chown(nil, p, 0, vfs.Unchanged) }), unix.EPERM},
		21: {at("/mine/f", func(p vfs.Path) error { return vfs.Chown(nil, p, 1000, 50) }), nil},
		22: {at("/mine/f", func(p vfs.Path) error { return vfs.Chown(nil, p, 1000, 51) }), unix.EPERM},
		23: {at("/dir/f", func(p vfs.Path) error { return vfs.Utimens(nil, p, now, now) }), unix.EACCES},
		24: {at("/sticky/theirs", func(p vfs.Path) error { return vfs.Utimens(nil, p, now, now) }), nil},
		25: {at("/sticky/theirs", func(p vfs.Path) error { return vfs.Utimens(nil, p, vfs.NewTime{}, now) }), unix.EPERM},
		26: {open("/dir/f", unix.O_RDONLY|unix.O_NOATIME), unix.EPERM},
		27: {at("/dir/f", func(p vfs.Path) error { return vfs.SetXattr(nil, p, "trusted.x", nil, 0) }), unix.EPERM},
		28: {at("/dir/f", func(p vfs.Path) error { return vfs.SetXattr(nil, p, "user.x", nil, 0) }), unix.EACCES},
		29: {at("/dir/f", func(p vfs.Path) error { return vfs.Truncate(nil, p, 0) }), unix.EACCES},
		30: {at("/root", func(p vfs.Path) error { return p.Access(vfs.CredOf(nil), vfs.MayRead) }), unix.EACCES},
		31: {vfs.Rename(nil, none, "/dir", none, "/mine/dir", 0), unix.EACCES},
	} {
		if c.got != c.want {
			t.Errorf("%d: %v, want %v", i, c.got, c.want)
		}
	}
	if err := open("/sgid/f", unix.O_CREAT|unix.O_WRONLY); err != nil {
		t.Fatal(err)
	}
	if p, _ := vfs.Walk(nil, none, "/sgid/f", 0); p.Dentry.Inode().GID() != 77 || p.Dentry.Inode().UID() != 1000 {
		t.Error("a file in a set-group-ID directory has another group")
	}
}

// TestSetIDLost writes to a set-user-ID program without CAP_FSETID.
func TestSetIDLost(t *testing.T) {
	setUp(t)
	tree(t, "/f 06777 0 0", "/nox 02666 0 0")
	as(t, 1000, 1000)
	for path, want := range map[string]uint32{"/f": 0777, "/nox": 02666} {
		f, err := vfs.OpenAt(nil, none, path, unix.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(nil, vm.NewBuffer([]byte("x"))); err != nil {
			t.Fatal(err)
		}
		if got := f.Inode().Mode() & 07777; got != want {
			t.Errorf("%s: mode %o, want %o", path, got, want)
		}
		f.Put()
	}
}

func TestTextBusy(t *testing.T) {
	setUp(t)
	tree(t, "/prog 0755 0 0")
	w, err := vfs.OpenAt(nil, none, "/prog", unix.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	i := w.Inode()
	if err := i.DenyWrite(); err != unix.ETXTBSY {
		t.Errorf("run a file that is open for writing: %v", err)
	}
	w.Put()
	if err := i.DenyWrite(); err != nil {
		t.Fatal(err)
	}
	for _, flags := range []int{unix.O_WRONLY, unix.O_RDWR, unix.O_RDONLY | unix.O_TRUNC} {
		if err := open("/prog", flags); err != unix.ETXTBSY {
			t.Errorf("open a running program with %#x: %v", flags, err)
		}
	}
	if err := at("/prog", func(p vfs.Path) error { return vfs.Truncate(nil, p, 0) }); err != unix.ETXTBSY {
		t.Errorf("truncate a running program: %v", err)
	}
	i.AllowWrite()
	if err := open("/prog", unix.O_WRONLY); err != nil {
		t.Errorf("after its end: %v", err)
	}
}

// TestCreateWhileRemoved opens a file with O_CREAT while it is removed again and again: it is always there, or made.
func TestCreateWhileRemoved(t *testing.T) {
	setUp(t)
	const rounds = 20000
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range rounds {
				f, err := vfs.OpenAt(nil, none, "/f", unix.O_CREAT|unix.O_RDWR, 0o600)
				if err != nil {
					t.Errorf("open: %v", err)
					return
				}
				f.Put()
			}
		})
		wg.Go(func() {
			for range rounds {
				if err := vfs.Unlink(nil, none, "/f"); err != nil && err != unix.ENOENT {
					t.Errorf("unlink: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestMounts(t *testing.T) {
	setUp(t)
	tree(t, "/mnt/ 0755 0 0", "/mnt/hidden 0644 0 0", "/file 0644 0 0", "/src/ 0755 0 0", "/src/f 0644 0 0", "/bind/ 0755 0 0")
	if err := vfs.MountDir("/mnt", "tmpfs", "one", "size=1m", unix.MS_RDONLY); err != nil {
		t.Fatal(err)
	}
	src, _ := vfs.Walk(nil, none, "/src", 0)
	dst, _ := vfs.Walk(nil, none, "/bind", 0)
	if _, err := vfs.MountAt(dst, src.Mount.SB, src.Dentry, "x", unix.MS_NOEXEC); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string][2]error{
		"hidden":          {open("/mnt/hidden", unix.O_RDONLY), unix.ENOENT},
		"read-only":       {open("/mnt/new", unix.O_CREAT|unix.O_RDWR), unix.EROFS},
		"mkdir":           {vfs.Mkdir(nil, none, "/mnt/d", 0700), unix.EROFS},
		"rmdir":           {vfs.Rmdir(nil, none, "/mnt"), unix.EBUSY},
		"rename mount":    {vfs.Rename(nil, none, "/mnt", none, "/other", 0), unix.EBUSY},
		"rename across":   {vfs.Rename(nil, none, "/file", none, "/mnt/file", 0), unix.EXDEV},
		"link across":     {at("/file", func(p vfs.Path) error { return vfs.Link(nil, p, none, "/bind/l") }), unix.EXDEV},
		"bind":            {open("/bind/f", unix.O_RDONLY), nil},
		"noexec":          {at("/bind/f", func(p vfs.Path) error { return p.Access(vfs.CredOf(nil), vfs.MayExec) }), unix.EACCES},
		"unknown type":    {vfs.MountDir("/x", "nothing", "", "", 0), unix.ENODEV},
		"bad option":      {vfs.MountDir("/x", "tmpfs", "", "huh", 0), unix.EINVAL},
		"not a mount":     {at("/src", func(p vfs.Path) error { return vfs.Unmount(p, false) }), unix.EINVAL},
		"root":            {at("/", func(p vfs.Path) error { return vfs.Unmount(p, false) }), unix.EINVAL},
		"file on a mount": {at("/file", func(p vfs.Path) error { return vfs.MountNew(p, "tmpfs", "", "", 0) }), unix.ENOTDIR},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %v, want %v", what, c[0], c[1])
		}
	}
	f, err := vfs.OpenAt(nil, none, "/bind/f", unix.O_RDONLY, 0)
	if err != nil || f.Path() != "/bind/f" {
		t.Fatalf("path %q, %v", f.Path(), err)
	}
	if p, _ := vfs.Walk(nil, none, "/bind/../mnt/../bind/./..", 0); p != vfs.Root() {
		t.Errorf("dots across mounts lead to %s", p)
	}
	bind, _ := vfs.Walk(nil, none, "/bind", 0)
	if err := vfs.Unmount(bind, false); err != unix.EBUSY {
		t.Errorf("unmount with an open file: %v", err)
	}
	f.Put()
	if err := vfs.Unmount(bind, false); err != nil {
		t.Errorf("unmount: %v", err)
	}
	if err := at("/mnt", func(p vfs.Path) error { return vfs.Unmount(p, true) }); err != nil {
		t.Errorf("lazy unmount: %v", err)
	}
	if err := open("/mnt/hidden", unix.O_RDONLY); err != nil {
		t.Errorf("after unmount: %v", err)
	}
	if n := len(vfs.Mounts()); n != 1 {
		t.Errorf("%d mounts are left", n)
	}
}

func TestChrootStopsDots(t *testing.T) {
	setUp(t)
	tree(t, "/jail/ 0755 0 0", "/jail/in 0644 0 0", "/out 0644 0 0")
	jail, _ := vfs.Walk(nil, none, "/jail", 0)
	fs := vfs.FSOf(nil)
	fs.SetRoot(jail)
	fs.SetCwd(jail)
	for path, want := range map[string]error{"/in": nil, "/../../in": nil, "../out": unix.ENOENT, "/out": unix.ENOENT} {
		if err := open(path, unix.O_RDONLY); err != want {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	if s, below := vfs.Root().From(jail); below {
		t.Errorf("the root of the tree is seen as %s", s)
	}
}

func TestFlock(t *testing.T) {
	setUp(t)
	tree(t, "/f 0644 0 0")
	var f [3]*vfs.File
	for i := range f {
		f[i], _ = vfs.OpenAt(nil, none, "/f", unix.O_RDWR, 0)
	}
	for i, c := range []struct {
		file, op int
		want     error
	}{
		{0, unix.LOCK_SH, nil}, {1, unix.LOCK_SH | unix.LOCK_NB, nil}, {2, unix.LOCK_EX, unix.EAGAIN}, {1, unix.LOCK_UN, nil},
		{0, unix.LOCK_EX, nil}, {1, unix.LOCK_SH, unix.EAGAIN}, {0, unix.LOCK_EX, nil}, {0, 0, unix.EINVAL},
	} {
		if err := f[c.file].Flock(c.op, 1); err != c.want {
			t.Errorf("%d: %v, want %v", i, err, c.want)
		}
	}
	f[0].Put()
	if err := f[2].Flock(unix.LOCK_EX, 1); err != nil {
		t.Errorf("after the holder's close: %v", err)
	}
	f[1].Put()
	f[2].Put()
}

func TestRangeLocks(t *testing.T) {
	setUp(t)
	tree(t, "/f 0644 0 0")
	f, _ := vfs.OpenAt(nil, none, "/f", unix.O_RDWR, 0)
	defer f.Put()
	ro, _ := vfs.OpenAt(nil, none, "/f", unix.O_RDONLY, 0)
	defer ro.Put()
	lock := func(owner string, typ int16, start, end int64) error {
		return f.SetLock(vfs.Lock{Type: typ, Start: start, End: end, PID: 1, Owner: owner}, false)
	}
	const r, w, u = unix.F_RDLCK, unix.F_WRLCK, unix.F_UNLCK
	const all = math.MaxInt64
	for i, c := range []struct{ got, want error }{
		0:  {lock("a", w, 0, 99), nil},
		1:  {lock("b", r, 50, 60), unix.EAGAIN},
		2:  {lock("b", w, 100, all), nil},
		3:  {lock("a", u, 40, 59), nil},
		4:  {lock("b", r, 40, 59), nil},
		5:  {lock("a", r, 40, 59), nil},
		6:  {lock("a", w, 40, 59), unix.EAGAIN},
		7:  {lock("c", r, 39, 39), unix.EAGAIN},
		8:  {lock("c", r, 45, 50), nil},
		9:  {lock("b", u, 0, all), nil},
		10: {lock("c", u, 0, all), nil},
		11: {lock("a", w, 0, all), nil},
		12: {ro.SetLock(vfs.Lock{Type: w, End: all, Owner: "z"}, false), unix.EBADF},
	} {
		if c.got != c.want {
			t.Errorf("%d: %v, want %v", i, c.got, c.want)
		}
	}
	if got := len(f.Inode().Locks()); got != 1 {
		t.Errorf("%d locks, want one that was joined", got)
	}
	if got := f.GetLock(vfs.Lock{Type: r, Start: 5, End: 6, Owner: "b"}); got.Type != w || got.Start != 0 || got.End != all || got.PID != 1 {
		t.Errorf("in the way: %+v", got)
	}
	f.ReleaseLocks("a")
	if got := f.GetLock(vfs.Lock{Type: w, Start: 5, End: 6, Owner: "b"}); got.Type != u {
		t.Errorf("in the way after release: %+v", got)
	}
}

func TestDeadlock(t *testing.T) {
	setUp(t)
	tree(t, "/f 0644 0 0")
	f, _ := vfs.OpenAt(nil, none, "/f", unix.O_RDWR, 0)
	defer f.Put()
	lock := func(owner string, at int64) error {
		return f.SetLock(vfs.Lock{Type: unix.F_WRLCK, Start: at, End: at, Owner: owner}, true)
	}
	for i, c := range []struct{ got, want error }{
		{lock("a", 1), nil}, {lock("b", 2), nil}, {lock("c", 3), nil},
		{lock("a", 2), unix.EAGAIN}, {lock("b", 3), unix.EAGAIN}, {lock("c", 1), unix.EDEADLK},
	} {
		if c.got != c.want {
			t.Errorf("%d: %v, want %v", i, c.got, c.want)
		}
	}
	vfs.StopWaiting("b")
	if err := lock("c", 1); err != unix.EAGAIN {
		t.Errorf("when the circle is open: %v", err)
	}
	vfs.StopWaiting("a")
	vfs.StopWaiting("c")

	// Who waited for what has been given up does not wait any more.
	f.ReleaseLocks("b")
	f.ReleaseLocks("c")
	for i, c := range []struct{ got, want error }{
		{lock("b", 2), nil}, {lock("a", 2), unix.EAGAIN},
		{f.SetLock(vfs.Lock{Type: unix.F_UNLCK, Start: 2, End: 2, Owner: "b"}, false), nil}, {lock("b", 1), unix.EAGAIN},
	} {
		if c.got != c.want {
			t.Errorf("%d: %v, want %v", i, c.got, c.want)
		}
	}
	vfs.StopWaiting("b")
	if n := len(vfs.AllLocks()); n != 1 {
		t.Errorf("%d locks, want one", n)
	}
	f.ReleaseLocks("a")
	if n := len(vfs.AllLocks()); n != 0 {
		t.Errorf("%d locks, want none", n)
	}
}

// TestConcurrentRenames moves directories around from several goroutines, while others
// walk: no deadlock, no lost name, no circle.
func TestConcurrentRenames(t *testing.T) {
	setUp(t)
	dirs := []string{"/a", "/b", "/a/c", "/b/d", "/a/c/e"}
	for _, d := range dirs {
		if _, err := vfs.MkdirAll(d); err != nil {
			t.Fatal(err)
		}
	}
	names := []string{"/a", "/b", "/a/c", "/b/c", "/a/d", "/b/d", "/a/c/e", "/b/d/e", "/c", "/e", "/a/b", "/b/a"}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 3000 {
				from, to := names[(i*7+g*3)%len(names)], names[(i*5+g*11)%len(names)]
				flags := uint(0)
				if i%3 == 0 {
					flags = unix.RENAME_EXCHANGE
				}
				switch i % 4 {
				case 0, 1, 2:
					_ = vfs.Rename(nil, none, from, none, to, flags)
				default:
					if p, err := vfs.Walk(nil, none, from+"/..", 0); err == nil {
						_ = p.String()
					}
				}
			}
		}()
	}
	wg.Wait()
	if n := countDirs(t, "/", 0); n > len(dirs)+1 {
		t.Errorf("%d directories, there were %d", n, len(dirs)+1)
	}
}

type nameList []string

func (l *nameList) Add(name string, _ uint64, _ int64, _ uint8) bool {
	*l = append(*l, name)
	return true
}

// countDirs counts the directories below path, and fails if they do not end.
func countDirs(t *testing.T, path string, depth int) int {
	if depth > 10 {
		t.Fatal("directories form a circle")
	}
	f, err := vfs.OpenAt(nil, none, path, unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Put()
	var l nameList
	if err := f.Readdir(nil, &l); err != nil {
		t.Fatal(err)
	}
	n := 1
	for _, name := range l[2:] {
		n += countDirs(t, strings.TrimSuffix(path, "/")+"/"+name, depth+1)
	}
	return n
}

// FuzzWalk resolves any path in a small tree.
func FuzzWalk(f *testing.F) {
	for _, s := range []string{"/a/../l/f", "l//f/", "loop", "abs/./..", "", "/", "a/l2/f/x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		setUp(t)
		tree(t, "/a/ 0755 0 0", "/a/f 0644 0 0")
		for to, target := range map[string]string{"/l": "a/", "/loop": "loop/", "/abs": "/a", "/a/l2": "../l", "/a/up": "../../.."} {
			if err := vfs.Symlink(nil, target, none, to); err != nil {
				t.Fatal(err)
			}
		}
		p, err := vfs.Walk(nil, none, path, vfs.Follow)
		if err != nil {
			if _, ok := err.(unix.Errno); !ok {
				t.Fatalf("error %v", err)
			}
			return
		}
		if again, err := vfs.Walk(nil, none, p.String(), 0); err != nil || again != p {
			t.Fatalf("%q leads to %s, which leads elsewhere: %v", path, p, err)
		}
	})
}

// TestNoAllocation walks a path whose names are in memory.
func TestNoAllocation(t *testing.T) {
	setUp(t)
	tree(t, "/usr/ 0755 0 0", "/usr/lib/ 0755 0 0", "/usr/lib/f 0644 0 0")
	if err := vfs.Symlink(nil, "usr/lib", none, "/lib"); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() {
		if _, err := vfs.Walk(nil, none, "/lib/../lib/f", vfs.Follow); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
