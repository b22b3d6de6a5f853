package build

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"cairn/image"
)

// DefaultMain is the import path of the main package of the built-in
// configuration.
const DefaultMain = "cairn/kernel/cmd/base"

// entrySymbol is the kernel's first instruction.
const entrySymbol = "cairn/kernel/bare.entry"

// experiments turns off what a kernel has no use for, see "go doc
// internal/goexperiment": heaps at random addresses, which cost up to 160,000
// instructions at boot, and the Green Tea collector, which makes the image 40 KB and
// its memory 80 KB larger and is for heaps that a kernel never has.
const experiments = "norandomizedheapbase64,nogreenteagc"

// ErrNoGo says that the Go toolchain is missing.
var ErrNoGo = errors.New("building a kernel needs the Go toolchain, and there is no \"go\" in PATH: install it from https://go.dev/dl/ (or the package golang-go), or give a ready kernel with --kernel FILE")

// Config says which kernel to build. The zero value is the built-in
// configuration.
type Config struct {
	// Main is the import path of the main package, [DefaultMain] if empty.
	Main string

	// Overlay replaces or adds source files, as go build -overlay does. Names
	// are relative to the root of the source tree, with slashes. Generated
	// main packages and option constants come this way. The go command does
	// not take assembly files in directories that only the overlay has.
	Overlay map[string][]byte

	// Tags are further build tags.
	Tags []string

	// KeepSymbols keeps symbols and debugging information in the image.
	KeepSymbols bool

	// Warn is called with a sentence when an image that is built is larger than
	// it has to be. It may be nil.
	Warn func(message string)

	// notes returns what the image says of itself, nil for nothing. It follows from
	// the source and the overlay.
	notes func() ([]image.Note, error)

	entry string // for tests: another entry symbol than entrySymbol
}

// Image is a kernel image in the cache.
type Image struct {
	Path   string      // the file
	Cached bool        // it was there already
	Sizes  image.Sizes // of its parts
}

// Kernel returns the image for a configuration, and builds it if it is not in
// the cache.
func Kernel(ctx context.Context, c Config) (*Image, error) {
	cache, err := CacheDir()
	if err != nil {
		return nil, err
	}
	b := builder{Config: c, cache: cache}
	if b.Main == "" {
		b.Main = DefaultMain
	}
	if b.entry == "" {
		b.entry = entrySymbol
	}
	if b.goVersion, err = toolchain(); err != nil {
		return nil, err
	}
	if b.source, err = sourceHash(); err != nil {
		return nil, err
	}
	path := filepath.Join(cache, "kernel-"+b.key())
	if img, err := load(path); err == nil {
		img.Cached = true
		return img, nil
	}
	unlock, err := lock(cache)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if img, err := load(path); err == nil { // made while we waited
		img.Cached = true
		return img, nil
	}
	if err := b.build(ctx, path); err != nil {
		return nil, err
	}
	prune(cache)
	return load(path)
}

