package syscall

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestImageHoldsWhatIsSelected builds an image with the options of this package on and off, and
// looks for the symbols that an option stands for.
func TestImageHoldsWhatIsSelected(t *testing.T) {
	config, err := filepath.Abs("../config/config.go")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	optional := []string{
		"cairn/kernel/posix/eventfd.sysDescriptions",
		"cairn/kernel/syscall.dispatchTraced",
		"cairn/kernel/syscall.leave",
	}
	always := []string{"cairn/kernel/posix/eventfd.sysHandlers", "cairn/kernel/syscall.Dispatch"}
	for _, on := range []bool{true, false} {
		source := string(text)
		if !on {
			source = strings.ReplaceAll(source, "= true", "= false")
		}
		symbols := imageSymbols(t, config, source)
		for _, s := range always {
			if !strings.Contains(symbols, s+"\n") {
				t.Errorf("options %v: %s is missing", on, s)
			}
		}
		for _, s := range optional {
			if strings.Contains(symbols, s+"\n") != on {
				t.Errorf("options %v: %s is there: %v", on, s, !on)
			}
		}
	}
}

// imageSymbols builds testdata/image with source in place of the file config, and returns its symbols.
func imageSymbols(t *testing.T, config, source string) string {
	t.Helper()
	dir := t.TempDir()
	replacement, overlay, image := filepath.Join(dir, "config.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "image")
	if err := os.WriteFile(replacement, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": {config: replacement}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, list, 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-overlay", overlay, "-o", image, "./testdata/image").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	symbols, err := exec.Command("go", "tool", "nm", image).Output()
	if err != nil {
		t.Fatalf("go tool nm: %v", err)
	}
	return string(symbols)
}
