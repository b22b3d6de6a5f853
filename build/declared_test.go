package build

import (
	"os"
	"slices"
	"strings"
	"testing"

	"cairn/build/kconfig"
	"cairn/image"
)

func find(params []Param, name string) *Param {
	if i := slices.IndexFunc(params, func(p Param) bool { return p.Name == name }); i >= 0 {
		return &params[i]
	}
	return nil
}

// defaults returns the configuration with every option at its default.
func defaults(t *testing.T) *kconfig.Config {
	t.Helper()
	cfg, err := NewConfig()
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// TestParams checks that the parameters of an image are those of the libraries that it has.
func TestParams(t *testing.T) {
	cfg := defaults(t)
	base, err := Params(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := cfg.Set("LIBSYSCALL_SHIM_STRACE", "y"); err != nil {
		t.Fatal(err)
	}
	traced, err := Params(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if p := find(base, "aslr"); p == nil || p.Type != "bool" || p.Default != "on" || p.Help == "" {
		t.Errorf("aslr: %+v", p)
	}
	if p := find(traced, "strace"); p == nil || p.Type != "off|on|file" || p.Dir != "kernel/posix/strace" || find(base, "strace") != nil {
		t.Errorf("strace: %+v", p)
	}
	for setting, want := range map[string]string{
		"strace=on": "", "aslr": "", "aslr=maybe": "neither on nor off", "strace=x": "none of off, on, file", "aslrr=on": "aslr",
		"mem.reserve=1M": "", "mem.reserve=lots": "not a size",
	} {
		err := CheckParam(traced, setting)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", setting, err, want)
		}
	}
}

// TestImageNotes builds a kernel, and reads what it says of itself.
func TestImageNotes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a kernel")
	}
	cfg := defaults(t)
	c, err := ForOptions(cfg)
	if err != nil {
		t.Fatal(err)
	}
	img, err := Kernel(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(img.Path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Params(cfg)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ImageParams(data)
	if err != nil || len(got) != len(want) {
		t.Errorf("parameters: %v, %v", got, err)
	}
	options, err := image.ReadNote(data, image.NoteConfig)
	if err != nil || !strings.Contains(string(options), "CONFIG_LIBPOSIX_PROCESS=y\n") {
		t.Errorf("options: %q, %v", options, err)
	}
}

// TestCalls checks that the calls of libraries are found.
func TestCalls(t *testing.T) {
	d, err := readDeclared("kernel/posix/pipe")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pipe", "pipe2", "splice"} {
		if !slices.Contains(d.calls, name) {
			t.Errorf("%s is not among %q", name, d.calls)
		}
	}
}

func TestPackageDir(t *testing.T) {
	for symbol, want := range map[string]string{
		"cairn/kernel/vm.(*Space).Fault":                               "kernel/vm",
		"cairn/kernel/posix/pipe.New":                                  "kernel/posix/pipe",
		"cairn/kernel/posix/pipe.(*Pipe).Write.func1":                  "kernel/posix/pipe",
		"cairn/kernel/param.parsed[go.shape.string]":                   "kernel/param",
		"go:itab.*cairn/kernel/fs/vfs.File,cairn/kernel/fs/vfs.Reader": "kernel/fs/vfs",
		"runtime.mallocgc":                                             "", "golang.org/x/sys/unix.Errno.Error": "",
	} {
		got, ok := packageDir(symbol)
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v", symbol, got, ok)
		}
	}
}
