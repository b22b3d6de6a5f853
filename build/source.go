package build

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"cairn"
)

// skip reports whether a file or directory of the embedded source is not
// needed to build kernels.
func skip(name string, d fs.DirEntry) bool {
	if d.IsDir() {
		return path.Base(name) == "testdata"
	}
	return strings.HasSuffix(name, "_test.go")
}

// walkSource calls fn for every source file, in lexical order.
func walkSource(fn func(name string, data []byte) error) error {
	return fs.WalkDir(cairn.Source, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && skip(name, d):
			return fs.SkipDir
		case d.IsDir() || skip(name, d):
			return nil
		}
		data, err := cairn.Source.ReadFile(name)
		if err != nil {
			return err
		}
		return fn(name, data)
	})
}

// digest collects inputs in a hash. Each is preceded by its length, so that no
// two lists of inputs give the same hash.
type digest struct{ h hash.Hash }

func newDigest() digest { return digest{sha256.New()} }

func (d digest) add(s string) {
	var n [8]byte
	binary.LittleEndian.PutUint64(n[:], uint64(len(s)))
	d.h.Write(n[:])
	io.WriteString(d.h, s)
}

// sum returns the hash in short form, for file names.
func (d digest) sum() string { return hex.EncodeToString(d.h.Sum(nil)[:12]) }

// sourceHash identifies the source code.
func sourceHash() (string, error) {
	d := newDigest()
	for _, part := range append(xsysFiles, string(xsysOwn)) {
		d.add(part)
	}
	err := walkSource(func(name string, data []byte) error {
		d.add(name)
		d.add(string(data))
		return nil
	})
	return d.sum(), err
}

// toolchain returns the version in the toolchain line of go.mod, such as
// "go1.26.8".
func toolchain() (string, error) {
	mod, err := cairn.Source.ReadFile("go.mod")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(mod)) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "toolchain "); ok {
			return v, nil
		}
	}
	return "", fmt.Errorf("build: go.mod has no toolchain line")
}

// extract returns the directory with the source code, which it writes if it
// is not there yet; finish completes it then.
func extract(cache, hash string, finish func(dir string) error) (string, error) {
	dir := filepath.Join(cache, "src-"+hash)
	if _, err := os.Stat(dir); err == nil {
		touch(dir)
		return dir, nil
	}
	tmp, err := os.MkdirTemp(cache, "tmp-src-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	err = walkSource(func(name string, data []byte) error {
		file := filepath.Join(tmp, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		return os.WriteFile(file, data, 0o644)
	})
	if err != nil {
		return "", err
	}
	if err := finish(tmp); err != nil {
		return "", err
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return "", err
	}
	if err := os.Rename(tmp, dir); err != nil {
		if _, statErr := os.Stat(dir); statErr != nil {
			return "", err
		} // otherwise another process was faster
	}
	return dir, nil
}
