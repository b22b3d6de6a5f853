// Command sysgen writes the code and the documents that follow from the
// declarations of system calls.
//
// A library declares a call as a Go function with a directive:
//
//	// Pipe2 implements pipe2(2).
//	//
//	// Supports O_CLOEXEC, O_NONBLOCK, O_DIRECT (packet mode).
//	//
//	//cairn:syscall pipe2
//	func Pipe2(t *task.Task, fds sys.OutFDPair, flags sys.PipeFlags) error
//
// and in its doc.go says
//
//	//go:generate go run cairn/tools/sysgen
//
// The full rules are in kernel/syscall/doc/adding.md.
//
// Usage:
//
//	sysgen             write zsyscalls*.go for the package in this directory
//	sysgen -kinds      write zkinds.go: the Kind constants of package sys
//	sysgen -names      write znames_*.go: the names of all Linux calls
//	sysgen -list       list every declared call of the module
//	sysgen -list -json the same with everything that is known about each
//	sysgen -compat     write docs/compatibility.md
//	sysgen -args       write test/badargs/testdata/calls.h: the calls and their arguments in C
//	sysgen -check      fail if anything of the above is stale
package main

//go:generate go run cairn/tools/sysgen -compat
//go:generate go run cairn/tools/sysgen -args

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "sysgen:", err)
		}
		os.Exit(1)
	}
}

// run does what arguments ask for, in the module that holds the working directory.
func run(arguments []string) error {
	flags := flag.NewFlagSet("sysgen", flag.ContinueOnError)
	kinds := flags.Bool("kinds", false, "write zkinds.go")
	names := flags.Bool("names", false, "write znames_*.go")
	list := flags.Bool("list", false, "list every declared call")
	asJSON := flags.Bool("json", false, "with -list: as JSON")
	compat := flags.Bool("compat", false, "write "+compatFile)
	args := flags.Bool("args", false, "write "+argsFile)
	check := flags.Bool("check", false, "fail if a generated file is stale")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; sysgen works on the package in the current directory", flags.Arg(0))
	}
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	m, err := openModule(dir)
	if err != nil {
		return err
	}
	switch {
	case *check:
		return m.check()
	case *list:
		return m.list(os.Stdout, *asJSON)
	case *compat:
		return m.update(m.compatFiles)
	case *args:
		return m.update(m.argsFiles)
	case *kinds:
		return m.update(func() ([]file, error) { return m.kindsFiles(m.dir(sysPath)) })
	case *names:
		return m.update(func() ([]file, error) { return m.namesFiles(m.dir(syscallPath)) })
	}
	return m.update(func() ([]file, error) { return m.packageFiles(dir) })
}

// A file is one generated file. No content means that it must not exist.
type file struct {
	path    string
	content []byte
}

// update writes those files that generate says are different.
func (m *module) update(generate func() ([]file, error)) error {
	files, err := generate()
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := f.write(); err != nil {
			return err
		}
	}
	return nil
}

// write makes the file on disk what it should be, and leaves it alone if it
// is so already, so that its time does not change.
func (f file) write() error {
	stale, err := f.stale()
	if err != nil || !stale {
		return err
	}
	if f.content == nil {
		return os.Remove(f.path)
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(f.path, f.content, 0o666)
}

// stale reports whether the file on disk differs from what it should be.
func (f file) stale() (bool, error) {
	old, err := os.ReadFile(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return f.content != nil, nil
	}
	return f.content == nil || !bytes.Equal(old, f.content), err
}

// check names every stale file of the module.
func (m *module) check() error {
	files, err := m.allFiles()
	if err != nil {
		return err
	}
	var all error
	for _, f := range files {
		stale, err := f.stale()
		if err != nil {
			return err
		}
		if stale {
			rel, _ := filepath.Rel(m.root, f.path)
			all = errors.Join(all, fmt.Errorf("%s is stale; `go generate ./...` makes it anew", rel))
		}
	}
	return all
}
