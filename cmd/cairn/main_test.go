package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cairn/image"
	"cairn/image/cpio"
)

// TestMain makes the test binary play its two parts: the command itself, and a
// QEMU that boots nothing but speaks the protocol of a machine.
func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case "cairn":
		main()
	case "qemu-system-x86_64":
		fakeQEMU()
		return
	}
	os.Exit(m.Run())
}

// channel opens a channel that QEMU's arguments name.
func channel(id string) *os.File {
	for _, a := range os.Args {
		if fd, ok := strings.CutPrefix(a, "socket,id="+id+",fd="); ok {
			n, _ := strconv.Atoi(fd)
			return os.NewFile(uintptr(n), id)
		}
	}
	panic("no channel " + id)
}

// fakeQEMU runs the "program" that the initial file system names: its first
// argument says what to do.
func fakeQEMU() {
	ctl, out := channel("ctl"), channel("stdout")
	files := make(map[string][]byte)
	b, err := os.ReadFile(os.Args[slices.Index(os.Args, "-initrd")+1])
	if err != nil {
		panic(err)
	}
	for r := cpio.NewReader(b); ; {
		e, err := r.Next()
		if err != nil {
			break
		}
		files[string(e.Name)] = e.Data
	}
	fmt.Fprintf(ctl, "boot user 1\n")
	argv := strings.Split(string(files[".cairn/argv"]), "\x00")
	switch argv[1] {
	case "show":
		fmt.Fprintf(out, "%s %q %q", files[".cairn/program"], files[".cairn/argv"], files[".cairn/env"])
		fmt.Fprintf(ctl, "exit 42\n")
	case "pid":
		fmt.Fprintf(out, "%d\n", os.Getpid())
		time.Sleep(time.Minute)
	case "flood":
		for {
			out.Write(make([]byte, 4096))
		}
	case "die":
		channel("serial").WriteString("last words")
	}
}

// kernelFile builds an image that can be inspected.
var kernelFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "kernel")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "toy")
	c := exec.Command("go", "build", "-o", out, "-ldflags="+image.LinkFlags("main.entry"), "../../image/testdata/toy")
	c.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	if msg, err := c.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, msg)
	}
	elf, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	img, _, err := image.Pack(elf, image.Options{})
	return img, err
})

// command prepares "cairn run" with the fake QEMU.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cairn", "qemu-system-x86_64"} {
		if err := os.Symlink(self, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	img, err := kernelFile()
	if err != nil {
		t.Fatal(err)
	}
	kernel := filepath.Join(dir, "kernel")
	if err := os.WriteFile(kernel, img, 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(filepath.Join(dir, "cairn"), append([]string{"run", "--kernel", kernel, "--accel", "tcg"}, args...)...)
	c.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "XDG_CACHE_HOME="+dir, "PASSED=on")
	return c
}

// output runs a command and returns standard output and error and the status.
func output(t *testing.T, c *exec.Cmd) (stdout, stderr string, status int) {
	t.Helper()
	var out, msg bytes.Buffer
	c.Stdout, c.Stderr = &out, &msg
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), msg.String(), c.ProcessState.ExitCode()
}

func TestRun(t *testing.T) {
	out, msg, status := output(t, command(t, "-e", "A=b c", "-e", "PASSED", "-e", "HOME=/x", "cat", "show", "-v", "", "a b\n"))
	want := "/usr/bin/cat " + strconv.Quote("cat\x00show\x00-v\x00\x00a b\n\x00") + " " +
		strconv.Quote("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\x00A=b c\x00PASSED=on\x00HOME=/x\x00")
	if status != 42 || msg != "" || strings.TrimPrefix(out, "/bin") != strings.TrimPrefix(want, "/usr/bin") && out != want {
		t.Errorf("status %d, stderr %q, got\n%s\nwant\n%s", status, msg, out, want)
	}
}

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{nil, 125, "which program?"},
		{[]string{"no-such-program"}, 125, "not found in PATH"},
		{[]string{"--smp", "2", "cat"}, 125, "one processor"},
		{[]string{"--plat", "xen", "cat"}, 125, "use qemu"},
		{[]string{"--arch", "arm64", "cat"}, 125, "use x86_64"},
		{[]string{"--machine", "pc", "cat"}, 125, "use microvm or q35"},
		{[]string{"--accel", "x", "cat"}, 125, "use auto, kvm or tcg"},
		{[]string{"--no-such-flag", "cat"}, 125, "unknown flag"},
		{[]string{"-M", "lots", "cat"}, 125, "such as 64M"},
		{[]string{"-M", "5M", "cat"}, 125, "need at least"},
		{[]string{"--kernel", "main.go", "cat"}, 125, "not a Cairn kernel image"},
		{[]string{"--with", "x:y", "cat"}, 125, "must begin with a slash"},
		{[]string{"-e", "=x", "cat"}, 125, "give K=V"},
		{[]string{"cat", "die"}, 125, "last words"},
		{[]string{"--timeout", "200ms", "cat", "pid"}, 124, "time limit"},
	} {
		out, msg, status := output(t, command(t, c.args...))
		if status != c.status || !strings.Contains(msg, c.want) {
			t.Errorf("%q: status %d, %q, want %d with %q", c.args, status, msg, c.status, c.want)
		}
		if out != "" && !slices.Contains(c.args, "pid") {
			t.Errorf("%q: %q on standard output", c.args, out)
		}
	}
	c := command(t, "cat", "show")
	c.Env = append(c.Env, "PATH=/nonexistent")
	c.Args[slices.Index(c.Args, "cat")] = "/bin/cat"
	if _, msg, status := output(t, c); status != 125 || !strings.Contains(msg, "apt-get install qemu-system-x86") {
		t.Errorf("without QEMU: %d, %q", status, msg)
	}
}

