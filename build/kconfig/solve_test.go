package kconfig

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata/solve")

// sections splits a test file at its lines "-- NAME --". What comes before the
// first is the section "".
func sections(t testing.TB, name string) map[string]string {
	t.Helper()
	out := map[string]string{}
	key := ""
	for line := range strings.SplitAfterSeq(string(readFile(t, name)), "\n") {
		if k, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(k, " --\n") {
			key = strings.TrimSuffix(k, " --\n")
			out[key] = ""
			continue
		}
		out[key] += line
	}
	return out
}

// memoryTree loads a tree whose files are sections.
func memoryTree(files map[string]string, opts Options) (*Tree, error) {
	fsys := fstest.MapFS{}
	for k, v := range files {
		if k != "" && !strings.HasPrefix(k, ".") {
			fsys[k] = &fstest.MapFile{Data: []byte(v)}
		}
	}
	return Load(fsys, "Kconfig", opts)
}

func mustTree(t *testing.T, kconfig string) *Tree {
	t.Helper()
	tree, err := memoryTree(map[string]string{"Kconfig": kconfig}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func testEnv(name string) (string, bool) {
	return "from env", name == "CAIRN_TEST_ENV"
}

// solveCase reads the .config of a case as conf --olddefconfig does and returns
// the .config and defconfig that come of it.
func solveCase(t *testing.T, s map[string]string) (dot, def string) {
	t.Helper()
	tree, err := memoryTree(s, Options{Env: testEnv})
	if err != nil {
		t.Fatal(err)
	}
	c := tree.NewConfig()
	if _, err := c.ReadDotConfig(strings.NewReader(s[".config"]), ".config"); err != nil {
		t.Fatal(err)
	}
	c.OldDefconfig()
	return written(t, c)
}

func written(t *testing.T, c *Config) (dot, def string) {
	t.Helper()
	var a, b bytes.Buffer
	if err := c.WriteDotConfig(&a); err != nil {
		t.Fatal(err)
	}
	if err := c.WriteDefconfig(&b); err != nil {
		t.Fatal(err)
	}
	return a.String(), b.String()
}

func solveCases(t *testing.T, f func(*testing.T, string, map[string]string)) {
	names, err := filepath.Glob("testdata/solve/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			f(t, name, sections(t, name))
		})
	}
}

// TestSolve compares the solver's results with those in testdata/solve, which
// TestSolveAgainstConf has checked with Linux's conf.
func TestSolve(t *testing.T) {
	solveCases(t, func(t *testing.T, name string, s map[string]string) {
		dot, def := solveCase(t, s)
		if *update {
			data, _, _ := strings.Cut(string(readFile(t, name)), "-- .want --\n")
			data += "-- .want --\n" + dot + "-- .defconfig --\n" + def
			if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		diffLines(t, ".config", []byte(s[".want"]), []byte(dot))
		diffLines(t, "defconfig", []byte(s[".defconfig"]), []byte(def))
	})
}

// TestSolveAgainstConf checks the cases of TestSolve with the conf program that
// CAIRN_KCONFIG_CONF names.
func TestSolveAgainstConf(t *testing.T) {
	conf := os.Getenv("CAIRN_KCONFIG_CONF")
	if conf == "" {
		t.Skip("CAIRN_KCONFIG_CONF is not set")
	}
	solveCases(t, func(t *testing.T, _ string, s map[string]string) {
		dir := t.TempDir()
		for k, v := range s {
			if k != "" && k != ".want" && k != ".defconfig" {
				if err := os.WriteFile(filepath.Join(dir, k), []byte(v), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, arg := range []string{"--olddefconfig", "--savedefconfig=defconfig"} {
			cmd := exec.Command(conf, arg, "Kconfig")
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "CAIRN_TEST_ENV=from env")
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("conf %s: %v\n%s", arg, err, out)
			}
			t.Logf("%s", out)
		}
		dot, def := solveCase(t, s)
		diffLines(t, ".config", readFile(t, filepath.Join(dir, ".config")), []byte(dot))
		diffLines(t, "defconfig", readFile(t, filepath.Join(dir, "defconfig")), []byte(def))
	})
}

// TestDefconfigRoundTrip checks that a defconfig leads back to the .config it
// was made from.
func TestDefconfigRoundTrip(t *testing.T) {
	solveCases(t, func(t *testing.T, _ string, s map[string]string) {
		dot, def := solveCase(t, s)
		s[".config"] = def
		again, def2 := solveCase(t, s)
		diffLines(t, ".config", []byte(dot), []byte(again))
		diffLines(t, "defconfig", []byte(def), []byte(def2))
	})
}
