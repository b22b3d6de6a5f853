package ramfs

import (
	"bytes"
	"slices"
	"sort"
	"strings"
	"sync"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// maxXattrs is how many bytes the extended attributes of one file may take.
const maxXattrs = 128 << 10

// xattrs holds the extended attributes of a file.
type xattrs struct {
	mu     sync.Mutex
	values map[string][]byte
	bytes  int
}

// Xattr returns a value.
func (n *node) Xattr(_ *task.Task, _ *vfs.Inode, name string) ([]byte, error) {
	x := &n.xattrs
	x.mu.Lock()
	defer x.mu.Unlock()
	v, ok := x.values[name]
	if !ok {
		return nil, unix.ENODATA
	}
	return bytes.Clone(v), nil
}

// SetXattr sets a value: ENOSPC if a file has too many.
func (n *node) SetXattr(_ *task.Task, i *vfs.Inode, name string, value []byte, flags int) error {
	x := &n.xattrs
	x.mu.Lock()
	defer x.mu.Unlock()
	old, ok := x.values[name]
	if ok && flags&unix.XATTR_CREATE != 0 {
		return unix.EEXIST
	}
	if !ok && flags&unix.XATTR_REPLACE != 0 {
		return unix.ENODATA
	}
	size := x.bytes + len(value) - len(old)
	if !ok {
		size += len(name)
	}
	if size > maxXattrs {
		return unix.ENOSPC
	}
	if x.values == nil {
		x.values = map[string][]byte{}
	}
	x.values[strings.Clone(name)] = bytes.Clone(value)
	x.bytes = size
	i.Changed()
	return nil
}

// RemoveXattr removes a value.
func (n *node) RemoveXattr(_ *task.Task, i *vfs.Inode, name string) error {
	x := &n.xattrs
	x.mu.Lock()
	defer x.mu.Unlock()
	v, ok := x.values[name]
	if !ok {
		return unix.ENODATA
	}
	delete(x.values, name)
	x.bytes -= len(name) + len(v)
	i.Changed()
	return nil
}

// ListXattr returns the names, sorted.
func (n *node) ListXattr(*task.Task, *vfs.Inode) ([]string, error) {
	x := &n.xattrs
	x.mu.Lock()
	defer x.mu.Unlock()
	var names []string
	for name := range x.values {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool { return names[i] < names[j] })
	return slices.Clip(names), nil
}
