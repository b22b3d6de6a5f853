package pack

import (
	"bytes"
	"debug/elf"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"cairn/image/cpio"
)

// entries packs a tree and returns what is in the archive.
func entries(t *testing.T, tree *Tree) map[string]cpio.Entry {
	t.Helper()
	var b bytes.Buffer
	n, err := tree.WriteTo(&b)
	if err != nil {
		t.Fatal(err)
	}
	if n != int64(b.Len()) {
		t.Errorf("WriteTo says %d bytes and wrote %d", n, b.Len())
	}
	all := make(map[string]cpio.Entry)
	r := cpio.NewReader(b.Bytes())
	for {
		e, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if dir := all[filepath.Dir(string(e.Name))]; string(e.Name) != "." && dir.Type() != cpio.ModeDir {
			t.Errorf("%s comes before its directory", e.Name)
		}
		all[string(e.Name)] = e
	}
}

// compile builds a C program; the test is skipped without a compiler.
func compile(t *testing.T, out, source string, flags ...string) {
	t.Helper()
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		t.Skip("gcc is not installed")
	}
	c := exec.Command(gcc, append([]string{"-x", "c", "-", "-o", out}, flags...)...)
	c.Stdin = strings.NewReader(source)
	if msg, err := c.CombinedOutput(); err != nil {
		t.Skipf("gcc: %v\n%s", err, msg)
	}
}

// writeFiles makes files, with directories above them.
func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDynamic packs a program with a library found through $ORIGIN and runs it
// in what was packed.
func TestDynamic(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "lib"), 0o755); err != nil {
		t.Fatal(err)
	}
	lib, prog := filepath.Join(dir, "lib/libx.so.1.0"), filepath.Join(dir, "prog")
	compile(t, lib, "int x(void) { return 42; }", "-shared", "-fPIC", "-Wl,-soname,libx.so.1")
	if err := os.Symlink("libx.so.1.0", filepath.Join(dir, "lib/libx.so.1")); err != nil {
		t.Fatal(err)
	}
	compile(t, prog, "int x(void); int main(void) { return x(); }", lib, "-Wl,-rpath,$ORIGIN/lib")
	tree, err := New(Options{Program: prog, Argv: []string{"name", "", "a b"}, Env: []string{"A=1"}})
	if err != nil {
		t.Fatal(err)
	}
	all := entries(t, tree)
	for _, name := range []string{prog, lib, filepath.Join(dir, "lib/libx.so.1"), "/etc/passwd", "/tmp", "/proc", "/etc/ld.so.cache"} {
		if _, ok := all[name[1:]]; !ok {
			t.Errorf("%s is missing", name)
		}
	}
	if e := all[dir[1:]+"/lib/libx.so.1"]; e.Type() != cpio.ModeSymlink || string(e.Data) != "libx.so.1.0" {
		t.Errorf("the library's link is %+v", e)
	}
	for name, want := range map[string]string{
		".cairn/program": prog, ".cairn/argv": "name\x00\x00a b\x00", ".cairn/env": "A=1\x00",
	} {
		if got := string(all[name].Data); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if e := all["tmp"]; e.Mode != cpio.ModeDir|0o1777 {
		t.Errorf("/tmp has mode %o", e.Mode)
	}
	if os.Getuid() == 0 {
		runIn(t, tree, prog, 42)
	}
	if err := os.Remove(lib); err != nil {
		t.Fatal(err)
	}
	var missing *MissingLibraryError
	if _, err := New(Options{Program: prog}); !errors.As(err, &missing) || missing.Library != "libx.so.1" || missing.NeededBy != prog {
		t.Errorf("without the library: %v", err)
	}
}

// runIn extracts a tree and runs a program with it as its root directory.
func runIn(t *testing.T, tree *Tree, program string, status int) {
	t.Helper()
	root := t.TempDir()
	gnu, err := exec.LookPath("cpio")
	if err != nil {
		t.Skip("cpio is not installed")
	}
	var b bytes.Buffer
	if _, err := tree.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(gnu, "-id", "--quiet")
	c.Dir, c.Stdin = root, &b
	if msg, err := c.CombinedOutput(); err != nil {
		t.Fatalf("cpio: %v\n%s", err, msg)
	}
	c = exec.Command(program)
	c.Dir, c.SysProcAttr = "/", &syscall.SysProcAttr{Chroot: root}
	var exit *exec.ExitError
	if msg, err := c.CombinedOutput(); !errors.As(err, &exit) || exit.ExitCode() != status {
		t.Errorf("%s in the packed root: %v, want status %d\n%s", program, err, status, msg)
	}
}

