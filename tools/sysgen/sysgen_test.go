package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// here returns the module that this test is part of.
func here(t *testing.T) *module {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	m, err := openModule(dir)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// golden compares got with the file at path.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (run with -update and look at the difference):\n%s", path, got)
	}
}

func TestPackageFiles(t *testing.T) {
	m := here(t)
	dir := m.dir("cairn/tools/sysgen/testdata/pipe")
	files, err := m.packageFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := filepath.Base(f.path)
		if name == "zsyscalls_arm64.go" {
			if f.content != nil {
				t.Errorf("%s is not empty, but no call is arm64's alone", name)
			}
			continue
		}
		golden(t, filepath.Join("testdata", "pipe", strings.TrimSuffix(name, ".go")+".golden"), f.content)
	}
}

func TestDeclarationErrors(t *testing.T) {
	tests := []struct{ name, decl, want string }{
		{"unknown call", doc("Pope", "pope") + "func Pope(t *task.Task) error { return nil }", `decl.go:12: Linux has no system call "pope"`},
		{"no name", "// Pipe2 implements pipe2(2).\n//\n//cairn:syscall\nfunc Pipe2(t *task.Task) error", "needs the name"},
		{"two directives", "// Sync implements sync(2).\n//\n//cairn:syscall sync\n//cairn:syscall fsync\nfunc Sync(t *task.Task) error", "second //cairn:syscall"},
		{"stray", "//cairn:syscall sync\n\nvar x int", "belongs to no function"},
		{"option", doc("Sync", "sync fast") + "func Sync(t *task.Task) error", `"fast" is neither arch=ARCH nor option=OPTION`},
		{"not on arch", doc("Pipe", "pipe arch=arm64") + "func Pipe(t *task.Task) error", "there is no pipe on arm64"},
		{"mixed arches", doc("Pipe", "pipe,pipe2") + "func Pipe(t *task.Task) error", "declare them apart"},
		{"wrong name", doc("Tube", "pipe") + "func Tube(t *task.Task) error", "must be exported and have the name of the call"},
		{"unexported", doc("sync", "sync") + "func sync(t *task.Task) error", "must be exported"},
		{"method", doc("Sync", "sync") + "func (x y) Sync(t *task.Task) error", "plain function"},
		{"generic", doc("Sync", "sync") + "func Sync[T any](t *task.Task) error", "plain function"},
		{"no task", doc("Sync", "sync") + "func Sync() error", "first parameter must be a *task.Task"},
		{"task by value", doc("Sync", "sync") + "func Sync(t task.Task) error", "first parameter must be a *task.Task"},
		{"string", doc("Sync", "sync") + "func Sync(t *task.Task, s string) error", "string cannot be an argument"},
		{"slice", doc("Sync", "sync") + "func Sync(t *task.Task, s []byte) error", "[]byte cannot be an argument"},
		{"unknown sys type", doc("Sync", "sync") + "func Sync(t *task.Task, s sys.Nonsense) error", "sys.Nonsense cannot be an argument"},
		{"seven", doc("Sync", "sync") + "func Sync(t *task.Task, a, b, c, d, e, f, g int) error", "7 arguments"},
		{"no result", doc("Sync", "sync") + "func Sync(t *task.Task)", "results must be"},
		{"no error", doc("Sync", "sync") + "func Sync(t *task.Task) int", "results must be"},
		{"three results", doc("Sync", "sync") + "func Sync(t *task.Task) (int, int, error)", "results must be"},
		{"result type", doc("Sync", "sync") + "func Sync(t *task.Task) (string, error)", "string cannot be"},
		{"no man page", "// Sync writes.\n//\n//cairn:syscall sync\nfunc Sync(t *task.Task) error", `begin with "Sync implements "`},
		{"twice", doc("Sync", "sync") + "func Sync(t *task.Task) error\n\n" + doc("SYNC", "sync") + "func SYNC(t *task.Task) error", "sync is provided by"},
	}
	m := here(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "decl.go"), fileHead+test.decl+"\n")
			_, err := m.parsePackage(dir)
			if err == nil {
				t.Fatalf("no error; want %q", test.want)
			}
			if !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "decl.go:") {
				t.Errorf("error %q; want %q and a position", err, test.want)
			}
		})
	}
}

const fileHead = `package lib

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
)

var _ sys.FD

`

// doc returns the doc comment that declares fn as args say.
func doc(fn, args string) string {
	return "// " + fn + " implements something(2).\n//\n//cairn:syscall " + args + "\n"
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestFileStale(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "f")
	steps := []struct {
		name    string
		content []byte
		stale   bool
	}{
		{"absent and wanted", []byte("x"), true},
		{"there and wanted", []byte("x"), false},
		{"changed", []byte("y"), true},
		{"there and not wanted", nil, true},
		{"absent and not wanted", nil, false},
	}
	for _, s := range steps {
		f := file{path, s.content}
		stale, err := f.stale()
		if err != nil || stale != s.stale {
			t.Errorf("%s: stale is %v, %v; want %v", s.name, stale, err, s.stale)
		}
		if err := f.write(); err != nil {
			t.Errorf("%s: write: %v", s.name, err)
		}
		if stale, err := f.stale(); stale || err != nil {
			t.Errorf("%s: still stale after write (%v)", s.name, err)
		}
	}
}

func TestCompatPage(t *testing.T) {
	m := here(t)
	p, err := m.parsePackage(m.dir("cairn/tools/sysgen/testdata/pipe"))
	if err != nil {
		t.Fatal(err)
	}
	provided := map[string]*call{}
	for _, c := range p.calls {
		provided[c.Names[0]] = c
	}
	page := m.compatPage(provided)
	for _, want := range []string{
		"| 293 | pipe2 | [tools/sysgen/testdata/pipe](../tools/sysgen/testdata/pipe) | Supports O_CLOEXEC, O_NONBLOCK, O_DIRECT (packet mode). |",
		"| 9 | mmap | [tools/sysgen/testdata/pipe](../tools/sysgen/testdata/pipe) | Everything but MAP_HUGETLB. |",
		"| 39 | getpid | [tools/sysgen/testdata/pipe](../tools/sysgen/testdata/pipe) | provided |",
		"| 0 | read |  | not provided: ENOSYS |",
		"| 184 | tuxcall |  | ENOSYS, as on Linux |",
	} {
		if !strings.Contains(page, want+"\n") {
			t.Errorf("the page lacks the line %q", want)
		}
	}
}

func TestListJSON(t *testing.T) {
	var b bytes.Buffer
	if err := here(t).list(&b, true); err != nil {
		t.Fatal(err)
	}
	var calls []call
	if err := json.Unmarshal(b.Bytes(), &calls); err != nil {
		t.Errorf("-list -json is no JSON: %v", err)
	}
}

// TestTreeIsFresh fails if a generated file of the module is not what sysgen
// writes now.
func TestTreeIsFresh(t *testing.T) {
	if err := here(t).check(); err != nil {
		t.Error(err)
	}
}
