package initrd

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"cairn/image/cpio"
	"cairn/kernel/fs/ramfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// entry is one file of a test archive.
type entry struct {
	cpio.Header
	name, data string
}

func file(name, data string) entry {
	return entry{cpio.Header{Mode: cpio.ModeRegular | 0644, MTime: 5}, name, data}
}

func dir(name string, mode uint32) entry {
	return entry{cpio.Header{Mode: cpio.ModeDir | mode, MTime: 7}, name, ""}
}

func link(name, target string) entry {
	return entry{cpio.Header{Mode: cpio.ModeSymlink | 0777}, name, target}
}

func hard(name, data string) entry {
	return entry{cpio.Header{Mode: cpio.ModeRegular | 0600, Ino: 9, NLink: 2}, name, data}
}

func archive(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := cpio.NewWriter(&b)
	for _, e := range entries {
		e.Size = uint32(len(e.data))
		if err := w.WriteHeader(&e.Header, e.name); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// place puts an archive into simulated physical memory, with an empty root file
// system, and returns where it is.
func place(t testing.TB, b []byte) mem.Range {
	t.Helper()
	mem.InitHosted(16 << 20)
	sb, err := ramfs.New("mode=0755")
	if err != nil {
		t.Fatal(err)
	}
	vfs.MountRoot(sb, "rootfs")
	f, ok := mem.AllocContiguous(len(b)/mem.PageSize + 1)
	if !ok {
		t.Fatal("no memory")
	}
	copy(mem.Physical(uint64(f), uintptr(len(b))), b)
	return mem.Range{Start: uint64(f), End: uint64(f) + uint64(len(b))}
}

func contents(t testing.TB, path string) string {
	t.Helper()
	b, err := vfs.ReadFile(path, 1<<20)
	if err != nil {
		t.Errorf("%s: %v", path, err)
	}
	return string(b)
}

func TestUnpack(t *testing.T) {
	big := strings.Repeat("0123456789abcdef", 1000)
	r := place(t, archive(t,
		dir(".", 0700), dir("usr", 0755), dir("usr/bin", 0711), link("bin", "usr/bin"),
		file("bin/tool", big), file("./etc/deep/conf", "x=1\n"), file("/abs", "a"),
		hard("h1", "linked"), hard("h2", ""),
		entry{cpio.Header{Mode: cpio.ModeChar | 0666, RDevMajor: 1, RDevMinor: 3}, "null", ""},
		file("twice", "one"), file("twice", "second"), dir("usr", 0750)))
	free := mem.Free()
	if err := Unpack(r); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/usr/bin/tool": big, "/etc/deep/conf": "x=1\n", "/abs": "a", "/h1": "linked", "/h2": "linked", "/twice": "second",
	} {
		if got := contents(t, path); got != want {
			t.Errorf("%s: %d bytes, want %d", path, len(got), len(want))
		}
	}
	for path, want := range map[string]vfs.Attr{
		"/":        {Mode: unix.S_IFDIR | 0700, Mtime: 7e9, Nlink: 4},
		"/usr":     {Mode: unix.S_IFDIR | 0750, Mtime: 7e9, Nlink: 3},
		"/h1":      {Mode: unix.S_IFREG | 0600, Nlink: 2},
		"/usr/bin": {Mode: unix.S_IFDIR | 0711, Mtime: 7e9, Nlink: 2},
		"/null":    {Mode: unix.S_IFCHR | 0666, Nlink: 1},
		"/abs":     {Mode: unix.S_IFREG | 0644, Mtime: 5e9, Nlink: 1},
	} {
		p, err := vfs.Walk(nil, vfs.Path{}, path, 0)
		if err != nil {
			t.Fatal(err)
		}
		var a vfs.Attr
		_ = p.Dentry.Inode().Stat(&a)
		if a.Mode != want.Mode || a.Mtime != want.Mtime || a.Nlink != want.Nlink {
			t.Errorf("%s: mode %o, mtime %d, %d links", path, a.Mode, a.Mtime, a.Nlink)
		}
	}
	// The large file stays where it was; the rest of the archive's frames are free.
	inPlace := uint64(len(big)+mem.PageSize-1) / mem.PageSize
	small := uint64(4) // conf, abs, h1, twice
	total := (r.End - r.Start + mem.PageSize - 1) / mem.PageSize
	if got, want := mem.Free(), free+(total-inPlace-small)*mem.PageSize; got != want {
		t.Errorf("%d frames free, want %d", got/mem.PageSize, want/mem.PageSize)
	}
}

// TestLastPage writes to the last page of a file in place, which the archive's next
// entry shares.
func TestLastPage(t *testing.T) {
	a, b := strings.Repeat("a", 5000), strings.Repeat("b", 9000)
	if err := Unpack(place(t, archive(t, file("a", a), file("b", b), file("c", "c")))); err != nil {
		t.Fatal(err)
	}
	f, err := vfs.OpenAt(nil, vfs.Path{}, "/a", unix.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Put()
	if err := f.Truncate(nil, 8192); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, "/a"); got != a+strings.Repeat("\x00", 8192-5000) {
		t.Error("the bytes after the end are not zero")
	}
	if contents(t, "/b") != b || contents(t, "/c") != "c" {
		t.Error("other files changed")
	}
}

func TestErrors(t *testing.T) {
	good := archive(t, file("first", "1"), dir("d", 0755), file("d/f", "x"))
	for _, c := range []struct {
		name string
		in   []byte
		want string
	}{
		{"garbage", []byte("not an archive"), "not a newc"},
		{"truncated", good[:len(good)/2], "truncated"},
		{"below a file", archive(t, file("first", "1"), file("first/x", "2")), "first/x"},
		{"full directory", archive(t, file("first", "1"), dir("d", 0755), file("d/f", ""), file("d", "")), "d"},
	} {
		r := place(t, c.in)
		err := Unpack(r)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if c.name != "garbage" && contents(t, "/first") != "1" {
			t.Errorf("%s: what came before is missing", c.name)
		}
	}
	if err := Unpack(mem.Range{}); err != nil {
		t.Errorf("no archive: %v", err)
	}
}

// FuzzUnpack unpacks anything: no panic, no leak of frames.
func FuzzUnpack(f *testing.F) {
	f.Add(archive(f, dir("d", 0755), file("d/f", strings.Repeat("x", 5000)), link("l", "d")))
	f.Add(archive(f, link("l", "l"), file("l/f", "x"), hard("a", "1"), hard("b", "2")))
	f.Add(archive(f, file("../../x", "1"), file("a/../b", "2"), file("d/", "3")))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 || len(b) > 1<<20 {
			return
		}
		r := place(t, b)
		free := mem.Free() + uint64(len(b)/mem.PageSize+1)*mem.PageSize
		_ = Unpack(r)
		vfs.Root().Dentry.EvictTree()
		unused := mem.PageSize * (uint64(len(b)/mem.PageSize+1) - (uint64(len(b))+mem.PageSize-1)/mem.PageSize)
		if got := mem.Free() + unused; got != free {
			t.Fatalf("%d frames free, want %d", got/mem.PageSize, free/mem.PageSize)
		}
	})
}
