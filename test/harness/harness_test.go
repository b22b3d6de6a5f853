package harness

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMain(m *testing.M) { Main(m) }

// TestNative checks the native side by itself: a wrong one would hide the bugs
// that the comparison is for.
func TestNative(t *testing.T) {
	for _, test := range []struct {
		name           string
		p              Program
		status         int
		stdout, stderr string
	}{
		{"output", Program{Args: []string{"/bin/sh", "-c", "echo out; echo err >&2; exit 3"}}, 3, "out\n", "err\n"},
		{"input", Program{Args: []string{"/bin/cat"}, Stdin: "a\x00b"}, 0, "a\x00b", ""},
		{"environment", Program{Args: []string{"/usr/bin/env"}, Env: []string{"A=b c"}}, 0,
			strings.Join(defaultEnv, "\n") + "\nA=b c\n", ""},
		{"signal", Program{Args: []string{"/bin/sh", "-c", "kill -11 $$"}}, 139, "", ""},
		{"file", Program{Args: []string{"/bin/cat", "/a/b"}, Files: map[string]string{"/a/b": "text"}}, 0, "text", ""},
		{"alone", Program{Args: []string{"/bin/ls", "/"}}, 0, "bin\ndev\netc\nlib\nlib64\nproc\nroot\nrun\nsys\ntmp\nusr\nvar\n", ""},
		{"devices", Program{Args: []string{"/bin/ls", "/dev"}}, 0,
			"fd\nfull\nnull\nptmx\npts\nrandom\nshm\nstderr\nstdin\nstdout\ntty\nurandom\nzero\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := Native(t, test.p)
			if r.Status != test.status || r.Stdout != test.stdout || r.Stderr != test.stderr {
				t.Errorf("got %s", r.describe())
			}
		})
	}
}

// TestNativeKeepsTree checks that what a program writes is gone after its run.
func TestNativeKeepsTree(t *testing.T) {
	p := Program{Args: []string{"/bin/sh", "-c", "echo x >>/tmp/f; read -r line </tmp/f; echo $line >>/tmp/f; exec cat /tmp/f"},
		With: []string{"/bin/cat:/bin/cat"}}
	for range 2 {
		if r := Native(t, p); r.Stdout != "x\nx\n" {
			t.Fatalf("got %s", r.describe())
		}
	}
}

func TestSplitLog(t *testing.T) {
	rest, log := splitLog("a\ncairn: kernel: one\nb\ncairn: two\n")
	if rest != "a\nb\ncairn: two\n" || len(log) != 1 || log[0] != "one" {
		t.Errorf("got %q, %q", rest, log)
	}
}

func TestDifference(t *testing.T) {
	got := difference("a\nb\nc\n", "a\nb\nd\n")
	for _, want := range []string{"from line 3", "machine c", "native  d"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in:\n%s", want, got)
		}
	}
}

// TestWith checks that files get into the machine's tree as asked for.
func TestWith(t *testing.T) {
	p := Program{Args: []string{"/bin/true"}, Files: map[string]string{"/x/y": "z"}, With: []string{"/bin/cat:/c"}}
	with := p.with(t, t.TempDir())
	if len(with) != 2 || with[0] != "/bin/cat:/c" || !strings.HasSuffix(with[1], ":/x/y") {
		t.Fatalf("got %q", with)
	}
	host, _, _ := strings.Cut(with[1], ":")
	if b, err := os.ReadFile(host); err != nil || string(b) != "z" || filepath.Base(host) != "y" {
		t.Errorf("%s: %q, %v", host, b, err)
	}
}
