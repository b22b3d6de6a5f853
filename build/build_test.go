package build

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cairn"
)

// overlay is a tiny kernel that is in no source tree.
func overlay() map[string][]byte {
	return map[string][]byte{
		"kernel/cmd/tiny/main.go":   []byte("package main\n\nfunc main() {}\n"),
		"kernel/cmd/tiny/hosted.go": []byte("//go:build !cairn\n\npackage main\n\nfunc init() { missing() }\n"),
	}
}

// tiny is its configuration.
func tiny() Config {
	return Config{Main: "cairn/kernel/cmd/tiny", Overlay: overlay(), entry: "_rt0_amd64_linux"}
}

// freshCache gives the test a cache of its own, but the user's Go build cache.
func freshCache(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds a kernel")
	}
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Skip("no go command")
	}
	t.Setenv("GOCACHE", strings.TrimSpace(string(out)))
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", dir)
	return filepath.Join(dir, "cairn")
}

func TestKernel(t *testing.T) {
	cache := freshCache(t)
	ctx := context.Background()
	first, err := Kernel(ctx, tiny())
	if err != nil {
		t.Fatal(err)
	}
	if first.Cached || first.Sizes.Text == 0 {
		t.Errorf("first build: %+v", first)
	}
	again, err := Kernel(ctx, tiny())
	if err != nil || !again.Cached || again.Path != first.Path {
		t.Errorf("second build: %+v, %v", again, err)
	}
	a, err := os.ReadFile(first.Path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(cache); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("GOFLAGS", "-tags=other")
	other, err := Kernel(ctx, tiny())
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(other.Path); string(a) != string(b) {
		t.Error("two builds of the same inputs differ")
	}
}

// TestConcurrent has several builds meet in an empty cache.
func TestConcurrent(t *testing.T) {
	cache := freshCache(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := Kernel(context.Background(), tiny()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	left, err := filepath.Glob(filepath.Join(cache, "tmp-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestCompileError(t *testing.T) {
	freshCache(t)
	c := tiny()
	c.Overlay["kernel/cmd/tiny/main.go"] = []byte("package main\n\nfunc main() { oops }\n")
	_, err := Kernel(context.Background(), c)
	var ce *CompileError
	if !errors.As(err, &ce) || !strings.Contains(err.Error(), "oops") {
		t.Errorf("%v", err)
	}
	c.Overlay["../main.go"] = nil
	if _, err := Kernel(context.Background(), c); err == nil || !strings.Contains(err.Error(), "not inside the source tree") {
		t.Errorf("%v", err)
	}
}

func TestNoGo(t *testing.T) {
	freshCache(t)
	t.Setenv("PATH", t.TempDir())
	if _, err := Kernel(context.Background(), tiny()); err != ErrNoGo {
		t.Errorf("%v", err)
	}
}

func TestKey(t *testing.T) {
	base := builder{Config: tiny(), goVersion: "go1", source: "s"}
	keys := map[string]string{base.key(): "base"}
	for name, change := range map[string]func(b *builder){
		"go version": func(b *builder) { b.goVersion = "go2" },
		"source":     func(b *builder) { b.source = "t" },
		"tags":       func(b *builder) { b.Tags = []string{"x"} },
		"symbols":    func(b *builder) { b.KeepSymbols = true },
		"main":       func(b *builder) { b.Main = "other" },
		"overlay":    func(b *builder) { b.Overlay = overlay(); b.Overlay["a"] = nil },
	} {
		b := base
		change(&b)
		if same, ok := keys[b.key()]; ok {
			t.Errorf("%s has the key of %s", name, same)
		}
		keys[b.key()] = name
	}
}

func TestSource(t *testing.T) {
	found := map[string]bool{}
	err := walkSource(func(name string, _ []byte) error {
		found[name] = true
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata") {
			t.Errorf("%s is not needed", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"go.mod", "go.sum", "image/bootpage/bootpage.go", "image/cpio/reader.go"} {
		if !found[name] {
			t.Errorf("%s is missing", name)
		}
	}
	if v, err := toolchain(); err != nil || !strings.HasPrefix(v, "go1.") {
		t.Errorf("toolchain %q, %v", v, err)
	}
	if _, err := cairn.Source.ReadFile("build/build_test.go"); err == nil {
		t.Error("the source of the build tool is embedded")
	}
}

func TestWriteFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	for _, s := range []string{"one", "two"} {
		if err := WriteFile(name, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		if b, _ := os.ReadFile(name); string(b) != s {
			t.Errorf("%q, want %q", b, s)
		}
	}
	below := filepath.Join(name, "below")
	if err := WriteFile(below, nil, 0o600); err == nil || !strings.Contains(err.Error(), below+":") {
		t.Errorf("a file below a file: %v", err)
	}
}

func TestPrune(t *testing.T) {
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{
		"kernel-old": 2 * keep, "kernel-new": 0, "src-old": 2 * keep, "tmp-old": 2 * keep, "tmp-new": 0, "other": 2 * keep,
	} {
		name = filepath.Join(dir, name)
		if err := os.Mkdir(name, 0o755); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(name, then, then); err != nil {
			t.Fatal(err)
		}
	}
	prune(dir)
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range left {
		names = append(names, e.Name())
	}
	if got := strings.Join(names, " "); got != "kernel-new other tmp-new" {
		t.Errorf("left: %s", got)
	}
}
