package harness

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"cairn/image/cpio"
	"cairn/pack"
)

// defaultEnv is what "cairn run" gives every program that is not on a terminal.
var defaultEnv = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"}

// Native runs the program on the host, with the machine's file system as its root.
// What it writes there is gone afterwards.
func Native(t testing.TB, p Program) Result {
	t.Helper()
	c := nativeCommand(t, p)
	c.Stdin = strings.NewReader(p.Stdin)
	return run(t, c, p.limit())
}

// nativeCommand returns the command for Native: this test's own program, which
// becomes the program's parent; see container.
func nativeCommand(t testing.TB, p Program) *exec.Cmd {
	t.Helper()
	job := job{Argv: toBytes(p.Args), Env: toBytes(append(append([]string{}, defaultEnv...), p.Env...))}
	job.Tree, job.Program = unpacked(t, p)
	text, err := json.Marshal(job)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "job")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self)
	c.Env = []string{jobVariable + "=" + file}
	c.SysProcAttr = &syscall.SysProcAttr{
		Setsid:     true,
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
	}
	if os.Geteuid() != 0 {
		c.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	return c
}

// unpacked returns a directory with the file system that the machine gets, and the
// program's path there. Runs with the same files share it.
func unpacked(t testing.TB, p Program) (dir, program string) {
	t.Helper()
	files := t.TempDir()
	options := pack.Options{Root: p.Root, Program: p.Args[0], Env: defaultEnv}
	for _, w := range p.with(t, files) {
		with, err := pack.ParseWith(w)
		if err != nil {
			t.Fatal(err)
		}
		options.With = append(options.With, with)
	}
	tree, err := pack.New(options)
	if err != nil {
		t.Fatal(err)
	}
	key := fmt.Sprint(p.Root, p.With, p.Files)
	if p.Root == "" {
		key += "\x00" + p.Args[0]
	}
	sum := sha256.Sum256([]byte(key))
	dir = filepath.Join(scratch(t), "tree-"+hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(dir); err == nil {
		return dir, tree.Program()
	}
	var archive bytes.Buffer
	if _, err := tree.WriteTo(&archive); err != nil {
		t.Fatal(err)
	}
	if err := unpack(archive.Bytes(), dir); err != nil {
		t.Fatal(err)
	}
	return dir, tree.Program()
}

// unpack writes the contents of a cpio archive below dir.
func unpack(archive []byte, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	r := cpio.NewReader(archive)
	first := make(map[cpio.LinkKey]string) // the first name of files with several
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if strings.HasPrefix(string(e.Name), ".cairn") {
			continue // how the kernel learns what to run, gone before the program starts
		}
		name := filepath.Join(dir, string(e.Name))
		if key, ok := e.LinkKey(); ok {
			old, again := first[key]
			if again {
				if err := os.Link(old, name); err != nil {
					return err
				}
			}
			first[key] = name
			if again && len(e.Data) == 0 {
				continue
			}
		}
		if err := unpackOne(&e, name); err != nil {
			return err
		}
	}
}

// unpackOne writes one entry of an archive.
func unpackOne(e *cpio.Entry, name string) error {
	mode := e.Mode & 0o7777
	switch e.Type() {
	case cpio.ModeDir:
		if err := os.MkdirAll(name, 0o700); err != nil {
			return err
		}
	case cpio.ModeSymlink:
		return os.Symlink(string(e.Data), name)
	case cpio.ModeRegular:
		if err := os.WriteFile(name, e.Data, 0o600); err != nil {
			return err
		}
	default:
		return nil // devices are the container's
	}
	return syscall.Chmod(name, mode)
}
