package kraftfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"cairn/build/kconfig"
)

// File is the content of a Kraftfile.
type File struct {
	// Path is the file's own path, as it was opened.
	Path string
	// Dir is the directory that relative paths in the file start from.
	Dir string
	// Name is the application's name; the base name of Dir if the file has none.
	Name string
	// OutDir is where build artefacts belong, as written; "" for the default.
	OutDir string
	// Version is the version of the kernel asked for, such as stable or v0.19;
	// "" if none is. There is one Cairn, so it selects nothing.
	Version string
	// Kconfig are the options of unikraft.kconfig, in order.
	Kconfig []kconfig.Assignment
	// Libraries are the libraries asked for, in order.
	Libraries []Library
	// Targets are the targets, in order.
	Targets []Target
	// RootFS is the root file system; its Source is "" if there is none.
	RootFS RootFS
	// Params are the kernel's boot parameters: what stands before -- in cmd.
	Params []string
	// Cmd is the program and its arguments.
	Cmd []string
	// Env is the program's environment, in order, each "NAME=VALUE".
	Env []string
	// Volumes are what to mount at run time, in order.
	Volumes []Volume
	// Labels are free-form labels.
	Labels map[string]string
}

// Library is a library asked for under libraries.
type Library struct {
	// Name is the library's name, such as posix-pipe or lwip.
	Name string
	// Version is the version asked for, or "". It selects nothing.
	Version string
	// Kconfig are the library's options, in order.
	Kconfig []kconfig.Assignment
	// Pos is where the library is named.
	Pos kconfig.Pos
}

// Symbol returns the name of the option that selects the library, as Unikraft
// forms it: LIB and the name in capitals, with _ for -.
func (l Library) Symbol() string {
	name := strings.ToUpper(strings.NewReplacer("-", "_", ".", "_").Replace(l.Name))
	return "LIB" + strings.TrimPrefix(name, "LIB")
}

// Target is something to build for.
type Target struct {
	// Name is the target's own name, or "".
	Name string
	// Platform is the monitor: qemu, firecracker, xen, …. The short forms fc and
	// kvm are written out as firecracker and qemu.
	Platform string
	// Arch is the architecture: x86_64, arm64 or arm.
	Arch string
	// Kconfig are options for this target alone, in order.
	Kconfig []kconfig.Assignment
	// Pos is where the target is.
	Pos kconfig.Pos
}

// String returns "platform/architecture".
func (t Target) String() string { return t.Platform + "/" + t.Arch }

// Supported reports whether Cairn can build for the target.
func (t Target) Supported() bool { return slices.Contains(supported, t.String()) }

// supported are the targets that Cairn builds for.
var supported = []string{"qemu/x86_64"}

// RootFS says what the root file system is made of.
type RootFS struct {
	// Source is the path as written: of a directory, a cpio or a tar archive,
	// which may be compressed.
	Source string
	// Type is dir, cpio or tar; "" to see by looking at Source.
	Type string
	// Pos is where the path is written.
	Pos kconfig.Pos
}

// Volume is a mount.
type Volume struct {
	// Driver is 9pfs, virtiofs or initrd; "" to choose by the source.
	Driver string
	// Source is the path on the host, as written.
	Source string
	// Destination is the absolute path in the guest.
	Destination string
	// ReadOnly forbids the guest to write.
	ReadOnly bool
	// Pos is where the volume is.
	Pos kconfig.Pos
}

// Names are the file names that Find looks for.
var Names = []string{"Kraftfile", "Kraftfile.yaml", "Kraftfile.yml", "kraft.yaml", "kraft.yml", ".kraftfile"}

