// Command cairn runs Linux programs as virtual machines of their own.
//
//	cairn run [flags] PROGRAM [ARG...]    run a program in a machine
//	cairn build [flags] [PROGRAM [ARG...]]  write the kernel image and initial file system
//	cairn config, cairn menuconfig          choose what the kernel is made of
//	cairn libs                              list the libraries
//	cairn version, cairn help, cairn completion SHELL
//
// The exit status of "cairn run" is the program's own: 128+N when signal N
// killed it. 125 means that Cairn itself failed, 124 that the time given with
// --timeout was over. Nothing but the program's bytes goes to standard output.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"cairn/vmm"
)

// Exit statuses of our own, as docker and timeout(1) have them.
const (
	exitTimeout = 124
	exitFailed  = 125
)

// statusError carries the exit status of a program that ended.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

func main() {
	os.Exit(report(newRoot().Execute()))
}

// newRoot returns the command with its subcommands.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "cairn",
		Short: "Run Linux programs as virtual machines of their own",
		Long: `Cairn turns an unmodified Linux program into a small virtual machine of its own:
the program, the files it needs, and a kernel made of just the libraries it uses.`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(newRun(), newBuild(), newConfig(), newMenuconfig(), newLibs(), newVersion())
	return root
}

// report shows what went wrong and returns the exit status.
func report(err error) int {
	var status statusError
	var sig *vmm.SignalError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &status):
		return int(status)
	case errors.Is(err, vmm.ErrBrokenPipe):
		return diePipe()
	case errors.As(err, &sig):
		return 128 + int(sig.Signal)
	case errors.Is(err, vmm.ErrTimeout):
		fmt.Fprintln(os.Stderr, "cairn: the time limit is over; the machine was stopped")
		return exitTimeout
	}
	fmt.Fprintln(os.Stderr, "cairn:", err)
	return exitFailed
}

// diePipe ends this process as SIGPIPE ends a program that writes to a closed
// pipe. The Go runtime raises the signal when such a write to standard output or
// error fails and nobody has asked for the signal. Where that is not possible
// the status is the one that a shell would show.
func diePipe() int {
	signal.Reset(syscall.SIGPIPE)
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		fds := []unix.PollFd{{Fd: int32(f.Fd())}}
		if n, err := unix.Poll(fds, 0); err == nil && n == 1 && fds[0].Revents&unix.POLLERR != 0 {
			_, _ = f.Write([]byte{'\n'}) // nobody reads it
		}
	}
	return 128 + int(syscall.SIGPIPE)
}
