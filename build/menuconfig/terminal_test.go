package menuconfig

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// childVariable names the file to edit, in a process that TestTerminal starts
// inside a terminal.
const childVariable = "CAIRN_MENUCONFIG_TEST_FILE"

func TestMain(m *testing.M) {
	file := os.Getenv(childVariable)
	if file == "" {
		os.Exit(m.Run())
	}
	c := testConfig(&testing.T{})
	saved, err := Run(c, Options{Sizes: testSizes, BaseSize: 1_500_000, File: file})
	fmt.Println("saved", saved, "error", err)
	time.Sleep(time.Minute) // the test ends the terminal
}

// terminal is a tmux session that runs this test binary.
type terminal struct {
	t      *testing.T
	socket string
}

func (tm terminal) tmux(args ...string) string {
	tm.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-u", "-L", tm.socket, "-f", "/dev/null"}, args...)...).CombinedOutput()
	if err != nil {
		tm.t.Fatalf("tmux %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// expect waits until the screen has all the parts.
func (tm terminal) expect(parts ...string) string {
	tm.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		screen := tm.tmux("capture-pane", "-p")
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
		time.Sleep(20 * time.Millisecond)
	}
}

func (tm terminal) keys(keys ...string) {
	tm.t.Helper()
	tm.tmux(append([]string{"send-keys"}, keys...)...)
}

// TestTerminal drives the program in a real terminal.
func TestTerminal(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not installed")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "my.config")
	tm := terminal{t, fmt.Sprintf("cairn-menuconfig-%d", os.Getpid())}
	tm.tmux("new-session", "-d", "-x", "80", "-y", "24",
		fmt.Sprintf("env %s='%s' '%s'", childVariable, file, self))
	t.Cleanup(func() { tm.tmux("kill-server") })

	screen := tm.expect("Cairn configuration", "image 1.62 MB", "Libraries  --->", "q quit")
	if lines := strings.Split(strings.TrimRight(screen, "\n"), "\n"); len(lines) != 24 {
		t.Errorf("%d lines", len(lines))
	}
	tm.keys("Enter")
	tm.expect("[*] posix-process: processes and threads  --->", "+12.3 kB")
	tm.keys("Down", "Space")
	tm.expect("[*] posix-fdtab", "image 1.63 MB")
	tm.keys("/")
	tm.expect("╭─ Search")
	tm.keys("-l", "identifier")
	tm.expect("LIBPOSIX_PROCESS_MAX [=32768]")
	tm.keys("Down", "Up", "Enter")
	tm.expect("(32768) largest process identifier")
	tm.keys("Enter")
	tm.expect("a decimal number from 16 to 4194304")
	tm.keys("BSpace", "BSpace", "BSpace", "Enter")
	tm.expect("(32) largest process identifier")
	tm.keys("?")
	tm.expect("LIBPOSIX_PROCESS_MAX [=32]", "Range:       16 to 4194304", "set by the user")
	tm.keys("Escape")
	tm.expect("several processes")
	tm.keys("q")
	tm.expect("changes that are not saved")
	tm.keys("Enter")
	tm.expect("saved true error <nil>")
	data, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(data), "CONFIG_LIBPOSIX_PROCESS_MAX=32\n") {
		t.Errorf("the file has %s, %v", data, err)
	}
}
