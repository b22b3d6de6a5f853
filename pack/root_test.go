package pack

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cairn/image/cpio"
)

// makeTar returns an archive with one file of each kind, and a static program
// at bin/prog.
func makeTar(t *testing.T, program string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range []tar.Header{
		{Typeflag: tar.TypeDir, Name: "./bin/", Mode: 0o755},
		{Typeflag: tar.TypeReg, Name: "bin/prog", Mode: 0o755, Size: int64(len(program)), Uid: 5, Gid: 6},
		{Typeflag: tar.TypeLink, Name: "bin/hard", Linkname: "./bin/prog"},
		{Typeflag: tar.TypeSymlink, Name: "bin/soft", Linkname: "prog"},
		{Typeflag: tar.TypeChar, Name: "dev/null", Mode: 0o666, Devmajor: 1, Devminor: 3},
		{Typeflag: tar.TypeFifo, Name: "fifo", Mode: 0o600},
	} {
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			io.WriteString(w, program)
		}
	}
	w.Close()
	name := filepath.Join(t.TempDir(), "root.tar")
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestRoots gives the same root file system as a tar archive, a directory and
// a cpio archive.
func TestRoots(t *testing.T) {
	static := filepath.Join(t.TempDir(), "static")
	compile(t, static, "int main(void) { return 0; }", "-static")
	prog, err := os.ReadFile(static)
	if err != nil {
		t.Fatal(err)
	}
	tarFile := makeTar(t, string(prog))
	tree, err := New(Options{Root: tarFile, Program: "soft"})
	if err != nil {
		t.Fatal(err)
	}
	cpioFile := filepath.Join(t.TempDir(), "root.cpio")
	var b bytes.Buffer
	if _, err := tree.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cpioFile, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, root := range []string{tarFile, cpioFile} {
		tree, err := New(Options{Root: root, Program: "/bin/hard"})
		if err != nil {
			t.Errorf("%s: %v", root, err)
			continue
		}
		all := entries(t, tree)
		first, second := all["bin/hard"], all["bin/prog"]
		k1, ok := first.LinkKey()
		if k2, _ := second.LinkKey(); !ok || k1 != k2 || string(first.Data)+string(second.Data) != string(prog) {
			t.Errorf("%s: hard links are %+v and %+v", root, first.Header, second.Header)
		}
		if second.UID != 5 || second.GID != 6 {
			t.Errorf("%s: owner %d:%d", root, second.UID, second.GID)
		}
		if e := all["dev/null"]; e.Mode != cpio.ModeChar|0o666 || e.RDevMajor != 1 || e.RDevMinor != 3 {
			t.Errorf("%s: /dev/null is %+v", root, e.Header)
		}
		if e := all["fifo"]; e.Mode != cpio.ModeFIFO|0o600 {
			t.Errorf("%s: fifo is %+v", root, e.Header)
		}
	}
}

func TestRootErrors(t *testing.T) {
	root := t.TempDir()
	writeFiles(t, root, map[string]string{
		"bin/script": "#!/bin/nosh\n", "bin/text": "hello", "../" + filepath.Base(root) + ".x": "neither",
	})
	self := filepath.Join(t.TempDir(), "ls")
	compile(t, self, "int main(void) { return 0; }")
	b, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	writeFiles(t, root, map[string]string{"bin/dynamic": string(b)})
	var notIn *NotInRootError
	for program, needs := range map[string]string{
		"/bin/none": "", "none": "", "/bin/script": "/bin/nosh", "dynamic": "/lib64/ld-linux-x86-64.so.2",
	} {
		_, err := New(Options{Root: root, Program: program})
		if !errors.As(err, &notIn) || notIn.Needs != needs {
			t.Errorf("%s: %v", program, err)
		}
	}
	var notExec *NotExecutableError
	if _, err := New(Options{Root: root, Program: "/bin/text"}); !errors.As(err, &notExec) {
		t.Errorf("text: %v", err)
	}
	if _, err := New(Options{Root: root + ".x", Program: "x"}); err == nil || !strings.Contains(err.Error(), "neither a directory") {
		t.Errorf("no archive: %v", err)
	}
	if _, err := New(Options{Root: root + "/none", Program: "x"}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no root: %v", err)
	}
}

// FuzzArchive reads archives and writes what was in them.
func FuzzArchive(f *testing.F) {
	var b bytes.Buffer
	if _, err := newTree(nil).WriteTo(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	b.Reset()
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: "a/../b", Linkname: "b", Typeflag: tar.TypeSymlink}); err != nil {
		f.Fatal(err)
	}
	w.Close()
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		tree := newTree(nil)
		var err error
		if isTar(b) {
			err = tree.addTar(b)
		} else {
			err = tree.addCPIO(b)
		}
		if err != nil {
			return
		}
		tree.addBase()
		var out bytes.Buffer
		if _, err := tree.WriteTo(&out); err != nil {
			return // a name that cannot be written
		}
		if err := newTree(nil).addCPIO(out.Bytes()); err != nil {
			t.Error("what was written cannot be read: ", err)
		}
	})
}
