// Package vmm runs machines: it describes one ([Machine]), has a virtual machine
// monitor start it ([Launcher], implemented by the packages below this one) and
// connects it with the caller's terminal, files and signals ([Run]).
//
// # Channels
//
// A machine has four byte channels to the caller, which are virtio-serial ports
// in the guest and socket pairs on the host:
//
//	cairn.stdin    host to guest   the program's standard input
//	cairn.stdout   guest to host   its standard output
//	cairn.stderr   guest to host   its standard error
//	cairn.ctl      both            lines of text, below
//
// A fifth, the first serial port (COM1), is only for what goes wrong before the
// others work: it is kept and shown when the machine dies.
//
// From the guest come these lines:
//
//	log LEVEL TEXT   a line of the kernel log, LEVEL as in syslog(3)
//	boot NAME NS     phase NAME of the boot reached, NS nanoseconds of guest
//	                 time after power-on
//	report KIND TEXT a line of a report: of the trace (strace) or a table (stats)
//	info KEY VALUE   something to show with -v
//	exit CODE        the program's status as a shell would see it; the last line
//
// The guest gets:
//
//	eof COUNT            standard input ended after COUNT bytes in all
//	winsize ROWS COLS    the terminal has this size now
//	signal N             deliver a signal to the foreground
//
// # Standard input and terminals
//
// When standard input is a terminal it is put in raw mode: the guest's terminal
// does the line editing and turns ^C into a signal. The terminal is restored on
// every way out. Otherwise SIGINT and other signals that reach this process are
// passed on with "signal" lines. SIGTERM, SIGHUP and SIGQUIT stop the machine
// after [stopGrace] if the program has not ended by then, at once the second
// time, and so does any of them before the program runs.
//
// # Ends
//
// [Run] returns when the machine has ended, all its output is written, and no
// process is left behind. The status is the program's own; an error means that
// there is none. The monitor's process dies with this one, however that ends.
package vmm
