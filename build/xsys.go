package build

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// The kernel's source imports golang.org/x/sys/unix for its constants and types. The package as a whole makes a
// kernel 70 KB larger: its functions need package time, that the GODEBUG settings, and those the runtime's
// metrics. So a kernel is built with a part of the module: the files without such functions, and our own with
// the few that are left to have.
const (
	xsysModule = "golang.org/x/sys"
	xsysDir    = "xsys" // in the extracted source
)

// xsysFiles are the files that are taken over.
var xsysFiles = []string{
	"go.mod", "unix/constants.go", "unix/dev_linux.go", "unix/zerrors_linux.go", "unix/zerrors_linux_amd64.go",
	"unix/zsysnum_linux_amd64.go", "unix/ztypes_linux.go", "unix/ztypes_linux_amd64.go",
}

//go:embed xsys/own.go.txt
var xsysOwn []byte

// addXSys puts the part of the module into the extracted source in dir, and has go.mod there say so.
func (b *builder) addXSys(ctx context.Context, dir string) error {
	from, version, err := b.findXSys(ctx, dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, xsysDir, "unix"), 0o755); err != nil {
		return err
	}
	for _, name := range xsysFiles {
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return fmt.Errorf("%s %s is not as it was: %w", xsysModule, version, err)
		}
		if err := os.WriteFile(filepath.Join(dir, xsysDir, name), text, 0o644); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, xsysDir, "unix", "own.go"), xsysOwn, 0o644); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(dir, "go.mod"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "\nreplace %s => ./%s\n", xsysModule, xsysDir)
	return errors.Join(err, f.Close())
}

// findXSys returns the directory of the whole module, which it fetches if need be, and its version.
func (b *builder) findXSys(ctx context.Context, dir string) (at, version string, err error) {
	c, err := b.goCommand(ctx, dir, "mod", "download", "-json", xsysModule)
	if err != nil {
		return "", "", err
	}
	var m struct{ Dir, Version, Error string }
	out, err := c.Output()
	if jsonErr := json.Unmarshal(out, &m); jsonErr != nil && err == nil {
		err = jsonErr
	}
	if m.Error != "" {
		err = errors.New(m.Error)
	}
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(exit.Stderr))
		}
		return "", "", fmt.Errorf("fetching %s: %w", xsysModule, err)
	}
	return m.Dir, m.Version, nil
}