// TestBrokenPipe closes standard output early.
func TestBrokenPipe(t *testing.T) {
	c := command(t, "cat", "flood")
	r, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	io.ReadFull(r, make([]byte, 100))
	r.Close()
	c.Wait()
	if ws := c.ProcessState.Sys().(syscall.WaitStatus); !ws.Signaled() || ws.Signal() != syscall.SIGPIPE {
		t.Errorf("ended with %v", c.ProcessState)
	}
}

// TestNothingLeft kills the command in several ways and checks that QEMU goes.
func TestNothingLeft(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		c := command(t, "cat", "pid")
		r, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		var pid int
		if _, err := fmt.Fscan(r, &pid); err != nil {
			t.Fatal(err)
		}
		c.Process.Signal(sig)
		if sig == syscall.SIGTERM {
			time.Sleep(100 * time.Millisecond)
			c.Process.Signal(sig)
		}
		c.Wait()
		if sig == syscall.SIGTERM && c.ProcessState.ExitCode() != 128+int(sig) {
			t.Errorf("%v: %v", sig, c.ProcessState)
		}
		for deadline := time.Now().Add(5 * time.Second); alive(pid); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%v: process %d is left", sig, pid)
			}
		}
	}
}

// alive reports whether a process exists and is no zombie.
func alive(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !bytes.Contains(b, []byte(") Z "))
}

func TestChooseMemory(t *testing.T) {
	const m = 1 << 20
	for _, c := range []struct{ asked, image, initrd, want uint64 }{
		{0, 4 * m, 2 * m, 64 * m},
		{0, 4 * m, 50 * m, 102 * m},
		{32 * m, 4 * m, 2 * m, 32 * m},
		{10 * m, 4 * m, 2 * m, 10 * m},
		{9 * m, 4 * m, 2 * m, 0},
		{64 * m, 4 * m, 60*m + 1, 0},
	} {
		got, err := chooseMemory(c.asked, c.image, c.initrd)
		if got != c.want || (err != nil) != (c.want == 0) {
			t.Errorf("%+v: %d, %v", c, got, err)
		}
	}
}

func TestBytesValue(t *testing.T) {
	for in, want := range map[string]uint64{
		"64": 64 << 20, "64M": 64 << 20, "64MiB": 64 << 20, "1g": 1 << 30, "512K": 512 << 10,
		"": 0, "0": 0, "-1": 0, "M": 0, "1T": 0, "99999999999G": 0,
	} {
		var b bytesValue
		if err := b.Set(in); uint64(b) != want || (err != nil) != (want == 0) {
			t.Errorf("%q: %d, %v", in, b, err)
		}
	}
	if s := new(bytesValue); s.String() != "" || formatSize(3<<30) != "3G" || formatSize(1<<10) != "1K" {
		t.Error("formatting is wrong")
	}
}

func TestVersion(t *testing.T) {
	var b bytes.Buffer
	root := newRoot()
	root.SetOut(&b)
	root.SetArgs([]string{"version"})
	if err := root.Execute(); err != nil || !strings.HasPrefix(b.String(), "cairn "+version) {
		t.Errorf("%q, %v", b.String(), err)
	}
}
