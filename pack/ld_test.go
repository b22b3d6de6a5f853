package pack

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestLDConf(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"conf":     "/one # comment\ninclude d/*.conf\nhwcap 1 x\n/two\n",
		"d/a.conf": "/three:/four\n", "d/b.conf": fmt.Sprintf("include %s/conf\n", dir),
	})
	got := readConf(dir + "/conf")
	if want := []string{"/one", "/three", "/four", "/one"}; len(got) < 4 || !slices.Equal(got[:4], want) || got[len(got)-1] != "/two" {
		t.Errorf("%v", got)
	}
}

// TestLDCache has ldconfig read the cache.
func TestLDCache(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cache")
	if err := os.WriteFile(file, ldCache([]string{"/lib/libb.so.10", "/lib/libb.so.9", "/opt/liba.so"}), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("ldconfig", "-p", "-C", file)
	c.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/sbin:/usr/sbin")
	if c.Err != nil {
		c = exec.Command("/sbin/ldconfig", "-p", "-C", file)
	}
	out, err := c.CombinedOutput()
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, exec.ErrNotFound) {
		t.Skip("ldconfig is not installed")
	}
	want := []string{"libb.so.10 (libc6,x86-64) => /lib/libb.so.10", "libb.so.9 (libc6,x86-64) => /lib/libb.so.9", "liba.so (libc6,x86-64) => /opt/liba.so"}
	at := -1
	for _, line := range want {
		i := strings.Index(string(out), line)
		if i <= at {
			t.Fatalf("%v, no %q in its place:\n%s", err, line, out)
		}
		at = i
	}
}

func FuzzParseObject(f *testing.F) {
	b, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b[:4096])
	f.Add([]byte("\x7fELF"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if o, err := parseObject(bytes.NewReader(b), "x"); (o == nil) == (err == nil) {
			t.Error(o, err)
		}
	})
}

func FuzzParseScript(f *testing.F) {
	f.Add([]byte("#!/bin/sh -e\n"))
	f.Add([]byte("#! \t"))
	f.Fuzz(func(t *testing.T, b []byte) {
		interp, arg, ok := parseScript(b)
		if ok == (interp == "") || strings.ContainsAny(interp, " \n") || strings.Contains(arg, "\n") {
			t.Errorf("%q: %q, %q, %v", b, interp, arg, ok)
		}
		envProgram(interp, arg)
	})
}