func TestHostErrors(t *testing.T) {
	dir := t.TempDir()
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	arm := bytes.Clone(self)
	arm[18] = byte(elf.EM_AARCH64)
	writeFiles(t, dir, map[string]string{
		"text": "hello", "script": "#!/no/such/shell -x\n", "env": "#!/usr/bin/env no-such-program\n",
		"arm": string(arm), "short": string(self[:40]), "plain": "", "nested": "#!" + dir + "/script\n",
	})
	if err := os.Chmod(filepath.Join(dir, "plain"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		program string
		want    any
		text    string
	}{
		{"no-such-program", new(*NotFoundError), "not found in PATH"},
		{dir + "/none", new(*NotFoundError), "no such file"},
		{dir, new(*NotExecutableError), "directory"},
		{dir + "/plain", new(*NotExecutableError), "chmod"},
		{dir + "/text", new(*NotExecutableError), "neither an ELF"},
		{dir + "/short", new(*NotExecutableError), "damaged"},
		{dir + "/arm", new(*ArchError), "is for 64-bit AARCH64"},
		{dir + "/script", new(*MissingInterpreterError), "/no/such/shell"},
		{dir + "/nested", new(*MissingInterpreterError), "/no/such/shell"},
		{dir + "/env", new(*MissingInterpreterError), "no-such-program"},
	} {
		_, err := New(Options{Program: c.program})
		if err == nil || !errors.As(err, c.want) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, want %T with %q", c.program, err, c.want, c.text)
		}
	}
}

func TestScripts(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"inner": "#! /bin/sh -e\n", "outer": "#!" + dir + "/inner arg\n"})
	tree, err := New(Options{Program: dir + "/outer"})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{dir + "/inner", "/bin/sh"} {
		if _, n := tree.lookup(name); n == nil {
			t.Errorf("%s is missing", name)
		}
	}
	writeFiles(t, dir, map[string]string{"loop": "#!" + dir + "/loop\n"})
	if _, err := New(Options{Program: dir + "/loop"}); err != nil {
		t.Errorf("a looping script is for the kernel to refuse: %v", err)
	}
}

func TestParseScript(t *testing.T) {
	for in, want := range map[string][2]string{
		"#!/bin/sh\n":             {"/bin/sh", ""},
		"#! \t/bin/sh  -e -x \nx": {"/bin/sh", "-e -x"},
		"#!/bin/sh\t-e":           {"/bin/sh", "-e"},
		"#!\n":                    {"", ""},
		"#/bin/sh":                {"", ""},
		"":                        {"", ""},
	} {
		interp, arg, ok := parseScript([]byte(in))
		if interp != want[0] || arg != want[1] || ok != (want[0] != "") {
			t.Errorf("%q: %q, %q, %v", in, interp, arg, ok)
		}
	}
	if p := envProgram("/usr/bin/env", "-S A=1 python3 -u"); p != "python3" {
		t.Errorf("env -S: %q", p)
	}
}

func TestWith(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"tree/a": "1", "tree/sub/b": "2", "file": "3"})
	if l, err := os.Readlink("/bin"); err != nil || l != "usr/bin" {
		t.Skip("/bin is no link")
	}
	var warned []string
	sock := filepath.Join(dir, "tree/sock")
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: sock}); err != nil {
		t.Fatal(err)
	}
	tree, err := New(Options{
		Program: "/bin/sh", Warn: func(s string) { warned = append(warned, s) },
		With: []With{{dir + "/tree", "/data"}, {dir + "/file", ""}, {dir + "/file", "/bin/tool"}, {"/bin/cat", ""}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"/data/a": "1", "/data/sub/b": "2", dir + "/file": "3", "/usr/bin/tool": "3", "/usr/bin/cat": "\x7f",
	} {
		_, n := tree.lookup(name)
		if n == nil {
			t.Errorf("%s is missing", name)
			continue
		}
		if got, err := n.read(1); err != nil || string(got) != want {
			t.Errorf("%s is %q, %v", name, got, err)
		}
	}
	if len(warned) != 1 || !strings.Contains(warned[0], "socket") {
		t.Errorf("warnings %q", warned)
	}
	if _, err := New(Options{Program: "/bin/sh", With: []With{{dir + "/none", ""}}}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestParseWith(t *testing.T) {
	for in, want := range map[string]With{
		"a": {"a", ""}, "a:/b": {"a", "/b"}, `a\:b:/c:d`: {"a:b", "/c:d"}, "": {}, ":/b": {}, "a:b": {},
	} {
		got, err := ParseWith(in)
		if got != want || (err != nil) != (want == With{}) {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
}

// TestTreeLinks adds files through links.
func TestTreeLinks(t *testing.T) {
	tree := newTree(nil)
	link := func(target string) *node {
		return &node{Header: cpio.Header{Mode: cpio.ModeSymlink}, target: target}
	}
	tree.put("/bin", link("usr/bin"))
	tree.put("/bin/x", newFile("x"))
	tree.put("/loop1", link("loop2"))
	tree.put("/loop2", link("/loop1"))
	tree.put("/loop1/x", newFile("y"))
	tree.put("/a/b", newFile(""))
	tree.put("/a", newFile("now a file"))
	for name, want := range map[string]string{"/bin/x": "/usr/bin/x", "/bin/../bin/x": "/usr/bin/x", "/a/b": "", "/none": ""} {
		if real, n := tree.lookup(name); real != want || (n != nil) != (want != "") {
			t.Errorf("%s is %q, %v", name, real, n)
		}
	}
	if !slices.Contains(tree.Names(), "/usr/bin/x") {
		t.Error(tree.Names())
	}
}
