package build

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"cairn"
	"cairn/build/kconfig"
	"cairn/image"
)

// configsDir holds the named configurations.
const (
	kernelDir  = "kernel"
	configsDir = kernelDir + "/configs"
	confSuffix = "_defconfig"
)

// DefaultConfig is the name of the configuration that is built if none is asked for.
const DefaultConfig = "base"

// renames are the names that Unikraft's options had before v0.19.
var renames = kconfig.Renames{
	"LIBPOSIX_PROCESS_PIDS":  {To: "LIBPOSIX_PROCESS_MULTITHREADING"},
	"LIBPOSIX_PROCESS_CLONE": {To: "LIBPOSIX_PROCESS_MULTITHREADING"},
	"LIBPOSIX_PROCESS_VFORK": {To: "LIBPOSIX_PROCESS_MULTIPROCESS"},
	"LIBPOSIX_PROCESS_INIT_PIDS": {
		Text: "the option is gone: the first program is always process 1",
	},
}

// Options returns the tree of all options, from the kernel's source. It is always the same.
var Options = sync.OnceValues(func() (*kconfig.Tree, error) {
	sub, err := fs.Sub(cairn.Source, kernelDir)
	if err != nil {
		return nil, err
	}
	return kconfig.Load(sub, "Kconfig", kconfig.Options{})
})

// NewConfig returns the configuration with every option at its default.
func NewConfig() (*kconfig.Config, error) {
	tree, err := Options()
	if err != nil {
		return nil, err
	}
	cfg := tree.NewConfig()
	cfg.Renames = renames
	return cfg, nil
}

// ConfigNames returns the names of the named configurations.
func ConfigNames() []string {
	entries, err := fs.ReadDir(cairn.Source, configsDir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), confSuffix); ok {
			names = append(names, name)
		}
	}
	return names
}

// NamedConfig returns a named configuration. It fails if there is none of that
// name, and says which there are.
func NamedConfig(name string) (*kconfig.Config, error) {
	data, err := fs.ReadFile(cairn.Source, path.Join(configsDir, name+confSuffix))
	if err != nil {
		return nil, fmt.Errorf("there is no configuration %q: choose one of %s, or give the path of a .config file", name, strings.Join(ConfigNames(), ", "))
	}
	cfg, _, err := readConfig(data, name+confSuffix)
	if err != nil {
		return nil, err
	}
	return cfg, cfg.Check()
}

// OpenConfig returns the configuration that a user means: a file in the .config format, the image of a
// kernel, or a name that [ConfigNames] has. A name that could be both is the configuration's; a
// path has a slash or a dot. Wishes in a file that cannot be met are not errors yet:
// see [kconfig.Config.Check]. The notes are about old and unknown names.
func OpenConfig(name string) (*kconfig.Config, []kconfig.Note, error) {
	if slices.Contains(ConfigNames(), name) {
		cfg, err := NamedConfig(name)
		return cfg, nil, err
	}
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(name, "./") {
		_, err = NamedConfig(name)
	}
	if err != nil {
		return nil, nil, err
	}
	if options, err := image.ReadNote(data, image.NoteConfig); err == nil {
		data = options
	}
	return readConfig(data, name)
}

// readConfig reads a configuration in the .config format.
func readConfig(data []byte, name string) (*kconfig.Config, []kconfig.Note, error) {
	cfg, err := NewConfig()
	if err != nil {
		return nil, nil, err
	}
	notes, err := cfg.ReadDotConfig(bytes.NewReader(data), name)
	if err != nil {
		return nil, notes, err
	}
	return cfg, notes, nil
}

// A Library is a directory of the kernel's source that an image has or has not.
type Library struct {
	// Symbol is the option that selects it: the first in its Kconfig file.
	Symbol *kconfig.Symbol
	// Dir is the directory, relative to the root of the source tree.
	Dir string
}

// ImportPath returns the library's Go package.
func (l Library) ImportPath() string { return "cairn/" + l.Dir }

// Readme returns the library's README.md, empty if it has none.
func (l Library) Readme() string {
	b, err := fs.ReadFile(cairn.Source, l.Dir+"/README.md")
	if err != nil {
		return ""
	}
	return string(b)
}

// Calls returns the system calls that the library provides.
func (l Library) Calls() ([]string, error) {
	d, err := readDeclared(l.Dir)
	if err != nil {
		return nil, err
	}
	return d.calls, nil
}

// Params returns the boot parameters that the library's own package declares.
func (l Library) Params() ([]Param, error) {
	d, err := readDeclared(l.Dir)
	if err != nil {
		return nil, err
	}
	return d.params, nil
}

// Libraries returns every library, by directory. A directory whose Kconfig file
// begins with a menu has options but is no library: it is part of every image.
func Libraries(tree *kconfig.Tree) []Library {
	first := map[string]*kconfig.Node{}
	var visit func(n *kconfig.Node)
	visit = func(n *kconfig.Node) {
		if dir := path.Dir(n.Pos.File); dir != "." && n.Pos.Line > 0 {
			if f := first[dir]; f == nil || n.Pos.Line < f.Pos.Line {
				first[dir] = n
			}
		}
		for _, c := range n.Children {
			visit(c)
		}
	}
	visit(tree.Root)
	var libs []Library
	for dir, n := range first {
		if n.Symbol != nil && !n.Symbol.IsChoice() {
			libs = append(libs, Library{n.Symbol, path.Join(kernelDir, dir)})
		}
	}
	slices.SortFunc(libs, func(a, b Library) int { return strings.Compare(a.Dir, b.Dir) })
	return libs
}
