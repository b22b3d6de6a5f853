package conformance_test

import (
	"testing"
	"time"

	"cairn/test/harness"
)

// TestBadUsers runs programs that ask for too much: they are refused as on Linux, and nothing is left of them.
func TestBadUsers(t *testing.T) {
	program := harness.CC(t, "bad", "-static", "-pthread")
	const unlimited = "the first ended: 0\nsurvived\na command: 7\n"
	for _, test := range []struct {
		name   string
		want   string // what it says, if not what it says natively
		memory string
	}{
		{"limited", "", "128M"},
		{"unlimited", unlimited, "128M"},
		{"descriptors", "", "128M"},
		{"storm", "", "128M"},
		{"memory", "", "128M"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := harness.Program{
				Args: []string{"/bin/bash", "-c", "/bad $1", "bash", test.name}, Root: harness.Debian(t, "shell"),
				With: []string{program + ":/bad"}, Flags: []string{"-M", test.memory}, Limit: 2 * time.Minute,
			}
			want := test.want
			if want == "" {
				want = harness.Native(t, p).Stdout
			}
			// Once before the first look: what is kept for the next use is there then.
			p.Args[2] = lookScript + "\n/bad $1 >/dev/null; look; /bad $1; look"
			r := harness.Machine(t, p)
			if got := withoutLooks(r.Stdout); got != want {
				t.Errorf("status %d, output %q, want %q\n%s", r.Status, got, want, tail(r.Stderr))
			}
			leaks(t, r)
		})
	}
}
