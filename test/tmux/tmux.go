// Package tmux runs programs in a terminal, for tests: keys go in, and the screen is read.
package tmux

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// A Terminal is one of 80 columns and 24 rows, with a program in it.
type Terminal struct {
	t      testing.TB
	socket string
}

// limit is how long the screen may take to show something.
const limit = 2 * time.Minute

// Start runs a shell command in a new terminal, in a directory. The terminal ends with the test. The test is skipped
// where there is no tmux.
func Start(t testing.TB, dir, command string) *Terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not installed: run scripts/setup tests")
	}
	tm := &Terminal{t, fmt.Sprintf("cairn-%d-%d", os.Getpid(), time.Now().UnixNano())}
	tm.run("new-session", "-d", "-x", "80", "-y", "24", "-c", dir, command)
	t.Cleanup(func() { tm.run("kill-server") })
	return tm
}

// run runs the tmux command.
func (tm *Terminal) run(args ...string) string {
	tm.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-u", "-L", tm.socket, "-f", "/dev/null"}, args...)...).CombinedOutput()
	if err != nil {
		tm.t.Fatalf("tmux %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// Keys presses keys, which have tmux's names (tmux(1), send-keys).
func (tm *Terminal) Keys(keys ...string) {
	tm.t.Helper()
	tm.run(append([]string{"send-keys"}, keys...)...)
}

// Type types a text.
func (tm *Terminal) Type(text string) {
	tm.t.Helper()
	tm.Keys("-l", text)
}

// Expect waits until the screen has all the parts, and returns it.
func (tm *Terminal) Expect(parts ...string) string {
	tm.t.Helper()
	for deadline := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) {
		screen := tm.run("capture-pane", "-p")
		missing := ""
		for _, p := range parts {
			if !strings.Contains(screen, p) {
				missing = p
			}
		}
		if missing == "" {
			return screen
		}
		if time.Now().After(deadline) {
			tm.t.Fatalf("the terminal never showed %q:\n%s", missing, screen)
		}
	}
}
