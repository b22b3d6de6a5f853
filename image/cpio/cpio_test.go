package cpio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// file is one entry for tests.
type file struct {
	Header
	name, data string
}

// write makes an archive of files.
func write(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	for _, f := range files {
		f.Size = uint32(len(f.data))
		if err := w.WriteHeader(&f.Header, f.name); err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		if _, err := io.WriteString(w, f.data); err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readAll returns all entries of an archive.
func readAll(b []byte) ([]Entry, error) {
	var all []Entry
	r := NewReader(b)
	for {
		e, err := r.Next()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, e)
	}
}

func dir(name string) file { return file{Header{Mode: ModeDir | 0o755}, name, ""} }

func regular(name string, size int) file {
	return file{Header{Mode: ModeRegular | 0o644}, name, strings.Repeat("x", size)}
}

func TestRoundTrip(t *testing.T) {
	in := []file{
		dir("."),
		{Header{Mode: ModeRegular | 0o4755, UID: 1, GID: 2, MTime: 3, NLink: 2, Ino: 1 << 31}, "a", "hello"},
		{Header{Mode: ModeSymlink | 0o777}, "link", "a"},
		{Header{Mode: ModeChar | 0o666, RDevMajor: 1, RDevMinor: 3}, "null", ""},
		regular("big", 5000),
		regular("empty", 0),
	}
	out, err := readAll(write(t, in...))
	if err != nil {
		t.Fatal(err)
	}
	if len(out) != len(in) {
		t.Fatalf("%d entries, want %d", len(out), len(in))
	}
	for i, f := range in {
		e := out[i]
		if string(e.Name) != f.name || string(e.Data) != f.data {
			t.Errorf("entry %d: %q with %d bytes, want %q with %d", i, e.Name, len(e.Data), f.name, len(f.data))
		}
		if e.Mode != f.Mode || e.UID != f.UID || e.GID != f.GID || e.MTime != f.MTime ||
			e.RDevMajor != f.RDevMajor || e.RDevMinor != f.RDevMinor {
			t.Errorf("%s: header %+v, want %+v", f.name, e.Header, f.Header)
		}
	}
	if a, ok := out[1].LinkKey(); !ok || a.ino != 1<<31 {
		t.Errorf("LinkKey of a hard link: %+v, %v", a, ok)
	}
	if _, ok := out[4].LinkKey(); ok {
		t.Error("LinkKey of a file with one name")
	}
}

// TestAlignment writes large files at every possible offset within a page.
func TestAlignment(t *testing.T) {
	for lead := 0; lead < 4096; lead += 4 {
		b := write(t, dir("some/dir"), regular("x", lead), regular("usr/lib/libc.so.6", 4096), regular("y", 4097))
		all, err := readAll(b)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			if len(e.Data) < PageSize {
				continue
			}
			if e.DataAt%PageSize != 0 || &b[e.DataAt] != &e.Data[0] {
				t.Fatalf("lead %d: data of %s at offset %d", lead, e.Name, e.DataAt)
			}
			if nameSize, _ := parseHex(b[e.Offset+94 : e.Offset+102]); nameSize > maxName {
				t.Fatalf("lead %d: name of %s has %d bytes", lead, e.Name, nameSize)
			}
		}
	}
}

func TestConcatenated(t *testing.T) {
	one, two := write(t, regular("a", 1)), write(t, regular("b", 2))
	odd := append(bytes.TrimRight(bytes.Clone(one), "\x00"), 0) // no padding behind the trailer, odd length
	for _, b := range [][]byte{
		append(append([]byte{}, one...), two...),
		append(append(append([]byte{}, one...), make([]byte, 1024)...), two...),
		append(append([]byte{}, odd...), two...),
		append(make([]byte, 512), append(one, two...)...),
	} {
		all, err := readAll(b)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != 2 || string(all[0].Name) != "a" || string(all[1].Data) != "xx" || all[1].Archive != 1 {
			t.Errorf("got %+v", all)
		}
	}
}

