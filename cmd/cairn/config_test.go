package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cairn/test/tmux"
)

// cli prepares the command, to run in a directory.
func cli(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, args...)
	c.Args[0], c.Dir = "cairn", dir
	return c
}

// step is a command line, and what must come of it.
type step struct {
	args   string // split at blanks
	status int
	out    string // all of standard output if it ends in a newline, else a part of it
	msg    string // a part of standard error; empty if there must be none
}

// play runs steps one after the other in a directory.
func play(t *testing.T, dir string, steps []step) {
	t.Helper()
	for _, s := range steps {
		out, msg, status := output(t, cli(t, dir, strings.Fields(s.args)...))
		if status != s.status {
			t.Errorf("cairn %s: status %d, want %d; it said %q", s.args, status, s.status, msg)
		}
		if strings.HasSuffix(s.out, "\n") && out != s.out || !strings.Contains(out, s.out) {
			t.Errorf("cairn %s: printed %q, want %q", s.args, out, s.out)
		}
		if !strings.Contains(msg, s.msg) || s.msg == "" && msg != "" {
			t.Errorf("cairn %s: said %q, want %q", s.args, msg, s.msg)
		}
		if s.status != 0 && strings.Count(msg, "\n") != 1 {
			t.Errorf("cairn %s: more than one line: %q", s.args, msg)
		}
	}
}

// write writes files into a new directory.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestConfig(t *testing.T) {
	dir := write(t, map[string]string{
		"bad":     "CONFIG_LIBPOSIX_PIPE=maybe\n",
		"garbage": "what is this\n",
		"unmet":   "CONFIG_LIBTTY=n\nCONFIG_LIBPOSIX_JOBCONTROL=y\n",
		"old":     "CONFIG_LIBPOSIX_PROCESS_VFORK=y\nCONFIG_LIBNONESUCH=y\n",
	})
	play(t, dir, []step{
		{"config get LIBPOSIX_PIPE CONFIG_LIBSYSCALL_SHIM_STRACE", 0, "y\nn\n", ""},
		{"config diff", 0, "", ""},
		{"config set LIBPOSIX_PIPE=n CONFIG_LIBSYSCALL_SHIM_STRACE=y", 0, "", ""},
		{"config get LIBPOSIX_PIPE", 0, "n\n", ""},
		{"config list", 0, "CONFIG_LIBPOSIX_PIPE=n", ""},
		{"config list --changed", 0, "# CONFIG_LIBPOSIX_PIPE is not set\nCONFIG_LIBSYSCALL_SHIM_STRACE=y\n", ""},
		{"config diff", 0, "LIBPOSIX_PIPE y -> n", ""},
		{"config savedefconfig", 0, "", ""},
		{"config -c defconfig get LIBPOSIX_PIPE", 0, "n\n", ""},
		{"config -c defconfig set -o - LIBPOSIX_PIPE=y", 0, "\nCONFIG_LIBPOSIX_PIPE=y", ""},
		{"config diff defconfig .config", 0, "", ""},
		{"config explain LIBSYSCALL_SHIM_ROUTINES", 0, "selected by LIBSYSCALL_SHIM_STRACE", ""},
		{"config -c old olddefconfig -o new", 0, "", "CONFIG_LIBPOSIX_PROCESS_VFORK is now called CONFIG_LIBPOSIX_PROCESS_MULTIPROCESS"},
		{"config -c old olddefconfig -o new", 0, "", "there is no option CONFIG_LIBNONESUCH"},
		{"config -c new get LIBPOSIX_PROCESS_MULTIPROCESS", 0, "y\n", ""},
		{"config get LIBPOSIX_PROCESS_CLONE", 0, "y\n", "is now called CONFIG_LIBPOSIX_PROCESS_MULTITHREADING"},
		{"config get LIBPOSIX_PROCESS_INIT_PIDS", 125, "", "the first program is always process 1"},
		{"config get LIBPOSIX_PIPES", 125, "", "LIBPOSIX_PIPE"},
		{"config set LIBPOSIX_PIPE=m", 125, "", "no loadable modules"},
		{"config set LIBPOSIX_PIPE", 125, "", "not of the form"},
		{"config set LIBPOSIX_FDTAB=n", 125, "", "selected by"},
		{"config -c bad get LIBPOSIX_PIPE", 125, "", "bad:1:"},
		{"config -c garbage list", 125, "", "garbage:1:"},
		{"config -c none list", 125, "", "there is no configuration \"none\""},
		{"config -c ./none list", 125, "", "no such file"},
		{"config savedefconfig -o /nowhere/file", 125, "", "/nowhere/file: no such file"},
		{"config", 125, "", "what about the options"},
		{"build -c unmet -o x", 125, "", "unmet:2: CONFIG_LIBPOSIX_JOBCONTROL=y: LIBPOSIX_JOBCONTROL depends on LIBTTY"},
		{"build -c bad -o x", 125, "", "bad:1:"},
		{"build -c . -K . -o x", 125, "", "exclude each other"},
		{"run --kernel x -c bad true", 125, "", "--kernel excludes"},
		{"menuconfig", 125, "", "needs a terminal"},
	})
	if _, err := os.Stat(filepath.Join(dir, "x")); err == nil {
		t.Error("an image was written in spite of errors")
	}
}

