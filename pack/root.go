package pack

import (
	"path"
	"strings"

	"cairn/image/cpio"
)

// defaultPath is where programs are looked for when PATH is not set.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// findInRoot finds a program inside the tree, checks that it can be started,
// and returns its path.
func (t *Tree) findInRoot(program, searchPath, root string) (string, error) {
	candidates := []string{path.Clean("/" + program)}
	if !strings.Contains(program, "/") {
		if searchPath == "" {
			searchPath = defaultPath
		}
		candidates = nil
		for dir := range strings.SplitSeq(searchPath, ":") {
			candidates = append(candidates, path.Join("/", dir, program))
		}
	}
	for _, c := range candidates {
		if _, n := t.lookup(c); n != nil {
			return c, t.checkProgram(c, n, root, 0)
		}
	}
	return "", &NotInRootError{Program: program, Root: root}
}

// checkProgram reports why a program in the tree could not be started.
func (t *Tree) checkProgram(name string, n *node, root string, depth int) error {
	const maxDepth = 4 // nested scripts: Linux refuses more, and says so itself
	if n.Type() != cpio.ModeRegular || n.Mode&0o111 == 0 {
		return &NotExecutableError{name, "not an executable file in the root file system " + root}
	}
	head, err := n.read(scriptHead)
	if err != nil {
		return err
	}
	interp, _, ok := parseScript(head)
	if !ok {
		if !isELF(head) {
			return &NotExecutableError{name, "neither an ELF executable nor a script that begins with #!"}
		}
		all, err := n.read(int(n.size))
		if err != nil {
			return err
		}
		o, err := parseObject(strings.NewReader(string(all)), name)
		if err != nil || o.interp == "" {
			return err
		}
		interp = o.interp
	}
	_, next := t.lookup(interp)
	switch {
	case next == nil:
		return &NotInRootError{Program: name, Root: root, Needs: interp}
	case !ok || depth == maxDepth:
		return nil
	}
	return t.checkProgram(interp, next, root, depth+1)
}
