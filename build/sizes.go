package build

import (
	"context"
	"debug/elf"
	"fmt"
	"path"
	"strings"

	"cairn/build/kconfig"
)

// Contents says how many bytes of an image come from where.
type Contents struct {
	// Packages are the code and data of the kernel's own packages, by directory relative to the
	// root of the source tree.
	Packages map[string]int64
	// Others are the code and data of Go's runtime and standard library, and of other modules.
	Others int64
	// Tables are what is no function and no variable: tables for the runtime, types, page
	// tables, what fills up pages.
	Tables int64
}

// Inventory says what the image of a configuration consists of. It builds the image a second time, with
// symbols.
func Inventory(ctx context.Context, c Config) (*Contents, error) {
	c.KeepSymbols = false
	small, err := Kernel(ctx, c)
	if err != nil {
		return nil, err
	}
	c.KeepSymbols = true
	img, err := Kernel(ctx, c)
	if err != nil {
		return nil, err
	}
	f, err := elf.Open(img.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	symbols, err := f.Symbols()
	if err != nil {
		return nil, fmt.Errorf("the symbols of %s: %w", img.Path, err)
	}
	in := &Contents{Packages: map[string]int64{}, Tables: int64(small.Sizes.File)}
	for _, s := range symbols {
		if !stored(f, s) {
			continue
		}
		if dir, ok := packageDir(s.Name); ok {
			in.Packages[dir] += int64(s.Size)
		} else {
			in.Others += int64(s.Size)
		}
		in.Tables -= int64(s.Size)
	}
	return in, nil
}

// stored reports whether a symbol is a function or variable that takes room in the file.
func stored(f *elf.File, s elf.Symbol) bool {
	if t := elf.ST_TYPE(s.Info); t != elf.STT_FUNC && t != elf.STT_OBJECT || int(s.Section) >= len(f.Sections) {
		return false
	}
	// Go marks its tables and groups of types as symbols too.
	if strings.HasPrefix(s.Name, "runtime.") && strings.HasSuffix(s.Name, "tab") || strings.HasSuffix(s.Name, ":*") {
		return false
	}
	return f.Sections[s.Section].Type != elf.SHT_NOBITS
}

// packageDir returns the directory of the package of this module that a symbol is of: the name is
// the import path, a dot, and the rest.
func packageDir(symbol string) (string, bool) {
	at := strings.Index(symbol, modulePath+kernelDir+"/")
	if at < 0 {
		return "", false
	}
	name := symbol[at+len(modulePath):]
	base := strings.LastIndexByte(pathPart(name), '/') + 1
	dot := strings.IndexByte(name[base:], '.')
	if dot < 0 {
		return "", false
	}
	return name[:base+dot], true
}

// pathPart cuts off what can hold slashes but is no path: type arguments, fields of a structure and the like.
func pathPart(name string) string {
	if i := strings.IndexAny(name, " [({,*"); i >= 0 {
		return name[:i]
	}
	return name
}

// LibrarySizes returns what each library adds of its own to an image, in bytes by the name of its option,
// and the size of an image with none of them. It builds an image with every library.
func LibrarySizes(ctx context.Context) (sizes map[string]int64, base int64, err error) {
	cfg, err := NewConfig()
	if err != nil {
		return nil, 0, err
	}
	libs := Libraries(cfg.Tree())
	for _, l := range libs {
		if !cfg.Enabled(l.Symbol.Name) {
			_ = cfg.Set(l.Symbol.Name, "y") // what cannot be selected has no size
		}
	}
	c, err := ForOptions(cfg)
	if err != nil {
		return nil, 0, err
	}
	in, err := Inventory(ctx, c)
	if err != nil {
		return nil, 0, err
	}
	sizes, core := in.ByLibrary(libs)
	return sizes, core + in.Others + in.Tables, nil
}

// ByLibrary adds up the packages of each library, by the name of its option, and those that are
// part of every image. A package without an option of its own belongs to the library in whose
// directory it is.
func (in *Contents) ByLibrary(libs []Library) (sizes map[string]int64, core int64) {
	sizes = map[string]int64{}
	owner := map[string]*kconfig.Symbol{}
	for _, l := range libs {
		owner[l.Dir] = l.Symbol
	}
	for dir, n := range in.Packages {
		s := owner[dir]
		for d := dir; s == nil && d != "."; s = owner[d] {
			d = path.Dir(d)
		}
		if s == nil {
			core += n
		} else {
			sizes[s.Name] += n
		}
	}
	return sizes, core
}
