package pack

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"

	"cairn/image/cpio"
)

// addRoot adds the root file system of the user: a directory or an archive,
// recognised by its contents. With a type (dir, cpio, tar) it must be of that type.
func (t *Tree) addRoot(name, typ string) error {
	info, err := os.Stat(name)
	if err != nil {
		return fmt.Errorf("root file system: %w", err)
	}
	found := "dir"
	if info.IsDir() {
		if typ != "" && typ != found {
			return typeError(name, typ, found)
		}
		return newImporter(t, keepOwner).addTree(name, "/", nil)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("root file system: %w", err)
	}
	if bytes.HasPrefix(data, []byte("\x1f\x8b")) {
		if data, err = gunzip(data); err != nil {
			return fmt.Errorf("root file system %s: %w", name, err)
		}
	}
	add := t.addCPIO
	if found = "cpio"; isTar(data) {
		add, found = t.addTar, "tar"
	}
	if typ != "" && typ != found {
		return typeError(name, typ, found)
	}
	if err = add(data); err != nil {
		return fmt.Errorf("root file system %s: %w", name, err)
	}
	return nil
}

func typeError(name, want, found string) error {
	return fmt.Errorf("root file system %s: it is to be of type %s, but looks like %s", name, want, found)
}

func gunzip(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// isTar recognises the magic of the POSIX and GNU formats, which begin alike.
func isTar(data []byte) bool {
	const at = 257
	return len(data) > at+5 && string(data[at:at+5]) == "ustar"
}

// addCPIO adds the files of a cpio archive.
func (t *Tree) addCPIO(data []byte) error {
	links := make(map[cpio.LinkKey]*node)
	r := cpio.NewReader(data)
	for {
		e, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			var fe *cpio.FormatError
			if errors.As(err, &fe) && fe.Offset == 0 {
				return fmt.Errorf("neither a directory nor a cpio or tar archive: %w", err)
			}
			return err
		}
		name := path.Clean("/" + string(e.Name))
		if name == "/.cairn" || path.Dir(name) == "/.cairn" {
			continue // of an archive that "cairn build" made: what to run is said anew
		}
		if e.Type() == cpio.ModeSocket {
			t.warn(fmt.Sprintf("%s is a socket; left out", name))
			continue
		}
		t.put(name, cpioNode(&e, links))
	}
}

// cpioNode describes an entry of an archive.
func cpioNode(e *cpio.Entry, links map[cpio.LinkKey]*node) *node {
	key, linked := e.LinkKey()
	n := links[key]
	if !linked || n == nil {
		n = &node{Header: e.Header}
		n.Ino, n.NLink, n.Size = 0, 0, 0
		n.DevMajor, n.DevMinor = 0, 0
	}
	switch {
	case e.Type() == cpio.ModeSymlink:
		n.target = string(e.Data)
	case len(e.Data) > 0:
		n.data, n.size = e.Data, int64(len(e.Data))
	}
	if linked {
		if n.group == nil {
			n.group = &group{ino: uint32(len(links) + 1)}
			links[key] = n
		}
		n.group.names++
	}
	return n
}

// addTar adds the files of a tar archive.
func (t *Tree) addTar(data []byte) error {
	r := tar.NewReader(bytes.NewReader(data))
	groups := uint32(0)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		name := path.Clean("/" + h.Name)
		if h.Typeflag == tar.TypeLink {
			_, n := t.lookup("/" + h.Linkname)
			if n == nil || n.Type() == cpio.ModeDir {
				return fmt.Errorf("%s is a hard link to %s, which is no file in the archive", name, h.Linkname)
			}
			if n.group == nil {
				groups++
				n.group = &group{ino: groups, names: 1}
			}
			n.group.names++
			t.put(name, n)
			continue
		}
		n, err := tarNode(h, r)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if n != nil {
			t.put(name, n)
		}
	}
}

// tarTypes are the file types that tar archives know.
var tarTypes = map[byte]uint32{
	tar.TypeReg:     cpio.ModeRegular,
	tar.TypeDir:     cpio.ModeDir,
	tar.TypeSymlink: cpio.ModeSymlink,
	tar.TypeChar:    cpio.ModeChar,
	tar.TypeBlock:   cpio.ModeBlock,
	tar.TypeFifo:    cpio.ModeFIFO,
}

// tarNode describes an entry of an archive. It returns nil for entries that
// are no files.
func tarNode(h *tar.Header, r io.Reader) (*node, error) {
	if h.Typeflag == tar.TypeXGlobalHeader {
		return nil, nil
	}
	kind, ok := tarTypes[h.Typeflag]
	if !ok {
		return nil, fmt.Errorf("an entry of unknown type %q", h.Typeflag)
	}
	n := &node{Header: cpio.Header{
		Mode: kind | uint32(h.Mode)&0o7777, UID: uint32(h.Uid), GID: uint32(h.Gid),
		MTime: uint32(max(0, h.ModTime.Unix())),
	}}
	switch kind {
	case cpio.ModeSymlink:
		n.target = h.Linkname
	case cpio.ModeChar, cpio.ModeBlock:
		n.RDevMajor, n.RDevMinor = uint32(h.Devmajor), uint32(h.Devminor)
	case cpio.ModeRegular:
		data, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		n.data, n.size = data, int64(len(data))
	}
	return n, nil
}
