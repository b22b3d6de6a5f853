package conformance_test

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cairn/test/harness"
)

// TestGo runs the tests of packages of Go's standard library, built without cgo, as the first
// process's child: what a Go program expects of Linux.
func TestGo(t *testing.T) {
	for _, test := range []struct {
		name  string
		quick bool
		with  []string // further files in GOROOT
	}{
		{name: "io", quick: true},
		{name: "os", quick: true},
		{name: "os/exec", quick: true},
		{name: "os/signal", quick: true},
		{name: "os/user", quick: true},
		{name: "path/filepath", quick: true, with: []string{"src/unicode"}},
		{name: "runtime"},
		{name: "syscall", quick: true},
		{name: "time", with: []string{"lib/time/zoneinfo.zip"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			skipUnless(t, test.quick)
			check(t, "go.txt", test.name, goTests(t, test.name, test.with))
		})
	}
}

// outcome matches the line that says how a test ended.
var outcome = regexp.MustCompile(`(?m)^--- (PASS|FAIL|SKIP): (\S+)`)

// goTests runs the tests of one package where go test would: in the package's directory. Tests that need the
// go command or a C compiler skip themselves.
func goTests(t *testing.T, name string, with []string) counts {
	t.Helper()
	root := goroot(t)
	program := harness.Scratch(t, strings.ReplaceAll(name, "/", "-")+".test")
	harness.GoBuild(t, program, "test", "-c", "-o", program, name)
	dir := filepath.Join(root, "src", name)
	file := "./" + filepath.Base(name) + ".test"
	p := harness.Program{
		Args:  []string{"/bin/bash", "-c", `cd "$1" && exec "$2" -test.short -test.v`, "bash", dir, file},
		Root:  harness.Debian(t, "shell"),
		With:  []string{program + ":" + filepath.Join(dir, file), dir, "/etc/passwd", "/etc/group", "/etc/protocols", "/etc/services"},
		Env:   []string{"USER=root", "GOROOT=" + root},
		Flags: []string{"-M", "2G"}, Limit: 5 * time.Minute,
	}
	for _, w := range with {
		p.With = append(p.With, filepath.Join(root, w))
	}
	r := harness.Machine(t, p)
	var c counts
	for _, m := range outcome.FindAllStringSubmatch(r.Stdout, -1) {
		switch m[1] {
		case "PASS":
			c.passed++
		case "SKIP":
			c.skipped++
		case "FAIL":
			c.failed = append(c.failed, m[2])
		}
	}
	if (r.Status == 0) != (len(c.failed) == 0) || c.passed == 0 {
		t.Errorf("status %d with %d tests passed and %v failed\n%s\n%s", r.Status, c.passed, c.failed, tail(r.Stdout), tail(r.Stderr))
	}
	return c
}

// goroot returns where Go's own sources are.
func goroot(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// tail returns the end of a long output.
func tail(s string) string {
	const most = 3000
	return s[max(0, len(s)-most):]
}
