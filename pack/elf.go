package pack

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// object is an executable or a shared library of the host.
type object struct {
	path    string // as it was found
	real    string // with links resolved; $ORIGIN is its directory
	interp  string // PT_INTERP, empty for static programs and libraries
	needed  []string
	rpath   []string // DT_RPATH, which DT_RUNPATH disables
	runpath []string
	loader  *object // the object that needed this one first
}

// isELF reports whether a file begins as ELF files do.
func isELF(head []byte) bool { return bytes.HasPrefix(head, []byte(elf.ELFMAG)) }

// readObject reads what the dynamic linker would want to know of a file.
func readObject(path string) (*object, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	o, err := parseObject(f, path)
	if err != nil {
		return nil, err
	}
	o.path = path
	if o.real, err = filepath.EvalSymlinks(path); err != nil {
		return nil, err
	}
	return o, nil
}

// parseObject reads an ELF file. Errors name it.
func parseObject(r io.ReaderAt, name string) (*object, error) {
	f, err := elf.NewFile(r)
	if err != nil {
		return nil, &NotExecutableError{name, fmt.Sprintf("a damaged ELF file: %v", err)}
	}
	if f.Class != elf.ELFCLASS64 || f.Machine != elf.EM_X86_64 {
		return nil, &ArchError{name, describeArch(f)}
	}
	if f.Type != elf.ET_EXEC && f.Type != elf.ET_DYN {
		return nil, &NotExecutableError{name, fmt.Sprintf("an ELF file of type %v, which is no program: link it first", f.Type)}
	}
	o := &object{}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP && p.Filesz < 4096 {
			b := make([]byte, p.Filesz)
			if _, err := p.ReadAt(b, 0); err != nil {
				return nil, &NotExecutableError{name, "a truncated ELF file"}
			}
			o.interp = string(bytes.TrimRight(b, "\x00"))
		}
	}
	for _, d := range []struct {
		tag elf.DynTag
		to  *[]string
	}{{elf.DT_NEEDED, &o.needed}, {elf.DT_RPATH, &o.rpath}, {elf.DT_RUNPATH, &o.runpath}} {
		list, err := f.DynString(d.tag)
		if err != nil {
			return nil, &NotExecutableError{name, fmt.Sprintf("a damaged ELF file: %v", err)}
		}
		*d.to = list
	}
	o.rpath, o.runpath = splitDirs(o.rpath), splitDirs(o.runpath)
	return o, nil
}

// describeArch names what a foreign ELF file is for.
func describeArch(f *elf.File) string {
	bits := "64-bit "
	if f.Class == elf.ELFCLASS32 {
		bits = "32-bit "
	}
	return bits + strings.TrimPrefix(f.Machine.String(), "EM_")
}

// splitDirs splits lists of directories with colons between them.
func splitDirs(lists []string) (dirs []string) {
	for _, l := range lists {
		for dir := range strings.SplitSeq(l, ":") {
			if dir != "" {
				dirs = append(dirs, dir)
			}
		}
	}
	return dirs
}

// linker finds shared libraries as ld.so(8) does. Directories for particular
// processors (glibc-hwcaps) are left aside: the machine's processor is not the
// host's.
type linker struct {
	env    []string // LD_LIBRARY_PATH of the program to be
	conf   []string // directories of /etc/ld.so.conf
	system []string // where the loader looks by itself
}

// newLinker returns a linker for programs with an interpreter. The musl loader
// has a search path of its own.
func newLinker(interp, libraryPath string) *linker {
	l := &linker{env: splitDirs([]string{libraryPath})}
	if strings.HasPrefix(filepath.Base(interp), "ld-musl-") {
		arch := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(interp), "ld-musl-"), ".so.1")
		l.system = []string{"/lib", "/usr/local/lib", "/usr/lib"}
		if b, err := os.ReadFile("/etc/ld-musl-" + arch + ".path"); err == nil {
			l.system = strings.FieldsFunc(string(b), func(r rune) bool { return r == ':' || r == '\n' })
		}
		return l
	}
	l.conf = readConf("/etc/ld.so.conf")
	l.system = []string{
		"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", // Debian's multiarch
		"/lib64", "/usr/lib64", "/lib", "/usr/lib",
	}
	return l
}

// find returns the library that o asks for.
func (l *linker) find(name string, o *object) (*object, error) {
	if strings.Contains(name, "/") {
		path := expandOrigin(name, o)
		if lib := tryLibrary(path, o); lib != nil {
			return lib, nil
		}
		return nil, &MissingLibraryError{name, o.path, []string{filepath.Dir(path)}}
	}
	dirs := l.dirs(o)
	for _, dir := range dirs {
		if lib := tryLibrary(filepath.Join(dir, name), o); lib != nil {
			return lib, nil
		}
	}
	return nil, &MissingLibraryError{name, o.path, dirs}
}

// dirs returns where libraries that o needs are looked for, in order.
func (l *linker) dirs(o *object) (dirs []string) {
	if len(o.runpath) == 0 {
		for by := o; by != nil; by = by.loader {
			if len(by.runpath) == 0 {
				dirs = append(dirs, expandAll(by.rpath, by)...)
			}
		}
	}
	dirs = append(dirs, l.env...)
	dirs = append(dirs, expandAll(o.runpath, o)...)
	dirs = append(dirs, l.conf...)
	return append(dirs, l.system...)
}

// expandAll replaces the tokens in directories of o.
func expandAll(dirs []string, o *object) []string {
	out := make([]string, len(dirs))
	for i, dir := range dirs {
		out[i] = expandOrigin(dir, o)
	}
	return out
}

// expandOrigin replaces the tokens that ld.so(8) knows.
func expandOrigin(s string, o *object) string {
	for _, token := range []struct{ name, value string }{
		{"ORIGIN", filepath.Dir(o.real)},
		{"LIB", "lib/x86_64-linux-gnu"},
		{"PLATFORM", "x86_64"},
	} {
		s = strings.ReplaceAll(s, "${"+token.name+"}", token.value)
		s = strings.ReplaceAll(s, "$"+token.name, token.value)
	}
	return s
}

// tryLibrary returns the library at path, nil if there is none for x86_64.
func tryLibrary(path string, by *object) *object {
	lib, err := readObject(path)
	if err != nil {
		return nil
	}
	lib.loader = by
	return lib
}
