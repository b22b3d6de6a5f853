// Package files_test runs programs about descriptors, files, sockets and terminals, each in a machine
// and on the host's Linux: same output, same exit status.
package files_test

import (
	"testing"

	"cairn/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// TestPrograms runs the programs of testdata. In the machine they run by instructions counted, so that
// what they time does not depend on how busy the host is.
func TestPrograms(t *testing.T) {
	for _, name := range []string{
		"attributes", "crowds", "descriptors", "events", "exclusive", "locks", "mappings", "names", "pipes", "polling", "rights", "sessions", "sockets", "waiting",
	} {
		t.Run(name, func(t *testing.T) {
			// Many arguments are bad on purpose: no warnings.
			program := harness.CC(t, name, "-static", "-pthread", "-w")
			harness.Both(t, harness.Program{Args: []string{program}, Flags: []string{"--icount"}})
		})
	}
}
