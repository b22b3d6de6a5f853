package machines_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cairn/test/harness"
)

// What differs between two traces of the same program, and what stands for it.
var unlike = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`(?m)^\d+ +`), ""},                                // process ids
	{regexp.MustCompile(`0x[0-9a-f]{6,}`), "ADDRESS"},                     // random addresses
	{regexp.MustCompile(`(set_tid_address\(ADDRESS\) +=) \d+`), "$1 PID"}, //
	{regexp.MustCompile(`getrandom\("[^"]*"`), `getrandom("RANDOM"`},      //
	{regexp.MustCompile(`(?s)(ld\.so\.cache".*?st_size=)\d+`), "${1}SIZE"},
	{regexp.MustCompile(`mmap\(NULL, \d+, PROT_READ, MAP_PRIVATE, 3, 0\)`), "mmap(CACHE)"},
	{regexp.MustCompile(`munmap\(ADDRESS, \d+\)`), "munmap(CACHE)"},
	{regexp.MustCompile(` += `), " = "}, // columns
}

// trace makes a trace comparable.
func trace(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := string(b)
	for _, u := range unlike {
		s = u.what.ReplaceAllString(s, u.with)
	}
	return s
}

// TestStrace compares the trace of a Debian program with strace(1)'s.
func TestStrace(t *testing.T) {
	tracer, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed: scripts/setup tests")
	}
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("hello\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	native, machine := filepath.Join(dir, "native"), filepath.Join(dir, "machine")
	c := exec.Command(tracer, "-f", "-o", native, "/bin/cat", text, "/nonexistent")
	c.Env = []string{"PATH=/bin", "HOME=/root"}
	c.Stdout = new(strings.Builder) // a pipe, as in the machine
	_ = c.Run()                     // one file is missing, so the status is 1
	r := harness.Cairn(t, time.Minute, "", "run", "--strace="+machine, "--with", text, "/bin/cat", text, "/nonexistent")
	if r.Status != 1 || r.Stdout != "hello\n" || strings.Contains(r.Stderr, "execve") {
		t.Errorf("status %d, output %q, errors %q", r.Status, r.Stdout, r.Stderr)
	}
	got, want := strings.Split(trace(t, machine), "\n"), strings.Split(trace(t, native), "\n")
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("line %d differs. In the machine:\n%s\nnatively:\n%s", i+1, strings.Join(got[i:], "\n"), strings.Join(want[i:], "\n"))
		}
	}
}

// TestReports runs a program with what can be shown of it on standard error.
func TestReports(t *testing.T) {
	hello := harness.CC(t, "hello", "-static")
	r := harness.Cairn(t, time.Minute, "", "run", "--strace", "--stats", hello, "7")
	for _, want := range []string{`write(1, "hello\n", 6) `, "exit_group(7) ", "+++ exited with 7 +++\n", " calls    errors syscall\n", " 1           write\n"} {
		if !strings.Contains(r.Stderr, want) {
			t.Errorf("standard error lacks %q:\n%s", want, r.Stderr)
		}
	}
	if r.Status != 7 || r.Stdout != "hello\n" {
		t.Errorf("status %d, output %q", r.Status, r.Stdout)
	}
	// Many lines: none may be lost.
	const calls = 3000
	r = harness.Cairn(t, 2*time.Minute, "", "run", "--strace", "/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=3000")
	if n := strings.Count(r.Stderr, "\nread(0, \"\\0\", 1) "); n != calls {
		t.Errorf("%d calls of read are in the trace, want %d", n, calls)
	}
}

// TestBootParameters looks at what a parameter does, and at one that the kernel does not know.
func TestBootParameters(t *testing.T) {
	maps := func() string {
		r := harness.Cairn(t, time.Minute, "", "run", "--param", "aslr=off", "/bin/cat", "/proc/self/maps")
		return r.Stdout
	}
	if a, b := maps(), maps(); a == "" || a != b {
		t.Errorf("with aslr=off the addresses are\n%sand then\n%s", a, b)
	}
	kernel := filepath.Join(t.TempDir(), "kernel")
	if r := harness.Cairn(t, 5*time.Minute, "", "build", "-o", kernel); r.Status != 0 {
		t.Fatal(r.Stderr)
	}
	r := harness.Cairn(t, time.Minute, "", "run", "--kernel", kernel, "--strace", "/bin/true")
	if r.Status != harness.StatusFailed || !strings.Contains(r.Stderr, "no boot parameter strace") {
		t.Errorf("a kernel without strace: %d, %q", r.Status, r.Stderr)
	}
	out := harness.Boot{Append: "nonsense=1 aslr=maybe -- /hello 3", Files: map[string]string{"hello": readFile(t, harness.CC(t, "hello", "-static"))}}.Run(t)
	for _, want := range []string{"unknown boot parameter nonsense=1", `boot parameter aslr: "maybe" is neither on nor off`, "hello"} {
		if !strings.Contains(out, want) {
			t.Errorf("the guest does not say %q:\n%s", want, out)
		}
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestExamples builds and runs the projects in examples.
func TestExamples(t *testing.T) {
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "examples")
	if err := os.CopyFS(copied, os.DirFS(examples)); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("make", "-C", filepath.Join(copied, "hello")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"run", "-K", filepath.Join(copied, "hello")}, "Hello, world, from Linux x86_64!\nGREETING is good morning.\n"},
		{[]string{"run", "-K", filepath.Join(copied, "hello"), "-e", "GREETING=none", "/hello", "you"}, "Hello, you, from Linux x86_64!\nGREETING is none.\n"},
		{[]string{"run", "-K", filepath.Join(copied, "shell")}, "Hello from the shell, process 1.\n/srv cannot be written.\n" +
			"child 1 ended with 1\nchild 2 ended with 2\nchild 3 ended with 3\n"},
	} {
		r := harness.Cairn(t, 5*time.Minute, "", test.args...)
		if r.Status != 0 || r.Stdout != test.want || r.Stderr != "" {
			t.Errorf("%q: status %d, output %q, errors %q", test.args, r.Status, r.Stdout, r.Stderr)
		}
	}
	out := filepath.Join(copied, "hello.img")
	if r := harness.Cairn(t, 5*time.Minute, "", "build", "-K", filepath.Join(copied, "hello"), "-o", out, "--size"); r.Status != 0 || !strings.Contains(r.Stdout, "LIBVFSCORE") || strings.Contains(r.Stdout, "LIBPOSIX_PIPE") {
		t.Errorf("build: %d, %s%s", r.Status, r.Stdout, r.Stderr)
	}
	for _, name := range []string{out, out + ".initrd"} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
}
