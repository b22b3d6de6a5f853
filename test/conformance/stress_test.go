package conformance_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"cairn/test/harness"
)

// stressors are those of stress-ng that are about processes, signals, descriptors and memory. Those that are
// not quick run with CAIRN_TEST_LONG only.
var stressors = []struct {
	name  string
	quick bool
}{
	{"fork", true}, {"vfork", true}, {"forkheavy", false}, {"clone", false}, {"exec", true}, {"spawn", false}, {"wait", true},
	{"zombie", true}, {"daemon", true}, {"session", false},
	{"sigabrt", false}, {"sigchld", true}, {"sigfd", true}, {"sigfpe", false}, {"sigio", false}, {"signal", false}, {"signest", false},
	{"sigpending", true}, {"sigpipe", true}, {"sigq", true}, {"sigrt", true}, {"sigsegv", true}, {"sigsuspend", true},
	{"sigtrap", false}, {"kill", false},
	{"pipe", true}, {"pipeherd", false}, {"fifo", false}, {"splice", false}, {"tee", false},
	{"dup", true}, {"close", false}, {"open", false}, {"sockfd", false}, {"pidfd", false},
	{"futex", true}, {"mutex", false}, {"pthread", true}, {"eventfd", true}, {"epoll", true}, {"poll", true},
	{"timerfd", true}, {"timer", false}, {"itimer", false}, {"switch", false},
	{"mmapfork", false}, {"vm", false},
}

// stressSeconds is how long each stressor runs: a minute takes CAIRN_TEST_STRESS=60.
func stressSeconds(t *testing.T) int {
	t.Helper()
	text := os.Getenv("CAIRN_TEST_STRESS")
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("CAIRN_TEST_STRESS: %v", err)
	}
	return n
}

// The shell's script runs stressors between two looks at what the machine has: $1 is the seconds, the others are the
// stressors. They run once before the first look, so that what is kept for the next use is there.
//
// exec and spawn do not run as root; epoll is told to use AF_UNIX. A stressor that skips itself is a failure.
const stressScript = lookScript + `
stress() {
	s=$1; shift; as=
	case $s in exec|spawn) as='setpriv --reuid=1000 --regid=1000 --clear-groups' ;; esac
	case $s in epoll) set -- --epoll-domain unix "$@" ;; esac
	$as stress-ng --verify --temp-path /tmp --$s 2 "$@" 2>&1
}
seconds=$1; shift
for s; do stress $s --$s-ops 10 -t 1 >/dev/null; done
sleep 0.2; look
for s; do
	stress $s -t $seconds >/tmp/out; r=$?
	cat /tmp/out
	if [ $r != 0 ] || grep -q 'skipping the stressor' /tmp/out; then status=$((r > 0 ? r : 99)); echo "$s: status $status"; fi
done
sleep 0.2; look; exit ${status-0}`

// TestStress runs stressors of stress-ng with --verify, and checks that they leave neither tasks nor memory behind.
func TestStress(t *testing.T) {
	seconds := stressSeconds(t)
	var quick []string
	for _, s := range stressors {
		if s.quick {
			quick = append(quick, s.name)
		}
	}
	if !long {
		stress(t, seconds, quick...)
		return
	}
	for _, s := range stressors {
		t.Run(s.name, func(t *testing.T) { stress(t, seconds, s.name) })
	}
}

// stress runs stressors one after the other in one machine.
func stress(t *testing.T, seconds int, names ...string) {
	t.Helper()
	r := harness.Machine(t, harness.Program{
		Args: append([]string{"/bin/bash", "-c", stressScript, "bash", strconv.Itoa(seconds)}, names...),
		Root: harness.Debian(t, "shell"), With: stressFiles(t),
		Flags: []string{"-M", "256M"}, Limit: time.Duration(seconds*len(names))*time.Second + 3*time.Minute,
	})
	if r.Status != 0 {
		t.Errorf("status %d\n%s\n%s", r.Status, tail(r.Stdout), tail(r.Stderr))
	}
	leaks(t, r)
}

// stressFiles returns stress-ng and its libraries as additions to another root file system.
func stressFiles(t *testing.T) []string {
	t.Helper()
	root := harness.Debian(t, "stress")
	return []string{root + "/usr/bin/stress-ng:/usr/bin/stress-ng", root + "/usr/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu"}
}
