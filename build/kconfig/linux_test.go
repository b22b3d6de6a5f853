package kconfig

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAgainstConf compares this package with Linux's own conf on a real tree.
// It needs two things that are not part of the repository, named by
// environment variables:
//
//   - CAIRN_KCONFIG_TREE, the root of a Kconfig tree, such as unpacked Linux
//     sources (Debian package linux-source-6.1); fetchtree.sh makes one.
//   - CAIRN_KCONFIG_CONF, the conf program of the same age (Debian package
//     linux-kbuild-6.1 has one in scripts/kconfig).
//
// With CAIRN_KCONFIG_CONF empty it only loads the tree.
func TestAgainstConf(t *testing.T) {
	dir, conf := os.Getenv("CAIRN_KCONFIG_TREE"), os.Getenv("CAIRN_KCONFIG_CONF")
	if dir == "" {
		t.Skip("CAIRN_KCONFIG_TREE is not set")
	}
	for _, arch := range strings.Fields("x86 arm64 riscv s390 mips powerpc") {
		if _, err := os.Stat(filepath.Join(dir, "arch", arch)); err != nil {
			continue
		}
		t.Run(arch, func(t *testing.T) { compareArch(t, dir, conf, arch) })
	}
}

func compareArch(t *testing.T, dir, conf, arch string) {
	env := map[string]string{
		"srctree": dir, "ARCH": arch, "SRCARCH": arch, "KERNELVERSION": "6.1.0", "CC": "gcc", "LD": "ld",
		"NM": "nm", "AR": "ar", "OBJCOPY": "objcopy", "OBJDUMP": "objdump", "HOSTCC": "gcc", "RUSTC": "rustc",
		"BINDGEN": "bindgen", "PAHOLE": "pahole", "CC_VERSION_TEXT": "gcc", "CONFIG_SHELL": "sh",
	}
	for k, v := range env {
		t.Setenv(k, v)
	}
	tree, err := LoadDir(dir, "Kconfig", Options{Shell: true, Modules: true, Env: os.LookupEnv})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d files, %d symbols, %d warnings", arch, len(tree.Files), len(tree.Symbols()), len(tree.Warnings))
	if conf == "" {
		return
	}
	ref := &reference{dir: dir, conf: conf, tmp: t.TempDir()}
	noModules := filepath.Join(ref.tmp, "nomod")
	if err := os.WriteFile(noModules, []byte("# CONFIG_MODULES is not set\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KCONFIG_ALLCONFIG", noModules)
	modes := []string{"--alldefconfig", "--allnoconfig", "--allyesconfig"}
	for seed := range 4 {
		modes = append(modes, fmt.Sprintf("--randconfig %d", seed+1))
	}
	for _, mode := range modes {
		t.Run(strings.TrimPrefix(mode, "--"), func(t *testing.T) { ref.compare(t, tree, mode) })
	}
}

// reference is Linux's conf at work on a tree.
type reference struct{ dir, conf, tmp string }

func (r *reference) run(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.Command(r.conf, append(args, "Kconfig")...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "KCONFIG_CONFIG="+filepath.Join(r.tmp, ".config"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("conf %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// compare lets conf make a .config, and both bring a part of it up to date.
func (r *reference) compare(t *testing.T, tree *Tree, mode string) {
	dot, def := filepath.Join(r.tmp, ".config"), filepath.Join(r.tmp, "defconfig")
	name, seed, _ := strings.Cut(mode, " ")
	t.Setenv("KCONFIG_SEED", seed)
	r.run(t, name)
	thin(t, dot)
	input := readFile(t, dot)
	r.run(t, "--olddefconfig")
	r.run(t, "--savedefconfig="+def)

	c := tree.NewConfig()
	if _, err := c.ReadDotConfig(bytes.NewReader(input), ".config"); err != nil {
		t.Fatal(err)
	}
	c.OldDefconfig()
	gotDot, gotDef := written(t, c)
	diffLines(t, ".config", readFile(t, dot), []byte(gotDot))
	diffLines(t, "defconfig", readFile(t, def), []byte(gotDef))
}

// thin removes every third line of a .config, so that olddefconfig has new
// symbols to give defaults to.
func thin(t *testing.T, name string) {
	lines := strings.SplitAfter(string(readFile(t, name)), "\n")
	var b strings.Builder
	for i, l := range lines {
		if i%3 != 0 || strings.Contains(l, "CONFIG_MODULES ") {
			b.WriteString(l)
		}
	}
	if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// diffLines fails the test with the first lines that differ.
func diffLines(t *testing.T, what string, want, got []byte) {
	t.Helper()
	if bytes.Equal(want, got) {
		return
	}
	w, g := lineSet(want), lineSet(got)
	shown := 0
	report := func(sign string, lines []byte, other map[string]bool) {
		for l := range strings.SplitSeq(string(lines), "\n") {
			if !other[l] && shown < 40 {
				t.Errorf("%s: %s %s", what, sign, l)
				shown++
			}
		}
	}
	report("missing", want, g)
	report("too much", got, w)
	if shown == 0 {
		t.Errorf("%s: the same lines in another order", what)
	}
}

func lineSet(data []byte) map[string]bool {
	set := map[string]bool{}
	for l := range strings.SplitSeq(string(data), "\n") {
		set[l] = true
	}
	return set
}
