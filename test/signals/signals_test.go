// Package signals_test runs programs about signals, each in a machine and on the host's
// Linux: same output, same exit status.
package signals_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cairn/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// TestPrograms runs the programs of testdata. In the machine they run by instructions counted, so that
// what they time does not depend on how busy the host is.
func TestPrograms(t *testing.T) {
	for _, name := range []string{"actions", "stack", "context", "restart", "timers", "children", "descriptors", "together",
		"interrupted", "sources",
	} {
		t.Run(name, func(t *testing.T) {
			program := harness.CC(t, name, "-static", "-pthread")
			harness.Both(t, harness.Program{Args: []string{program}, Flags: []string{"--icount"}})
		})
	}
}

// TestGo runs the tests of Go's package os/signal.
func TestGo(t *testing.T) {
	tests := filepath.Join(t.TempDir(), "signal.test")
	harness.GoBuild(t, tests, "test", "-c", "-o", tests, "os/signal")
	r := harness.Machine(t, harness.Program{
		Args: []string{tests, "-test.short", "-test.v"}, Flags: []string{"-M", "256M"}, Limit: 2 * time.Minute,
	})
	if r.Status != 0 || !strings.HasSuffix(r.Stdout, "PASS\n") {
		t.Errorf("status %d\n%s%s", r.Status, r.Stdout, r.Stderr)
	}
}
