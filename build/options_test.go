package build

import (
	"context"
	"debug/elf"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"cairn"
	"cairn/build/kconfig"
)

func imports(t *testing.T, source []byte) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "main.go", source, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, i := range f.Imports {
		paths = append(paths, strings.Trim(i.Path.Value, `"`))
	}
	slices.Sort(paths)
	return paths
}

// TestBaseIsTheDefault checks that the main package in the tree is the one that the options
// give by default.
func TestBaseIsTheDefault(t *testing.T) {
	cfg := defaults(t)
	c, err := ForOptions(cfg)
	if err != nil {
		t.Fatal(err)
	}
	checked, err := cairn.Source.ReadFile(mainFile)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := imports(t, checked), imports(t, c.Overlay[mainFile]); !slices.Equal(got, want) {
		t.Errorf("%s imports %q, the options select %q", mainFile, got, want)
	}
	if w := cfg.Tree().Warnings; len(w) > 0 {
		t.Errorf("the options name what is not there: %v", w)
	}
}

// TestHostConstants checks that package config in the tree has every option.
func TestHostConstants(t *testing.T) {
	want, err := HostConstants()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := cairn.Source.ReadFile(configFile); err != nil || string(got) != string(want) {
		t.Errorf("%s is stale (%v); \"go generate ./kernel/config\" makes it anew", configFile, err)
	}
}

// TestEveryLibraryIsDescribed checks that each library has a README.md and an option with a help text.
func TestEveryLibraryIsDescribed(t *testing.T) {
	tree, err := Options()
	if err != nil {
		t.Fatal(err)
	}
	libs := Libraries(tree)
	if len(libs) < 40 {
		t.Errorf("only %d libraries", len(libs))
	}
	for _, l := range libs {
		if l.Readme() == "" || l.Symbol.Help() == "" {
			t.Errorf("%s: no README.md, or no help for %s", l.Dir, l.Symbol.Name)
		}
	}
}

// TestOptionChangesImage builds kernels with and without a library, and looks for its code.
func TestOptionChangesImage(t *testing.T) {
	const option, symbol = "LIBSYSCALL_SHIM_STRACE", "cairn/kernel/posix/strace."
	for _, value := range []string{"y", "n"} {
		cfg := defaults(t)
		if _, err := cfg.Apply([]kconfig.Assignment{{Name: option, Value: value}}); err != nil {
			t.Fatal(err)
		}
		c, err := ForOptions(cfg)
		if err != nil {
			t.Fatal(err)
		}
		c.KeepSymbols = true
		img, err := Kernel(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		if hasSymbol(t, img.Path, "internal/godebug.") {
			t.Error("the image has the machinery of GODEBUG, which package time brings")
		}
		if got := hasSymbol(t, img.Path, symbol); got != (value == "y") {
			t.Errorf("with %s=%s the code of %s is there: %v", option, value, symbol, got)
		}
	}
}

func hasSymbol(t *testing.T, path, prefix string) bool {
	t.Helper()
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	syms, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(syms, func(s elf.Symbol) bool { return strings.HasPrefix(s.Name, prefix) })
}

func TestNamedConfig(t *testing.T) {
	_, err := NamedConfig("none")
	if err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("no such configuration: %v", err)
	}
}
