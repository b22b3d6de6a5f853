// Package badargs_test makes every system call with bad arguments, in a machine and on the
// host's Linux: the same becomes of each.
//
// The program is badargs.c. The calls and the kinds of their arguments are in calls.h, which
// tools/sysgen writes from the kernel's declarations, so that a new call is tested without
// further ado; a new kind of argument needs a line in objects.h or recipes.h.
package badargs_test

import (
	"bufio"
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"cairn/test/harness"

	"golang.org/x/sys/unix"
)

// long asks for everything.
var long = os.Getenv("CAIRN_TEST_LONG") != ""

func TestMain(m *testing.M) { harness.Main(m) }

// TestBadArguments compares call by call. With CAIRN_TEST_LONG there are more numbers, and every call is
// made on every kind of file.
func TestBadArguments(t *testing.T) {
	p := harness.Program{Args: []string{program(t)}, Flags: []string{"-M", "128M"}, Limit: 5 * time.Minute}
	if long {
		p.Args = append(p.Args, "thorough")
		p.Limit = 20 * time.Minute
	}
	native := outcomes(t, harness.Native(t, p))
	r := harness.Machine(t, p)
	machine := outcomes(t, r)
	checkLog(t, r)
	rules := readRules(t)
	cpus, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Fatal(err)
	}
	wide := strings.Contains(string(cpus), " la57") // the host's programs may have more than 47 bits of addresses
	for i, n := range native {
		if i >= len(machine) || machine[i].what != n.what {
			t.Fatalf("case %d, %q, is not what the machine tried", i, n.what)
		}
		if wide && beyond47(n.what) {
			continue
		}
		if err := rules.check(n.what, machine[i].became, n.became); err != nil {
			t.Error(err)
		}
	}
	if len(machine) != len(native) || len(native) < 20_000 {
		t.Errorf("%d cases in the machine, %d natively", len(machine), len(native))
	}
	for _, r := range rules {
		if !r.used {
			t.Errorf("differs.txt: no case is %q", r.text)
		}
	}
}

// TestRandomCalls makes calls with any arguments, several bad ones at once, a hundred in one process: the machine lives on.
func TestRandomCalls(t *testing.T) {
	seeds := 1
	if long {
		seeds = 20
	}
	for seed := range seeds {
		r := harness.Machine(t, harness.Program{
			Args:  []string{program(t), "random", strconv.Itoa(seed + 1), "200"},
			Flags: []string{"-M", "128M"}, Limit: 3 * time.Minute,
		})
		if r.Status != 0 || r.Stdout != "survived\n" {
			t.Errorf("seed %d: status %d, %q, %q", seed+1, r.Status, r.Stdout, r.Stderr)
		}
		checkLog(t, r)
	}
}

// program returns the program.
func program(t *testing.T) string {
	t.Helper()
	return harness.CC(t, "badargs", "-static", "-nostdlib", "-fno-stack-protector")
}

// checkLog makes sure that nothing went wrong in the kernel itself.
func checkLog(t *testing.T, r harness.Result) {
	t.Helper()
	for _, line := range r.Log {
		if strings.Contains(line, "panic") {
			t.Errorf("the kernel says %q", line)
		}
	}
}

// outcome is what became of one case.
type outcome struct {
	what   string // call, variant, argument, case
	became string
}

// outcomes reads what the program wrote.
func outcomes(t *testing.T, r harness.Result) []outcome {
	t.Helper()
	if r.Status != 0 || r.Stderr != "" {
		t.Fatalf("status %d, %q\n%.500s", r.Status, r.Stderr, r.Stdout[max(0, len(r.Stdout)-500):])
	}
	var list []outcome
	for line := range strings.Lines(r.Stdout) {
		f := strings.Fields(line)
		if len(f) < 5 {
			t.Fatalf("cannot read %q", line)
		}
		became := strings.Join(f[4:], " ")
		if text, ok := strings.CutPrefix(became, "error "); ok {
			number, _ := strconv.Atoi(text)
			became = unix.ErrnoName(unix.Errno(number))
		}
		list = append(list, outcome{strings.Join(f[:4], " "), became})
	}
	return list
}

