package programs_test

import (
	"strconv"
	"strings"
	"testing"

	"cairn/test/harness"
)

// TestArguments checks that arguments and environment arrive byte for byte.
func TestArguments(t *testing.T) {
	program := harness.CC(t, "args", "-static")
	for _, test := range []struct {
		name string
		args []string
		env  []string
	}{
		{"none", nil, nil},
		{"blanks", []string{"a b", " ", "", "\t", "\n"}, nil},
		{"quotes", []string{`"`, `'`, `\`, "`", `"a b" 'c'`, `$HOME`, `--`, `-- x`}, nil},
		{"not UTF-8", []string{"\xff\xfe\x80", "\x01\x7f", "é"}, nil},
		{"like flags", []string{"-v", "--help", "--timeout", "1s"}, nil},
		{"many", strings.Fields(strings.Repeat("argument ", 3000)), nil},
		{"long", []string{strings.Repeat("x", 100_000)}, nil},
		{"environment", nil, []string{"A=1", "B=", "C=x=y z", "D=\xff\n'\"\\", "PATH=/none"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			harness.Both(t, harness.Program{Args: append([]string{program}, test.args...), Env: test.env})
		})
	}
}

// TestAuxiliaryVector checks what the kernel tells a program about itself.
func TestAuxiliaryVector(t *testing.T) {
	for _, flags := range [][]string{{"-static", "-no-pie"}, {"-static-pie"}, {"-pie", "-fPIE"}} {
		t.Run(flags[0], func(t *testing.T) {
			harness.Both(t, harness.Program{Args: []string{harness.CC(t, "auxv", flags...)}})
		})
	}
}

// TestStatus checks that the machine's exit status is the program's.
func TestStatus(t *testing.T) {
	program := harness.CC(t, "status", "-static")
	for _, status := range []string{"0", "1", "2", "42", "123", "124", "125", "126", "127", "128", "137", "139", "254", "255", "256", "-1"} {
		t.Run(status, func(t *testing.T) {
			r := harness.Both(t, harness.Program{Args: []string{program, status}})
			n, err := strconv.Atoi(status)
			if err != nil || r.Status != n&0xff {
				t.Errorf("status %d", r.Status)
			}
		})
	}
}

// TestScripts runs #! scripts as first programs.
func TestScripts(t *testing.T) {
	root := harness.Debian(t, "busybox")
	args := harness.CC(t, "args", "-static")
	for _, test := range []struct {
		name  string
		files map[string]string
	}{
		{"shell", map[string]string{"/s": "#!/bin/busybox sh\necho script $0 \"$@\"\nexit 5\n"}},
		{"no argument", map[string]string{"/s": "#!/args\n"}},
		{"argument", map[string]string{"/s": "#!/args one\n"}},
		{"argument with blanks", map[string]string{"/s": "#! \t/args  one two \t \n"}},
		{"no line end", map[string]string{"/s": "#!/args x"}},
		{"nested", map[string]string{"/s": "#!/t a b\n", "/t": "#!/u c\n", "/u": "#!/args d\n"}},
		{"nested four times", map[string]string{"/s": "#!/t\n", "/t": "#!/u\n", "/u": "#!/v\n", "/v": "#!/args\n"}},
		{"long line", map[string]string{"/s": "#!/args " + strings.Repeat("y", 400) + "\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := harness.Program{Args: []string{"/s", "first", "", "last one"}, Root: root, Files: test.files, With: []string{args + ":/args"}}
			harness.Both(t, p)
		})
	}
}

// TestCannotRun checks what happens to a first program that only the kernel can
// refuse: cairn looks at less.
func TestCannotRun(t *testing.T) {
	root := harness.Debian(t, "busybox")
	for _, test := range []struct {
		name  string
		files map[string]string
	}{
		{"loop", map[string]string{"/s": "#!/t\n", "/t": "#!/s\n"}},
		{"loop on itself", map[string]string{"/s": "#!/s\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := harness.Machine(t, harness.Program{Args: []string{"/s"}, Root: root, Files: test.files})
			log := strings.Join(r.Log, "\n")
			if r.Status != 126 || r.Stdout != "" || !strings.Contains(log, "too many levels of symbolic links") {
				t.Errorf("status %d, want 126; log %q, want ELOOP", r.Status, log)
			}
		})
	}
}
