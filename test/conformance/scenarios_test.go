package conformance_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"cairn/test/harness"
)

// TestScenarios runs what people do with Debian's programs, one script of testdata/scenarios each, in a machine and natively: same
// output, same status.
func TestScenarios(t *testing.T) {
	for _, test := range []struct {
		name, root, file string
		args             []string // what runs it; the script's path is added
		after            []string // behind the path
		quick            bool
	}{
		{"busybox", "busybox", "busybox.sh", []string{"/bin/busybox", "sh"}, nil, true},
		{"dash", "shell", "dash.sh", []string{"/bin/dash"}, nil, true},
		{"bash", "shell", "bash.sh", []string{"/bin/bash"}, nil, true},
		{"coreutils", "shell", "coreutils.sh", []string{"/bin/bash"}, nil, true},
		{"sqlite", "sqlite", "sqlite.sql", []string{"/usr/bin/sqlite3", "-init"}, []string{"/tmp/db", ".exit"}, true},
		{"perl", "perl", "perl.pl", []string{"/usr/bin/perl"}, nil, true},
		{"make", "build", "make.sh", []string{"/bin/dash"}, nil, false},
		{"git", "git", "git.sh", []string{"/bin/dash"}, nil, false},
		{"python", "python", "python.py", []string{"/usr/bin/python3.11"}, []string{"fork"}, true},
		{"python, all ways", "python", "python.py", []string{"/usr/bin/python3.11"}, nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			skipUnless(t, test.quick)
			script, err := os.ReadFile(filepath.Join("testdata", "scenarios", test.file))
			if err != nil {
				t.Fatal(err)
			}
			path := "/" + test.file
			harness.Both(t, harness.Program{
				Args: append(append(test.args, path), test.after...), Root: harness.Debian(t, test.root),
				Files: map[string]string{path: string(script)}, Flags: []string{"-M", "512M"}, Limit: 4 * time.Minute,
			})
		})
	}
}

// TestGoroutines runs a Go program with ten thousand goroutines that starts others.
func TestGoroutines(t *testing.T) {
	program := harness.GoBuild(t, harness.Scratch(t, "goroutines"), "build", "-o", harness.Scratch(t, "goroutines"), "./testdata/goroutines")
	harness.Both(t, harness.Program{
		Args: []string{"/goroutines"}, Root: harness.Debian(t, "shell"), With: []string{program + ":/goroutines"},
		Flags: []string{"-M", "256M"}, Limit: 2 * time.Minute,
	})
}
