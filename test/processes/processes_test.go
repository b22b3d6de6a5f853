// Package processes_test runs programs about processes, threads and what belongs to them, each in a machine and on
// the host's Linux: same output, same exit status.
package processes_test

import (
	"testing"

	"cairn/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// TestPrograms runs the programs of testdata. In the machine they run by instructions counted, so that
// what they time does not depend on how busy the host is.
func TestPrograms(t *testing.T) {
	for _, name := range []string{"clone", "exec", "futexes", "identity", "limits", "orphans", "threads", "waiting"} {
		t.Run(name, func(t *testing.T) {
			program := harness.CC(t, name, "-static", "-pthread", "-I../signals/testdata")
			harness.Both(t, harness.Program{Args: []string{program}, Flags: []string{"--icount"}})
		})
	}
}
