package pack

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"cairn/image/cpio"
)

// start is what the kernel needs to know to start the program.
type start struct {
	program   string
	argv, env []string
}

// linkInoBase is above the inode numbers that the cpio writer gives.
const linkInoBase = 1 << 31

// WriteTo writes the tree as a cpio archive, the same bytes for the same tree.
func (t *Tree) WriteTo(w io.Writer) (int64, error) {
	count := &counter{w: w}
	c := cpio.NewWriter(count)
	written := make(map[*group]bool)
	for _, name := range t.Names() {
		if err := writeNode(c, name, t.nodes[name], written); err != nil {
			return count.n, err
		}
		if name == "/" {
			if err := t.writeStart(c); err != nil {
				return count.n, err
			}
		}
	}
	return count.n, c.Close()
}

// counter counts the bytes that go to w.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// writeStart writes the files that tell the kernel what to run.
func (t *Tree) writeStart(c *cpio.Writer) error {
	if t.start.program == "" {
		return nil
	}
	files := []struct {
		name string
		n    *node
	}{
		{"/.cairn", newDir(0o700)},
		{"/.cairn/program", newFile(t.start.program)},
		{"/.cairn/argv", newFile(terminated(t.start.argv))},
		{"/.cairn/env", newFile(terminated(t.start.env))},
	}
	for _, f := range files {
		if err := writeNode(c, f.name, f.n, nil); err != nil {
			return err
		}
	}
	return nil
}

// terminated joins strings, each with a NUL behind it.
func terminated(list []string) string {
	var b strings.Builder
	for _, s := range list {
		b.WriteString(s)
		b.WriteByte(0)
	}
	return b.String()
}

// writeNode writes one file. Of a file with several names, the first one gets
// the data.
func writeNode(c *cpio.Writer, name string, n *node, written map[*group]bool) error {
	if name = strings.TrimPrefix(name, "/"); name == "" {
		name = "."
	}
	h := n.Header
	var data io.Reader = bytes.NewReader(n.data)
	size := n.size
	if n.Type() == cpio.ModeSymlink {
		data, size = strings.NewReader(n.target), int64(len(n.target))
	}
	if n.group != nil {
		h.Ino, h.NLink = linkInoBase+n.group.ino, uint32(n.group.names)
		if written[n.group] {
			size = 0
		}
		written[n.group] = true
	}
	if size >= 1<<32 {
		return fmt.Errorf("/%s has %d bytes; the initial file system takes files up to 4 GiB", name, size)
	}
	h.Size = uint32(size)
	if err := c.WriteHeader(&h, name); err != nil {
		return fmt.Errorf("/%s: %w", name, err)
	}
	if size == 0 {
		return nil
	}
	if n.file != "" {
		f, err := os.Open(n.file)
		if err != nil {
			return err
		}
		defer f.Close()
		data = f
	}
	got, err := io.Copy(c, io.LimitReader(data, size))
	if err == nil && got != size {
		err = fmt.Errorf("%s became shorter while it was read", n.file)
	}
	return err
}

// newDir returns a directory of root's.
func newDir(perm uint32) *node {
	return &node{Header: cpio.Header{Mode: cpio.ModeDir | perm}}
}

// newFile returns a file of root's.
func newFile(text string) *node {
	return &node{Header: cpio.Header{Mode: cpio.ModeRegular | 0o644}, data: []byte(text), size: int64(len(text))}
}
