package pack

import (
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// runtime describes files that a program needs at run time and that nothing in
// its ELF file tells of.
type runtime struct {
	// program matches the base name of an executable or shared library whose
	// links are resolved.
	program *regexp.Regexp

	// trees are patterns of files and directories (filepath.Glob) to pack where
	// they exist. $PREFIX stands for the directory above the one with the
	// program ("/usr" for /usr/bin/python3.11), $1 for the first group that
	// program matches.
	trees []string

	// skip are patterns (path.Match) of what to leave out, relative to a tree.
	skip []string
}

// runtimes is the list of known ones. Anything left out can be had with --with.
var runtimes = []runtime{{
	program: regexp.MustCompile(`^python(3\.\d+)$`),
	trees:   []string{"$PREFIX/lib/python$1", "$PREFIX/lib/libpython$1.so*"},
	skip:    []string{"test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "distutils", "pydoc_data", "config-*", "site-packages"},
}, {
	program: regexp.MustCompile(`^perl(5\.\d+\.\d+)?$`),
	trees: []string{
		"$PREFIX/lib/x86_64-linux-gnu/perl-base", "$PREFIX/lib/x86_64-linux-gnu/perl/5.*",
		"$PREFIX/share/perl/5.*", "/etc/perl",
	},
	skip: []string{
		"CORE", "CPAN", "ExtUtils", "Module/CoreList*", "Pod", "pod", "Unicode", "auto/Unicode",
		"auto/Encode/CN", "auto/Encode/JP", "auto/Encode/KR", "auto/Encode/TW",
	},
}, {
	program: regexp.MustCompile(`^ruby(\d+\.\d+)$`),
	trees:   []string{"$PREFIX/lib/ruby/$1.0", "$PREFIX/lib/x86_64-linux-gnu/ruby/$1.0", "$PREFIX/lib/ruby/vendor_ruby"},
}, {
	program: regexp.MustCompile(`^lua(5\.\d+)$`),
	trees:   []string{"$PREFIX/share/lua/$1", "$PREFIX/lib/x86_64-linux-gnu/lua/$1"},
}, {
	program: regexp.MustCompile(`^tclsh(8\.\d+)$`),
	trees:   []string{"$PREFIX/share/tcltk/tcl$1", "$PREFIX/share/tcltk/tcl8"},
}, {
	// pthread_cancel(3) and pthread_exit(3) load the unwinder when called.
	program: regexp.MustCompile(`^libc\.so\.6$`),
	trees:   []string{"/lib/x86_64-linux-gnu/libgcc_s.so.1", "/lib64/libgcc_s.so.1"},
}, {
	program: regexp.MustCompile(`^libtinfo\.so\.\d`),
	trees:   []string{"/lib/terminfo", "/etc/terminfo"},
}}

// match returns the trees for a program or library, nil for most.
func (r *runtime) match(real string) (trees []string) {
	m := r.program.FindStringSubmatch(path.Base(real))
	if m == nil {
		return nil
	}
	version := ""
	if len(m) > 1 {
		version = m[1]
	}
	expand := strings.NewReplacer("$PREFIX", path.Dir(path.Dir(real)), "$1", version)
	for _, t := range r.trees {
		found, _ := filepath.Glob(expand.Replace(t)) // patterns are constant
		trees = append(trees, found...)
	}
	return trees
}

// skips reports whether to leave out what is at rel in a tree.
func (r *runtime) skips(rel string) bool {
	for _, pattern := range r.skip {
		if ok, _ := path.Match(pattern, rel); ok {
			return true
		}
	}
	return false
}
