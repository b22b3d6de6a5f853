package pack

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"cairn/image/cpio"
)

// node is one file of a tree.
type node struct {
	cpio.Header        // Size and link fields are set when the tree is written
	target      string // of a symbolic link
	data        []byte // contents of a regular file, or
	file        string // the host's file that has them
	size        int64  // of the contents
	group       *group // names of the same file
}

// group is a file with several names.
type group struct {
	ino   uint32
	names int
}

// Tree is a file system to be. Names are absolute and clean ("/usr/bin/ls").
type Tree struct {
	nodes map[string]*node
	start start
	warn  func(string)
}

// newTree returns a tree with nothing but the root directory.
func newTree(warn func(string)) *Tree {
	if warn == nil {
		warn = func(string) {}
	}
	t := &Tree{nodes: make(map[string]*node), warn: warn}
	t.nodes["/"] = &node{Header: cpio.Header{Mode: cpio.ModeDir | 0o755}}
	return t
}

// Names returns the names of all files in lexical order.
func (t *Tree) Names() []string {
	names := make([]string, 0, len(t.nodes))
	for name := range t.nodes {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// put adds a file and, where absent, the directories above it. Links on the way
// are followed. An existing file is replaced, but a directory keeps its contents.
func (t *Tree) put(name string, n *node) {
	name = path.Clean("/" + name)
	if name == "/" {
		if n.Type() == cpio.ModeDir {
			t.nodes["/"] = n
		}
		return
	}
	dir := t.mkdir(path.Dir(name))
	name = path.Join(dir, path.Base(name))
	if old := t.nodes[name]; old != nil && old.Type() == cpio.ModeDir && n.Type() != cpio.ModeDir {
		t.removeBelow(name)
	}
	t.nodes[name] = n
}

// removeBelow removes what is in a directory.
func (t *Tree) removeBelow(name string) {
	for other := range t.nodes {
		if strings.HasPrefix(other, name+"/") {
			delete(t.nodes, other)
		}
	}
}

// mkdir makes a directory and those above it, and returns its real name. What a
// link on the way points to is made too.
func (t *Tree) mkdir(name string) string { return t.mkdirLinks(name, maxLinks) }

// mkdirLinks is mkdir with a limit for the links that lead nowhere yet.
func (t *Tree) mkdirLinks(name string, links int) string {
	if real, n := t.lookup(name); n != nil && n.Type() == cpio.ModeDir {
		return real
	}
	real := path.Join(t.mkdirLinks(path.Dir(name), links), path.Base(name))
	if n := t.nodes[real]; n != nil && n.Type() == cpio.ModeSymlink && links > 0 {
		return t.mkdirLinks(linkTarget(real, n.target), links-1)
	}
	t.nodes[real] = newDir(0o755)
	return real
}

// maxLinks is how many symbolic links a path may lead through, as on Linux.
const maxLinks = 40

// lookup finds a file, following links, and returns its real name too. The
// node is nil if there is none; the name is then meaningless.
func (t *Tree) lookup(name string) (real string, n *node) {
	rest := splitPath(name)
	real, links := "/", 0
	for len(rest) > 0 {
		next := path.Join(real, rest[0])
		rest = rest[1:]
		n := t.nodes[next]
		if n == nil {
			return "", nil
		}
		if n.Type() == cpio.ModeSymlink {
			if links++; links > maxLinks {
				return "", nil
			}
			rest = append(splitPath(n.target), rest...)
			if !path.IsAbs(n.target) {
				continue // relative to the directory that we are in
			}
			next = "/"
		}
		real = next
	}
	return real, t.nodes[real]
}

// splitPath returns the components of a path. ".." stays.
func splitPath(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return r == '/' })
}

// linkTarget returns the absolute name of what the link at name points to.
func linkTarget(name, target string) string {
	if path.IsAbs(target) {
		return path.Clean(target)
	}
	return path.Join(path.Dir(name), target)
}

// addDefault adds a file if there is none of the name.
func (t *Tree) addDefault(name string, n *node) {
	if _, old := t.lookup(name); old == nil {
		t.put(name, n)
	}
}

// read returns up to limit bytes of the beginning of a regular file.
func (n *node) read(limit int) ([]byte, error) {
	if n.file == "" {
		return n.data[:min(limit, len(n.data))], nil
	}
	return readHead(n.file, limit)
}

// unixMode returns the st_mode of a file of the host.
func unixMode(m fs.FileMode) (mode uint32, ok bool) {
	mode = uint32(m.Perm())
	for _, b := range []struct {
		from fs.FileMode
		to   uint32
	}{{fs.ModeSetuid, 0o4000}, {fs.ModeSetgid, 0o2000}, {fs.ModeSticky, 0o1000}} {
		if m&b.from != 0 {
			mode |= b.to
		}
	}
	switch m.Type() {
	case 0:
		mode |= cpio.ModeRegular
	case fs.ModeDir:
		mode |= cpio.ModeDir
	case fs.ModeSymlink:
		mode |= cpio.ModeSymlink
	case fs.ModeNamedPipe:
		mode |= cpio.ModeFIFO
	case fs.ModeDevice:
		mode |= cpio.ModeBlock
	case fs.ModeDevice | fs.ModeCharDevice:
		mode |= cpio.ModeChar
	default:
		return 0, false
	}
	return mode, true
}

// readHead returns up to limit bytes of the beginning of a file of the host.
func readHead(name string, limit int) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, limit)
	n := 0
	for n < limit {
		m, err := f.Read(b[n:])
		n += m
		if err != nil {
			break // a short file, or one that fails again when it is packed
		}
	}
	return b[:n], nil
}
