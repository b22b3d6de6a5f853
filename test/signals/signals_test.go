// Package signals_test runs programs about signals, each in a machine and on the host's
// Linux: same output, same exit status.
package signals_test

import (
	"testing"

	"cairn/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// TestPrograms runs the programs of testdata.
func TestPrograms(t *testing.T) {
	for _, name := range []string{"actions", "stack", "context", "restart", "timers", "children", "descriptors"} {
		t.Run(name, func(t *testing.T) {
			program := harness.CC(t, name, "-static", "-pthread")
			harness.Both(t, harness.Program{Args: []string{program}})
		})
	}
}
