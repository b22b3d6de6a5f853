package vmm

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// Machine describes a machine to run.
type Machine struct {
	Kernel  string        // kernel image, a file
	Initrd  *os.File      // initial file system, nil for none; read from its start
	Params  []string      // kernel boot parameters, NAME=VALUE
	Command string        // program and arguments for the kernel's command line; empty if the initrd says
	Memory  uint64        // bytes
	Type    string        // machine type, of the launcher's choice if empty
	Accel   string        // accelerator: auto, kvm or tcg
	ICount  bool          // deterministic: one guest instruction is one nanosecond
	Timeout time.Duration // kills the machine after this time; 0 for never
}

// CommandLine returns the kernel's command line.
func (m *Machine) CommandLine() string {
	line := ""
	for _, p := range m.Params {
		line += quote(p) + " "
	}
	if m.Command != "" {
		return line + "-- " + m.Command
	}
	if line != "" {
		line = line[:len(line)-1]
	}
	return line
}

// quote writes a word so that the kernel takes it as one.
func quote(word string) string {
	if word != "" && !strings.ContainsAny(word, " \t\r\n\"'\\") {
		return word
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\x09`, "\r", `\x0d`, "\n", `\x0a`).Replace(word) + `"`
}

// Channels are the guest's ends of a machine's channels, for the monitor to
// inherit.
type Channels struct {
	Stdin, Stdout, Stderr, Ctl, Serial *os.File
}

// Launcher starts machines with one virtual machine monitor.
type Launcher interface {
	// Start starts the machine. Messages for the user go to verbose. The
	// monitor must die when this process does.
	Start(m *Machine, c *Channels, verbose func(format string, args ...any)) (Process, error)
}

// Process is a running machine.
type Process interface {
	// Signal sends a signal to the monitor. It is safe at any time.
	Signal(sig syscall.Signal)

	// Wait waits for the monitor to end. It returns what the monitor had to
	// say about that, empty if nothing.
	Wait() string
}

// Errors that [Run] returns. In each case the machine had no exit status.
var (
	// ErrTimeout says that the time limit of the machine was reached.
	ErrTimeout = errors.New("timeout")

	// ErrBrokenPipe says that nobody reads the program's output any more.
	ErrBrokenPipe = errors.New("broken pipe")
)

// SignalError says that a signal to this process stopped the machine.
type SignalError struct{ Signal syscall.Signal }

func (e *SignalError) Error() string { return "stopped by signal: " + e.Signal.String() }

// DiedError says that the machine ended without an exit status.
type DiedError struct {
	Monitor string // what the monitor said
	Serial  string // what came from the serial port
}

func (e *DiedError) Error() string {
	s := "the machine stopped without an exit status"
	if e.Monitor != "" {
		s += "\n" + e.Monitor
	}
	if e.Serial != "" {
		s += fmt.Sprintf("\nIts serial console said:\n%s", e.Serial)
	}
	return s
}