func TestKraftfileErrors(t *testing.T) {
	for text, want := range map[string]string{
		"": "the file is empty",
		"spec: v0.6\nruntime: base:latest\ncmd: /bin/true\n":                                   "Kraftfile:2: runtime is not supported",
		"spec: v0.6\ncmd: /bin/true\nunikraft:\n  kconfig:\n    CONFIG_LIBPOSIX_PYPE: y\n":     "Kraftfile:5: there is no option CONFIG_LIBPOSIX_PYPE",
		"spec: v0.6\ncmd: /bin/true\nrootfs: ./missing\n":                                      "Kraftfile:3: rootfs:",
		"spec: v0.6\ncmd: /bin/true\nrootfs:\n  source: ./Kraftfile\n  type: dir\n":            "type dir",
		"spec: v0.6\ncmd: /bin/true\nvolumes:\n- ./missing:/data:ro\n":                         "Kraftfile:4: volume:",
		"spec: v0.6\ncmd: /bin/true\nvolumes:\n- {source: ., destination: /d, driver: 9pfs}\n": "driver 9pfs are not supported",
		"spec: v0.6\ncmd: /bin/true\ntargets:\n- xen/x86_64\n":                                 "Cairn can build for none of the targets",
		"spec: v0.6\ncmd: [\"aslr=maybe\", \"--\", \"/bin/true\"]\n":                           "aslr",
		"spec: v0.6\n": "which program?",
	} {
		dir := write(t, map[string]string{"Kraftfile": text})
		_, msg, status := output(t, cli(t, dir, "run", "-K", "."))
		if status != 125 || !strings.Contains(msg, want) || strings.Count(msg, "\n") != 1 {
			t.Errorf("%q: status %d, %q, want %q", text, status, msg, want)
		}
	}
	play(t, t.TempDir(), []step{
		{"run -K .", 125, "", "there is no Kraftfile here"},
		{"run --target x true", 125, "", "give --kraftfile too"},
	})
}

func TestLibs(t *testing.T) {
	dir := t.TempDir()
	play(t, dir, []step{
		{"libs --no-sizes", 0, "LIBPOSIX_PIPE", ""},
		{"libs --no-sizes posix/pipe", 0, "pipe2", ""},
		{"libs --no-sizes LIBPOSIX_PIPE", 0, "# posix-pipe", ""},
		{"libs --no-sizes LIBPOSIX_PROCESS_VFORK", 0, "# posix-process", "now called"},
		{"libs --no-sizes -c hello LIBTTY", 0, "n: set by the user", ""},
		{"libs --no-sizes posix/pip", 125, "", "posix/pipe"},
		{"libs --params", 0, "mem.reserve", ""},
	})
	out, _, _ := output(t, cli(t, dir, "libs", "--params"))
	if strings.Contains(out, "strace") {
		t.Errorf("a parameter of a library that is not selected: %s", out)
	}
}

func TestBootParameters(t *testing.T) {
	play(t, t.TempDir(), []step{
		{"run --param aslr=maybe true", 125, "", "neither on nor off"},
		{"run --param aslrr=on true", 125, "", "aslr"},
	})
	c := command(t, "--param", "aslr=off", "cat", "show")
	if _, msg, status := output(t, c); status != 125 || !strings.Contains(msg, "cannot be checked") {
		t.Errorf("an image that does not say what it knows: %d, %q", status, msg)
	}
}

// TestMenuconfig drives the menu in a terminal.
func TestMenuconfig(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "cairn")); err != nil {
		t.Fatal(err)
	}
	tm := tmux.Start(t, dir, "./cairn menuconfig --no-sizes; echo ended with $?; sleep 60")
	tm.Expect("Cairn configuration")
	tm.Keys("/")
	tm.Expect("Search")
	tm.Type("posix_pipe")
	tm.Expect("LIBPOSIX_PIPE [=y]")
	tm.Keys("Down", "Up", "Enter")
	tm.Expect("[*] posix-pipe")
	tm.Keys("n")
	tm.Expect("[ ] posix-pipe")
	tm.Keys("q")
	tm.Expect("changes that are not saved")
	tm.Keys("Enter")
	tm.Expect("ended with 0")
	if out, _, _ := output(t, cli(t, dir, "config", "get", "LIBPOSIX_PIPE")); out != "n\n" {
		t.Errorf("LIBPOSIX_PIPE is %q in the file that the menu saved", out)
	}
}
