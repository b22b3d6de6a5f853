package pack

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"cairn/image/cpio"
)

// owner decides who owns a file of the host in the machine.
type owner func(uid, gid uint32) (uint32, uint32)

// rootOwner makes everything root's.
func rootOwner(uint32, uint32) (uint32, uint32) { return 0, 0 }

// keepOwner keeps owners, but makes the calling user's files root's.
func keepOwner(uid, gid uint32) (uint32, uint32) {
	if int(uid) == os.Geteuid() {
		return 0, 0
	}
	return uid, gid
}

// inode identifies a file of the host.
type inode struct{ dev, ino uint64 }

// importer adds files of the host to a tree.
type importer struct {
	t     *Tree
	owner owner
	links map[inode]*node // files with several names

	// foreign says that the tree has a structure of its own, whose links need
	// not be the host's: add then adds files without the links on the way, and
	// only where the tree has none.
	foreign bool
}

func newImporter(t *Tree, o owner) *importer {
	return &importer{t: t, owner: o, links: make(map[inode]*node)}
}

// node describes a file of the host. It returns nil for what has no place in
// a tree.
func (im *importer) node(name string, info fs.FileInfo) (*node, error) {
	mode, ok := unixMode(info.Mode())
	if !ok {
		im.t.warn(fmt.Sprintf("%s is a socket or of an unknown type; left out", name))
		return nil, nil
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil, fmt.Errorf("%s: no file status", name)
	}
	key := inode{st.Dev, st.Ino}
	if n := im.links[key]; n != nil {
		n.group.names++
		return n, nil
	}
	n := &node{Header: cpio.Header{Mode: mode, MTime: uint32(max(0, info.ModTime().Unix()))}}
	n.UID, n.GID = im.owner(st.Uid, st.Gid)
	switch n.Type() {
	case cpio.ModeRegular:
		n.file, n.size = name, info.Size()
	case cpio.ModeSymlink:
		target, err := os.Readlink(name)
		if err != nil {
			return nil, err
		}
		n.target = target
	case cpio.ModeChar, cpio.ModeBlock:
		n.RDevMajor, n.RDevMinor = devNumbers(st.Rdev)
	}
	if st.Nlink > 1 && n.Type() != cpio.ModeDir {
		n.group = &group{ino: uint32(len(im.links) + 1), names: 1}
		im.links[key] = n
	}
	return n, nil
}

// add adds the file at an absolute path, under the same path, with the links on
// the way to it. It returns the path with all links resolved. A directory is
// added without its contents.
func (im *importer) add(name string) (string, error) {
	if im.foreign {
		return im.addForeign(name)
	}
	rest := splitPath(name)
	real, links := "/", 0
	for len(rest) > 0 {
		next := filepath.Join(real, rest[0])
		rest = rest[1:]
		info, err := os.Lstat(next)
		if err != nil {
			return "", err
		}
		if err := im.addOne(next, info); err != nil {
			return "", err
		}
		if info.Mode().Type() != fs.ModeSymlink {
			real = next
			continue
		}
		if links++; links > maxLinks {
			return "", &fs.PathError{Op: "open", Path: name, Err: syscall.ELOOP}
		}
		target := im.t.nodes[next].target
		rest = append(splitPath(target), rest...)
		if filepath.IsAbs(target) {
			real = "/"
		}
	}
	return real, nil
}

// addForeign adds a file to a tree with a structure of its own.
func (im *importer) addForeign(name string) (string, error) {
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return "", err
	}
	if _, old := im.t.lookup(name); old != nil {
		return real, nil
	}
	info, err := os.Lstat(real)
	if err != nil {
		return "", err
	}
	n, err := im.node(real, info)
	if err == nil && n != nil {
		im.t.put(name, n)
	}
	return real, err
}

// addOne adds one file whose directory is already there.
func (im *importer) addOne(name string, info fs.FileInfo) error {
	if _, ok := im.t.nodes[name]; ok {
		return nil
	}
	n, err := im.node(name, info)
	if err == nil && n != nil {
		im.t.nodes[name] = n
	}
	return err
}

// addTree adds what is at dir on the host as guest in the tree. Links are kept,
// not followed. Names for which skip reports true are left out, with all below.
func (im *importer) addTree(dir, guest string, skip func(rel string) bool) error {
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if skip != nil && skip(rel) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		n, err := im.node(name, info)
		if err == nil && n != nil {
			im.t.put(filepath.Join(guest, rel), n)
		}
		return err
	})
}

// devNumbers splits a device number as makedev(3) makes it.
func devNumbers(dev uint64) (major, minor uint32) {
	major = uint32(dev>>8&0xfff | dev>>32&^0xfff)
	minor = uint32(dev&0xff | dev>>12&^0xff)
	return major, minor
}
