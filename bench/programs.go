package main

import (
	"crypto/sha256"
	"embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed testdata
var sources embed.FS

// The programs, and where they are found in a machine.
const (
	opsName   = "ops"         // measures the operations
	helloName = "hello"       // prints a line
	exitPath  = "/bench-exit" // does nothing; ops executes it
)

// programs are the compiled programs: static, so that both systems run the same bytes.
type programs struct {
	dir              string
	ops, hello, exit string // files
}

// compile compiles the programs in a directory of their own.
func compile() (*programs, error) {
	dir, err := os.MkdirTemp("", "cairn-bench-")
	if err != nil {
		return nil, err
	}
	p := &programs{dir: dir, ops: filepath.Join(dir, opsName), hello: filepath.Join(dir, helloName), exit: filepath.Join(dir, "exit")}
	if err := p.compile(); err != nil {
		p.remove()
		return nil, err
	}
	return p, nil
}

func (p *programs) compile() error {
	if err := os.CopyFS(p.dir, sources); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"-o", p.ops, "-Wl,-e,bench_start", "main.c", "calls.c", "talks.c", "memories.c", "processes.c"},
		{"-o", p.hello, "hello.c"},
		{"-o", p.exit, "exit.c"},
	} {
		c := exec.Command("gcc", append([]string{"-static", "-O2", "-Wall"}, args...)...)
		c.Dir = filepath.Join(p.dir, "testdata")
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%v (install gcc and libc6-dev if they are missing): %w\n%s", c.Args, err, out)
		}
	}
	return nil
}

// remove deletes the programs.
func (p *programs) remove() { os.RemoveAll(p.dir) }

// hash writes the programs' contents.
func (p *programs) hash(w io.Writer) error {
	for _, name := range []string{p.ops, p.hello, p.exit} {
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%x\n", sha256.Sum256(b))
	}
	return nil
}
