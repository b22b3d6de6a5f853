package pack

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// readConf returns the directories in a file such as /etc/ld.so.conf, files
// that it includes too.
func readConf(name string) []string { return readConfDepth(name, 8) }

// readConfDepth is readConf with a limit for nested includes.
func readConfDepth(name string, depth int) (dirs []string) {
	text, err := os.ReadFile(name)
	if err != nil || depth == 0 {
		return nil
	}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r\n:,", r) })
		switch {
		case len(fields) == 0 || fields[0] == "hwcap":
		case fields[0] == "include":
			for _, pattern := range fields[1:] {
				if !filepath.IsAbs(pattern) {
					pattern = filepath.Join(filepath.Dir(name), pattern)
				}
				files, _ := filepath.Glob(pattern) // a bad pattern includes nothing
				slices.Sort(files)
				for _, f := range files {
					dirs = append(dirs, readConfDepth(f, depth-1)...)
				}
			}
		default:
			dirs = append(dirs, fields...)
		}
	}
	return dirs
}