func TestErrors(t *testing.T) {
	good := write(t, regular("name", 10))
	change := func(at int, s string) []byte {
		b := bytes.Clone(good)
		copy(b[at:], s)
		return b
	}
	for _, c := range []struct {
		name string
		in   []byte
		want string
	}{
		{"odc", []byte("070707000000"), "odc"},
		{"gzip", []byte("\x1f\x8b\x08"), "gzip"},
		{"text", []byte("hello"), "offset 0: not a newc"},
		{"no trailer", good[:128], "offset 128: truncated"},
		{"cut name", good[:112], "truncated in a file name"},
		{"cut data", good[:120], "truncated in the data of name"},
		{"bad digit", change(54, "xyz"), "offset 54: a header field"},
		{"no name", change(94, "00000000"), "without a name"},
		{"huge name", change(94, "ffffffff"), "truncated in a file name"},
		{"huge file", change(54, "ffffffff"), "truncated in the data"},
		{"no NUL", change(94, "00000004"), "terminating NUL"},
		{"checksum", change(5, "2"), "wrong checksum"},
		{"second entry", change(128, "07070x"), "offset 128: not a newc"},
	} {
		_, err := readAll(c.in)
		var fe *FormatError
		if !errors.As(err, &fe) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if all, err := readAll(nil); err != nil || all != nil {
		t.Errorf("empty archive: %v, %v", all, err)
	}
}

func TestCRC(t *testing.T) {
	b := write(t, regular("name", 10))
	copy(b[5:], "2")
	copy(b[102:], fmt.Sprintf("%08X", 10*'x'))
	copy(b[bytes.LastIndex(b, []byte(magicNewc))+5:], "2")
	if _, err := readAll(b); err != nil {
		t.Error(err)
	}
}

func TestWriterMisuse(t *testing.T) {
	w := NewWriter(io.Discard)
	for _, name := range []string{"", "a\x00b", TrailerName, strings.Repeat("n", 4096)} {
		if err := w.WriteHeader(&Header{}, name); err != ErrName {
			t.Errorf("name %q: %v", name, err)
		}
	}
	if err := w.WriteHeader(&Header{Mode: ModeRegular, Size: 2}, "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("abc")); err != ErrTooLong {
		t.Errorf("too much data: %v", err)
	}
	if err := w.Close(); err != ErrIncomplete {
		t.Errorf("missing data: %v", err)
	}
	if _, err := w.Write([]byte("ab")); err != nil {
		t.Error(err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if err := w.WriteHeader(&Header{}, "b"); err != ErrClosed {
		t.Errorf("write after close: %v", err)
	}
}

// TestGNUReads has GNU cpio list and extract an archive with padded names.
func TestGNUReads(t *testing.T) {
	cpio := tool(t)
	b := write(t, dir("d"), regular("d/small", 3), regular("d/large", 10000), regular("d/odd", 4097))
	list := run(t, t.TempDir(), b, cpio, "-t")
	if list != "d\nd/small\nd/large\nd/odd\n" {
		t.Errorf("cpio -t printed %q", list)
	}
	out := t.TempDir()
	run(t, out, b, cpio, "-i")
	for name, size := range map[string]int{"d/small": 3, "d/large": 10000, "d/odd": 4097} {
		if got, err := os.ReadFile(filepath.Join(out, name)); err != nil || len(got) != size {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

// TestReadsGNU reads an archive with hard links that GNU cpio made.
func TestReadsGNU(t *testing.T) {
	cpio := tool(t)
	d := t.TempDir()
	if err := os.WriteFile(filepath.Join(d, "one"), []byte("data"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(filepath.Join(d, "one"), filepath.Join(d, "two")); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"newc", "crc"} {
		b := run(t, d, []byte("one\ntwo\n"), cpio, "-o", "-H", format)
		all, err := readAll([]byte(b))
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		if len(all) != 2 {
			t.Fatalf("%s: %d entries", format, len(all))
		}
		k1, ok1 := all[0].LinkKey()
		k2, ok2 := all[1].LinkKey()
		if !ok1 || !ok2 || k1 != k2 {
			t.Errorf("%s: keys %v %v", format, k1, k2)
		}
		if string(all[0].Data)+string(all[1].Data) != "data" {
			t.Errorf("%s: data %q and %q", format, all[0].Data, all[1].Data)
		}
	}
}

// tool finds GNU cpio.
func tool(t *testing.T) string {
	path, err := exec.LookPath("cpio")
	if err != nil {
		t.Skip("cpio is not installed")
	}
	return path
}

// run executes a command in dir and returns its output.
func run(t *testing.T, dir string, in []byte, name string, arg ...string) string {
	t.Helper()
	c := exec.Command(name, arg...)
	c.Dir = dir
	c.Stdin = bytes.NewReader(in)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %v: %v", name, arg, err)
	}
	return string(out)
}

func FuzzReader(f *testing.F) {
	f.Add(write(f, dir("d"), regular("d/f", 5000)))
	f.Add(write(f, file{Header{Mode: ModeSymlink}, "l", "target"}))
	f.Add([]byte("070702"))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := readAll(b)
		var fe *FormatError
		if err != nil && (!errors.As(err, &fe) || fe.Offset > len(b)) {
			t.Fatalf("error %v of an archive of %d bytes", err, len(b))
		}
		last := -1
		for _, e := range all {
			if e.Offset <= last || len(e.Data) != int(e.Size) || bytes.IndexByte(e.Name, 0) >= 0 {
				t.Fatalf("bad entry %+v", e.Header)
			}
			last = e.Offset
		}
	})
}
