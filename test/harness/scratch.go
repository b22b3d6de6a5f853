package harness

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// scratchDir is the directory for what the tests of one process share.
var scratchDir struct {
	sync.Once
	path string
	err  error
}

// scratch returns the directory for what the tests of this process share. Main
// removes it.
func scratch(t testing.TB) string {
	t.Helper()
	scratchDir.Do(func() { scratchDir.path, scratchDir.err = os.MkdirTemp("", "cairn-test-") })
	if scratchDir.err != nil {
		t.Fatal(scratchDir.err)
	}
	return scratchDir.path
}

// Main runs a package's tests and cleans up. Call it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if scratchDir.path != "" {
		_ = os.RemoveAll(scratchDir.path) // the system's temporary directory is cleaned anyway
	}
	os.Exit(code)
}

// CC compiles a C program with the host's gcc and returns its path. The source is
// the file testdata/NAME.c of the test's package.
func CC(t testing.TB, name string, flags ...string) string {
	t.Helper()
	source := filepath.Join("testdata", name+".c")
	sum := sha256.Sum256([]byte(source + "\x00" + strings.Join(flags, "\x00")))
	out := filepath.Join(scratch(t), name+"-"+hex.EncodeToString(sum[:4]))
	if _, err := os.Stat(out); err == nil {
		return out
	}
	args := append([]string{"-O1", "-Wall", "-Werror", "-o", out, source}, flags...)
	if text, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		t.Fatalf("gcc %s: %v\n%s", strings.Join(args, " "), err, text)
	}
	return out
}

// Go builds a Go program for the machine and returns its path. The source is the
// directory testdata/NAME of the test's package.
func Go(t testing.TB, name string, flags ...string) string {
	t.Helper()
	out := filepath.Join(scratch(t), "go-"+name)
	if _, err := os.Stat(out); err == nil {
		return out
	}
	return GoBuild(t, out, append(append([]string{"build"}, flags...), "-o", out, "./"+filepath.Join("testdata", name))...)
}

// GoBuild runs the go command, which writes the program out, without cgo.
func GoBuild(t testing.TB, out string, args ...string) string {
	t.Helper()
	c := exec.Command("go", args...)
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	if text, err := c.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, text)
	}
	return out
}

// Scratch returns a path for a file that the tests of this process share.
func Scratch(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(scratch(t), name)
}

// Debian returns a root file system with Debian's programs: one of those that
// "scripts/setup tests" makes.
func Debian(t testing.TB, name string) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(cache, "cairn", "debian", name)
	if _, err := os.Stat(filepath.Join(root, ".wanted")); err != nil {
		t.Fatalf("%v: run scripts/setup tests (or runtimes, for the long tests)", err)
	}
	return root
}
