package menuconfig

import (
	"bytes"
	"os"

	"cairn/build"
	"cairn/build/kconfig"
)

// saveDotConfig writes the .config format to a file in one step.
func saveDotConfig(c *kconfig.Config, file string) error {
	var b bytes.Buffer
	if err := c.WriteDotConfig(&b); err != nil {
		return err
	}
	return build.WriteFile(file, b.Bytes(), 0o644)
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
