// Command confgen writes config.go, the options as unit tests on the host see them, into the
// directory where it runs. "go generate ./kernel/config" runs it there.
package main

import (
	"fmt"
	"os"

	"cairn/build"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "confgen:", err)
		os.Exit(1)
	}
}

func run() error {
	text, err := build.HostConstants()
	if err != nil {
		return err
	}
	return os.WriteFile("config.go", text, 0o666)
}
