package conformance_test

import (
	"regexp"
	"strconv"
	"testing"
	"time"

	"cairn/test/harness"
)

// unrun are tests that are not run, since the module would not come to its end: they fail, and leave
// children behind that it waits for. It is so with Linux, too, where there are no TCP sockets.
var unrun = map[string][]string{
	"test_multiprocessing_fork": {"WithProcessesTestPicklingConnections.test_pickling"},
}

// TestPython runs modules of Python's own tests with Debian's interpreter.
func TestPython(t *testing.T) {
	for _, test := range []struct {
		name  string
		quick bool
	}{
		{name: "test_fork1", quick: true},
		{name: "test_mmap", quick: true},
		{name: "test_multiprocessing_fork"},
		{name: "test_os", quick: true},
		{name: "test_posix", quick: true},
		{name: "test_pty", quick: true},
		{name: "test_select", quick: true},
		{name: "test_selectors"},
		{name: "test_signal"},
		{name: "test_subprocess"},
		{name: "test_threading"},
		{name: "test_wait4", quick: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			skipUnless(t, test.quick)
			check(t, "python.txt", test.name, pythonTests(t, test.name))
		})
	}
}

var (
	pythonFailed = regexp.MustCompile(`(?m)^(?:FAIL|ERROR): .*\(test\.([\w.]+)`)
	pythonRan    = regexp.MustCompile(`(?m)^Ran (\d+) tests? in`)
	pythonSkip   = regexp.MustCompile(`(?m)^(?:OK|FAILED) \(.*?skipped=(\d+)`)
)

// pythonTests runs one module. A test that fails in several ways counts once.
func pythonTests(t *testing.T, module string) counts {
	t.Helper()
	args := []string{"/usr/bin/python3.11", "-m", "test", "-v", module}
	for _, name := range unrun[module] {
		args = append(args, "-i", "*."+name)
	}
	r := harness.Machine(t, harness.Program{
		Args: args, Root: harness.Debian(t, "pytest"),
		Flags: []string{"-M", "768M"}, Limit: 8 * time.Minute,
	})
	out := r.Stdout + r.Stderr
	ran := pythonRan.FindStringSubmatch(out)
	if ran == nil {
		t.Fatalf("no tests ran: status %d\n%s", r.Status, tail(out))
	}
	var c counts
	seen := map[string]bool{}
	for _, m := range pythonFailed.FindAllStringSubmatch(out, -1) {
		if !seen[m[1]] {
			seen[m[1]] = true
			c.failed = append(c.failed, m[1])
		}
	}
	for _, name := range unrun[module] {
		c.failed = append(c.failed, module+"."+name)
	}
	if (r.Status == 0) != (len(c.failed) == 0) {
		t.Errorf("status %d with %d failures\n%s", r.Status, len(c.failed), tail(out))
	}
	total, _ := strconv.Atoi(ran[1]) // digits
	total += len(unrun[module])
	if m := pythonSkip.FindStringSubmatch(out); m != nil {
		c.skipped, _ = strconv.Atoi(m[1])
	}
	c.passed = total - len(c.failed) - c.skipped
	return c
}
