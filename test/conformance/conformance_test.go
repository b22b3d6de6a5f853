// Package conformance_test runs other people's test suites in a machine: those of Go's
// standard library, of Python's, and stress-ng. What fails is listed in testdata, with the reason;
// the lists only shrink. By default the quick part runs; CAIRN_TEST_LONG=1 runs all.
package conformance_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"cairn/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// long says that everything is to run.
var long = os.Getenv("CAIRN_TEST_LONG") != ""

// skipUnless skips what is neither quick nor asked for.
func skipUnless(t *testing.T, quick bool) {
	t.Helper()
	if !quick && !long {
		t.Skip("takes minutes: set CAIRN_TEST_LONG=1")
	}
}

// counts is the outcome of a module's tests.
type counts struct {
	passed, skipped int
	failed          []string
}

// explained reads the failures that are known: "MODULE TEST" a line, below the reason, which begins with #.
// It returns the reasons of the module's, by test.
func explained(t *testing.T, list, module string) map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", list))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	known := map[string]string{}
	reason := ""
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if text, ok := strings.CutPrefix(line, "#"); ok {
			reason = strings.TrimSpace(text)
			continue
		}
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 2 || reason == "" {
			t.Fatalf("%s:%d: want a module and a test, below a reason", list, n)
		}
		if fields[0] == module {
			known[fields[1]] = reason
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return known
}

// check compares what failed with the list of what may.
func check(t *testing.T, list, module string, c counts) {
	t.Helper()
	known := explained(t, list, module)
	total := len(c.failed)
	for _, name := range c.failed {
		if _, ok := known[name]; !ok {
			t.Errorf("%s %s fails, and is not in testdata/%s", module, name, list)
		}
		delete(known, name)
	}
	var fixed []string
	for name := range known {
		fixed = append(fixed, name)
	}
	sort.Strings(fixed)
	for _, name := range fixed {
		t.Errorf("%s %s does not fail any more: take it out of testdata/%s", module, name, list)
	}
	t.Log(row(module, c.passed, total, c.skipped))
}

// row is a line of docs/conformance.md.
func row(module string, passed, failed, skipped int) string {
	return fmt.Sprintf("| `%s` | %d | %d | %d |", module, passed, failed, skipped)
}