// load returns an image that exists.
func load(path string) (*Image, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sizes, err := image.Inspect(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	touch(path)
	return &Image{Path: path, Sizes: *sizes}, nil
}

// builder builds one image.
type builder struct {
	Config
	cache     string
	goVersion string // toolchain to use
	source    string // hash of the source code
}

// key identifies the image among all that could be built.
func (b *builder) key() string {
	d := newDigest()
	for _, s := range append([]string{b.source, b.goVersion, experiments}, b.args("", "")...) {
		d.add(s)
	}
	for _, name := range slices.Sorted(maps.Keys(b.Overlay)) {
		d.add(name)
		d.add(string(b.Overlay[name]))
	}
	if b.KeepSymbols {
		d.add("symbols")
	}
	return d.sum()
}

// args returns the arguments of the go command.
func (b *builder) args(out, overlay string) []string {
	tags := strings.Join(append([]string{"cairn"}, b.Tags...), ",")
	args := []string{
		"build", "-o", out, "-tags", tags, "-trimpath", "-buildvcs=false", "-mod=readonly",
		"-ldflags=" + image.LinkFlags(b.entry),
	}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	return append(args, b.Main)
}

// build compiles and packs the kernel.
func (b *builder) build(ctx context.Context, path string) error {
	src, err := extract(b.cache, b.source, func(dir string) error { return b.addXSys(ctx, dir) })
	switch {
	case errors.Is(err, ErrNoGo):
		return err
	case err != nil:
		return fmt.Errorf("extracting the kernel's source code: %w", err)
	}
	tmp, err := os.MkdirTemp(b.cache, "tmp-build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	overlay, err := b.writeOverlay(src, tmp)
	if err != nil {
		return fmt.Errorf("writing generated source files: %w", err)
	}
	linked := filepath.Join(tmp, "kernel.elf")
	if err := b.compile(ctx, src, b.args(linked, overlay)); err != nil {
		return err
	}
	raw, err := os.ReadFile(linked)
	if err != nil {
		return err
	}
	o := image.Options{KeepSymbols: b.KeepSymbols, Warn: b.Warn}
	if b.notes != nil {
		if o.Notes, err = b.notes(); err != nil {
			return err
		}
	}
	packed, _, err := image.Pack(raw, o)
	if err != nil {
		return err
	}
	return WriteFile(path, packed, 0o644)
}

// writeOverlay writes the generated files and the description that go build
// -overlay reads, whose name it returns.
func (b *builder) writeOverlay(src, tmp string) (string, error) {
	if len(b.Overlay) == 0 {
		return "", nil
	}
	var desc struct{ Replace map[string]string }
	desc.Replace = make(map[string]string)
	for name, data := range b.Overlay {
		if !filepath.IsLocal(name) {
			return "", fmt.Errorf("%q is not inside the source tree", name)
		}
		file := filepath.Join(tmp, fmt.Sprintf("overlay-%d%s", len(desc.Replace), filepath.Ext(name)))
		if err := os.WriteFile(file, data, 0o644); err != nil {
			return "", err
		}
		desc.Replace[filepath.Join(src, filepath.FromSlash(name))] = file
	}
	text, err := json.Marshal(desc)
	if err != nil {
		return "", err
	}
	file := filepath.Join(tmp, "overlay.json")
	return file, os.WriteFile(file, text, 0o644)
}

// goCommand returns a run of the go command in a directory. Nothing in the user's environment that changes
// the result gets through.
func (b *builder) goCommand(ctx context.Context, dir string, args ...string) (*exec.Cmd, error) {
	tool, err := exec.LookPath("go")
	if err != nil {
		return nil, ErrNoGo
	}
	c := exec.CommandContext(ctx, tool, args...)
	c.Dir = dir
	c.Env = append(os.Environ(),
		"PWD="+dir, "GOOS=linux", "GOARCH=amd64", "GOAMD64=v1", "CGO_ENABLED=0", "GOTOOLCHAIN="+b.goVersion,
		"GOFLAGS=", "GOEXPERIMENT="+experiments, "GOFIPS140=off", "GOWORK=off", "GO111MODULE=on", "GODEBUG=")
	return c, nil
}

// compile builds the kernel.
func (b *builder) compile(ctx context.Context, src string, args []string) error {
	c, err := b.goCommand(ctx, src, args...)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &CompileError{Package: b.Main, Output: strings.TrimSpace(out.String()), Err: err}
	}
	return nil
}

// CompileError says that the Go toolchain refused to build a kernel.
type CompileError struct {
	Package string // import path of the main package
	Output  string // what the go command printed
	Err     error  // how it ended
}

// Error includes what the go command printed.
func (e *CompileError) Error() string {
	return fmt.Sprintf("building the kernel %s: %v\n%s", e.Package, e.Err, e.Output)
}

// Unwrap returns how the go command ended.
func (e *CompileError) Unwrap() error { return e.Err }