// Find returns the path of the Kraftfile in a directory. Several are an error.
func Find(dir string) (string, error) {
	var found []string
	for _, n := range Names {
		if _, err := os.Stat(filepath.Join(dir, n)); err == nil {
			found = append(found, n)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("%s: there is no Kraftfile here; write one, or name its directory with -K", dir)
	case 1:
		return filepath.Join(dir, found[0]), nil
	}
	return "", fmt.Errorf("%s: there are several Kraftfiles: %s; remove all but one", dir, strings.Join(found, ", "))
}

// Open reads a Kraftfile, given its path or that of its directory.
func Open(path string) (*File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		if path, err = Find(path); err != nil {
			return nil, err
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(data, path)
}

// maxSize bounds a Kraftfile: the time that YAML takes can grow faster than
// the text.
const maxSize = 1 << 20

// Parse reads a Kraftfile's text. The path is for messages and for Dir. The
// error joins one *kconfig.Error, with its line, for each mistake.
func Parse(data []byte, path string) (*File, error) {
	if len(data) > maxSize {
		return nil, &kconfig.Error{Pos: kconfig.Pos{File: path}, Text: "the file is larger than 1 MiB; this is no Kraftfile"}
	}
	f := &File{Path: path, Dir: filepath.Dir(path)}
	d := &decoder{f: f}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, &kconfig.Error{Pos: kconfig.Pos{File: path, Line: 1}, Text: "the file is empty; start it with spec: v0.6"}
	case err != nil:
		return nil, syntaxError(err, path)
	}
	var more yaml.Node
	if err := dec.Decode(&more); err == nil {
		d.errorf(&more, "the file has a second document; a Kraftfile has one")
	} else if !errors.Is(err, io.EOF) {
		return nil, syntaxError(err, path)
	}
	if len(doc.Content) == 1 {
		d.file(doc.Content[0])
	}
	if err := errors.Join(d.errs...); err != nil {
		return nil, err
	}
	if f.Name == "" {
		f.Name = baseName(f.Dir)
	}
	return f, nil
}

func baseName(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return filepath.Base(dir)
}

// syntaxError gives an error of the YAML parser the form of all others.
func syntaxError(err error, path string) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	pos := kconfig.Pos{File: path}
	if n, _ := fmt.Sscanf(text, "line %d:", &pos.Line); n == 1 {
		_, text, _ = strings.Cut(text, ": ")
	}
	return &kconfig.Error{Pos: pos, Text: "this is not YAML: " + text}
}

// Target returns the target of that name or of the form platform/architecture.
// With an empty name it returns the only target that Cairn can build for. A
// file without targets has qemu/x86_64.
func (f *File) Target(name string) (Target, error) {
	if len(f.Targets) == 0 && (name == "" || name == supported[0]) {
		return Target{Platform: "qemu", Arch: "x86_64"}, nil
	}
	var can, match []Target
	var all []string
	for _, t := range f.Targets {
		label := t.String()
		if t.Name != "" {
			label = t.Name
		}
		all = append(all, label)
		if t.Supported() {
			can = append(can, t)
		}
		if name != "" && (t.Name == name || t.String() == canonical(name)) {
			match = append(match, t)
		}
	}
	if name == "" {
		match = can
	}
	switch {
	case len(match) == 1 && match[0].Supported():
		return match[0], nil
	case len(match) == 1:
		return Target{}, errorAt(match[0].Pos, "Cairn cannot build for %s; it can for %s", match[0], strings.Join(supported, ", "))
	case len(match) > 1:
		return Target{}, fmt.Errorf("%s: several targets fit; choose one by its name: %s", f.Path, strings.Join(all, ", "))
	case name != "":
		return Target{}, fmt.Errorf("%s: there is no target %s; there are %s", f.Path, name, strings.Join(all, ", "))
	}
	return Target{}, errorAt(f.Targets[0].Pos, "Cairn can build for none of the targets; add %s", strings.Join(supported, ", "))
}

// Assignments returns the options that the file asks for when it is built for a
// target: each library's own option, then those of unikraft.kconfig, of the
// libraries and of the target. Of two for one option the later counts, and only
// that is returned.
func (f *File) Assignments(t Target) []kconfig.Assignment {
	var all []kconfig.Assignment
	for _, l := range f.Libraries {
		all = append(all, kconfig.Assignment{Name: l.Symbol(), Value: "y", Pos: l.Pos})
	}
	all = append(all, f.Kconfig...)
	for _, l := range f.Libraries {
		all = append(all, l.Kconfig...)
	}
	all = append(all, t.Kconfig...)
	last := map[string]int{}
	for i, a := range all {
		last[a.Name] = i
	}
	var out []kconfig.Assignment
	for i, a := range all {
		if last[a.Name] == i {
			out = append(out, a)
		}
	}
	return out
}

func errorAt(pos kconfig.Pos, format string, args ...any) error {
	return &kconfig.Error{Pos: pos, Text: fmt.Sprintf(format, args...)}
}
