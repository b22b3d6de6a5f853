// Package files_test runs programs about descriptors, files, sockets and terminals, each in a machine
// and on the host's Linux: same output, same exit status.
package files_test

import (
	"os"
	"regexp"
	"testing"

	"cairn/test/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// TestPrograms runs the programs of testdata. In the machine they run by instructions counted, so that
// what they time does not depend on how busy the host is.
func TestPrograms(t *testing.T) {
	for _, name := range []string{
		"attributes", "crowds", "descriptors", "events", "exclusive", "locks", "mappings", "names", "pipes", "polling", "rights", "sessions", "sockets", "waiting", "watches",
	} {
		t.Run(name, func(t *testing.T) {
			// Many arguments are bad on purpose: no warnings.
			program := harness.CC(t, name, "-static", "-pthread", "-w")
			harness.Both(t, harness.Program{Args: []string{program}, Flags: []string{"--icount"}})
		})
	}
}

// TestTools runs programs that show what /proc and /sys say, and looks for what they cannot show without.
func TestTools(t *testing.T) {
	const script = `set -e
sleep 100 & first=$!
flock /tmp/lock sh -c 'echo held; exec sleep 100' > /tmp/held & second=$!
while ! [ -s /tmp/held ]; do sleep 0.1; done
ps -eo pid,ppid,pgid,sid,stat,comm
pgrep -l sleep
cat /proc/$$/task/$$/children; echo
pmap $$ | tail -1
free | head -1
lslocks -o COMMAND,TYPE,MODE,PATH
lsns -o TYPE,NPROCS
lscpu | grep Architecture
uptime
dmesg | tail -1
[ /proc/self/ns/pid -ef /proc/1/ns/pid ]
kill $first $second`
	r := harness.Machine(t, harness.Program{
		Root: harness.Debian(t, "shell"), Args: []string{"/bin/bash", "-c", script}, Flags: []string{"-M", "128M"},
	})
	for _, want := range []string{
		`(?m)^ +1 +0 +1 +1 Ss +bash$`, `(?m)^ +2 +1 +1 +1 S +sleep$`, `(?m)^2 sleep$`, `(?m)^2 3 \d+ $`, `(?m)^ total +\d+K$`,
		`(?m)^ +total +used +free`, `(?m)^flock +FLOCK +WRITE /tmp/lock$`, `(?m)^mnt +\d+$`, `(?m)^Architecture: +x86_64$`,
		`(?m)up \d+ min`, `(?m)^\[ +\d+\.\d{6}\] .`,
	} {
		if !regexp.MustCompile(want).MatchString(r.Stdout) {
			t.Errorf("nothing matches %s", want)
		}
	}
	if r.Status != 0 || t.Failed() {
		t.Errorf("status %d\n%s%s", r.Status, r.Stdout, r.Stderr)
	}
}

// TestExhaust opens descriptors until the machine has no memory for more. Linux would take too long.
func TestExhaust(t *testing.T) {
	if os.Getenv("CAIRN_TEST_LONG") == "" {
		t.Skip("takes long: set CAIRN_TEST_LONG")
	}
	program := harness.CC(t, "exhaust", "-static", "-pthread", "-w")
	r := harness.Machine(t, harness.Program{Args: []string{program}, Flags: []string{"-M", "64M"}})
	want := regexp.MustCompile(`^setrlimit.* = 0
pipes: many 1, then ENFILE
a child
child: exit 0
full sockets: many 1, then (ENFILE|ENOBUFS)
a child
child: exit 0
$`)
	if r.Status != 0 || !want.MatchString(r.Stdout) {
		t.Errorf("status %d\n%s%s", r.Status, r.Stdout, r.Stderr)
	}
}