// rule is a line of differs.txt: cases that may become something else in the machine than natively.
type rule struct {
	text   string
	what   [4]string // patterns for call, variant, argument, case, alternatives separated by commas
	became string    // in the machine
	used   bool
}

type rules []*rule

// readRules reads differs.txt.
func readRules(t *testing.T) (list rules) {
	t.Helper()
	f, err := os.Open("testdata/differs.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		field := strings.Fields(s.Text())
		if len(field) == 0 || field[0] == "#" {
			continue
		}
		if field[0] == "long" {
			if !long {
				continue
			}
			field = field[1:]
		}
		if len(field) < 6 {
			t.Fatalf("differs.txt: %q lacks something: call, variant, argument, case, result, reason", s.Text())
		}
		list = append(list, &rule{text: s.Text(), what: [4]string(field[:4]), became: field[4]})
	}
	return list
}

// check compares what became of a case.
func (rs rules) check(what, machine, native string) error {
	allowed := false
	for _, r := range rs {
		if r.matches(what) {
			r.used = true
			allowed = allowed || machine == r.became || r.became == "*"
		}
	}
	if machine != native && !allowed {
		return fmt.Errorf("%s: %s, natively %s", what, machine, native)
	}
	return nil
}

// matches reports whether a rule is about a case.
func (r *rule) matches(what string) bool {
	for i, f := range strings.Fields(what) {
		found := false
		for p := range strings.SplitSeq(r.what[i], ",") {
			ok, err := path.Match(p, f)
			found = found || ok && err == nil
		}
		if !found {
			return false
		}
	}
	return true
}

// beyond47 reports whether a case is about addresses that are user space only where that has 56 bits.
func beyond47(what string) bool {
	switch strings.Fields(what)[3] {
	case "top", "bit47", "bit48":
		return true
	}
	return false
}

// TestNothingIsLeft makes the calls several times in one machine, which then has as much free memory and as many goroutines
// as after the first time.
func TestNothingIsLeft(t *testing.T) {
	if !long {
		t.Skip("takes minutes: set CAIRN_TEST_LONG")
	}
	const script = `for i in 1 2 3 4; do /badargs >/tmp/out || exit 1; rm -rf /tmp/out /dev/shm/badargs
		grep MemFree: /proc/meminfo; echo t >/proc/sysrq-trigger; done`
	r := harness.Machine(t, harness.Program{
		Root: harness.Debian(t, "busybox"), Args: []string{"/bin/busybox", "sh", "-c", script},
		With:  []string{program(t) + ":/badargs"},
		Flags: []string{"-M", "128M"}, Limit: 10 * time.Minute,
	})
	checkLog(t, r)
	var free []int
	for line := range strings.Lines(r.Stdout) {
		var n int
		if _, err := fmt.Sscanf(line, "MemFree: %d kB", &n); err != nil {
			t.Fatalf("cannot read %q", line)
		}
		free = append(free, n)
	}
	var goroutines []int
	for _, line := range r.Log {
		if _, text, ok := strings.Cut(line, " goroutines:"); ok {
			n, _ := strconv.Atoi(text)
			goroutines = append(goroutines, n)
		}
	}
	if r.Status != 0 || len(free) != 4 || len(goroutines) != 4 {
		t.Fatalf("status %d, %q, %d\n%s", r.Status, r.Stdout, goroutines, r.Stderr)
	}
	const slack = 2048 // kB: how much of the kernel's heap is used changes
	const idle = 8     // goroutines wait for tasks at most
	if free[3] < free[0]-slack || goroutines[3] > goroutines[0]+idle {
		t.Errorf("free memory %d kB, goroutines %d", free, goroutines)
	}
}
