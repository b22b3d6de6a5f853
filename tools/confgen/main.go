// Command confgen writes kernel/config/config.go, the options as unit tests on the host
// see them.
//
//	confgen          write config.go in this directory, as "go generate ./kernel/config" has it
//	confgen -check   at the root of the source tree: fail if the file is stale
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"

	"cairn/build"
)

func main() {
	check := flag.Bool("check", false, "fail if kernel/config/config.go is stale")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "confgen:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	text, err := build.HostConstants()
	if err != nil {
		return err
	}
	if !check {
		return os.WriteFile("config.go", text, 0o666)
	}
	const name = "kernel/config/config.go"
	old, err := os.ReadFile(name)
	if err == nil && !bytes.Equal(old, text) {
		err = fmt.Errorf("%s is stale; `go generate ./kernel/config` makes it anew", name)
	}
	return err
}
