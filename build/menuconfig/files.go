package menuconfig

import (
	"bytes"
	"os"
	"path/filepath"

	"cairn/build/kconfig"
)

// saveDotConfig writes the .config format to a file in one step.
func saveDotConfig(c *kconfig.Config, file string) error {
	var b bytes.Buffer
	if err := c.WriteDotConfig(&b); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(b.Bytes())
	if cerr := tmp.Chmod(0o644); err == nil {
		err = cerr
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // the error that matters is the first
	}
	return err
}

// loadDotConfig reads a file in the .config format.
func loadDotConfig(c *kconfig.Config, file string) ([]kconfig.Note, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return c.ReadDotConfig(f, file)
}
