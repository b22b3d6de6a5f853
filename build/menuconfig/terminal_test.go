package menuconfig

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cairn/test/tmux"
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

// TestTerminal drives the program in a real terminal.
func TestTerminal(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "my.config")
	tm := tmux.Start(t, dir, fmt.Sprintf("env %s='%s' '%s'", childVariable, file, self))

	screen := tm.Expect("Cairn configuration", "image 1.62 MB", "Libraries  --->", "q quit")
	if lines := strings.Split(strings.TrimRight(screen, "\n"), "\n"); len(lines) != 24 {
		t.Errorf("%d lines", len(lines))
	}
	tm.Keys("Enter")
	tm.Expect("[*] posix-process: processes and threads  --->", "+12.3 kB")
	tm.Keys("Down", "Space")
	tm.Expect("[*] posix-fdtab", "image 1.63 MB")
	tm.Keys("/")
	tm.Expect("╭─ Search")
	tm.Type("identifier")
	tm.Expect("LIBPOSIX_PROCESS_MAX [=32768]")
	tm.Keys("Down", "Up", "Enter")
	tm.Expect("(32768) largest process identifier")
	tm.Keys("Enter")
	tm.Expect("a decimal number from 16 to 4194304")
	tm.Keys("BSpace", "BSpace", "BSpace", "Enter")
	tm.Expect("(32) largest process identifier")
	tm.Keys("?")
	tm.Expect("LIBPOSIX_PROCESS_MAX [=32]", "Range:       16 to 4194304", "set by the user")
	tm.Keys("Escape")
	tm.Expect("several processes")
	tm.Keys("q")
	tm.Expect("changes that are not saved")
	tm.Keys("Enter")
	tm.Expect("saved true error <nil>")
	data, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(data), "CONFIG_LIBPOSIX_PROCESS_MAX=32\n") {
		t.Errorf("the file has %s, %v", data, err)
	}
}
