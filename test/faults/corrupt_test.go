package faults_test

import (
	"testing"
	"time"

	"cairn/test/harness"
)

// TestCorruptPrograms executes a thousand random corruptions of a good program. The
// native run shows that the test itself is sound.
func TestCorruptPrograms(t *testing.T) {
	p := harness.Program{
		Args:  []string{harness.CC(t, "corrupt", "-static"), "/good"},
		With:  []string{harness.CC(t, "crash", "-static") + ":/good"},
		Limit: 4 * time.Minute,
	}
	for name, run := range map[string]func(testing.TB, harness.Program) harness.Result{
		"machine": harness.Machine, "native": harness.Native,
	} {
		r := run(t, p)
		t.Logf("%s: %s", name, r.Stderr)
		if r.Status != 0 || r.Stdout != "1000 of 1000\n" {
			t.Errorf("%s: status %d, output %q, errors %q", name, r.Status, r.Stdout, r.Stderr)
		}
	}
}
