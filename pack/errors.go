package pack

import (
	"fmt"
	"strings"
)

// NotFoundError says that the program does not exist on the host.
type NotFoundError struct{ Program string }

func (e *NotFoundError) Error() string {
	if strings.Contains(e.Program, "/") {
		return fmt.Sprintf("%s: no such file on this host; for a program inside a root file system use --rootfs", e.Program)
	}
	return fmt.Sprintf("%s: not found in PATH; give the path of the program, or --rootfs for one inside a root file system", e.Program)
}

// NotInRootError says that the program, or a file that it cannot start without,
// is not in the user's root file system.
type NotInRootError struct {
	Program string
	Root    string // as given by the user
	Needs   string // what is missing; empty for the program itself
}

func (e *NotInRootError) Error() string {
	if e.Needs == "" {
		return fmt.Sprintf("%s: no such program in the root file system %s; the path is the one inside it", e.Program, e.Root)
	}
	return fmt.Sprintf("%s: its interpreter %s is not in the root file system %s; add it there or with --with", e.Program, e.Needs, e.Root)
}

// NotExecutableError says that the program's file cannot be executed.
type NotExecutableError struct {
	Program string
	Reason  string
}

func (e *NotExecutableError) Error() string { return e.Program + ": " + e.Reason }

// ArchError says that the program is for another kind of CPU.
type ArchError struct {
	Program string
	Is      string // what the file is for
}

func (e *ArchError) Error() string {
	return fmt.Sprintf("%s is for %s; this machine runs x86_64 programs (64-bit ELF): build or install it for x86_64", e.Program, e.Is)
}

// MissingInterpreterError says that the program that should load or interpret
// another one does not exist.
type MissingInterpreterError struct{ Program, Interpreter string }

func (e *MissingInterpreterError) Error() string {
	return fmt.Sprintf("%s: its interpreter %s does not exist on this host: install it, or link the program statically", e.Program, e.Interpreter)
}

// MissingLibraryError says that a shared library cannot be found.
type MissingLibraryError struct {
	Library  string
	NeededBy string   // the program or library that asks for it
	Searched []string // directories
}

func (e *MissingLibraryError) Error() string {
	return fmt.Sprintf("%s: the shared library %s is not on this host: install it (searched %s)",
		e.NeededBy, e.Library, strings.Join(e.Searched, ", "))
}
