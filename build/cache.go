package build

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// keep is how long unused files stay in the cache.
const keep = 14 * 24 * time.Hour

// CacheDir returns the directory for what can be made again, and creates it if
// necessary.
func CacheDir() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache directory: set HOME or XDG_CACHE_HOME: %w", err)
	}
	dir := filepath.Join(base, "cairn")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("no cache directory: set XDG_CACHE_HOME to a directory that can be written: %w", err)
	}
	return dir, nil
}

// lock waits until no other process builds, and returns a function that lets
// the next one in.
func lock(cache string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(cache, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX)
		if err != unix.EINTR {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("locking %s: %w", f.Name(), err)
	}
	return func() { f.Close() }, nil
}

// WriteFile writes a file under a temporary name and renames it, so that nobody
// sees half of it.
func WriteFile(name string, data []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(name), "tmp-"+filepath.Base(name)+"-")
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			pe.Path = name // the caller's name, not ours
		}
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(data); err != nil {
		f.Close()
		return err
	}
	if err := f.Chmod(mode); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// touch marks a file as used.
func touch(name string) {
	now := time.Now()
	_ = os.Chtimes(name, now, now) // a cache of another user still works
}

// prune removes what was not used for a long time, and what an interrupted
// build left behind.
func prune(cache string) {
	entries, err := os.ReadDir(cache)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || time.Since(info.ModTime()) < keep {
			continue
		}
		for _, prefix := range []string{"src-", "kernel-", "tmp-"} {
			if strings.HasPrefix(e.Name(), prefix) {
				_ = os.RemoveAll(filepath.Join(cache, e.Name()))
			}
		}
	}
}
