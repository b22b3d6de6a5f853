// Package machines_test checks the machines themselves: the kinds there are, what
// they cost the host, their terminals, and what the cairn command says.
package machines_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"cairn/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// TestKinds boots every kind of machine, with much and with little memory.
func TestKinds(t *testing.T) {
	hello := harness.CC(t, "hello", "-static")
	for _, flags := range [][]string{
		{"--machine", "microvm"}, {"--machine", "q35"}, {"-M", "16M"}, {"-M", "5G"}, {"--machine", "q35", "-M", "5G"}, {"--icount"},
		{"--accel", "tcg"},
	} {
		t.Run(strings.Join(flags, " "), func(t *testing.T) {
			r := harness.Machine(t, harness.Program{Args: []string{hello, "7"}, Flags: flags})
			if r.Status != 7 || r.Stdout != "hello\n" || r.Stderr != "" || len(r.Log) > 0 {
				t.Errorf("status %d, output %q, errors %q, log %q", r.Status, r.Stdout, r.Stderr, r.Log)
			}
		})
	}
}

// TestIdle lets a machine sleep: that costs the host next to nothing.
func TestIdle(t *testing.T) {
	nap := func(seconds string) harness.Result {
		r := harness.Machine(t, harness.Program{Args: []string{"/bin/sleep", seconds}})
		if r.Status != 0 {
			t.Fatalf("sleep: status %d, %s", r.Status, r.Stderr)
		}
		return r
	}
	short, long := nap("0"), nap("10")
	if long.Wall < 10*time.Second {
		t.Errorf("sleep 10 took %v", long.Wall)
	}
	if extra := long.CPU - short.CPU; extra > 300*time.Millisecond {
		t.Errorf("sleeping 10 s costs the host %v of processor time", extra)
	}
}

// timeline matches a line of the boot timeline.
var timeline = regexp.MustCompile(`(?m)^cairn: boot: (\w+) `)

// TestVerbose looks at what -v shows.
func TestVerbose(t *testing.T) {
	r := harness.Cairn(t, time.Minute, "", "run", "-v", harness.CC(t, "hello", "-static"))
	var phases []string
	for _, m := range timeline.FindAllStringSubmatch(r.Stderr, -1) {
		phases = append(phases, m[1])
	}
	if got := fmt.Sprint(phases); got != "[entry runtime ready user]" {
		t.Errorf("phases %s", got)
	}
	for _, want := range []string{"cairn: memory: ", "cairn: accelerator: ", "cairn: initial file system: "} {
		if !strings.Contains(r.Stderr, want) {
			t.Errorf("no line with %q in:\n%s", want, r.Stderr)
		}
	}
	if r.Stdout != "hello\n" {
		t.Errorf("output %q", r.Stdout)
	}
}

// TestBootInstructions keeps the way to the first user instruction short.
func TestBootInstructions(t *testing.T) {
	const budget = 1_500_000 // guest instructions from entry to user mode
	r := harness.Cairn(t, time.Minute, "", "run", "-v", "--icount", harness.CC(t, "hello", "-static"))
	m := regexp.MustCompile(`boot: user .*?([\d.]+)ms in all`).FindStringSubmatch(r.Stderr)
	if m == nil {
		t.Fatalf("no timeline in:\n%s", r.Stderr)
	}
	ms, err := strconv.ParseFloat(m[1], 64)
	if err != nil || ms*1e6 > budget {
		t.Errorf("%.0f instructions to the first user instruction, the budget is %d", ms*1e6, budget)
	}
}

// TestSaysWhatIsWrong checks the command's own failures.
func TestSaysWhatIsWrong(t *testing.T) {
	hello := harness.CC(t, "hello", "-static")
	for _, test := range []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"no program", []string{"run", "/none/such"}, 125, "/none/such"},
		{"no root", []string{"run", "--rootfs", "/none", "/bin/sh"}, 125, "/none"},
		{"too little memory", []string{"run", "-M", "8M", hello}, 125, "at least"},
		{"processors", []string{"run", "--smp", "2", hello}, 125, "smp"},
		{"platform", []string{"run", "--plat", "xen", hello}, 125, "xen"},
		{"architecture", []string{"run", "--arch", "arm64", hello}, 125, "arm64"},
		{"machine", []string{"run", "--machine", "pc", hello}, 125, "pc"},
		{"time is over", []string{"run", "--timeout", "2s", "/bin/sleep", "100"}, 124, "time limit"},
		{"with nothing", []string{"run", "--with", "/none/x", hello}, 125, "/none/x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := harness.Cairn(t, time.Minute, "", test.args...)
			if r.Status != test.status || r.Stdout != "" || !strings.Contains(r.Stderr, test.want) {
				t.Errorf("status %d, output %q, errors %q; want %d and %q", r.Status, r.Stdout, r.Stderr, test.status, test.want)
			}
		})
	}
}
