package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// output runs a command and returns the lines that it prints; with a failure and no
// output, the failure.
func output(env []string, name string, args ...string) []string {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	text := strings.TrimSpace(string(out))
	if err != nil && text == "" {
		text = fmt.Sprintf("%s: %v", strings.Join(cmd.Args, " "), err)
	}
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// modules fetches what the other steps need, so that no word about downloads is taken for
// a complaint.
func modules() []string { return quietly("go", "mod", "download") }

func gofmt() []string {
	var wrong []string
	for _, f := range output(nil, "gofmt", "-l", ".") {
		wrong = append(wrong, f+": not formatted: run gofmt -w")
	}
	return wrong
}

// kernelEnv is the environment in which the kernel is compiled.
var kernelEnv = []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64"}

// metal are the packages with code for the machine only. Their tests are for the host.
var metal = []string{"./kernel/arch", "./kernel/bare", "./kernel/plat", "./kernel/irq", "./kernel/task", "./kernel/drivers", "./kernel/start", "./kernel/cmd/base"}

// vet checks the host's build and the kernel's. Its asmdecl pass compares the assembly's frames
// with the Go declarations. unsafeptr is off: a kernel makes pointers of numbers.
func vet() []string {
	wrong := output(nil, "go", "vet", "-unsafeptr=false", "./...")
	return append(wrong, output(kernelEnv, "go", append([]string{"vet", "-unsafeptr=false", "-tags=cairn"}, metal...)...)...)
}

// staticcheck checks the host's build and the kernel's; of the latter it cannot see what the
// assembly uses.
func staticcheck() []string {
	wrong := output(nil, "go", "tool", "staticcheck", "./...")
	return append(wrong, output(nil, "go", append([]string{"tool", "staticcheck", "-tests=false", "-checks=inherit,-U1000", "-tags=cairn"}, metal...)...)...)
}

func generated() []string {
	return append(quietly("go", "run", "./tools/sysgen", "-check"), quietly("go", "run", "./tools/confgen", "-check")...)
}

// quietly runs a command whose output matters only if it fails.
func quietly(name string, args ...string) []string {
	cmd := exec.Command(name, args...)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	return append(strings.Split(strings.TrimSpace(string(out)), "\n"), err.Error())
}

const maxLines = 1000

var (
	unsafeImport  = regexp.MustCompile(`(?m)^(import )?\s*(_ )?"unsafe"`)
	unsafeAllowed = regexp.MustCompile(`_unsafe(_[a-z0-9]+)?\.go$|_test\.go$|_amd64\.go$|_arm64\.go$|(^|/)testdata/`)
	isGenerated   = regexp.MustCompile(`(^|/)z[^/]*$`)
)

// rules checks what CONTRIBUTING.md says of files: their length, where unsafe is imported, and that
// each library has a README.md and a Kconfig.
func rules() []string {
	var wrong []string
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if strings.HasPrefix(d.Name(), ".") && name != "." {
				return fs.SkipDir
			}
			return nil
		}
		if ext := filepath.Ext(name); ext == ".go" || ext == ".s" {
			wrong = append(wrong, fileRules(name)...)
		}
		return nil
	})
	if err != nil {
		wrong = append(wrong, err.Error())
	}
	return append(wrong, libraryRules()...)
}

func fileRules(name string) (wrong []string) {
	b, err := os.ReadFile(name)
	if err != nil {
		return []string{err.Error()}
	}
	if n := bytes.Count(b, []byte("\n")); n >= maxLines && !isGenerated.MatchString(name) {
		wrong = append(wrong, fmt.Sprintf("%s: %d lines; split it by concern", name, n))
	}
	if strings.HasSuffix(name, ".go") && unsafeImport.Match(b) && !unsafeAllowed.MatchString(name) {
		wrong = append(wrong, name+": imports unsafe: its name must end in _unsafe.go")
	}
	return wrong
}

// libraryRules looks for libraries without their papers. Directories that only hold what other
// libraries share (tests, formats) have none.
func libraryRules() (wrong []string) {
	for _, pattern := range []string{"kernel/posix/*", "kernel/fs/*", "kernel/net/*", "kernel/drivers/*", "kernel/drivers/virtio/*"} {
		dirs, _ := filepath.Glob(pattern)
		for _, dir := range dirs {
			if _, err := os.Stat(filepath.Join(dir, "Kconfig")); err != nil {
				continue
			}
			if _, err := os.Stat(filepath.Join(dir, "README.md")); err != nil {
				wrong = append(wrong, dir+": has a Kconfig but no README.md")
			}
		}
	}
	return wrong
}
