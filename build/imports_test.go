package build

import (
	"os/exec"
	"strings"
	"testing"
)

// TestLightImports looks for packages that make a kernel large. fmt, for one,
// makes the linker keep every exported method of every type.
func TestLightImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-tags", "cairn", "-deps", DefaultMain).Output()
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Fields(string(out))
	if len(all) < 50 {
		t.Fatalf("%d packages: %v", len(all), all)
	}
	heavy := map[string]bool{
		"fmt": true, "os": true, "log": true, "net": true, "regexp": true, "text/template": true,
		"encoding/json": true, "context": true, "bufio": true, "testing": true, "flag": true,
	}
	for _, p := range all {
		if heavy[p] {
			t.Errorf("the built-in configuration imports %s", p)
		}
	}
}
